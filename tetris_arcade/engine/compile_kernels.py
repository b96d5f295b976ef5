"""Compiles every kernel, or loads it from disk, before the first move is needed."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np

from tetris_arcade.engine.board import columns_from_cells, measure_board
from tetris_arcade.engine.color_board import ColorBoard
from tetris_arcade.engine.game_state import new_ended, new_games
from tetris_arcade.engine.kernel_cache import is_warm, mark_warm
from tetris_arcade.engine.linear_players import LINEAR_WEIGHTS, play_linear
from tetris_arcade.engine.network import linear_network, play_network, value_game, value_observations
from tetris_arcade.engine.placements import AFTERSTATE_WIDTH, list_surviving, new_workspace
from tetris_arcade.engine.rules import make_rules
from tetris_arcade.engine.simulation import mask_games, observe_games, play_one, reset_games, step_games
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_COLS

__all__ = ["is_warm", "warm_up"]

_PERCENT = {
    "observations": 27,
    "start": 5,
    "step": 10,
    "one move": 6,
    "masks": 4,
    "linear player": 7,
    "values": 5,
    "look-ahead": 16,
    "network player": 8,
    "replay": 9,
    "cells": 1,
    "colors": 1,
    "board statistics": 1,
}
"""Each kernel's share of the first compilation's time."""

TRAINING = frozenset({"start", "cells", "colors", "board statistics"})
"""The kernels that a training begins with, beside those of its learner."""


def warm_up(report: Callable[[str, float], None], names: Collection[str] | None = None) -> None:
    """Prepare every kernel of training and play: about twenty seconds the first time, then half a second.

    `report` is called before each kernel and at the end, with a text such as "kernel 3 of 13: step" and the
    fraction done, 0..1. names: only these kernels.
    """
    calls = {name: call for name, call in _calls().items() if names is None or name in names}
    total, done = sum(_PERCENT[name] for name in calls), 0
    for number, (name, call) in enumerate(calls.items(), start=1):
        report(f"kernel {number} of {len(calls)}: {name}", done / total)
        call()
        done += _PERCENT[name]
    if names is None:
        mark_warm()
    report("ready", 1.0)


def _calls() -> dict[str, Callable[[], object]]:
    """One call per kernel, with arguments of exactly the types that the program uses."""
    rules, games, ended = make_rules(), new_games([0]), new_ended(1)
    workspace, next_workspace = new_workspace(), new_workspace()
    observations = np.zeros((1, NUM_ACTIONS, AFTERSTATE_WIDTH), np.float32)
    rewards, actions = np.zeros(1, np.float32), np.full(1, NUM_ACTIONS // 2)
    legal, surviving = np.zeros((2, 1, NUM_ACTIONS), np.bool_)
    running = np.ones(1, np.bool_)
    weights = LINEAR_WEIGHTS["bcts"]
    network, values = linear_network(weights), np.zeros((1, NUM_ACTIONS), np.float32)
    pieces, garbage_due = np.zeros(1, np.int64), np.zeros(1, np.bool_)
    rows, ends = np.zeros((NUM_ACTIONS, AFTERSTATE_WIDTH - 1), np.float32), np.zeros(1, np.int64)
    listed_actions = np.zeros((NUM_ACTIONS, 2), np.int64)
    cells = np.zeros((rules.height, NUM_COLS), np.uint8)

    def step() -> None:
        step_games(games, rules, 0, 1, actions, workspace, rewards, observations, observations.copy(), ended)

    return {
        "observations": lambda: observe_games(games, rules, workspace, observations),
        "start": lambda: reset_games(games, rules, workspace, observations),
        "step": step,
        "one move": lambda: play_one(games, rules, NUM_ACTIONS // 2, workspace),
        "masks": lambda: mask_games(games, rules, workspace, legal, surviving),
        "linear player": lambda: play_linear(games, rules, weights, 1, running, workspace),
        "values": lambda: value_observations(network, observations, values),
        "look-ahead": lambda: value_game(
            network, games, rules, 0, True, workspace, next_workspace, values[0]
        ),
        "network player": lambda: play_network(
            network, games, rules, False, 1, running, workspace, next_workspace
        ),
        "replay": lambda: list_surviving(
            games.columns,
            rules.height,
            pieces,
            pieces,
            garbage_due,
            False,
            workspace,
            rows,
            listed_actions,
            ends,
        ),
        "cells": lambda: columns_from_cells(cells, games.columns[0]),
        "colors": lambda: ColorBoard(rules.height).lock(0, NUM_ACTIONS // 2),
        "board statistics": lambda: measure_board(games.columns[0]),
    }
