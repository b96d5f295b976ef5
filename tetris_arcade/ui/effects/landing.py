"""A piece that has landed on a board, as effects and sounds know it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.tetromino import orientation
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.piece_animation import pose, sweep_seconds

Cells = tuple[tuple[int, int], ...]
"""(row, col) of each cell, row 0 on top of the visible board."""
GREAT_LINES = 4


@dataclass(frozen=True, eq=False)
class Landing:
    """A piece has landed.

    cells: it fills. value: of these cells, 1..7. rows: that it completes. row_values: (len(rows), 10) uint8,
    their cells. free_rows: of `height`, above the pile after it. combo: how many landings in a row completed
    rows before this one. sweep_seconds: how long the board itself shows the rows vanish; None if they are
    gone at once. is_hard_drop: whether a person dropped it. is_great: four lines, a spin with lines, or an
    empty board.
    """

    cells: Cells
    value: int
    rows: tuple[int, ...]
    row_values: NDArray[np.uint8]
    free_rows: int
    height: int
    combo: int = 0
    sweep_seconds: float | None = None
    is_hard_drop: bool = False
    is_great: bool = False


def filled_rows(
    cells: NDArray[np.uint8], piece: Cells, value: int, rows: tuple[int, ...]
) -> NDArray[np.uint8]:
    """(len(rows), 10) the values of rows of a board (H, 10), with a piece on it."""
    filled = cells.copy()
    for row, col in piece:
        if row >= 0:
            filled[row, col] = value
    return filled[list(rows)]


class LandingWatch:
    """Notes each landing on a board that is shown move by move, once."""

    def __init__(self) -> None:
        self._noted: tuple[int, int] | None = None
        self._combo = -1

    def follow(self, view: BoardModel, progress: float) -> Landing | None:
        """The landing that a board shows at a progress of its move, 0..1, for the first time.

        A move that is complete when the board is first seen landed before.
        """
        if view.is_empty or view.over or view.landing is None:
            return None
        move, before = (view.game, view.move), self._noted
        if move == before or not pose(view, progress).is_locked:
            return None
        self._noted = move
        is_next = before is not None and move == (before[0], before[1] + 1)
        self._combo = (self._combo + 1 if is_next else 0) if view.cleared else -1
        is_old = before is None and progress >= 1.0 and view.move_seconds > 0.0
        return None if is_old else _landing(view, max(0, self._combo))


def _landing(view: BoardModel, combo: int) -> Landing:
    down, right = orientation(view.piece, view.rotation).cells.nonzero()
    cells = tuple(zip((view.row + down).tolist(), (view.col + right).tolist(), strict=True))
    value, top = view.piece + 1, min(int(view.tops.min()), view.row)
    return Landing(
        cells,
        value,
        view.cleared,
        filled_rows(view.cells, cells, value, view.cleared),
        top + len(view.cleared),
        view.height,
        combo,
        sweep_seconds(view),
        is_great=len(view.cleared) >= GREAT_LINES,
    )
