"""Shortcuts to the compiled engine for tests: a batch of games, a game at a given board, a decent player."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from tetris_arcade.config.features import FEATURES, NUM_FEATURES
from tetris_arcade.engine.board import cells_from_columns, columns_from_cells
from tetris_arcade.engine.game_state import new_ended, new_games
from tetris_arcade.engine.placements import AFTERSTATE_WIDTH, CLASSIC_WIDTH, new_workspace
from tetris_arcade.engine.rules import make_rules
from tetris_arcade.engine.simulation import mask_games, observe_games, reset_games, step_games
from tetris_arcade.engine.tetromino import NUM_ACTIONS

SURVIVES = NUM_FEATURES
"""Index of the flag in a row of an observation."""
INDEX = {feature.name: k for k, feature in enumerate(FEATURES)}
"""Index of each feature in a row of an observation."""


class Batch:
    """N compiled games with their arrays, without gymnasium or stable-baselines3."""

    def __init__(self, seeds, **rules):
        self.rules = make_rules(**rules)
        self.games, self.ended = new_games(list(seeds)), new_ended(len(seeds))
        self.workspace = new_workspace()
        width = CLASSIC_WIDTH if self.rules.classic else AFTERSTATE_WIDTH
        self.observations = np.zeros((len(seeds), NUM_ACTIONS, width), np.float32)
        self.last_observations = np.zeros_like(self.observations)
        self.rewards = np.zeros(len(seeds), np.float32)
        reset_games(self.games, self.rules, self.workspace, self.observations)

    def step(self, actions):
        actions = np.asarray(actions, np.int64)
        step_games(
            self.games, self.rules, 0, len(actions), actions, self.workspace,
            self.rewards, self.observations, self.last_observations, self.ended,
        )  # fmt: skip
        return self.rewards.copy(), self.ended.status.copy()

    def cells(self, i=0):
        return cells_from_columns(self.games.columns[i], self.rules.height)

    def masks(self):
        legal, surviving = np.zeros((2, len(self.rewards), NUM_ACTIONS), np.bool_)
        mask_games(self.games, self.rules, self.workspace, legal, surviving)
        return legal, surviving


def board_batch(cells, piece=0, next_piece=0, **rules):
    """One game at a given board with given pieces."""
    batch = Batch([0], height=len(cells), **rules)
    columns_from_cells(cells.astype(np.uint8), batch.games.columns[0])
    batch.games.piece[0], batch.games.queue[0, 0] = piece, next_piece
    observe_games(batch.games, batch.rules, batch.workspace, batch.observations)
    return batch


def careful_values(observations):
    """A value per placement that keeps the stack low and without holes."""
    names = ("row_transitions", "column_transitions", "landing_height")
    return -4 * observations[..., INDEX["holes"]] - sum(observations[..., INDEX[name]] for name in names)


def cautious_actions(observations, generator, care=0.8):
    """An action per (40, F) observation: mostly one that keeps the stack low, otherwise any that survives.

    With such actions games last long enough to clear lines, and end.
    """
    values = careful_values(observations)
    is_random = generator.random(len(observations)) > care
    values[is_random] = generator.random((int(is_random.sum()), NUM_ACTIONS))
    values[observations[..., SURVIVES] == 0] = -1e9
    return values.argmax(axis=1)


def features_by_name(observation, action):
    """The features of one placement as attributes."""
    return SimpleNamespace(**{name: float(observation[action, k]) for name, k in INDEX.items()})
