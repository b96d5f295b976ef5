"""What the window draws over its scenes: the footer, the transition between two screens, the messages."""

from __future__ import annotations

from collections.abc import Sequence

from pygame import Rect, Surface

from tetris_arcade.services.key_hints import HELP, KeyHints
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cut_bottom
from tetris_arcade.ui.widgets.caption import Caption
from tetris_arcade.ui.widgets.countdown import Countdown
from tetris_arcade.ui.widgets.footer import Button, Footer, Hint
from tetris_arcade.ui.widgets.screen_transition import ScreenTransition
from tetris_arcade.ui.widgets.toast import Severity, Toasts


class Overlays:
    """Lives as long as the window.

    has_captions: whether sounds are written. countdown: of a kiosk that will return to its attract mode, None
    if it will not soon.
    """

    def __init__(self, key_hints: KeyHints) -> None:
        self._key_hints = key_hints
        self._toasts = Toasts()
        self._footer = Footer()
        self._transition = ScreenTransition()
        self.caption = Caption()
        self.has_captions = False
        self._has_drawn = False
        self._message_rect = self._caption_rect = Rect(0, 0, 0, 0)
        self.countdown: Countdown | None = None

    @property
    def messages(self) -> list[str]:
        """The message on the screen, which is the last, and those that wait."""
        return self._toasts.texts

    @property
    def is_still(self) -> bool:
        """Whether nothing that is drawn over the scenes changes by itself."""
        is_silent = not self.has_captions or not self.caption.text
        return is_silent and not self.messages and not self.is_in_transition and self.countdown is None

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

    def leave_screen(self) -> None:
        """Forget the messages that were seen: they belong to the screen that is left."""
        self._toasts.leave_screen()

    def dismiss_message_at(self, position: tuple[int, int] | None) -> bool:
        """Remove the message if a position is on it; returns whether it is."""
        is_on_message = position is not None and self._message_rect.collidepoint(position)
        if is_on_message:
            self._toasts.dismiss()
        return is_on_message

    def update(self, now: float) -> None:
        self._toasts.update(now)
        self.caption.update(now)
        self._transition.update(now)

    def reserve_bottom(self, canvas: Canvas, hints: Sequence[Hint] | None) -> Rect:
        """Cut the place of footer, message and countdown off the canvas; `draw` takes it.

        hints: the footer's; None on a screen without a footer. A message or a countdown has the footer's
        place, so that it covers nothing of the screen; one that needs more lines than the footer takes more.
        """
        height = 0
        if hints is not None:
            height = self._footer.arrange(canvas, self._key_hints.items(hints), self._key_hints.item(HELP))
        height = max(height, (self._toasts if self.countdown is None else self.countdown).height(canvas))
        bottom, canvas.rect = cut_bottom(canvas.rect, height)
        if self.has_captions:
            self._caption_rect, canvas.rect = cut_bottom(canvas.rect, self.caption.height(canvas))
        return bottom

    def draw(self, canvas: Canvas, bottom: Rect, *, has_footer: bool = True) -> list[Button]:
        """Draw over the scenes; returns what can be clicked."""
        self._has_drawn = True
        has_message = self.countdown is None and bool(self.messages)
        self._message_rect = bottom if has_message else Rect(0, 0, 0, 0)
        shows_footer = has_footer and self.countdown is None and not has_message
        buttons = self._footer.draw(canvas, bottom) if shows_footer else []
        self._transition.draw(canvas)
        if self.has_captions:
            self.caption.draw(canvas, self._caption_rect)
        (self._toasts if self.countdown is None else self.countdown).draw(canvas, bottom)
        return buttons
