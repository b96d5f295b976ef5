"""Where a game is, and a way to anywhere else in it by a touch."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas


class SeekBar:
    """A line from the first piece to the last, filled as far as the game is."""

    def __init__(self, pieces: int) -> None:
        self._pieces = max(1, pieces)
        self._rail = Rect(0, 0, 0, 0)

    def height(self, canvas: Canvas) -> int:
        return canvas.line_height() + canvas.units(10)

    def click(self, position: tuple[int, int]) -> int | None:
        """The piece that a position on the bar stands for; None beside it."""
        reach = self._rail.inflate(0, 4 * self._rail.height)
        if not self._rail.width or not reach.collidepoint(position):
            return None
        return round((position[0] - self._rail.x) / self._rail.width * self._pieces)

    def draw(self, canvas: Canvas, rect: Rect, pieces: int) -> None:
        """Draw the bar in a rectangle, at so many pieces."""
        units, theme = canvas.units, canvas.theme
        label = f"{pieces:,} / {self._pieces:,}"
        wide = canvas.text_width(f"{self._pieces:,} / {self._pieces:,}") + units(8)
        text = Rect(rect.right - wide, rect.y, wide, rect.height)
        canvas.text_in(label, text, theme.text_dim, align="right")
        self._rail = Rect(rect.x, rect.centery - units(2), rect.width - wide - units(4), units(4))
        canvas.draw_rounded(self._rail, theme.panel_edge)
        share = min(1.0, pieces / self._pieces)
        done = Rect(self._rail.x, self._rail.y, round(self._rail.width * share), self._rail.height)
        canvas.draw_rounded(done, theme.accent)
        knob = Rect(0, 0, units(4), units(12))
        knob.center = (done.right, self._rail.centery)
        canvas.draw_rounded(knob, theme.text)
