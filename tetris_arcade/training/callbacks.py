"""stable-baselines3 callbacks, one duty each. All that can stop or save a run happens before a step, where
it can be resumed exactly."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from stable_baselines3.common.callbacks import BaseCallback

from tetris_arcade.engine.board import board_figures
from tetris_arcade.engine.color_board import ColorBoard, PlacedPiece
from tetris_arcade.engine.simulation import RUNNING
from tetris_arcade.training.metric_logs import TIMESTEPS
from tetris_arcade.training.run_listener import EpisodeResult, RunListener, RunProgress, StepSnapshot

if TYPE_CHECKING:
    from tetris_arcade.training.dqn import PlacementDQN

_RECENT_GAMES = 100
_GOAL_GAMES = 20
_RATE_SECONDS = 1.0


class StopTrainingSignal(Exception):  # noqa: N818
    """Ends `learn()` between two steps; stable-baselines3's own way would lose a transition."""


class PlacementCallback(BaseCallback):
    """A callback of `PlacementDQN`."""

    model: PlacementDQN

    def _on_step(self) -> bool:
        return True


class ProgressCallback(PlacementCallback):
    """Keeps the counters: timesteps, rates, and the lines of every game that ends."""

    def __init__(self, counters: RunProgress, listener: RunListener) -> None:
        super().__init__()
        self.counters, self.listener = counters, listener

    def _on_training_start(self) -> None:
        self._clock = self._rate_clock = time.monotonic()
        self._rate_from = (self.model.num_timesteps, self.model._n_updates)

    def _on_rollout_start(self) -> None:
        counters, now = self.counters, time.monotonic()
        counters.seconds += now - self._clock
        self._clock = now
        counters.timesteps = self.model.num_timesteps
        counters.updates = self.model._n_updates
        counters.epsilon = self.model.exploration_rate
        counters.loss = self.model.last_loss
        counters.mean_value = self.model.last_mean_value
        if now - self._rate_clock >= _RATE_SECONDS:
            self._measure_rates(now)

    def _measure_rates(self, now: float) -> None:
        seconds = now - self._rate_clock
        timesteps, updates = self._rate_from
        self.counters.timesteps_per_second = (self.model.num_timesteps - timesteps) / seconds
        self.counters.updates_per_second = (self.model._n_updates - updates) / seconds
        self._rate_clock, self._rate_from = now, (self.model.num_timesteps, self.model._n_updates)

    def skip_time(self) -> None:
        """Leave out the time since the last step: the run stood still."""
        self._clock = self._rate_clock = time.monotonic()
        self._rate_from = (self.model.num_timesteps, self.model._n_updates)

    def _on_step(self) -> bool:
        ended = self.model.placements_env.ended
        for i in np.flatnonzero(ended.status != RUNNING):
            self._count_game(
                EpisodeResult(
                    lines=int(ended.lines[i]),
                    pieces=int(ended.pieces[i]),
                    score=int(ended.score[i]),
                    reward=float(ended.reward[i]),
                    timesteps=self.model.num_timesteps,
                    seconds=self.counters.seconds,
                )
            )
        return True

    def _count_game(self, result: EpisodeResult) -> None:
        counters = self.counters
        counters.episodes += 1
        counters.last_lines = result.lines
        counters.best_game_lines = max(counters.best_game_lines, result.lines)
        counters.recent_lines = [*counters.recent_lines, result.lines][-_RECENT_GAMES:]
        counters.mean_lines_last_100 = float(np.mean(counters.recent_lines))
        self.logger.record_mean("rollout/lines", float(result.lines))
        self.listener.episode(result)


class ControlCallback(PlacementCallback):
    """Asks the listener before every step whether, and when, the run goes on."""

    def __init__(self, listener: RunListener, progress: ProgressCallback) -> None:
        super().__init__()
        self.listener, self.progress = listener, progress

    def _on_rollout_start(self) -> None:
        asked = time.monotonic()
        goes_on = self.listener.before_step()
        if time.monotonic() - asked > 0.05:
            self.progress.skip_time()
        if not goes_on:
            raise StopTrainingSignal


