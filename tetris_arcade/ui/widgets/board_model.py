"""What a board shows: a position and the move made on it, and what can be worked out of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.tetromino import (
    NUM_ACTIONS,
    NUM_COLS,
    NUM_ROTATIONS,
    QUEUE_SIZE,
    orientation,
    placement_col,
)

PlacementSpot = tuple[int, int, int]
"""(rotation, row, col) of the trimmed piece's top left."""


def _no_values() -> NDArray[np.float32]:
    return np.full(NUM_ACTIONS, np.nan, np.float32)


@dataclass(frozen=True, eq=False)
class BoardModel:
    """A copy of a BOARD record, see `tetris_arcade.worker.shared.telemetry`.

    cells: (H, 10) uint8, 0 empty, 1..7 piece + 1, 8 garbage, before the move. piece: -1 where there is none.
    row, col: where the trimmed piece's top left comes to lie, -1, -1 where it could not be placed. cleared:
    the rows that the move completes. values: (40,) float32, NaN where unknown or masked.
    """

    cells: NDArray[np.uint8]
    piece: int = -1
    action: int = -1
    rotation: int = -1
    row: int = -1
    col: int = -1
    cleared: tuple[int, ...] = ()
    next_pieces: tuple[int, ...] = (0,) * QUEUE_SIZE
    lines: int = 0
    pieces: int = 0
    score: int = 0
    last_lines: int = 0
    best_lines: int = 0
    game: int = 0
    move: int = 0
    move_seconds: float = 0.0
    greedy: bool = False
    over: bool = False
    values: NDArray[np.float32] | None = None

    @classmethod
    def from_record(cls, board: Any) -> BoardModel:
        """What a BOARD record holds."""
        height = int(board["height"])
        return cls(
            cells=board["cells"][:height],
            cleared=tuple(np.flatnonzero(board["cleared"][:height]).tolist()),
            next_pieces=tuple(board["next"].tolist()),
            values=board["values"],
            move_seconds=float(board["move_seconds"]),
            greedy=bool(board["greedy"]),
            over=bool(board["over"]),
            **{name: int(board[name]) for name in _NUMBERS},
        )

    @property
    def height(self) -> int:
        return int(self.cells.shape[0])

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show yet."""
        return self.piece < 0

    @property
    def landing(self) -> PlacementSpot | None:
        """Where the move puts the piece; None where it puts it nowhere."""
        return None if self.action < 0 or self.col < 0 else (self.rotation, self.row, self.col)

    @cached_property
    def best_actions(self) -> tuple[int, ...]:
        """Up to three actions of the highest values, the best first."""
        ranked = sorted(self._known, key=lambda action: -self._known[action])
        return tuple(ranked[:3])

    @cached_property
    def best_spots(self) -> tuple[PlacementSpot, ...]:
        """Where those actions put the piece."""
        return tuple(self._drop(action) for action in self.best_actions)

    @cached_property
    def column_heat(self) -> NDArray[np.float64]:
        """(10,) the best value of the placements that cover a column, 0 worst of the columns to 1 best;
        NaN unknown."""
        heat = np.full(NUM_COLS, np.nan)
        for action, value in self._known.items():
            col = placement_col(self.piece, action)
            covered = heat[col : col + orientation(self.piece, action % NUM_ROTATIONS).width]
            np.fmax(covered, value, out=covered)
        # Among the columns, not all placements: one that loses the game would make all columns look alike.
        low, high = np.fmin.reduce(heat), np.fmax.reduce(heat)
        return (heat - low) / (high - low) if high > low else heat * 0.0 + 1.0

    @cached_property
    def _known(self) -> dict[int, float]:
        """The values of the placements that fit between the walls."""
        if self.values is None or self.piece < 0:
            return {}
        return {
            action: value
            for action, value in enumerate(self.values.tolist())
            if math.isfinite(value) and self._fits(action)
        }

    def _fits(self, action: int) -> bool:
        width = orientation(self.piece, action % NUM_ROTATIONS).width
        return 0 <= placement_col(self.piece, action) <= NUM_COLS - width

    def _drop(self, action: int) -> PlacementSpot:
        """Where a piece comes to lie that falls straight down."""
        rotation = action % NUM_ROTATIONS
        shape, col = orientation(self.piece, rotation), placement_col(self.piece, action)
        depth = shape.height - shape.cells[::-1].argmax(
            axis=0
        )  # cells from the top to each column's lowest, inclusive
        return rotation, int((self._tops[col : col + shape.width] - depth).min()), col

    @cached_property
    def _tops(self) -> NDArray[np.intp]:
        """(10,) the first filled row of each column, the height where there is none."""
        filled = self.cells != 0
        return np.where(filled.any(axis=0), filled.argmax(axis=0), self.height)


_NUMBERS = (
    "piece",
    "action",
    "rotation",
    "row",
    "col",
    "lines",
    "pieces",
    "score",
    "last_lines",
    "best_lines",
    "game",
    "move",
)


def empty_view(height: int = 20) -> BoardModel:
    """A board on which nothing happens yet."""
    return BoardModel(np.zeros((height, NUM_COLS), np.uint8), values=_no_values())
