"""A question over a screen, answered with a menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from pygame import Rect

from tetris_arcade.languages import _
from tetris_arcade.scenes.base import Pop, Push, Replace, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.menu_scene import MenuEntry, MenuScene
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.layout import centered
from tetris_arcade.ui.text_fitting import break_long_words

_MIN_UNITS, _AROUND_UNITS = 320, 28


class ChoiceDialog(MenuScene):
    """Asks a question. `on_choice` gets the key of the chosen option and returns where to go, None for back.

    options: (key, label) pairs. A second line of the question is drawn dimmed. back_key: the option that Back
    chooses; by default, it only closes the question.
    """

    title = "Question"
    is_overlay = True
    covers_explanations = True
    wraps_labels = True

    def __init__(
        self,
        context: Context,
        question: str,
        options: Sequence[tuple[str, str]],
        on_choice: Callable[[str], Transition | None],
        back_key: str | None = None,
    ) -> None:
        super().__init__(context)
        self._question = question
        self._options = options
        self._on_choice = on_choice
        self._back_key = back_key

    def spoken_heading(self) -> str:
        return self._question

    def go_back(self) -> Transition | None:
        return Pop() if self._back_key is None else self._answer(self._back_key)

    def entries(self) -> list[MenuEntry]:
        return [MenuEntry(key, label, choose=partial(self._answer, key)) for key, label in self._options]

    def _answer(self, key: str) -> Transition:
        transition = self._on_choice(key) or Pop()
        # The question is answered: the next scene takes its place.
        return Replace(transition.scene) if isinstance(transition, Push) else transition

    def draw(self, canvas: Canvas) -> None:
        units = canvas.units
        canvas.dim(canvas.rect, canvas.theme.background, 170)
        widest = max(canvas.text_width(entry.label) for entry in self.menu.entries)
        width = min(canvas.rect.width - units(16), max(units(_MIN_UNITS), widest + units(_AROUND_UNITS)))
        question = break_long_words(canvas, self._question, width - units(24))
        around = len(canvas.wrap(question, width - units(24))) * canvas.line_height() + units(32)
        # A menu that is higher than the screen scrolls.
        height = min(
            self.menu.height(canvas, width=width - units(10)), canvas.rect.height - around - units(8)
        )
        inside = canvas.panel(centered(canvas.rect, width, around + height))
        text = Rect(inside.x + units(6), inside.y + units(6), inside.width - units(12), inside.height)
        first, more = question.partition("\n")[::2]
        used = canvas.paragraph(first, text, canvas.theme.accent)
        if more:
            rest = Rect(text.x, text.y + used, text.width, text.height - used)
            used += canvas.paragraph(more, rest, canvas.theme.text_dim)
        menu = Rect(inside.x, text.y + used + units(8), inside.width, height)
        self.menu.draw(canvas, menu)
        canvas.explain(Rect(text.x, text.y, text.width, used), _("What is asked"))
        back = self.keys_text(_("change nothing"), Action.BACK)
        canvas.explain(menu, _("The answers: {keys}. {back}.").format(keys=self.menu_keys_text(), back=back))