class StopOnLimitCallback(PlacementCallback):
    """Ends the run after `total_timesteps` or `max_seconds` of training, and says which."""

    def __init__(self, counters: RunProgress, total_timesteps: int | None, max_seconds: float | None) -> None:
        super().__init__()
        self.counters, self.total_timesteps = counters, total_timesteps
        self.max_seconds = max_seconds
        self.was_reached = False

    def _on_training_start(self) -> None:
        self._seconds_before = self.counters.seconds

    def _on_rollout_start(self) -> None:
        done = self.total_timesteps is not None and self.model.num_timesteps >= self.total_timesteps
        late = (
            self.max_seconds is not None and self.counters.seconds - self._seconds_before >= self.max_seconds
        )
        if done or late:
            self.was_reached = True
            raise StopTrainingSignal


class StopOnGoalCallback(PlacementCallback):
    """Ends the run when the last games' mean lines reach the goal."""

    def __init__(self, counters: RunProgress, goal_lines: float | None) -> None:
        super().__init__()
        self.counters, self.goal_lines = counters, goal_lines
        self.was_reached = False

    def _on_rollout_start(self) -> None:
        last = self.counters.recent_lines[-_GOAL_GAMES:]
        if self.goal_lines is not None and len(last) == _GOAL_GAMES and np.mean(last) >= self.goal_lines:
            self.was_reached = True
            raise StopTrainingSignal


class EveryNSecondsCallback(PlacementCallback):
    """Calls something, between two steps, each time so many seconds have gone by."""

    def __init__(self, seconds: float, action: Callable[[], None]) -> None:
        super().__init__()
        self.seconds, self.action = seconds, action

    def _on_training_start(self) -> None:
        self._due = time.monotonic() + self.seconds

    def _on_rollout_start(self) -> None:
        if time.monotonic() >= self._due:
            self.action()
            self._due = time.monotonic() + self.seconds


class LogEveryNTimestepsCallback(PlacementCallback):
    """Dumps stable-baselines3's logger (TensorBoard, CSV) at even distances in timesteps, on one axis over
    all resumes."""

    def __init__(self, every_timesteps: int = 2_000) -> None:
        super().__init__()
        self.every_timesteps = every_timesteps

    def _on_training_start(self) -> None:
        self._due = self._next_due()

    def _next_due(self) -> int:
        return (self.model.num_timesteps // self.every_timesteps + 1) * self.every_timesteps

    def _on_rollout_start(self) -> None:
        if self.model.num_timesteps >= self._due:
            self.logger.record(TIMESTEPS, self.model.num_timesteps)
            self.logger.dump(self.model.num_timesteps)
            self._due = self._next_due()


class StepViewCallback(PlacementCallback):
    """Follows environment 0 in colour and shows its moves to the listener when it asks."""

    def __init__(self, counters: RunProgress, listener: RunListener) -> None:
        super().__init__()
        self.counters, self.listener = counters, listener

    def _on_training_start(self) -> None:
        env = self.model.placements_env
        self._painter = ColorBoard(env.config.height)
        self._painter.reset_from_columns(env.games.columns[0])
        self._piece = int(env.games.piece[0])
        self._next_pieces = tuple(int(piece) for piece in env.games.queue[0])

    def _on_step(self) -> bool:
        env = self.model.placements_env
        is_shown = self.listener.wants_view()
        cells = self._painter.cells.copy() if is_shown else None
        move = self._painter.lock(self._piece, int(self.locals["actions"][0]))
        view = None
        if cells is not None:
            view = self._view(cells, move)
        if env.ended.status[0] != RUNNING:
            self._painter.clear()
        else:
            self._painter.apply_garbage(env.games.columns[0])
        self._piece = int(env.games.piece[0])
        self._next_pieces = tuple(int(piece) for piece in env.games.queue[0])
        self.listener.after_step(self.counters, view)
        return True

    def _view(self, cells: NDArray[np.uint8], move: PlacedPiece) -> StepSnapshot:
        env, before = self.model.placements_env, np.asarray(self.model._last_obs)[0]
        is_over = bool(env.ended.status[0] != RUNNING)
        source, columns = (env.ended, env.ended.columns[0]) if is_over else (env.games, env.games.columns[0])
        max_height, holes, bumpiness = board_figures(columns)
        return StepSnapshot(
            cells=cells,
            move=move,
            next_pieces=self._next_pieces,
            is_greedy=not bool(self.model.explored[0]),
            lines=int(source.lines[0]),
            pieces=int(source.pieces[0]),
            score=int(source.score[0]),
            is_over=is_over,
            max_height=int(max_height),
            holes=int(holes),
            bumpiness=int(bumpiness),
            reward=float(self.locals["rewards"][0]),
            values=lambda: self.model.values_of(before),
        )
