"""Compile every kernel, or load it from disk, before anybody waits for a move."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tetris_arcade.engine.board import board_figures, columns_from_cells
from tetris_arcade.engine.color_board import ColorBoard
from tetris_arcade.engine.kernel_cache import is_warm, mark_warm
from tetris_arcade.engine.linear_players import BCTS, play_linear
from tetris_arcade.engine.network import linear_network, play_network, value_game, value_observations
from tetris_arcade.engine.placements import AFTERSTATE_WIDTH, list_surviving, new_scratch
from tetris_arcade.engine.simulation import (
    make_rules,
    mask_games,
    new_ended,
    new_games,
    observe_games,
    play_one,
    reset_games,
    step_games,
)
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_COLS

__all__ = ["is_warm", "warm_up"]

_SHARES = {
    "observations": 30,
    "start": 6,
    "step": 10,
    "one move": 6,
    "masks": 5,
    "linear player": 6,
    "values": 5,
    "look-ahead": 16,
    "network player": 8,
    "replay": 6,
    "cells": 1,
    "colours": 1,
    "figures": 1,
}
"""What each kernel takes of a first compilation, in per cent, measured once."""


def warm_up(report: Callable[[str, float], None]) -> None:
    """Make every kernel of training and play ready: some twenty seconds the first time, then half a second.

    `report` is called before each kernel, and at the end, with "kernel 3 of 13: step" and how much is done,
    0..1.
    """
    calls = _calls()
    whole, done = sum(_SHARES.values()), 0
    for number, (name, call) in enumerate(calls.items(), start=1):
        report(f"kernel {number} of {len(calls)}: {name}", done / whole)
        call()
        done += _SHARES[name]
    mark_warm()
    report("ready", 1.0)


def _calls() -> dict[str, Callable[[], object]]:
    """One call of each kernel, with arguments of the very types that the program gives it."""
    rules, games, ended = make_rules(), new_games([0]), new_ended(1)
    scratch, ahead = new_scratch(), new_scratch()
    observations = np.zeros((1, NUM_ACTIONS, AFTERSTATE_WIDTH), np.float32)
    rewards, actions = np.zeros(1, np.float32), np.full(1, NUM_ACTIONS // 2)
    legal, alive = np.zeros((2, 1, NUM_ACTIONS), np.bool_)
    running = np.ones(1, np.bool_)
    network, values = linear_network(BCTS), np.zeros((1, NUM_ACTIONS), np.float32)
    pieces, garbage_due = np.zeros(1, np.int8), np.zeros(1, np.bool_)
    rows, ends = np.zeros((NUM_ACTIONS, AFTERSTATE_WIDTH - 1), np.float32), np.zeros(1, np.int64)
    cells = np.zeros((rules.height, NUM_COLS), np.uint8)

    def step() -> None:
        step_games(games, rules, 0, 1, actions, scratch, rewards, observations, observations.copy(), ended)

    return {
        "observations": lambda: observe_games(games, rules, scratch, observations),
        "start": lambda: reset_games(games, rules, scratch, observations),
        "step": step,
        "one move": lambda: play_one(games, rules, NUM_ACTIONS // 2, scratch),
        "masks": lambda: mask_games(games, rules, scratch, legal, alive),
        "linear player": lambda: play_linear(games, rules, BCTS, 1, running, scratch),
        "values": lambda: value_observations(network, observations, values),
        "look-ahead": lambda: value_game(network, games, rules, 0, True, scratch, ahead, values[0]),
        "network player": lambda: play_network(network, games, rules, False, 1, running, scratch, ahead),
        "replay": lambda: list_surviving(
            games.columns, rules.height, pieces, pieces, garbage_due, False, scratch, rows, ends
        ),
        "cells": lambda: columns_from_cells(cells, games.columns[0]),
        "colours": lambda: ColorBoard(rules.height).lock(0, NUM_ACTIONS // 2),
        "figures": lambda: board_figures(games.columns[0]),
    }
