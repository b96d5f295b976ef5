"""The next queue, as a column or a row."""

from __future__ import annotations

from collections.abc import Sequence

from pygame import Rect

from tetris_arcade.engine.tetromino import orientation
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cols, rows
from tetris_arcade.ui.widgets.cell_sprites import cell_sprites

_PIECE_COLS, _PIECE_ROWS = 4, 2


def draw_next_queue(canvas: Canvas, rect: Rect, pieces: Sequence[int]) -> None:
    """Draw pieces 0..6, the first one at the top or the left, each in the middle of its share."""
    if not pieces:
        return
    gap = canvas.units(2)
    is_column = rect.height * _PIECE_COLS > rect.width * _PIECE_ROWS
    parts = (rows if is_column else cols)(rect, [1.0] * len(pieces), gap)
    sizes = [((part.width - gap) // _PIECE_COLS, (part.height - gap) // _PIECE_ROWS) for part in parts]
    size = min(canvas.units(12), *map(min, sizes))
    if size < 1:
        return
    sprites = cell_sprites(canvas, size)
    for piece, part in zip(pieces, parts, strict=True):
        sprite = sprites[piece + 1]
        assert sprite is not None
        canvas.draw_images([(sprite, place) for place in _places(part, piece, size)])


def _places(rect: Rect, piece: int, size: int) -> list[tuple[int, int]]:
    """The top left of each cell of a piece that is centred in a rectangle."""
    shape = orientation(piece, 0)
    x = rect.centerx - shape.width * size // 2
    y = rect.centery - shape.height * size // 2
    filled_rows, filled_cols = shape.cells.nonzero()
    return [
        (x + col * size, y + row * size)
        for row, col in zip(filled_rows.tolist(), filled_cols.tolist(), strict=True)
    ]
