"""Short messages over any scene, one under the other, each for some seconds."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.fitting import part_long_words

_SECONDS = 2.5
_SECONDS_A_LETTER = 0.04
_MOST = 4


@dataclass(frozen=True)
class Toast:
    text: str
    tone: str
    until: float | None = None
    """When it goes; None before it was on the screen."""


class Toasts:
    """The messages now shown."""

    def __init__(self) -> None:
        self._toasts: list[Toast] = []

    def add(self, text: str, tone: str) -> None:
        """Show a message; the same text again only lasts longer."""
        kept = [toast for toast in self._toasts if toast.text != text]
        self._toasts = [*kept, Toast(text, tone)][-_MOST:]

    def update(self, now: float) -> None:
        """Start the time of new messages, and let old ones go."""
        stamped = [
            replace(toast, until=now + _SECONDS + len(toast.text) * _SECONDS_A_LETTER)
            if toast.until is None
            else toast
            for toast in self._toasts
        ]
        self._toasts = [toast for toast in stamped if toast.until is None or toast.until > now]

    def draw(self, canvas: Canvas) -> None:
        k, theme = canvas.k, canvas.theme
        colors = {"info": theme.text, "good": theme.good, "warning": theme.warning, "bad": theme.bad}
        y = canvas.rect.y + 8 * k
        for toast in self._toasts:
            width = min(canvas.rect.width - 16 * k, canvas.text_width(toast.text) + 16 * k)
            room = width - 16 * k
            lines = canvas.wrap(part_long_words(canvas, toast.text, room), room)
            height = len(lines) * canvas.line_height() + 6 * k
            rect = Rect(canvas.rect.centerx - width // 2, y, width, height)
            canvas.plate(rect, colors.get(toast.tone, theme.text))
            canvas.plate(rect.inflate(-2 * k, -2 * k), theme.panel)
            for i, line in enumerate(lines):
                at = (rect.centerx, rect.y + 5 * k + i * canvas.line_height())
                canvas.text(line, at, colors.get(toast.tone), align="center")
            y = rect.bottom + 4 * k
