"""Many boards at once, small and without colors of their pieces: the games from which a training learns."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pygame
from numpy.typing import NDArray
from pygame import Rect, Surface

from tetris_arcade.engine.tetromino import NUM_COLS
from tetris_arcade.languages import _, format_number
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import centered
from tetris_arcade.ui.theme import Theme, blend

_GAP_UNITS = 4
_SAFE_SHARE = 0.4
"""A stack up to this share of the board's height has the color of a safe one."""


class BoardMosaic:
    """Draws a GAMES record. The picture is kept until the record or its place changes."""

    def __init__(self) -> None:
        self._key: Hashable = None
        self._picture: Surface | None = None

    def draw(self, canvas: Canvas, rect: Rect, games: Any) -> None:
        """Draw all boards of the record, as large as fits, each with the lines of its game below it."""
        count = int(games["count"])
        title = _("All {count} games").format(count=format_number(count)) if count else _("All games")
        inside = canvas.panel(rect, title)
        if not count:
            canvas.paragraph(_("Waiting for the first moves"), inside, canvas.theme.text_faint)
            return
        key = (games.tobytes(), inside.size, canvas.theme.name, canvas.text_scale, canvas.unit_px)
        if key != self._key or self._picture is None:
            self._key, self._picture = key, _render(canvas, inside.size, games, count)
        canvas.surface.blit(self._picture, inside)


def _render(canvas: Canvas, size: tuple[int, int], games: Any, count: int) -> Surface:
    surface = Surface(size)
    surface.fill(canvas.theme.panel)
    inner = Canvas(surface, canvas.theme, canvas.cache, canvas.text_scale, unit_px=canvas.unit_px)
    height = int(games["height"])
    caption = canvas.text_height() + canvas.units(1)
    for with_lines in (True, False):
        below = caption if with_lines else 0
        cols, cell = _grid(size, count, height, canvas.units(_GAP_UNITS), below)
        if cell * NUM_COLS >= canvas.text_width("000"):
            break
    if cell < 1:
        return surface
    gap = canvas.units(_GAP_UNITS)
    width, tall = NUM_COLS * cell, height * cell
    num_rows = -(-count // cols)
    whole = centered(surface.get_rect(), cols * (width + gap) - gap, num_rows * (tall + below + gap) - gap)
    for number in range(count):
        row, col = divmod(number, cols)
        place = Rect(whole.x + col * (width + gap), whole.y + row * (tall + below + gap), width, tall)
        image = _board_image(canvas.theme, games["columns"][number], height)
        surface.blit(pygame.transform.scale(image, place.size), place)
        if below:
            at = (place.centerx, place.bottom + canvas.units(1))
            inner.text(format_number(int(games["lines"][number])), at, canvas.theme.text_dim, align="center")
    return surface


def _grid(size: tuple[int, int], count: int, height: int, gap: int, below: int) -> tuple[int, int]:
    """(boards per row, pixels per cell) at which the boards are largest."""

    def cell_size(cols: int) -> int:
        rows = -(-count // cols)
        width, tall = (size[0] + gap) // cols - gap, (size[1] + gap) // rows - gap - below
        return max(0, min(width // NUM_COLS, tall // height))

    cols = max(range(1, count + 1), key=cell_size)
    return cols, cell_size(cols)


def _board_image(theme: Theme, columns: NDArray[np.int64], height: int) -> Surface:
    """A board with one pixel per cell; the higher its stack, the more it has the color of danger."""
    rows = np.arange(height - 1, -1, -1)
    is_filled = (columns[:, np.newaxis] >> rows & 1).astype(np.bool_)  # [10, height]
    share = max((int(column).bit_length() for column in columns), default=0) / height
    danger = min(1.0, max(0.0, (share - _SAFE_SHARE) / (1.0 - _SAFE_SHARE)))
    color = blend(theme.success, theme.error, danger)
    pixels = np.where(is_filled[..., np.newaxis], np.array(color, np.uint8), np.array(theme.well, np.uint8))
    return pygame.surfarray.make_surface(pixels)
