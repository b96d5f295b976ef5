"""Draws a board that a person plays: the cells, the falling piece, its ghost, and the board's effects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pygame import Rect

from tetris_arcade.realtime.board import HIDDEN_ROWS
from tetris_arcade.realtime.falling_piece import Cells, FallingPiece
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.effects.board_effects import BoardEffects
from tetris_arcade.ui.effects.drawing import bump_px
from tetris_arcade.ui.theme import blend
from tetris_arcade.ui.widgets.board import (
    BoardModel,
    board_cell_size,
    draw_board,
    fill_cells,
    outline_cells,
)
from tetris_arcade.ui.widgets.cell_sprites import cell_color, cell_sprites

_GHOST_ALPHA, _LOCK_ALPHA = 40, 70
_ALPHA_STEPS = 8
"""Translucent colours come in few steps, so that few pictures are cached."""


@dataclass(frozen=True)
class PlayedBoard:
    """A board at a moment.

    cells: (20, 10) uint8, the visible cells. piece, ghost: on the whole board, None for none. lock_share: how
    much of its time on the ground has passed, 0..1. effects: None for none.
    """

    cells: NDArray[np.uint8]
    piece: FallingPiece | None = None
    ghost: FallingPiece | None = None
    lock_share: float = 0.0
    effects: BoardEffects | None = None


def draw_played_board(canvas: Canvas, rect: Rect, board: PlayedBoard, *, dim: bool = False) -> Rect:
    """Draw a board in the middle of a rectangle, as large as fits; return the rectangle of its cells."""
    place = draw_board(canvas, rect, BoardModel(board.cells), 1.0, dim=dim, effects=board.effects)
    size = board_cell_size(canvas, rect, board.cells.shape[0])
    if size < 1 or dim:
        return place
    well = place.move(0, bump_px(canvas, board.effects))
    clip = canvas.surface.get_clip()
    canvas.surface.set_clip(well.clip(clip))
    if board.ghost is not None:
        color, cells = cell_color(canvas.theme, board.ghost.piece + 1), _visible(board.ghost.cells)
        fill_cells(canvas, well, size, cells, color, _GHOST_ALPHA)
        outline_cells(canvas, well, size, cells, blend(color, canvas.theme.well, 0.25))
    if board.piece is not None:
        _draw_piece(canvas, well, size, board.piece, board.lock_share)
    canvas.surface.set_clip(clip)
    return place


def _draw_piece(canvas: Canvas, well: Rect, size: int, piece: FallingPiece, lock_share: float) -> None:
    sprite, cells = cell_sprites(canvas, size)[piece.piece + 1], _visible(piece.cells)
    assert sprite is not None
    canvas.draw_images([(sprite, (well.x + col * size, well.y + row * size)) for row, col in cells])
    if alpha := _LOCK_ALPHA * round(lock_share * _ALPHA_STEPS) // _ALPHA_STEPS:
        fill_cells(canvas, well, size, cells, canvas.theme.well, alpha)


def _visible(cells: Cells) -> frozenset[tuple[int, int]]:
    """The cells by rows of the visible board; those above it are outside of the picture."""
    return frozenset((row - HIDDEN_ROWS, col) for row, col in cells)
