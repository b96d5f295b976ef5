"""The run listener of a training task: publishes the training, and lets the viewer control it.

Usually the training runs at full speed and the board shows a game beside it (`WatchedGame`). In step, the
board shows the training's own first game, and the training waits for it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.game_position import GamePosition
from tetris_arcade.config.learner_record import write_events
from tetris_arcade.config.probes import PROBES
from tetris_arcade.engine.color_board import ColorBoard
from tetris_arcade.engine.displayed_board import DisplayedBoard
from tetris_arcade.engine.tetromino import NUM_COLS
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.training.learner_monitor import LearnerMonitor
from tetris_arcade.training.run_listener import EpisodeResult, RunListener, RunProgress, StepSnapshot
from tetris_arcade.training.taken_game import position_of
from tetris_arcade.training.throughput import Throughput
from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.child.pacer import Pacer
from tetris_arcade.worker.child.series import SeriesRecorder, from_arrays, to_arrays
from tetris_arcade.worker.child.watched_game import WatchedGame
from tetris_arcade.worker.shared.board_record import write_board
from tetris_arcade.worker.shared.controls import watched_speed
from tetris_arcade.worker.shared.messages import (
    AddNote,
    EpisodeEnded,
    HandedOver,
    HandOver,
    NewBest,
    Noted,
    QueuedCommand,
    Save,
    Saved,
    SaveFailed,
    SaveSlot,
    SetHyperparameter,
    Stage,
    Warned,
    WorkerState,
)
from tetris_arcade.worker.shared.telemetry import MAX_GAMES

if TYPE_CHECKING:
    from tetris_arcade.training.trainer import Trainer

_RESUMABLE_KINDS = ("latest", "final")
_SAMPLE_SECONDS = 0.25
_SAMPLES_PER_MEASUREMENT = 4
"""Measuring the learner takes one to three milliseconds: once a second, a few thousandths of its time."""
_RECENT_GAMES = 100
_REPORTED_GAME_SECONDS = 1 / 5
_COPIED_COUNTERS = {
    "timesteps": "timesteps",
    "episodes": "episodes",
    "updates": "updates",
    "last_lines": "last_lines",
    "best_lines": "best_game_lines",
    "best_eval_lines": "best_eval_lines",
    "mean_lines_100": "mean_lines_last_100",
    "epsilon": "epsilon",
    "loss": "loss",
    "mean_value": "mean_value",
    "seconds": "seconds",
}
"""Field of COUNTERS: field of `RunProgress`."""

_LEARNER_SERIES = {
    "td_error": "mean_abs_td_error",
    "gradient_norm": "gradient_norm",
    "target_distance": "target_distance",
    "exploration_share": "exploration_share",
}
"""Graph: field of LEARNER."""


class ViewerListener(RunListener):
    """Publishes a training as frames and graphs, and obeys the viewer's controls and commands."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._counters = channel.frame["counters"]
        self._controls = channel.controls
        self._board: Any = channel.frame["boards"][0][0]
        self._games = self._moves = self._shown_pieces = self._num_samples = 0
        self._graphs = SeriesRecorder(channel.previous_series())
        self._timesteps_rate, self._updates_rate = Throughput(), Throughput()
        self._rewards: deque[float] = deque(maxlen=_RECENT_GAMES)
        self._is_shown = False
        self._next_sample_at = self._next_game_at = 0.0
        self._has_started = self._is_measured = False
        self._monitor: LearnerMonitor
        self._pacer: Pacer
        self._watched: WatchedGame
        self._trainer: Trainer

    def bind(self, trainer: Trainer) -> None:
        """Set the trainer that this listener follows. Call it before the run."""
        self._trainer = trainer

    def load_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        if self._graphs.are_empty:  # Otherwise an earlier process of this viewer has published newer ones.
            self._graphs = SeriesRecorder(from_arrays(state))

    def save_state(self) -> Mapping[str, NDArray[Any]]:
        return to_arrays(self._graphs.record)

    # --- Control ---

    def stage(self, name: str, fraction: float) -> None:
        self._channel.report(Stage(name, fraction))

    def before_step(self) -> bool:
        if not self._has_started:
            self._start()
        if not self._is_measured:
            self._measure()
        if self._pacer.wait_for_turn():
            return True
        self._channel.state = WorkerState.SAVING
        return False

    def _start(self) -> None:
        """Publish what is known before the first step."""
        trainer, frame = self._trainer, self._channel.frame
        self._graphs.truncate(trainer.progress.timesteps)
        if self._graphs.is_empty("evaluated_lines"):
            for timesteps, lines in trainer.history.learning_curve:
                self._graphs.add("evaluated_lines", timesteps, lines)
                self._graphs.add_result("test", lines, timesteps)
        self._monitor = LearnerMonitor(trainer.model)
        frame["num_boards"] = 1
        self._counters["timesteps_asked"] = trainer.config.total_timesteps or 0
        write_board(self._board, DisplayedBoard(np.zeros((trainer.config.env.height, NUM_COLS), np.uint8)))
        self._publish_graphs()
        self._channel.mark_started()
        self._watched = WatchedGame(trainer, self._board)
        self._pacer = Pacer(
            self._channel,
            self._on_command,
            self._publish_frame,
            trainer.collect,
            is_paced=lambda: self._controls.is_in_step,
        )
        self._has_started = True

    def _measure(self) -> None:
        """Measure and publish the learner, between a gradient step and the next move."""
        self._is_measured = True
        self._monitor.sample()
        write_events(self._monitor.record[0], self._trainer.config.changes, self._trainer.history.notes)
        self._channel.publish_learner(self._monitor.record)
        self._add_learner_points(self._trainer.progress.timesteps)

    def _on_command(self, command: QueuedCommand) -> None:
        try:
            match command:
                case Save():
                    self._trainer.save("latest")
                case SaveSlot(name, overwrite):
                    self._trainer.save_to_slot(name, overwrite=overwrite)
                case SetHyperparameter(name, value):
                    self._trainer.change(name, value)
                    self._measure()
                case AddNote(text):
                    self._trainer.add_note(text)
                    self._measure()
                case HandOver():
                    self._channel.report(HandedOver(self._position()))
                case _:
                    self._channel.report(Warned("A training does not accept this command."))
        except ValueError as error:
            self._channel.report(Warned(f"Not changed: {error}"))
        except (OSError, StorageError) as error:
            self.save_failed(command.name if isinstance(command, SaveSlot) else "latest", str(error))

    def _position(self) -> GamePosition:
        """The position of the game that is shown: environment 0's, from which nothing is taken."""
        model = self._trainer.model
        env, board = model.placements_env, ColorBoard(self._trainer.config.env.height)
        board.reset_from_columns(env.games.columns[0], model.shown_colors)
        return position_of(env.games, env.rules, 0, board.cells)

    # --- Boards, counters and graphs ---

    @property
    def _shows_own_game(self) -> bool:
        """Whether the board shows the training's first game: in step, and until another can be played."""
        return self._controls.is_in_step or not self._watched.is_ready

    def wants_snapshot(self) -> bool:
        self._is_shown = self._controls.visuals and self._pacer.should_show_next_move and self._shows_own_game
        return self._is_shown or time.monotonic() >= self._next_sample_at

    def after_step(self, progress: RunProgress, snapshot: StepSnapshot | None) -> None:
        self._moves += 1
        if self._channel.controls.is_paused:
            self._is_measured = False  # Who makes single steps sees each gradient step.
        is_new = False
        if snapshot is not None and self._is_shown:
            self._show_board(snapshot)
        elif self._controls.visuals and not self._shows_own_game:
            is_new = self._watched.advance(watched_speed(self._controls.speed))
        if time.monotonic() >= self._next_sample_at:
            self._add_sample(progress, snapshot)
        if is_new or self._pacer.should_show_next_move:
            self._publish_frame()
        # Beside a training that is not in step, the board is never behind.
        self._pacer.mark_moved(is_shown=self._is_shown or not self._controls.is_in_step)

    def _show_board(self, snapshot: StepSnapshot) -> None:
        if snapshot.pieces <= self._shown_pieces:
            self._games += 1
        self._shown_pieces = snapshot.pieces
        position = DisplayedBoard(
            cells=snapshot.cells,
            next_pieces=snapshot.next_pieces,
            lines=snapshot.lines,
            pieces=snapshot.pieces,
            score=snapshot.score,
            game=self._games,
            move=self._moves,
            move_seconds=self._pacer.move_seconds,
            greedy=snapshot.is_greedy,
            over=snapshot.is_over,
            values=snapshot.values(),
        )
        write_board(self._board, position.with_move(snapshot.move))
        if self._controls.is_in_step:
            self._copy_games()

    def _copy_games(self) -> None:
        """Copy the boards of the training's games into the frame."""
        record, games = self._channel.frame["games"][0], self._trainer.model.placements_env.games
        count = record["count"] = min(len(games.lines), MAX_GAMES)
        record["height"] = self._trainer.config.env.height
        record["columns"][:count] = games.columns[:count]
        record["lines"][:count] = games.lines[:count]

    def _publish_frame(self) -> None:
        """Publish the frame with the current progress."""
        progress, seconds = self._trainer.progress, self._pacer.running_seconds
        for name, source in _COPIED_COUNTERS.items():
            self._counters[name] = getattr(progress, source)
        self._counters["timesteps_per_second"] = self._timesteps_rate.update(progress.timesteps, seconds)
        self._counters["updates_per_second"] = self._updates_rate.update(progress.updates, seconds)
        self._channel.publish_frame()

    def _add_sample(self, progress: RunProgress, snapshot: StepSnapshot | None) -> None:
        """Add a point to the graphs that are sampled over time."""
        self._next_sample_at = time.monotonic() + _SAMPLE_SECONDS
        self._num_samples += 1
        self._is_measured = self._is_measured and bool(self._num_samples % _SAMPLES_PER_MEASUREMENT)
        for name in ("loss", "epsilon", "mean_value"):
            self._graphs.add(name, progress.timesteps, getattr(progress, name))
        self._graphs.add("timesteps_per_second", progress.timesteps, self._timesteps_rate.per_second)
        if snapshot is not None:
            for name in ("holes", "max_height", "bumpiness"):
                self._graphs.add(name, progress.timesteps, getattr(snapshot, name))
        self._copy_games()
        self._publish_graphs()

    def _add_learner_points(self, timesteps: int) -> None:
        """Add the quantities that were measured last."""
        record = self._monitor.record[0]
        for name, source in _LEARNER_SERIES.items():
            self._graphs.add(name, timesteps, float(record[source]))
        for probe, value in zip(PROBES, record["probe_values"].tolist(), strict=True):
            self._graphs.add(probe.series, timesteps, value)

    def _publish_graphs(self) -> None:
        if self._graphs.has_changed:
            self._channel.publish_series(self._graphs.record)
            self._graphs.has_changed = False

    # --- Events ---

    def episode(self, result: EpisodeResult) -> None:
        if result.env == 0:
            self._monitor.end_game()
        self._rewards.append(result.reward)
        self._counters["reward_mean"] = sum(self._rewards) / len(self._rewards)
        self._graphs.add("lines", result.timesteps, result.lines)
        self._graphs.add("smoothed_lines", result.timesteps, self._trainer.progress.mean_lines_last_100)
        self._graphs.add("reward", result.timesteps, result.reward)
        self._graphs.add_result("game", result.lines, result.timesteps)
        now = time.monotonic()
        if now >= self._next_game_at:
            self._next_game_at = now + _REPORTED_GAME_SECONDS
            self._report_game(result)

    def _report_game(self, result: EpisodeResult) -> None:
        self._channel.report_if_read(
            EpisodeEnded(
                episode=self._trainer.progress.episodes,
                reward=result.reward,
                lines=result.lines,
                pieces=result.pieces,
                score=result.score,
                timesteps=result.timesteps,
            )
        )

    def evaluated(self, mean_lines: float, timesteps: int) -> None:
        self._graphs.add("evaluated_lines", timesteps, mean_lines)
        self._graphs.add_result("test", mean_lines, timesteps)

    def new_best(self, mean_lines: float, timesteps: int) -> None:
        self._publish_frame()  # so that no screen shows the new best beside the one before
        self._channel.report(NewBest(mean_lines, timesteps))

    def saved(self, kind: str, folder: Path) -> None:
        if kind in _RESUMABLE_KINDS:
            self._publish_save(saved_at=time.time(), unsaved_since=0.0)
        match kind:
            case "latest" | "best" | "final":
                self._channel.report(Saved(kind, kind))
            case _:
                self._channel.report(Saved("slot", kind))

    def noted(self, message: str) -> None:
        self._channel.report(Noted(message))

    def warned(self, message: str) -> None:
        self._channel.report(Warned(message))

    def save_failed(self, kind: str, reason: str) -> None:
        # A failed slot does not endanger the run, and a saved slot does not secure it.
        if kind in _RESUMABLE_KINDS and self._counters["unsaved_since"][0] == 0.0:
            self._publish_save(unsaved_since=time.time())
        self._channel.report(SaveFailed(reason))

    def _publish_save(self, **times: float) -> None:
        """Publish when the run was saved, at once: a run that ends makes no other frame."""
        for name, moment in times.items():
            self._counters[name] = moment
        if self._has_started:
            self._publish_frame()
