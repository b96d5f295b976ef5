"""A seek bar: shows the position in a game, and a click or tap changes it."""

from __future__ import annotations

from collections.abc import Callable

from pygame import Rect

from tetris_arcade.languages import format_number
from tetris_arcade.ui.canvas import Canvas


class SeekBar:
    """A bar from the first piece to the last, filled up to the current one.

    format_count: how the numbers beside it are written; a bar may also count seconds.
    """

    def __init__(self, pieces: int, format_count: Callable[[int], str] = format_number) -> None:
        self._pieces, self._format = max(1, pieces), format_count
        self._bar = Rect(0, 0, 0, 0)

    def height(self, canvas: Canvas) -> int:
        return canvas.line_height() + canvas.units(10)

    def click(self, position: tuple[int, int]) -> int | None:
        """The number of pieces at a position on the bar, None beside it."""
        clickable = self._bar.inflate(0, 4 * self._bar.height)
        if not self._bar.width or not clickable.collidepoint(position):
            return None
        return round((position[0] - self._bar.x) / self._bar.width * self._pieces)

    def draw(self, canvas: Canvas, rect: Rect, pieces: int) -> None:
        """Draw the bar in a rectangle, filled up to `pieces`."""
        units, theme = canvas.units, canvas.theme
        total = self._format(self._pieces)
        label = f"{self._format(pieces)} / {total}"
        label_width = canvas.text_width(f"{total} / {total}") + units(8)
        text = Rect(rect.right - label_width, rect.y, label_width, rect.height)
        canvas.text_in(label, text, theme.text_dim, align="right")
        bar_width = rect.width - label_width - units(4)
        self._bar = Rect(rect.x, rect.centery - units(2), bar_width, units(4))
        canvas.draw_rounded(self._bar, theme.panel_edge)
        share = min(1.0, pieces / self._pieces)
        filled = Rect(self._bar.x, self._bar.y, round(self._bar.width * share), self._bar.height)
        canvas.draw_rounded(filled, theme.accent)
        knob = Rect(0, 0, units(4), units(12))
        knob.center = (filled.right, self._bar.centery)
        canvas.draw_rounded(knob, theme.text)
