"""Toasts: short messages, one at a time, each for some seconds, in the place of the footer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.text_fitting import break_long_words

Severity = Literal["info", "success", "warning", "error"]
Notify = Callable[[str, Severity], None]
"""Shows a message."""

_SECONDS = 2.5
_SECONDS_PER_LETTER = 0.04
_MIN_SECONDS = 2.0
"""For how long a warning must be visible before it gives way to a newer message or to another screen."""
_MAX_TOASTS = 4
_MARGIN_UNITS, _SIDE_UNITS = 4, 12
"""Around the text: above and below, and on each side."""


@dataclass(frozen=True)
class Toast:
    """A message, and for how many seconds it has been visible; None before its first frame."""

    text: str
    severity: Severity
    age: float | None = None

    @property
    def is_over(self) -> bool:
        return self.age is not None and self.age > _SECONDS + len(self.text) * _SECONDS_PER_LETTER

    @property
    def may_give_way(self) -> bool:
        """Whether it was seen: a warning needs time to be read."""
        if self.age is None:
            return False
        return self.severity in ("info", "success") or self.age >= _MIN_SECONDS


class Toasts:
    """The current messages. The newest is shown; unread warnings wait until it is over."""

    def __init__(self) -> None:
        self._toasts: list[Toast] = []
        self._now: float | None = None

    @property
    def texts(self) -> list[str]:
        """The shown message and those that wait; the shown one is the last."""
        return [toast.text for toast in self._toasts]

    def add(self, text: str, severity: Severity) -> None:
        """Show a message; a text that is already there is shown again."""
        others = [toast for toast in self._toasts if toast.text != text and not toast.may_give_way]
        self._toasts = [*others, Toast(text, severity)][-_MAX_TOASTS:]

    def update(self, now: float) -> None:
        """Advance the shown message, and remove it when its time is over; `now` is in seconds."""
        passed = 0.0 if self._now is None else now - self._now
        self._now = now
        if not self._toasts:
            return
        shown = self._toasts[-1]
        shown = replace(shown, age=0.0 if shown.age is None else shown.age + passed)
        self._toasts = [*self._toasts[:-1], *([] if shown.is_over else [shown])]

    def leave_screen(self) -> None:
        """Forget the messages that were seen: they belong to the screen that is left."""
        self._toasts = [toast for toast in self._toasts if not toast.may_give_way]

    def dismiss(self) -> None:
        """Remove the shown message."""
        del self._toasts[-1:]

    def height(self, canvas: Canvas) -> int:
        """The height of the shown message in pixels at the canvas's width; 0 without a message."""
        if not self._toasts:
            return 0
        lines = len(self._lines(canvas, canvas.rect.width))
        return canvas.lines_height(lines) + canvas.units(2 * _MARGIN_UNITS + 1)

    def draw(self, canvas: Canvas, rect: Rect) -> None:
        """Draw the shown message over a rectangle at least as high as `height`."""
        if not self._toasts:
            return
        theme, units, shown = canvas.theme, canvas.units, self._toasts[-1]
        colors = {
            "info": theme.text,
            "success": theme.success,
            "warning": theme.warning,
            "error": theme.error,
        }
        color = colors[shown.severity]
        canvas.fill(rect, theme.panel)
        canvas.fill(Rect(rect.x, rect.y, rect.width, units(1)), color)
        for left in (rect.x, rect.right - units(_SIDE_UNITS // 3)):
            canvas.fill(Rect(left, rect.y, units(_SIDE_UNITS // 3), rect.height), color)
        canvas.lines_in(self._lines(canvas, rect.width), rect.move(0, units(1) // 2), color)

    def _lines(self, canvas: Canvas, width: int) -> list[str]:
        available = width - canvas.units(2 * _SIDE_UNITS)
        return canvas.wrap(break_long_words(canvas, self._toasts[-1].text, available), available)
