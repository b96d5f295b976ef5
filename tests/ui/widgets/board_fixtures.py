"""Boards and canvases for tests of widgets."""

from __future__ import annotations

import os

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import numpy as np
import pygame
from pygame import Rect, Surface

from tetris_arcade.ui.canvas import Canvas, SurfaceCache
from tetris_arcade.ui.theme import COLOUR_SAFE, Theme
from tetris_arcade.ui.widgets.board import BoardModel, board_cell_size, draw_board
from tetris_arcade.ui.widgets.cell_sprites import cell_sprites

WHOLE = Rect(0, 0, 220, 440)
LETTERS = ".IOTSZJL#"


def canvas(
    size: tuple[int, int] = WHOLE.size, theme: Theme = COLOUR_SAFE, *, reduced_motion: bool = False
) -> Canvas:
    return Canvas(Surface(size), theme, SurfaceCache(), reduced_motion=reduced_motion)


def make_board(*rows: str, **move: object) -> BoardModel:
    """A board, drawn with the letters of the pieces, and a move in it."""
    cells = np.array([[LETTERS.index(letter) for letter in row] for row in rows], np.uint8)
    return BoardModel(cells, **move)  # type: ignore[arg-type]


def picture(board: BoardModel, progress: float, **look: bool) -> tuple[str, ...]:
    """Draw a board and read it back: a letter for each cell that looks like its piece, otherwise a dot."""
    canvas_ = canvas(reduced_motion=look.pop("reduced_motion", False))
    well = draw_board(canvas_, WHOLE, board, progress, **look)
    size = board_cell_size(canvas_, WHOLE, board.height)
    looks = {
        pygame.image.tobytes(sprite, "RGB"): LETTERS[value]
        for value, sprite in enumerate(cell_sprites(canvas_, size))
        if sprite is not None
    }

    def read(row: int, col: int) -> str:
        cell = canvas_.surface.subsurface(Rect(well.x + col * size, well.y + row * size, size, size))
        return looks.get(pygame.image.tobytes(cell, "RGB"), ".")

    return tuple("".join(read(row, col) for col in range(10)) for row in range(board.height))
