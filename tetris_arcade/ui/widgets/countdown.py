"""The question of a kiosk whether the visitor is still there, in the footer's place. It covers no screen."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pygame import Rect

from tetris_arcade.languages import N_, _
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cut_bottom

_QUESTION, _WHAT_TO_DO = N_("STILL THERE?"), N_("Press any button to continue")
_SIZES = (2.0, 1.5, 1.0)
_STRIP_UNITS, _MARGIN_UNITS = 4, 3


@dataclass(frozen=True)
class Countdown:
    """The seconds until the kiosk returns to its attract mode, and what share of the countdown is left."""

    seconds: float
    share: float

    def height(self, canvas: Canvas) -> int:
        """The height in pixels that the texts need at their smallest size."""
        return _height(canvas, len(self._lines(canvas, 1.0)), 1.0)

    def draw(self, canvas: Canvas, rect: Rect) -> None:
        """Draw over a rectangle at least as high as `height`, as large as it allows."""
        theme = canvas.theme
        canvas.fill(rect, theme.accent)
        strip, inside = cut_bottom(rect, canvas.units(_STRIP_UNITS))
        canvas.fill(strip, theme.panel)
        canvas.fill(Rect(strip.x, strip.y, round(strip.width * self.share), strip.height), theme.text)
        options = ((size, self._lines(canvas, size)) for size in _SIZES)
        fitting = (option for option in options if _height(canvas, len(option[1]), option[0]) <= rect.height)
        size, lines = next(fitting, (1.0, self._lines(canvas, 1.0)))
        canvas.lines_in(lines, inside, theme.background, size)

    def _lines(self, canvas: Canvas, size: float) -> list[str]:
        """The question and what to do, on one line if it is wide enough."""
        question = f"{_(_QUESTION)}  {max(1, math.ceil(self.seconds))}"
        what_to_do = _(_WHAT_TO_DO)
        both, width = f"{question}   {what_to_do}", canvas.rect.width - canvas.units(8)
        if canvas.text_width(both, size) <= width:
            return [both]
        return [question, *canvas.wrap(what_to_do, width, size)]


def _height(canvas: Canvas, lines: int, size: float) -> int:
    return canvas.lines_height(lines, size) + canvas.units(_STRIP_UNITS + 2 * _MARGIN_UNITS)
