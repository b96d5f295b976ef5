"""A question over a screen, answered by a menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pygame import Rect

from tetris_arcade.scenes.base import Pop, Push, Replace, Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import centered
from tetris_arcade.ui.text_fitting import break_long_words
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.ui.widgets.menu import Entry, Menu

_MIN_UNITS, _AROUND_UNITS = 320, 28


class ChoiceDialog(Scene):
    """Asks; `on_choice` gets the chosen option's key and says where to go on. Back chooses nothing."""

    title = "Question"
    is_overlay = True

    def __init__(
        self,
        context: Context,
        question: str,
        options: Sequence[tuple[str, str]],
        on_choice: Callable[[str], Transition | None],
    ) -> None:
        super().__init__(context)
        self._question = question
        self._menu = Menu([Entry(key, label) for key, label in options], wraps=True)
        self._on_choice = on_choice

    def handle(self, event: InputEvent) -> Transition | None:
        if event.action is Action.BACK:
            return Pop()
        chosen = self._menu.handle(event)
        if chosen is None:
            return None
        then = self._on_choice(chosen) or Pop()
        # What was asked is answered: the next scene takes the question's place.
        return Replace(then.scene) if isinstance(then, Push) else then

    def hints(self) -> list[Hint]:
        return [Hint("choose", Action.CONFIRM), Hint("back", Action.BACK)]

    def draw(self, canvas: Canvas) -> None:
        units = canvas.units
        canvas.dim(canvas.rect, canvas.theme.background, 170)
        widest = max(canvas.text_width(entry.label) for entry in self._menu.entries)
        width = min(canvas.rect.width - units(16), max(units(_MIN_UNITS), widest + units(_AROUND_UNITS)))
        question = break_long_words(canvas, self._question, width - units(24))
        around = len(canvas.wrap(question, width - units(24))) * canvas.line_height() + units(32)
        # A list that is longer than the screen is scrolled.
        tall = min(self._menu.height(canvas, width=width - units(10)), canvas.rect.height - around - units(8))
        inside = canvas.panel(centered(canvas.rect, width, around + tall))
        text = Rect(inside.x + units(6), inside.y + units(6), inside.width - units(12), inside.height)
        head, _, more = question.partition("\n")
        used = canvas.paragraph(head, text, canvas.theme.accent)
        if more:
            rest = Rect(text.x, text.y + used, text.width, text.height - used)
            used += canvas.paragraph(more, rest, canvas.theme.text_dim)
        self._menu.draw(canvas, Rect(inside.x, text.y + used + units(8), inside.width, tall))
