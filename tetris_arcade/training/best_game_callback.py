"""The best game of a run, kept so that it can be watched again."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.plain_data import to_plain
from tetris_arcade.engine.simulation import RUNNING
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.replays import Replay, save_replay
from tetris_arcade.training.callbacks import PlacementCallback
from tetris_arcade.training.replay_player import encode_start_state
from tetris_arcade.training.run_listener import RunProgress

logger = logging.getLogger(__name__)

_MAX_GAME = 20_000
"""Placements; a longer game is not kept."""


class BestGameCallback(PlacementCallback):
    """Remembers the placements of every running game, and of the games that ended the one with most lines.

    A game that was running when a run was resumed is not known from its start, and not kept.
    """

    def __init__(self, counters: RunProgress, paths: DataPaths) -> None:
        super().__init__()
        self.counters, self.paths = counters, paths
        self._unsaved: Replay | None = None
        self._path: Path | None = None

    def _on_training_start(self) -> None:
        env = self.model.placements_env
        longest = min(env.config.max_pieces or _MAX_GAME, _MAX_GAME)
        self._best_lines = self.counters.best_game_lines
        self._rows = np.arange(env.num_envs)
        self._actions = np.zeros((env.num_envs, longest + 1), np.uint8)  # [N, pieces and the last, fatal one]
        self._lengths = env.games.pieces.copy()
        self._is_whole = self._lengths == 0

    def _on_step(self) -> bool:
        last = self._actions.shape[1] - 1
        self._actions[self._rows, np.minimum(self._lengths, last)] = self.locals["actions"]
        self._lengths += 1
        ended = self.model.placements_env.ended
        for i in np.flatnonzero(ended.status != RUNNING):
            is_known = self._is_whole[i] and self._lengths[i] <= last + 1
            if is_known and ended.lines[i] > self._best_lines:
                self._best_lines = int(ended.lines[i])
                self._unsaved = self._record(int(i))
            self._lengths[i], self._is_whole[i] = 0, True
        return True

    def _record(self, i: int) -> Replay:
        env, ended = self.model.placements_env, self.model.placements_env.ended
        seed = self.model.seed or 0
        return Replay(
            env=to_plain(env.config),
            seed=seed,
            actions=self._actions[i, : self._lengths[i]].tobytes(),
            lines=int(ended.lines[i]),
            score=int(ended.score[i]),
            player=f"training, seed {seed}",
            start_state=encode_start_state(ended.start_state[i]),
        )

    def take_unsaved(self) -> Replay | None:
        """The best game, where it is not on its way to the disk yet."""
        record, self._unsaved = self._unsaved, None
        return record

    def save(self, record: Replay | None) -> None:
        """Write it in place of this run's last, in the writer's thread; a run goes on without, too."""
        if record is None:
            return
        try:
            self._path = save_replay(self.paths, record, self._path)
        except (OSError, StorageError, ValueError) as error:
            logger.warning("the best game was not kept: %s", error)
