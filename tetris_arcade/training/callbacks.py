"""stable-baselines3 callbacks of a run, one duty each.

Everything that stops or saves a run happens before a step (`_on_rollout_start`), where the run can be resumed
exactly.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from stable_baselines3.common.callbacks import BaseCallback

from tetris_arcade.config.changes import Change
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.engine.board import measure_board
from tetris_arcade.engine.color_board import ColorBoard, PlacedPiece
from tetris_arcade.engine.game_state import RUNNING
from tetris_arcade.training.metric_logs import TIMESTEPS_KEY
from tetris_arcade.training.run_listener import EpisodeResult, RunListener, RunProgress, StepSnapshot

if TYPE_CHECKING:
    from tetris_arcade.training.dqn import PlacementDQN

_RECENT_EPISODES = 100
_PAUSE_SECONDS = 0.05


class StopTrainingSignal(Exception):  # noqa: N818
    """Ends `learn()` between two steps. Returning False from `_on_step` would lose a transition."""


class PlacementCallback(BaseCallback):
    """Base class of the callbacks of `PlacementDQN`."""

    model: PlacementDQN

    def _on_step(self) -> bool:
        return True


class ProgressCallback(PlacementCallback):
    """Keeps `RunProgress` up to date and reports finished episodes."""

    def __init__(self, progress: RunProgress, listener: RunListener) -> None:
        super().__init__()
        self.progress, self.listener = progress, listener

    def _on_training_start(self) -> None:
        self.skip_time()

    def skip_time(self) -> None:
        """Do not count the time since the last step, because the run was paused."""
        self._clock = time.monotonic()

    def _on_rollout_start(self) -> None:
        progress, now = self.progress, time.monotonic()
        progress.seconds += now - self._clock
        self._clock = now
        progress.timesteps = self.model.num_timesteps
        progress.updates = self.model._n_updates
        progress.epsilon = self.model.exploration_rate
        progress.loss = self.model.last_loss
        progress.mean_value = self.model.last_mean_value

    def _on_step(self) -> bool:
        ended = self.model.placements_env.ended
        for i in np.flatnonzero(ended.status != RUNNING):
            self._count_episode(
                EpisodeResult(
                    lines=int(ended.lines[i]),
                    reward=float(ended.reward[i]),
                    timesteps=self.model.num_timesteps,
                    pieces=int(ended.pieces[i]),
                    score=int(ended.score[i]),
                    env=int(i),
                )
            )
        return True

    def _count_episode(self, result: EpisodeResult) -> None:
        progress = self.progress
        progress.episodes += 1
        progress.last_lines = result.lines
        progress.best_game_lines = max(progress.best_game_lines, result.lines)
        progress.recent_lines = [*progress.recent_lines, result.lines][-_RECENT_EPISODES:]
        progress.mean_lines_last_100 = float(np.mean(progress.recent_lines))
        self.logger.record_mean("rollout/lines", float(result.lines))
        self.listener.episode(result)


class ControlCallback(PlacementCallback):
    """Asks the listener before every step whether to continue. The listener may block, to pause or pace."""

    def __init__(self, listener: RunListener, progress_callback: ProgressCallback) -> None:
        super().__init__()
        self.listener, self.progress_callback = listener, progress_callback

    def _on_rollout_start(self) -> None:
        asked_at = time.monotonic()
        should_continue = self.listener.before_step()
        if time.monotonic() - asked_at > _PAUSE_SECONDS:
            self.progress_callback.skip_time()
        if not should_continue:
            raise StopTrainingSignal


class ChangesCallback(PlacementCallback):
    """Sets the hyperparameters that `get_config().changes` changes, at the timesteps at which it says so."""

    def __init__(self, get_config: Callable[[], TrainConfig]) -> None:
        super().__init__()
        self._get_config = get_config
        self._made: tuple[Change, ...] = ()

    def _on_rollout_start(self) -> None:
        config = self._get_config()
        if config.changes == self._made:
            return
        timesteps = self.model.num_timesteps
        due = tuple(change for change in config.changes if change.timesteps <= timesteps)
        if due != self._made:
            self._made = due
            self.model.set_hyperparameters(config.at(timesteps))


class StopOnLimitCallback(PlacementCallback):
    """Stops the run at `total_timesteps`, or after `max_seconds` of training; None means no limit."""

    def __init__(self, progress: RunProgress, total_timesteps: int | None, max_seconds: float | None) -> None:
        super().__init__()
        self.progress, self.total_timesteps, self.max_seconds = progress, total_timesteps, max_seconds
        self.was_reached = False

    def _on_rollout_start(self) -> None:
        is_done = self.total_timesteps is not None and self.model.num_timesteps >= self.total_timesteps
        is_late = self.max_seconds is not None and self.progress.seconds >= self.max_seconds
        if is_done or is_late:
            self.was_reached = True
            raise StopTrainingSignal


class StopOnGoalCallback(PlacementCallback):
    """Stops the run when a test reaches the goal. None means no goal.

    test_lines: lines per game of the newest test since the run was started or resumed; the trainer sets it.
    """

    def __init__(self, goal_lines: float | None) -> None:
        super().__init__()
        self.goal_lines = goal_lines
        self.test_lines = 0.0
        self.was_reached = False

    def _on_rollout_start(self) -> None:
        if self.goal_lines is not None and self.test_lines >= self.goal_lines:
            self.was_reached = True
            raise StopTrainingSignal


class EveryNSecondsCallback(PlacementCallback):
    """Calls `action` between two steps, every `seconds` seconds."""

    def __init__(self, seconds: float, action: Callable[[], None]) -> None:
        super().__init__()
        self.seconds, self.action = seconds, action

    def _on_training_start(self) -> None:
        self._next_time = time.monotonic() + self.seconds

    def _on_rollout_start(self) -> None:
        if time.monotonic() >= self._next_time:
            self.action()
            self._next_time = time.monotonic() + self.seconds


class LogEveryNTimestepsCallback(PlacementCallback):
    """Dumps the logger (TensorBoard, CSV) at multiples of `every_timesteps`, also across resumes."""

    def __init__(self, every_timesteps: int = 2_000) -> None:
        super().__init__()
        self.every_timesteps = every_timesteps

    def _on_training_start(self) -> None:
        self._next_timesteps = self._next_multiple()

    def _next_multiple(self) -> int:
        return (self.model.num_timesteps // self.every_timesteps + 1) * self.every_timesteps

    def _on_rollout_start(self) -> None:
        if self.model.num_timesteps >= self._next_timesteps:
            self.logger.record(TIMESTEPS_KEY, self.model.num_timesteps)
            self.logger.dump(self.model.num_timesteps)
            self._next_timesteps = self._next_multiple()


class StepViewCallback(PlacementCallback):
    """Tracks the colors of environment 0 and passes snapshots of its steps to the listener on request."""

    def __init__(self, progress: RunProgress, listener: RunListener) -> None:
        super().__init__()
        self.progress, self.listener = progress, listener

    def _on_training_start(self) -> None:
        env = self.model.placements_env
        self._board = ColorBoard(env.config.height)
        self._board.reset_from_columns(env.games.columns[0], self.model.shown_colors)
        self.model.shown_colors = self._board.cells
        self._read_pieces()

    def _on_step(self) -> bool:
        env = self.model.placements_env
        cells = self._board.cells.copy() if self.listener.wants_snapshot() else None
        move = self._board.lock(self._piece, int(self.locals["actions"][0]))
        snapshot = None if cells is None else self._snapshot(cells, move)
        if env.ended.status[0] != RUNNING:
            self._board.clear()
        else:
            self._board.apply_garbage(env.games.columns[0])
        self._read_pieces()
        self.listener.after_step(self.progress, snapshot)
        return True

    def _read_pieces(self) -> None:
        games = self.model.placements_env.games
        self._piece = int(games.piece[0])
        self._next_pieces = tuple(int(piece) for piece in games.queue[0])

    def _snapshot(self, cells: NDArray[np.uint8], move: PlacedPiece) -> StepSnapshot:
        env = self.model.placements_env
        is_over = bool(env.ended.status[0] != RUNNING)
        source, columns = (env.ended, env.ended.columns[0]) if is_over else (env.games, env.games.columns[0])
        stats = measure_board(columns)
        return StepSnapshot(
            cells=cells,
            move=move,
            next_pieces=self._next_pieces,
            is_greedy=not bool(self.model.explored[0]),
            lines=int(source.lines[0]),
            pieces=int(source.pieces[0]),
            score=int(source.score[0]),
            is_over=is_over,
            max_height=int(stats.max_height),
            holes=int(stats.holes),
            bumpiness=int(stats.bumpiness),
            values=self.model.values_before_step,
        )
