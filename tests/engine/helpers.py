"""Short ways to the compiled engine, for tests: one board in, one answer out, games that get somewhere."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from tetris_arcade.engine.board import cells_from_columns, columns_from_cells
from tetris_arcade.engine.placements import AFTERSTATE_WIDTH, CLASSIC_WIDTH, new_scratch
from tetris_arcade.engine.simulation import (
    make_rules,
    mask_games,
    new_ended,
    new_games,
    observe_games,
    reset_games,
    step_games,
)
from tetris_arcade.engine.tetromino import NUM_ACTIONS


class Batch:
    """N compiled games with their arrays, without gymnasium or stable-baselines3."""

    def __init__(self, seeds, **rules):
        self.rules = make_rules(**rules)
        self.games, self.ended, self.scratch = new_games(list(seeds)), new_ended(len(seeds)), new_scratch()
        width = CLASSIC_WIDTH if self.rules.classic else AFTERSTATE_WIDTH
        self.observations = np.zeros((len(seeds), NUM_ACTIONS, width), np.float32)
        self.last_observations = np.zeros_like(self.observations)
        self.rewards = np.zeros(len(seeds), np.float32)
        reset_games(self.games, self.rules, self.scratch, self.observations)

    def step(self, actions):
        actions = np.asarray(actions, np.int64)
        step_games(
            self.games, self.rules, 0, len(actions), actions, self.scratch,
            self.rewards, self.observations, self.last_observations, self.ended,
        )  # fmt: skip
        return self.rewards.copy(), self.ended.status.copy()

    def cells(self, i=0):
        return cells_from_columns(self.games.columns[i], self.rules.height)

    def masks(self):
        legal, alive = np.zeros((2, len(self.rewards), NUM_ACTIONS), np.bool_)
        mask_games(self.games, self.rules, self.scratch, legal, alive)
        return legal, alive


def board_batch(cells, piece=0, next_piece=0, **rules):
    """One game that stands at a given board, with given pieces."""
    batch = Batch([0], height=len(cells), **rules)
    columns_from_cells(cells.astype(np.uint8), batch.games.columns[0])
    batch.games.piece[0], batch.games.queue[0, 0] = piece, next_piece
    observe_games(batch.games, batch.rules, batch.scratch, batch.observations)
    return batch


def cautious_actions(observations, generator, care=0.8):
    """An action for each (40, 22) observation: mostly one that keeps the stack low, else any that survives.

    Games of such a player last long enough to clear lines, and end.
    """
    values = (
        -observations[..., 15] - observations[..., 16] - 4 * observations[..., 11] - observations[..., 13]
    )
    wild = generator.random(len(observations)) > care
    values[wild] = generator.random((int(wild.sum()), NUM_ACTIONS))
    values[observations[..., 21] == 0] = -1e9
    return values.argmax(axis=1)


def feature(observation, action):
    """The features of one placement by name."""
    from tetris_arcade.config.features import FEATURES

    return SimpleNamespace(**{f.name: float(x) for f, x in zip(FEATURES, observation[action], strict=False)})
