"""A name, typed on a keyboard or turned in letter by letter as on an arcade cabinet."""

from __future__ import annotations

from collections.abc import Callable

from pygame import Rect

from tetris_arcade.scenes.base import Context, Hint, Pop, Scene, Transition
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import centered

_WHEEL = "abcdefghijklmnopqrstuvwxyz0123456789-_"
_MOST = 24


class NameEntryScene(Scene):
    """Asks for a name; `on_name` gets it and says where to go on."""

    title = "Name"
    is_overlay = True
    takes_text = True

    def __init__(
        self, context: Context, question: str, initial: str, on_name: Callable[[str], Transition | None]
    ) -> None:
        super().__init__(context)
        self._question, self._name, self._on_name = question, initial[:_MOST], on_name
        self._wheel = 0
        self._turned = False

    def handle(self, event: InputEvent) -> Transition | None:
        if event.key == "escape":
            return Pop()
        if event.key in ("return", "keypad enter"):
            return self._confirm()
        if event.key == "backspace":
            self._name = self._name[:-1]
        elif event.key in ("up", "down") or (event.action in (Action.UP, Action.DOWN) and not event.text):
            self._turn(-1 if event.key == "up" or event.action is Action.UP else 1)
        elif event.key == "right" or (event.action is Action.RIGHT and not event.key):
            self._take_letter()
        elif event.key == "left" or (event.action is Action.LEFT and not event.key):
            self._name = self._name[:-1]
        elif event.text:
            self._name = (self._name + event.text)[:_MOST]
        elif event.action is Action.CONFIRM and not event.key:  # a pad's button
            return self._confirm()
        elif event.action is Action.BACK:
            return Pop()
        return None

    def hints(self) -> list[Hint]:
        return [
            Hint("TYPE", "letters"),
            Hint("↑ ↓ →", "letter wheel"),
            Hint("ENTER", "done"),
            Hint("ESC", "back"),
        ]

    def _turn(self, by: int) -> None:
        self._wheel = (self._wheel + by) % len(_WHEEL)
        self._turned = True

    def _take_letter(self) -> None:
        self._name = (self._name + _WHEEL[self._wheel])[:_MOST]

    def _confirm(self) -> Transition | None:
        return (self._on_name(self._name.strip()) or Pop()) if self._name.strip() else None

    def draw(self, canvas: Canvas) -> None:
        k, theme = canvas.k, canvas.theme
        canvas.shade(canvas.rect, theme.background, 180)
        box = centered(canvas.rect, min(canvas.rect.width - 16 * k, 300 * k), 116 * k)
        inside = canvas.panel(box, self._question)
        field = Rect(inside.x, inside.y + 6 * k, inside.width, 22 * k)
        canvas.fill(field, theme.well)
        canvas.frame(field, theme.accent)
        canvas.text_in(
            self._name + "_",
            Rect(field.x + 6 * k, field.y, field.width - 12 * k, field.height),
            theme.text,
            1.0,
            "left",
        )
        wheel = Rect(inside.x, field.bottom + 8 * k, inside.width, inside.bottom - field.bottom - 8 * k)
        for offset in range(-6, 7):
            letter = _WHEEL[(self._wheel + offset) % len(_WHEEL)]
            color = theme.accent if offset == 0 else theme.text_dim if abs(offset) < 3 else theme.text_faint
            x = wheel.centerx + offset * 20 * k
            size = 2.0 if offset == 0 else 1.0
            canvas.text(letter, (x, wheel.centery - canvas.text_height(size) // 2), color, size, "center")
