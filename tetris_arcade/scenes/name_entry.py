"""A name, typed on a keyboard or turned in letter by letter as on an arcade cabinet."""

from __future__ import annotations

from collections.abc import Callable

from pygame import Rect

from tetris_arcade.scenes.base import Pop, Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import centered, cut_top
from tetris_arcade.ui.text_fitting import fit_size
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.ui.widgets.letter_wheel import LETTERS, LetterWheel
from tetris_arcade.ui.widgets.wrapping_panel import draw_wrapping_panel, name_height

_MOST = 24
_BLINK_SECONDS = 1.0
_PANEL_UNITS, _AROUND_UNITS = 340, 30


class NameEntryScene(Scene):
    """Asks for a name; `on_name` gets it and says where to go on.

    letters: what the wheel offers, and, where that is not everything, all that is taken. is_hidden: the name
    is not shown, as with a PIN.
    """

    title = "Name"
    is_overlay = True
    captures_text = True

    def __init__(
        self,
        context: Context,
        question: str,
        initial: str,
        on_name: Callable[[str], Transition | None],
        *,
        letters: str = LETTERS,
        is_hidden: bool = False,
    ) -> None:
        super().__init__(context)
        self._question, self._name, self._on_name = question, initial[:_MOST], on_name
        self._wheel = LetterWheel(letters)
        self._letters, self._is_hidden = letters, is_hidden
        self._now = 0.0

    def handle(self, event: InputEvent) -> Transition | None:
        if event.clicked and event.position is not None:
            return self._take(self._wheel.click(event.position))
        if event.scroll:
            self._wheel.turn(-event.scroll)
        elif event.key:
            return self._handle_key(event)
        elif event.action is not None:
            return self._handle_button(event.action)
        return None

    def update(self, now: float, dt: float) -> Transition | None:
        self._now = now
        return None

    def hints(self) -> list[Hint]:
        return [
            Hint("done", Action.CONFIRM),
            Hint("letter wheel", Action.LEFT, Action.RIGHT),
            Hint("take it", Action.UP),
            Hint("rub out", Action.DOWN),
            Hint("back", Action.BACK),
        ]

    def _handle_key(self, event: InputEvent) -> Transition | None:
        """A keyboard: letters are letters, whatever else they mean elsewhere."""
        if event.key == "escape":
            return Pop()
        if event.key in ("return", "keypad enter"):
            return self._confirm()
        if event.key == "backspace":
            self._rub_out()
        elif event.text:
            self._add(event.text)
        elif event.action in (Action.LEFT, Action.RIGHT, Action.UP, Action.DOWN):
            return self._handle_button(event.action)
        elif event.action is Action.CONFIRM:  # a cabinet's button, where there are no letters
            return self._take(self._wheel.sign)
        elif event.action is Action.BACK:
            self._rub_out()
        return None

    def _handle_button(self, action: Action) -> Transition | None:
        """A pad, a cabinet's stick, or the foot line."""
        if action is Action.BACK:
            return Pop()
        if action in (Action.LEFT, Action.RIGHT):
            self._wheel.turn(1 if action is Action.RIGHT else -1)
            self.context.audio.play("tick")
        elif action is Action.UP:
            return self._take(self._wheel.sign)
        elif action is Action.DOWN:
            self._rub_out()
        elif action in (Action.CONFIRM, Action.PAUSE):
            return self._confirm()
        return None

    def _take(self, sign: str) -> Transition | None:
        """Put a sign of the wheel behind the name, or do what it stands for."""
        if sign == LetterWheel.DONE:
            return self._confirm()
        if sign == LetterWheel.RUB_OUT:
            self._rub_out()
        else:
            self._add(sign)
        return None

    def _add(self, text: str) -> None:
        if self._letters is not LETTERS and text not in self._letters:
            return
        self._name = (self._name + text)[:_MOST]
        self.context.audio.play("move")

    def _rub_out(self) -> None:
        self._name = self._name[:-1]
        self.context.audio.play("tick")

    def _confirm(self) -> Transition | None:
        return (self._on_name(self._name.strip()) or Pop()) if self._name.strip() else None

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        units, theme = canvas.units, canvas.theme
        canvas.dim(canvas.rect, theme.background, 190)
        widest = max(units(_PANEL_UNITS), canvas.text_width("0" * (_MOST + 2)) + units(_AROUND_UNITS))
        width = min(canvas.rect.width - units(16), widest)
        tall = name_height(canvas, self._question, width)
        tall += canvas.text_height(2.0) + self._wheel.height(canvas) + units(44)
        inside = draw_wrapping_panel(canvas, centered(canvas.rect, width, tall), self._question)
        field, rest = cut_top(
            Rect(inside.x, inside.y + units(6), inside.width, inside.height - units(6)),
            canvas.text_height(2.0) + units(12),
            units(8),
        )
        canvas.draw_rounded(field, theme.accent)
        canvas.draw_rounded(field.inflate(units(-2), units(-2)), theme.well)
        self._draw_name(canvas, field.inflate(units(-14), 0))
        self._wheel.draw(canvas, rest)

    def _draw_name(self, canvas: Canvas, field: Rect) -> None:
        shown = "•" * len(self._name) if self._is_hidden else self._name
        size = fit_size(canvas, shown + "__", field.width, 2.0, 1.0)
        word = canvas.text_in(shown, field, canvas.theme.text, size, "left")
        if canvas.reduced_motion or self._now % _BLINK_SECONDS < _BLINK_SECONDS / 2:
            left = (word.right if self._name else field.x) + canvas.units(2)
            tall = canvas.text_height(size)
            bar = Rect(left, field.y + (field.height - tall) // 2, canvas.units(3), tall)
            canvas.fill(bar, canvas.theme.accent)
