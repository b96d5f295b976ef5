"""What a run tells, and asks, from outside: plain methods, so that the same trainer serves a window, a
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


@dataclass
class RunProgress:
    """Where a run stands. One object, written by the trainer alone."""

    timesteps: int = 0
    episodes: int = 0
    updates: int = 0
    seconds: float = 0.0
    timesteps_per_second: float = 0.0
    updates_per_second: float = 0.0
    last_lines: int = 0
    best_game_lines: int = 0
    """Lines of the luckiest training game."""
    best_eval_lines: float = 0.0
    """Mean lines of the best model by evaluation on held-out pieces."""
    best_eval_figure: float = 0.0
    """What it was chosen by: mean lines, or, where the reward counts more than lines, mean score."""
    mean_lines_last_100: float = 0.0
    epsilon: float = 1.0
    loss: float = float("nan")
    mean_value: float = float("nan")
    recent_lines: list[int] = field(default_factory=list)
    """Of the last games, at most 100, the newest last."""


@dataclass(frozen=True)
class EpisodeResult:
    """One training game that ended, in any of the environments."""

    lines: int
    pieces: int
    score: int
    reward: float
    timesteps: int
    seconds: float


@dataclass(frozen=True)
class StepSnapshot:
    """One move of the watched game (environment 0), as it is shown.

    `cells` is the board before the move, (H, 10) uint8. `values` computes the values of its 40 placements,
    (40,) float32, NaN where one does not survive; it costs a forward pass, so it is called only
    for a frame that is shown.
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
    reward: float
    values: Callable[[], NDArray[np.float32]]


class RunListener:
    """Hears of a run and steers it; this one lets it run and says nothing. All calls come from the
    trainer's thread."""

    _memory: Mapping[str, NDArray[Any]] = MappingProxyType({})

    def stage(self, name: str, fraction: float) -> None:
        """How far the start is: a stage's name and 0..1 over all of it."""

    def load_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore what `save_state` returned when the checkpoint was saved; called before the first step."""
        self._memory = state

    def save_state(self) -> Mapping[str, NDArray[Any]]:
        """What whoever resumes the run later is to find again, as copies of named arrays of numbers; saved
        with the run. One that has nothing of its own hands on what it was given."""
        return self._memory

    def before_step(self) -> bool:
        """Called where the run can stop exactly: before each step of the environments. May wait; False
        stops and saves."""
        return True

    def wants_view(self) -> bool:
        """Whether the next move should come as a `StepSnapshot`."""
        return False

    def after_step(self, counters: RunProgress, view: StepSnapshot | None) -> None:
        """Every environment made a move; `view` is there where `wants_view` said so."""

    def episode(self, result: EpisodeResult) -> None:
        """A training game ended."""

    def evaluated(self, mean_lines: float, timesteps: int) -> None:
        """The model was measured on held-out pieces."""

    def new_best(self, mean_lines: float, timesteps: int) -> None:
        """It is the best so far, and saved as `best`."""

    def saved(self, kind: str, folder: Path) -> None:
        """A checkpoint is on disk: "latest", "best", "final" or a slot's name."""

    def warned(self, sentence: str) -> None:
        """Something was mended that the user should know of."""

    def save_failed(self, kind: str, reason: str) -> None:
        """A checkpoint, of the kinds that `saved` tells, could not be written. The run goes on, and tries
        again by itself where it is no slot."""
