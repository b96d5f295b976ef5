"""A name, typed on a keyboard or chosen letter by letter as on an arcade cabinet."""

from __future__ import annotations

from collections.abc import Callable

from pygame import Rect

from tetris_arcade.languages import _
from tetris_arcade.scenes.base import KeyBinding, Pop, Scene, Transition, bind, bind_pair
from tetris_arcade.scenes.context import Context
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.keyboard import TYPING_KEYS
from tetris_arcade.ui.layout import centered, cut_top
from tetris_arcade.ui.text_fitting import fit_size
from tetris_arcade.ui.widgets.letter_wheel import LETTERS, LetterWheel
from tetris_arcade.ui.widgets.wrapping_panel import draw_wrapping_panel, title_height

_MAX_CHARACTERS = 24
_BLINK_SECONDS = 1.0
_PANEL_UNITS, _AROUND_UNITS = 340, 30
_FIXED_ACTIONS = {key: Action(action) for action, keys in TYPING_KEYS.items() for key in keys}
_ARROWS = (Action.LEFT, Action.RIGHT, Action.UP, Action.DOWN)


class NameEntryScene(Scene):
    """Asks for a name. `on_name` gets it and returns where to go, None for back.

    If it raises StorageError or ValueError, the reason is shown, and the name can be corrected.
    letters: what the wheel offers; if it is not the default, other characters cannot be typed either.
    is_hidden: draw dots instead of the name, as for a PIN.
    """

    title = "Name"
    is_overlay = True
    covers_explanations = True
    captures_text = True
    scan_action = Action.UP
    scan_pace = 0.5

    def __init__(
        self,
        context: Context,
        question: str,
        initial: str,
        on_name: Callable[[str], Transition | None],
        *,
        letters: str = LETTERS,
        is_hidden: bool = False,
        max_characters: int = _MAX_CHARACTERS,
    ) -> None:
        super().__init__(context)
        self._question, self._name, self._on_name = question, initial[:max_characters], on_name
        self._max_characters = max_characters
        self._wheel = LetterWheel(letters)
        self._letters, self._is_hidden = letters, is_hidden
        self._now = 0.0

    @property
    def num_scanned_items(self) -> int:
        return self._wheel.num_chars

    def scan_to(self, index: int) -> None:
        self._wheel.turn_to(index)

    def spoken_heading(self) -> str:
        return self._question

    def spoken_line(self) -> str:
        return self._wheel.char

    def bindings(self) -> list[KeyBinding]:
        # A button of a cabinet, which has no letters, works the wheel.
        confirm = _("add") if self._is_button(Action.CONFIRM) else _("OK")
        back = _("delete") if self._is_button(Action.BACK) and self._name else _("back")
        return [
            bind(confirm, self._confirm, Action.CONFIRM),
            bind_pair(_("choose letter"), self._turn_wheel, Action.LEFT, Action.RIGHT),
            bind(_("add"), self._use_wheel, Action.UP),
            bind(_("delete"), self._delete, Action.DOWN),
            bind(back, Pop, Action.BACK),
            bind("", self._confirm, Action.PAUSE),  # a pad's start button
        ]

    def _is_button(self, action: Action) -> bool:
        """Whether the hints name a key for an action that is no key of a text field."""
        key = self.context.key_hints.shown_key(action)
        return key is not None and key not in TYPING_KEYS[action.value]

    def handle(self, event: InputEvent) -> Transition | None:
        if event.clicked and event.position is not None:
            return self._use(self._wheel.click(event.position))
        if event.scroll:
            self._wheel.turn(-event.scroll)
            return None
        return self._handle_key(event) if event.key or event.text else super().handle(event)

    def update(self, now: float, dt: float) -> Transition | None:
        self._now = now
        return None

    def _handle_key(self, event: InputEvent) -> Transition | None:
        """Handle a key of a keyboard: letters are typed, whatever they do on other screens."""
        if event.key in _FIXED_ACTIONS:
            return self.run_binding(_FIXED_ACTIONS[event.key])
        if event.key == "backspace":
            self._delete()
        elif event.text:
            self._add(event.text)
        elif event.action in _ARROWS:
            return self.run_binding(event.action)
        elif event.action is Action.CONFIRM:
            return self._use_wheel()
        elif event.action is Action.BACK:
            return self._delete_or_leave()
        return None

    def _delete_or_leave(self) -> Transition | None:
        if not self._name:
            return Pop()
        self._delete()
        return None

    def _turn_wheel(self, by: int) -> None:
        self._wheel.turn(by)
        self.context.audio.play("tick")

    def _use_wheel(self) -> Transition | None:
        return self._use(self._wheel.char)

    def _use(self, sign: str) -> Transition | None:
        """Add a character of the wheel, or do what its symbol stands for."""
        if sign == LetterWheel.DONE:
            return self._confirm()
        if sign == LetterWheel.DELETE:
            self._delete()
        else:
            self._add(sign)
        return None

    def _add(self, text: str) -> None:
        if self._letters is not LETTERS and text not in self._letters:
            return
        self._name = (self._name + text)[: self._max_characters]
        self.context.audio.play("move")

    def _delete(self) -> None:
        self._name = self._name[:-1]
        self.context.audio.play("tick")

    def _confirm(self) -> Transition | None:
        if not self._name.strip():
            return None
        try:
            return self._on_name(self._name.strip()) or Pop()
        except (StorageError, ValueError) as error:
            self.context.notify(str(error), "warning")
            return None

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        units, theme = canvas.units, canvas.theme
        canvas.dim(canvas.rect, theme.background, 190)
        widest = max(
            units(_PANEL_UNITS), canvas.text_width("0" * (_MAX_CHARACTERS + 2)) + units(_AROUND_UNITS)
        )
        width = min(canvas.rect.width - units(16), widest)
        height = title_height(canvas, self._question, width)
        height += canvas.text_height(2.0) + self._wheel.height(canvas) + units(44)
        inside = draw_wrapping_panel(canvas, centered(canvas.rect, width, height), self._question)
        field, rest = cut_top(
            Rect(inside.x, inside.y + units(6), inside.width, inside.height - units(6)),
            canvas.text_height(2.0) + units(12),
            units(8),
        )
        canvas.draw_rounded(field, theme.accent)
        canvas.draw_rounded(field.inflate(units(-2), units(-2)), theme.well)
        self._draw_name(canvas, field.inflate(units(-14), 0))
        self._wheel.draw(canvas, rest)
        canvas.explain(field, _("What you have typed so far"))
        canvas.explain(rest, _("Without a keyboard: turn to a letter and add it"))

    def _draw_name(self, canvas: Canvas, field: Rect) -> None:
        shown = "•" * len(self._name) if self._is_hidden else self._name
        size = fit_size(canvas, shown + "__", field.width, 2.0, 1.0)
        while shown and canvas.text_width(shown + "__", size) > field.width:
            shown = shown[1:]  # The end is what is being typed.
        word = canvas.text_in(shown, field, canvas.theme.text, size, "left")
        if canvas.reduced_motion or self._now % _BLINK_SECONDS < _BLINK_SECONDS / 2:
            left = (word.right if self._name else field.x) + canvas.units(2)
            height = canvas.text_height(size)
            bar = Rect(left, field.y + (field.height - height) // 2, canvas.units(3), height)
            canvas.fill(bar, canvas.theme.accent)
