"""Three letters for the tables, by keyboard, pad, cabinet or touch."""

from __future__ import annotations

from collections.abc import Callable

from pygame import Rect

from tetris_arcade.languages import _
from tetris_arcade.scenes.base import KeyBinding, Scene, Transition, bind, bind_pair
from tetris_arcade.scenes.context import Context
from tetris_arcade.storage.high_scores import NAME_LENGTH
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import centered, cols, cut_top
from tetris_arcade.ui.text_fitting import fit_size

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-!? "
_FIRST_NAME = "AAA"
_WIDTH_UNITS, _SLOT_UNITS = 230, 50
_GRACE_SECONDS = 0.4
"""A player who still presses buttons chooses nothing by that."""


class InitialsScene(Scene):
    """Up and down turn a letter, left, right and typing go to the next one.

    on_name: gets the letters, None for no name, and returns where to go. is_refused: whether letters may not
    be shown to others.
    """

    title = "Initials"
    is_overlay = True
    covers_explanations = True
    captures_text = True
    scan_pace = 0.5

    def __init__(
        self,
        context: Context,
        heading: str,
        on_name: Callable[[str | None], Transition],
        is_refused: Callable[[str], bool],
    ) -> None:
        super().__init__(context)
        self._heading, self._on_name, self._is_refused = heading, on_name, is_refused
        self._letters = list(_FIRST_NAME)
        self._slot = 0
        self._age = 0.0
        self._places: list[tuple[Rect, int, int]] = []
        """(where it is, the slot, by how much a click turns its letter)."""

    @property
    def is_still(self) -> bool:
        return True

    @property
    def name(self) -> str:
        return "".join(self._letters)

    @property
    def num_scanned_items(self) -> int:
        return len(LETTERS)

    def scan_to(self, index: int) -> None:
        self._letters[self._slot] = LETTERS[index]

    def spoken_heading(self) -> str:
        return self._heading

    def spoken_line(self) -> str:
        return self._letters[self._slot]

    # --- Input ---

    def bindings(self) -> list[KeyBinding]:
        return [
            bind_pair(_("letter"), self._turn, Action.UP, Action.DOWN),
            bind_pair(_("next, previous"), self._move, Action.LEFT, Action.RIGHT),
            bind(_("OK"), self._confirm, Action.CONFIRM),
            bind(_("no name"), self._skip, Action.BACK),
            bind("", self._finish, Action.PAUSE),  # a pad's start button
        ]

    def handle(self, event: InputEvent) -> Transition | None:
        if self._age < _GRACE_SECONDS:
            return None
        if event.text:
            self._type(event.text)
            return None
        if event.key == "backspace":
            self._move(-1)
            return None
        if event.clicked and event.position is not None:
            return self._click(event.position)
        if event.scroll:
            self._turn(-event.scroll)
            return None
        return super().handle(event)

    def update(self, now: float, dt: float) -> Transition | None:
        self._age += dt
        return None

    def _turn(self, by: int) -> None:
        index = LETTERS.index(self._letters[self._slot]) + by
        self._letters[self._slot] = LETTERS[index % len(LETTERS)]
        self.context.audio.play("tick")

    def _move(self, by: int) -> None:
        self._slot = min(max(self._slot + by, 0), NAME_LENGTH - 1)
        self.context.audio.play("tick")

    def _type(self, text: str) -> None:
        letter = text.upper()[:1]
        if letter in LETTERS:
            self._letters[self._slot] = letter
            self._move(1)

    def _click(self, position: tuple[int, int]) -> Transition | None:
        for place, slot, by in self._places:
            if place.collidepoint(position):
                self._slot = slot
                self._turn(by)
                return None
        return None

    def _confirm(self) -> Transition | None:
        """Go to the next letter, from the last one on."""
        if self._slot < NAME_LENGTH - 1:
            self._move(1)
            return None
        return self._finish()

    def _finish(self) -> Transition | None:
        if not self.name.strip() or self._is_refused(self.name):
            self.context.notify(_("Please choose other letters"), "warning")
            self._slot = 0
            return None
        return self._on_name(self.name)

    def _skip(self) -> Transition:
        return self._on_name(None)

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        units = canvas.units
        canvas.dim(canvas.rect, canvas.theme.background, 150)
        width = min(canvas.rect.width - units(16), units(_WIDTH_UNITS))
        letter_height = canvas.text_height(4.0)
        height = canvas.text_height(2.0) + 2 * canvas.line_height(2.0) + letter_height + units(44)
        inside = canvas.panel(centered(canvas.rect, width, min(height, canvas.rect.height - units(4))))
        head, rest = cut_top(inside, canvas.text_height(2.0) + units(8), units(4))
        size = fit_size(canvas, self._heading, head.width, 2.0, 1.5, 1.0)
        canvas.text_in(self._heading, head, canvas.theme.accent, size)
        slots = centered(rest, min(rest.width, NAME_LENGTH * units(_SLOT_UNITS)), rest.height)
        self._places = []
        for number, slot in enumerate(cols(slots, [1.0] * NAME_LENGTH, units(6))):
            self._draw_slot(canvas, slot, number, letter_height)
        canvas.explain(slots, _("Your three letters"))

    def _draw_slot(self, canvas: Canvas, rect: Rect, number: int, letter_height: int) -> None:
        theme, units = canvas.theme, canvas.units
        is_chosen = number == self._slot
        arrow_height = canvas.line_height(2.0)
        above, rest = cut_top(rect, arrow_height)
        letter, rest = cut_top(rest, letter_height + units(12))
        below, _ = cut_top(rest, arrow_height)
        color = theme.accent if is_chosen else theme.text_faint
        canvas.text_in("▲", above, color, 1.5)
        canvas.text_in("▼", below, color, 1.5)
        canvas.draw_rounded(letter, theme.focus if is_chosen else theme.well)
        text_color = theme.accent if is_chosen else theme.text
        size = fit_size(canvas, "W", letter.width, 4.0, 3.0, 2.0)
        canvas.text_in(self._letters[number].replace(" ", "_"), letter, text_color, size)
        self._places += [(above, number, -1), (below, number, 1), (letter, number, 1)]
