"""Keeps the best game of a run as a replay."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.plain_data import to_plain
from tetris_arcade.engine.game_state import RUNNING
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.replays import Replay, save_replay
from tetris_arcade.training.callbacks import PlacementCallback
from tetris_arcade.training.replay_player import encode_start_state
from tetris_arcade.training.run_listener import RunProgress

logger = logging.getLogger(__name__)

_MAX_PIECES = 20_000
"""Longer games are not kept."""


class BestGameCallback(PlacementCallback):
    """Records the actions of every running game, and keeps the finished game with the most lines.

    Games that were already running when the run was resumed are not kept: their first actions are unknown.
    """

    def __init__(self, progress: RunProgress, paths: DataPaths) -> None:
        super().__init__()
        self.progress, self.paths = progress, paths
        self._unsaved: Replay | None = None
        self._path: Path | None = None

    def _on_training_start(self) -> None:
        env = self.model.placements_env
        max_pieces = min(env.config.max_pieces or _MAX_PIECES, _MAX_PIECES)
        self._best_lines = self.progress.best_game_lines
        self._rows = np.arange(env.num_envs)
        self._actions = np.zeros((env.num_envs, max_pieces + 1), np.uint8)  # [N, placements + the fatal one]
        self._lengths = env.games.pieces.copy()
        self._is_complete = self._lengths == 0

    def _on_step(self) -> bool:
        max_length = self._actions.shape[1]
        self._actions[self._rows, np.minimum(self._lengths, max_length - 1)] = self.locals["actions"]
        self._lengths += 1
        ended = self.model.placements_env.ended
        for i in np.flatnonzero(ended.status != RUNNING):
            is_known = self._is_complete[i] and self._lengths[i] <= max_length
            if is_known and ended.lines[i] > self._best_lines:
                self._best_lines = int(ended.lines[i])
                self._unsaved = self._to_replay(int(i))
            self._lengths[i], self._is_complete[i] = 0, True
        return True

    def _to_replay(self, i: int) -> Replay:
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
        """Return the best game if it was not taken yet; the caller saves it."""
        replay, self._unsaved = self._unsaved, None
        return replay

    def save(self, replay: Replay | None) -> None:
        """Replace the replay that this run saved before. A failure is logged, and the run continues.

        Called from the thread of the checkpoint writer.
        """
        if replay is None:
            return
        try:
            self._path = save_replay(self.paths, replay, self._path)
        except (OSError, StorageError, ValueError) as error:
            logger.warning("the best game was not saved: %s", error)
