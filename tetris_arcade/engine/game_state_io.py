"""Saves the state of many games as named arrays and loads it back, after checking it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.game_state import GameStates
from tetris_arcade.engine.randomizer import GENERATOR_WORDS, check_generators
from tetris_arcade.engine.rules import BAG, Rules
from tetris_arcade.engine.tetromino import NUM_PIECES

_STORED_NAMES = {"tetrises": "fours", "start_state": "begun"}
"""Fields that have an older name in saved states."""


def save_games(games: GameStates) -> dict[str, NDArray[Any]]:
    """Copy every game's whole state, including generators; `load_games` resumes from it exactly."""
    return {_STORED_NAMES.get(name, name): array.copy() for name, array in games._asdict().items()}


def load_games(state: Mapping[str, NDArray[Any]], games: GameStates, rules: Rules) -> None:
    """Load a saved state; raises ValueError, and changes nothing, if it does not fit these games."""
    loaded: dict[str, NDArray[Any]] = {}
    for name, array in games._asdict().items():
        saved = state.get(_STORED_NAMES.get(name, name))
        if saved is None or saved.shape != array.shape or saved.dtype != array.dtype:
            raise ValueError(f"saved {name} must be {array.shape} {array.dtype}, got {_describe(saved)}")
        loaded[name] = saved
    _check_values(GameStates(**loaded), rules)
    for name, array in games._asdict().items():
        array[:] = loaded[name]


def check_range(name: str, array: NDArray[Any], low: int, high: int) -> None:
    """Raise ValueError if a saved number is outside low..high."""
    if array.size and (array.min() < low or array.max() > high):
        raise ValueError(f"saved {name} must be {low}..{high}, got {array.min()}..{array.max()}")


def _check_values(saved: GameStates, rules: Rules) -> None:
    """Check what the kernels use as table indices without checking it themselves."""
    check_generators(saved.generator)
    check_generators(saved.start_state[:, :GENERATOR_WORDS])
    check_range("columns", saved.columns, 0, (1 << rules.height) - 1)
    check_range("piece", saved.piece, 0, NUM_PIECES - 1)
    check_range("queue", saved.queue, 0, NUM_PIECES - 1)
    for name in ("lines", "pieces", "score", "tetrises"):
        check_range(name, getattr(saved, name), 0, 2**62)
    if rules.randomizer == BAG:
        check_range("bag", saved.bag[:, NUM_PIECES], 0, NUM_PIECES - 1)
        if (np.sort(saved.bag[:, :NUM_PIECES], axis=1) != np.arange(NUM_PIECES)).any():
            raise ValueError("saved bag must hold each piece once")


def _describe(array: NDArray[Any] | None) -> str:
    return "nothing" if array is None else f"{array.shape} {array.dtype}"
