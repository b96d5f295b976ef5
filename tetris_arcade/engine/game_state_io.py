"""The whole state of many games as named arrays, and back; what comes from a file is checked first."""

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
"""Fields that go by an older name in saved states."""


def save_games(games: GameStates) -> dict[str, NDArray[Any]]:
    """Every game's whole state, generators included, copied; `load_games` goes on from it exactly."""
    return {_STORED_NAMES.get(name, name): array.copy() for name, array in games._asdict().items()}


def load_games(state: Mapping[str, NDArray[Any]], games: GameStates, rules: Rules) -> None:
    """Take up a saved state; raises ValueError, and changes nothing, where it is not one of such games."""
    found: dict[str, NDArray[Any]] = {}
    for name, array in games._asdict().items():
        saved = state.get(_STORED_NAMES.get(name, name))
        if saved is None or saved.shape != array.shape or saved.dtype != array.dtype:
            raise ValueError(f"saved {name} must be {array.shape} {array.dtype}, got {_describe(saved)}")
        found[name] = saved
    _check_values(GameStates(**found), rules)
    for name, array in games._asdict().items():
        array[:] = found[name]


def check_range(name: str, array: NDArray[Any], low: int, high: int) -> None:
    """ValueError where a saved number lies outside of low..high."""
    if array.size and (array.min() < low or array.max() > high):
        raise ValueError(f"saved {name} must be {low}..{high}, got {array.min()}..{array.max()}")


def _check_values(saved: GameStates, rules: Rules) -> None:
    """The kernels index tables by these numbers and trust them."""
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
