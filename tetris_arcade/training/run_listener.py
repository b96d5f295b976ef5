"""What a training run reports and asks while it runs, as plain methods: the same trainer serves a window, a
terminal and a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.color_board import PlacedPiece

TESTS_SERIES = "evaluated_lines"
"""What a listener calls its graph of the standard tests in its state."""


@dataclass
class RunProgress:
    """Progress of a run: counters, recent results and the learner's latest statistics.

    One mutable object per run, written only by the trainer and its callbacks, and saved with checkpoints.

    seconds: time spent training, without pauses. best_game_lines: lines of the best training episode.
    best_eval_lines: lines per game of the best model in the standard test. best_eval_metric: what made it the
    best: the same or, if the reward is not `lines`, its score per game on the run's own board.
    epsilon: exploration rate. loss, mean_value: loss and mean Q-value of the last update, NaN before the
    first. recent_lines: lines of the last 100 episodes, oldest first.
    """

    timesteps: int = 0
    episodes: int = 0
    updates: int = 0
    seconds: float = 0.0
    last_lines: int = 0
    best_game_lines: int = 0
    best_eval_lines: float = 0.0
    best_eval_metric: float = 0.0
    mean_lines_last_100: float = 0.0
    epsilon: float = 1.0
    loss: float = float("nan")
    mean_value: float = float("nan")
    recent_lines: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class EpisodeResult:
    """One finished training episode of the environment `env`, and the timestep at which it ended."""

    lines: int
    reward: float
    timesteps: int
    pieces: int
    score: int
    env: int = 0


@dataclass(frozen=True)
class StepSnapshot:
    """One step of environment 0, as it is shown.

    cells: the board before the placement, (height, 10) uint8. next_pieces: the queue before it. The other
    fields describe the board after it. values: computes the Q-values of the 40 placements, (40,) float32,
    NaN for those that end the game. It costs a forward pass, so call it only for frames that are shown.
    """

    cells: NDArray[np.uint8]
    move: PlacedPiece
    next_pieces: tuple[int, ...]
    is_greedy: bool
    lines: int
    pieces: int
    score: int
    is_over: bool
    max_height: int
    holes: int
    bumpiness: int
    values: Callable[[], NDArray[np.float32]]


class RunListener:
    """Follows and steers a run. This base class never stops it and reports nothing.

    All methods are called from the trainer's thread.
    """

    _state: Mapping[str, NDArray[Any]] = MappingProxyType({})

    def stage(self, name: str, fraction: float) -> None:
        """The start-up reached a stage. `fraction` is 0..1 of the whole start-up."""

    def load_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore what `save_state` returned when the checkpoint was saved; called before the first step."""
        self._state = state

    def save_state(self) -> Mapping[str, NDArray[Any]]:
        """Return copies of named numeric arrays, which are saved with the run and restored on resume.

        A listener without a state of its own passes on the state that it was given.
        """
        return self._state

    def before_step(self) -> bool:
        """Return whether to continue; may block, for example while paused.

        Called before each step of the environments, where a run can be resumed exactly. False stops the run
        and saves it.
        """
        return True

    def wants_snapshot(self) -> bool:
        """Return whether `after_step` should receive a `StepSnapshot` of the next step."""
        return False

    def after_step(self, progress: RunProgress, snapshot: StepSnapshot | None) -> None:
        """Every environment made one step. `snapshot` is None unless `wants_snapshot` returned True."""

    def episode(self, result: EpisodeResult) -> None:
        """A training episode ended."""

    def evaluated(self, mean_lines: float, timesteps: int) -> None:
        """The model of that timestep took the standard test."""

    def new_best(self, mean_lines: float, timesteps: int) -> None:
        """The tested model is the best so far; it is being saved as `best`."""

    def saved(self, kind: str, folder: Path) -> None:
        """A checkpoint was saved: "latest", "best", "final" or the name of a slot."""

    def save_failed(self, kind: str, reason: str) -> None:
        """A checkpoint could not be saved. The run continues, and retries it unless it is a slot."""

    def noted(self, message: str) -> None:
        """Something that is worth knowing and no fault: the last run was set aside, a new one begins."""

    def warned(self, message: str) -> None:
        """The user should know about something, for example a checkpoint that was repaired."""


class RunListeners(RunListener):
    """Several listeners of one run, called in turn. The run saves the state of the first one only."""

    def __init__(self, *listeners: RunListener) -> None:
        self._listeners = listeners

    def stage(self, name: str, fraction: float) -> None:
        for listener in self._listeners:
            listener.stage(name, fraction)

    def load_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        self._listeners[0].load_state(state)

    def save_state(self) -> Mapping[str, NDArray[Any]]:
        return self._listeners[0].save_state()

    def before_step(self) -> bool:
        return all(listener.before_step() for listener in self._listeners)

    def wants_snapshot(self) -> bool:
        return any(listener.wants_snapshot() for listener in self._listeners)

    def after_step(self, progress: RunProgress, snapshot: StepSnapshot | None) -> None:
        for listener in self._listeners:
            listener.after_step(progress, snapshot)

    def episode(self, result: EpisodeResult) -> None:
        for listener in self._listeners:
            listener.episode(result)

    def evaluated(self, mean_lines: float, timesteps: int) -> None:
        for listener in self._listeners:
            listener.evaluated(mean_lines, timesteps)

    def new_best(self, mean_lines: float, timesteps: int) -> None:
        for listener in self._listeners:
            listener.new_best(mean_lines, timesteps)

    def saved(self, kind: str, folder: Path) -> None:
        for listener in self._listeners:
            listener.saved(kind, folder)

    def save_failed(self, kind: str, reason: str) -> None:
        for listener in self._listeners:
            listener.save_failed(kind, reason)

    def noted(self, message: str) -> None:
        for listener in self._listeners:
            listener.noted(message)

    def warned(self, message: str) -> None:
        for listener in self._listeners:
            listener.warned(message)
