"""What the window draws over its scenes: the footer, the transition between two screens, the messages."""

from __future__ import annotations

from collections.abc import Sequence

from pygame import Rect, Surface

from tetris_arcade.services.key_hints import HELP, KeyHints
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cut_bottom
from tetris_arcade.ui.widgets.footer import Button, Footer, Hint
from tetris_arcade.ui.widgets.screen_transition import ScreenTransition
from tetris_arcade.ui.widgets.toast import Severity, Toasts


class Overlays:
    """Lives as long as the window."""

    def __init__(self, key_hints: KeyHints) -> None:
        self._key_hints = key_hints
        self._toasts = Toasts()
        self._footer = Footer()
        self._transition = ScreenTransition()
        self._has_drawn = False

    @property
    def messages(self) -> list[str]:
        """The messages on the screen, the newest last."""
        return self._toasts.texts

    @property
    def is_in_transition(self) -> bool:
        """Whether a part of the screen before is still visible."""
        return self._transition.is_running

    def notify(self, text: str, severity: Severity = "info") -> None:
        """Show a message for a few seconds."""
        self._toasts.add(text, severity)

    def start_transition(self, picture: Surface) -> None:
        """Let the old screen give way to the new one; `picture` is what the window shows now."""
        if self._has_drawn:
            self._transition.start(picture)

    def update(self, now: float) -> None:
        self._toasts.update(now)
        self._transition.update(now)

    def reserve_footer(self, canvas: Canvas, hints: Sequence[Hint]) -> Rect:
        """Cut the footer's rectangle off the canvas; `draw` takes it."""
        height = self._footer.arrange(canvas, self._key_hints.items(hints), self._key_hints.item(HELP))
        footer, canvas.rect = cut_bottom(canvas.rect, height)
        return footer

    def draw(self, canvas: Canvas, footer: Rect | None) -> list[Button]:
        """Draw over the scenes, on a screen without a footer with None; returns what can be clicked."""
        buttons = [] if footer is None else self._footer.draw(canvas, footer)
        self._has_drawn = True
        self._transition.draw(canvas)
        self._toasts.draw(canvas)
        return buttons
