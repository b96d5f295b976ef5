"""A line of marks, on which two sides stand: the ages of a model, and the two that play."""

from __future__ import annotations

from collections.abc import Sequence

import pygame
from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.theme import Color

_LINE_UNITS, _MARK_UNITS, _POINTER_UNITS = 2, 6, 7


class AgeSlider:
    """Draws the marks at even distances, and finds the one that was clicked."""

    def __init__(self) -> None:
        self._marks: list[Rect] = []

    def height(self, canvas: Canvas) -> int:
        """The pixels that it needs: the names of the sides, their pointers, the line and the labels."""
        return 2 * canvas.line_height() + canvas.units(_POINTER_UNITS + _MARK_UNITS + 4)

    def click(self, position: tuple[int, int]) -> int | None:
        """The index of the mark at a position, None beside them."""
        return next((i for i, mark in enumerate(self._marks) if mark.collidepoint(position)), None)

    def draw(
        self,
        canvas: Canvas,
        rect: Rect,
        labels: Sequence[str],
        sides: Sequence[tuple[str, int, Color]],
        chosen: int,
    ) -> None:
        """Draw the marks with their labels, and each side's name and pointer above its mark.

        sides: (name, index of the mark, color). chosen: the side that the keys move; its name is filled.
        """
        units, theme = canvas.units, canvas.theme
        widest = max(canvas.text_width(label) for label in labels)
        margin = max(widest, *(canvas.text_width(name) + units(8) for name, *_rest in sides)) // 2
        names = Rect(rect.x, rect.y, rect.width, canvas.line_height())
        y = names.bottom + units(_POINTER_UNITS + _MARK_UNITS // 2)
        span = max(1, rect.width - 2 * margin)
        places = [rect.x + margin + span * i // max(1, len(labels) - 1) for i in range(len(labels))]
        canvas.fill(
            Rect(places[0], y - units(1), places[-1] - places[0], units(_LINE_UNITS)), theme.panel_edge
        )
        self._marks = []
        last_right = rect.x - units(4)
        kept = {index for _name, index, _color in sides} | {0, len(labels) - 1}
        for i, (x, label) in enumerate(zip(places, labels, strict=True)):
            mark = Rect(0, 0, units(3), units(_MARK_UNITS))
            mark.center = (x, y)
            canvas.fill(mark, theme.text if i in kept else theme.text_dim)
            step = span // max(1, len(labels) - 1)
            self._marks.append(Rect(x - step // 2, rect.y, max(step, units(12)), rect.height))
            width = canvas.text_width(label)
            if x - width // 2 >= last_right + units(4) or i in kept:
                last_right = x + width // 2
                at = (x, mark.bottom + units(2))
                canvas.text(label, at, theme.text if i in kept else theme.text_dim, align="center")
        for number, (name, index, color) in enumerate(sides):
            self._draw_side(canvas, names, places[index], name, color, number, is_chosen=number == chosen)

    def _draw_side(
        self, canvas: Canvas, names: Rect, x: int, name: str, color: Color, number: int, *, is_chosen: bool
    ) -> None:
        """Draw a side's name, left of its pointer for the first side and right of it for the second."""
        units, theme = canvas.units, canvas.theme
        width = canvas.text_width(name) + units(8)
        left = x - width if number == 0 else x
        plate = Rect(min(max(left, names.x), names.right - width), names.y, width, names.height)
        if is_chosen:
            canvas.draw_rounded(plate, color)
        canvas.text_in(name, plate, theme.panel if is_chosen else color)
        tip = names.bottom + units(_POINTER_UNITS)
        reach = units(4)
        corners = [
            (x, names.bottom + units(1)),
            (x - reach if number == 0 else x + reach, names.bottom + units(1)),
        ]
        pygame.draw.polygon(canvas.surface, color, [*corners, (x, tip)])
