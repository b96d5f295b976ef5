"""Toasts: short messages above the footer of any scene, each for some seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.text_fitting import break_long_words
from tetris_arcade.ui.theme import Color

Severity = Literal["info", "success", "warning", "error"]
Notify = Callable[[str, Severity], None]
"""Shows a message."""

_SECONDS = 2.5
_SECONDS_PER_LETTER = 0.04
_MAX_TOASTS = 4
_GAP_UNITS = 4


@dataclass(frozen=True)
class Toast:
    text: str
    severity: Severity
    until: float | None = None
    """When it disappears; None before its first frame."""


class Toasts:
    """The current messages."""

    def __init__(self) -> None:
        self._toasts: list[Toast] = []

    @property
    def texts(self) -> list[str]:
        """The current messages, the newest last."""
        return [toast.text for toast in self._toasts]

    def add(self, text: str, severity: Severity) -> None:
        """Show a message; a text that is already shown only stays longer."""
        others = [toast for toast in self._toasts if toast.text != text]
        self._toasts = [*others, Toast(text, severity)][-_MAX_TOASTS:]

    def update(self, now: float) -> None:
        """Start the time of new messages and remove old ones; `now` is in seconds."""
        stamped = [
            replace(toast, until=now + _SECONDS + len(toast.text) * _SECONDS_PER_LETTER)
            if toast.until is None
            else toast
            for toast in self._toasts
        ]
        self._toasts = [toast for toast in stamped if toast.until is None or toast.until > now]

    def draw(self, canvas: Canvas) -> None:
        """Draw the newest message at the bottom of the canvas and the others above it.

        They avoid the `toast_free_areas` of the canvas if possible.
        """
        theme = canvas.theme
        colors = {
            "info": theme.text,
            "success": theme.success,
            "warning": theme.warning,
            "error": theme.error,
        }
        bottom = canvas.rect.bottom
        for toast in reversed(self._toasts):
            bottom = _draw_toast(canvas, toast.text, colors[toast.severity], bottom).top


def _draw_toast(canvas: Canvas, text: str, color: Color, bottom: int) -> Rect:
    """Draw a message as low as possible above `bottom`; return its rectangle."""
    units = canvas.units
    width = min(canvas.rect.width - units(16), canvas.text_width(text) + units(16))
    text_width = width - units(16)
    lines = canvas.wrap(break_long_words(canvas, text, text_width), text_width)
    height = len(lines) * canvas.line_height() + units(6)
    left = canvas.rect.centerx - width // 2
    rect = _find_free_rect(canvas, Rect(left, bottom - units(_GAP_UNITS) - height, width, height))
    canvas.draw_rounded(rect, color)
    canvas.draw_rounded(rect.inflate(units(-2), units(-2)), canvas.theme.panel)
    for number, line in enumerate(lines):
        at = (rect.centerx, rect.y + units(5) + number * canvas.line_height())
        canvas.text(line, at, color, align="center")
    return rect


def _find_free_rect(canvas: Canvas, rect: Rect) -> Rect:
    """Move a rectangle up to where it is free; if that is off the canvas, return it unchanged."""
    moved = rect.copy()
    while (hit := moved.collidelist(canvas.toast_free_areas)) >= 0:
        moved.bottom = canvas.toast_free_areas[hit].top - canvas.units(_GAP_UNITS)
    return moved if moved.top >= canvas.rect.top else rect
