"""Help over any screen: the keys that work there, and those that work everywhere."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.scenes.base import Context, Hint, Pop, Scene, Transition
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import centered

_EVERYWHERE = [
    Hint("ARROWS", "move"),
    Hint("ENTER", "choose"),
    Hint("ESC", "back"),
    Hint("F11", "full screen, also Alt+Enter"),
    Hint("F12", "screenshot"),
    Hint("M", "sound on, off"),
    Hint("F1 ?", "this help"),
]


class HelpScene(Scene):
    """Lists the hints of the scene below."""

    title = "Help"
    is_overlay = True

    def __init__(self, context: Context, below: Scene) -> None:
        super().__init__(context)
        self._below = below

    def handle(self, event: InputEvent) -> Transition | None:
        return Pop() if event.action in (Action.BACK, Action.CONFIRM, Action.HELP) or event.clicked else None

    def hints(self) -> list[Hint]:
        return [Hint("ESC", "close")]

    def draw(self, canvas: Canvas) -> None:
        k = canvas.k
        canvas.shade(canvas.rect, canvas.theme.background, 190)
        here = self._below.hints()
        known = {hint.keys for hint in here}
        hints = here + [hint for hint in _EVERYWHERE if hint.keys not in known]
        line = canvas.line_height() + 4 * k
        width = min(canvas.rect.width - 16 * k, 340 * k)
        height = min(canvas.rect.height - 8 * k, line * (len(hints) + 2) + 16 * k)
        inside = canvas.panel(centered(canvas.rect, width, height), f"{self._below.title} - keys")
        y = inside.y + 4 * k
        for hint in hints:
            if y + line > inside.bottom:
                break
            cap = canvas.text_width(hint.keys) + 6 * k
            canvas.fill(Rect(inside.x, y - 2 * k, cap, canvas.text_height() + 4 * k), canvas.theme.focus)
            canvas.text(hint.keys, (inside.x + 3 * k, y), canvas.theme.accent)
            x = inside.x + max(90 * k, cap + 8 * k)
            canvas.text(hint.does, (x, y), canvas.theme.text, max_width=inside.right - x)
            y += line
