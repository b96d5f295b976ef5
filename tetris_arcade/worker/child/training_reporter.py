"""What a training tells the viewer, and how the viewer steers it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.board_view import BoardView
from tetris_arcade.engine.tetromino import NUM_COLS
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.training.run_listener import EpisodeResult, RunListener, RunProgress, StepSnapshot
from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.child.pacer import Pacer
from tetris_arcade.worker.child.series import SeriesRecorder, from_arrays, to_arrays
from tetris_arcade.worker.child.throughput import Throughput
from tetris_arcade.worker.shared.board_record import write_board
from tetris_arcade.worker.shared.messages import (
    NewBest,
    QueuedCommand,
    Save,
    Saved,
    SaveFailed,
    SaveSlot,
    Stage,
    Warned,
    WorkerState,
)

if TYPE_CHECKING:
    from tetris_arcade.training.trainer import Trainer

_WHOLE_RUNS = ("latest", "final")
"""What a run can go on from."""
_SAMPLE_SECONDS = 0.25
_RECENT_GAMES = 100
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
"""Field of the frame: field of `RunProgress`."""


class ViewerListener(RunListener):
    """Shows a training on the frame and the graphs, and lets the gate steer it."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._counters = channel.frame["counters"]
        self._board: Any = channel.frame["boards"][0][0]
        self._games = self._moves = self._shown_pieces = 0
        self._graphs = SeriesRecorder(channel.previous_series())
        self._timesteps_rate, self._updates_rate = Throughput(), Throughput()
        self._rewards: deque[float] = deque(maxlen=_RECENT_GAMES)
        self._is_shown = False
        self._sample_at = 0.0
        self._gate: Pacer | None = None
        self._trainer: Trainer

    def load_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        if self._graphs.are_empty:  # else a process of this window has shown more of them since
            self._graphs = SeriesRecorder(from_arrays(state))

    def save_state(self) -> Mapping[str, NDArray[Any]]:
        return to_arrays(self._graphs.record)

    def bind(self, trainer: Trainer) -> None:
        """Say whose listener this is; before the run."""
        self._trainer = trainer

    # --- Steering ---

    def stage(self, name: str, fraction: float) -> None:
        self._channel.report(Stage(name, fraction))

    def before_step(self) -> bool:
        if self._gate is None:
            self._gate = self._begin()
        if self._gate.wait_for_turn():
            return True
        self._channel.state = WorkerState.SAVING
        return False

    def _begin(self) -> Pacer:
        trainer, frame = self._trainer, self._channel.frame
        self._graphs.truncate(trainer.progress.timesteps)
        if self._graphs.is_empty("evaluated_lines"):
            for timesteps, lines in trainer.history.learning_curve:
                self._graphs.add("evaluated_lines", timesteps, lines)
        frame["num_boards"] = 1
        self._counters["timesteps_asked"] = trainer.config.total_timesteps or 0
        write_board(self._board, BoardView(np.zeros((trainer.config.env.height, NUM_COLS), np.uint8)))
        self._show_graphs()
        self._channel.mark_started()
        return Pacer(self._channel, self._obey, self._show_counters, trainer.collect)

    def _obey(self, command: QueuedCommand) -> None:
        try:
            match command:
                case Save():
                    self._trainer.save("latest")
                case SaveSlot(name):
                    self._trainer.save_to_slot(name)
                case _:
                    self._channel.report(Warned("A training takes no such command."))
        except (OSError, StorageError) as error:
            self.save_failed(command.name if isinstance(command, SaveSlot) else "latest", str(error))

    # --- Showing ---

    def wants_snapshot(self) -> bool:
        assert self._gate is not None
        self._is_shown = self._channel.controls.visuals and self._gate.should_show_next_move
        return self._is_shown or time.monotonic() >= self._sample_at

    def after_step(self, progress: RunProgress, snapshot: StepSnapshot | None) -> None:
        assert self._gate is not None
        self._moves += 1
        if snapshot is not None and self._is_shown:
            self._show_board(snapshot, self._gate.move_seconds)
        if time.monotonic() >= self._sample_at:
            self._sample(progress, snapshot)
        if self._gate.should_show_next_move:
            self._show_counters()
        self._gate.mark_moved()

    def _show_board(self, snapshot: StepSnapshot, seconds: float) -> None:
        if snapshot.pieces <= self._shown_pieces:
            self._games += 1
        self._shown_pieces = snapshot.pieces
        position = BoardView(
            cells=snapshot.cells,
            next_pieces=snapshot.next_pieces,
            lines=snapshot.lines,
            pieces=snapshot.pieces,
            score=snapshot.score,
            game=self._games,
            move=self._moves,
            move_seconds=seconds,
            greedy=snapshot.is_greedy,
            over=snapshot.is_over,
            values=snapshot.values(),
        )
        write_board(self._board, position.with_move(snapshot.move))

    def _show_counters(self) -> None:
        """Publish the frame with the current progress."""
        progress = self._trainer.progress
        for name, source in _COPIED_COUNTERS.items():
            self._counters[name] = getattr(progress, source)
        assert self._gate is not None
        seconds = self._gate.running_seconds
        self._timesteps_rate.update(progress.timesteps, seconds)
        self._updates_rate.update(progress.updates, seconds)
        self._counters["timesteps_per_second"] = self._timesteps_rate.per_second
        self._counters["updates_per_second"] = self._updates_rate.per_second
        self._channel.publish_frame()

    def _sample(self, progress: RunProgress, snapshot: StepSnapshot | None) -> None:
        """Put what has no points of its own on the graphs, a few times a second."""
        self._sample_at = time.monotonic() + _SAMPLE_SECONDS
        for name in ("loss", "epsilon", "mean_value"):
            self._graphs.add(name, progress.timesteps, getattr(progress, name))
        self._graphs.add("timesteps_per_second", progress.timesteps, self._timesteps_rate.per_second)
        if snapshot is not None:
            for name in ("holes", "max_height", "bumpiness"):
                self._graphs.add(name, progress.timesteps, getattr(snapshot, name))
        self._show_graphs()

    def _show_graphs(self) -> None:
        if self._graphs.has_changed:
            self._channel.publish_series(self._graphs.record)
            self._graphs.has_changed = False

    # --- Telling ---

    def episode(self, result: EpisodeResult) -> None:
        progress = self._trainer.progress
        self._rewards.append(result.reward)
        self._counters["reward_mean"] = np.mean(self._rewards)
        self._graphs.add("lines", result.timesteps, result.lines)
        self._graphs.add("smoothed_lines", result.timesteps, progress.mean_lines_last_100)
        self._graphs.add("reward", result.timesteps, result.reward)

    def evaluated(self, mean_lines: float, timesteps: int) -> None:
        self._graphs.add("evaluated_lines", timesteps, mean_lines)

    def new_best(self, mean_lines: float, timesteps: int) -> None:
        self._channel.report(NewBest(mean_lines, timesteps))

    def saved(self, kind: str, folder: Path) -> None:
        if kind in _WHOLE_RUNS:
            self._counters["saved_at"] = time.time()
            self._counters["unsaved_since"] = 0.0
        match kind:
            case "latest" | "best" | "final":
                self._channel.report(Saved(kind, kind))
            case _:
                self._channel.report(Saved("slot", kind))

    def warned(self, sentence: str) -> None:
        self._channel.report(Warned(sentence))

    def save_failed(self, kind: str, reason: str) -> None:
        # A slot's name that is taken leaves the run as safe as it was; a slot that fits makes it no safer.
        if kind in _WHOLE_RUNS and self._counters["unsaved_since"][0] == 0.0:
            self._counters["unsaved_since"] = time.time()
        self._channel.report(SaveFailed(reason))
