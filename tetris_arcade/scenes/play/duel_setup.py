"""Before a duel: who plays against whom, and what."""

from __future__ import annotations

from dataclasses import dataclass

from pygame import Rect

from tetris_arcade.scenes.base import Pop, Replace, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.model_info import get_evaluation, origin_label
from tetris_arcade.scenes.play.challenges import CHALLENGES, DUEL_CHALLENGE
from tetris_arcade.scenes.play.duel import DuelScene
from tetris_arcade.scenes.play.duel_layout import side_color
from tetris_arcade.scenes.play.pause_training import TrainingPausingScene
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import (
    centered,
    cols,
    cut_bottom,
    cut_left,
    cut_right,
    cut_top,
    inset,
    is_portrait,
)
from tetris_arcade.ui.text_fitting import fit_size
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.ui.widgets.identicon import draw_identicon
from tetris_arcade.ui.widgets.menu import Entry, Menu
from tetris_arcade.ui.widgets.stat_line import Stat, draw_stats, short_number

_PANEL_UNITS, _PANEL_LETTERS = 310, 29
_CARD_UNITS = (150, 130)
"""(width, height without its words)."""
_FAVOURITES = ("champion", "bcts")


@dataclass(frozen=True)
class _Places:
    """Where things are."""

    cards: tuple[Rect, Rect]
    panel: Rect


class DuelSetupScene(TrainingPausingScene):
    """Chooses the two players and the challenge."""

    title = "Duel"
    header = "Duel"
    has_music = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._models = [entry for entry in context.models.read_all() if entry.error is None]
        self._names = [entry.name for entry in self._models]
        self._sides = [self._place_of(name) for name in _FAVOURITES]
        self._challenge = DUEL_CHALLENGE
        self._menu = Menu(self._entries())

    def handle(self, event: InputEvent) -> Transition | None:
        if event.action is Action.BACK:
            return Pop()
        before = (self._menu.chosen, *self._sides, self._challenge)
        chosen = self._menu.handle(event)
        self._menu.replace(self._entries())
        if (self._menu.chosen, *self._sides, self._challenge) != before:
            self.context.audio.play("move")
        if chosen == "start":
            left, right = (self._names[side] for side in self._sides)
            return Replace(self.transfer_resume_duty(DuelScene(self.context, left, right, self._challenge)))
        return None

    def hints(self) -> list[Hint]:
        return [
            Hint("move", Action.UP, Action.DOWN),
            Hint("change", Action.LEFT, Action.RIGHT),
            Hint("start", Action.CONFIRM),
            Hint("back", Action.BACK),
        ]

    def _place_of(self, name: str) -> int:
        return self._names.index(name) if name in self._names else 0

    def _entries(self) -> list[Entry]:
        return [
            Entry("start", "Start the duel"),
            Entry("left", "Left", self._names[self._sides[0]], lambda by: self._turn(0, by)),
            Entry("right", "Right", self._names[self._sides[1]], lambda by: self._turn(1, by)),
            Entry("challenge", "Challenge", CHALLENGES[self._challenge].name, self._turn_challenge),
        ]

    def _turn(self, side: int, by: int) -> None:
        self._sides[side] = (self._sides[side] + by) % len(self._names)

    def _turn_challenge(self, by: int) -> None:
        self._challenge = (self._challenge + by) % len(CHALLENGES)

    def draw(self, canvas: Canvas) -> None:
        places = self._places(canvas)
        for side, card in enumerate(places.cards):
            self._draw_card(canvas, card, side)
        self._draw_panel(canvas, places.panel)

    def _places(self, canvas: Canvas) -> _Places:
        """The players' cards on both sides of the menu; on an upright screen over it."""
        units = canvas.units
        gap = units(8)
        area = inset(canvas.rect, gap)
        tall = min(area.height, units(_CARD_UNITS[1]) + 5 * canvas.line_height())
        if is_portrait(canvas.rect):
            high = tall + gap + self._panel_height(canvas, area.width)
            both = centered(area, area.width, min(area.height, high))
            upper, panel = cut_top(both, tall, gap)
            left, right = cols(upper, [1.0, 1.0], gap)
            return _Places((left, right), panel)
        middle = min(area.width, max(units(_PANEL_UNITS), canvas.text_width("0" * _PANEL_LETTERS)))
        side = min(units(_CARD_UNITS[0]), (area.width - middle) // 2 - gap)
        high = min(area.height, max(tall, self._panel_height(canvas, middle)))
        whole = centered(area, middle + 2 * (side + gap), high)
        left, rest = cut_left(whole, side, gap)
        right, panel = cut_right(rest, side, gap)
        return _Places((left, right), panel)

    def _draw_card(self, canvas: Canvas, rect: Rect, side: int) -> None:
        """A player as on a poster: emblem, name, and what is known of its play."""
        theme, entry = canvas.theme, self._models[self._sides[side]]
        color = side_color(theme, side)
        inside = inset(canvas.panel(rect), canvas.units(2))
        evaluation = get_evaluation(entry)
        facts = [Stat("kind", origin_label(entry))]
        if evaluation is not None:
            value = f"{evaluation.mean_lines:,.0f}"
            has_room = canvas.text_width(f"lines a game {value}") <= inside.width
            facts.append(Stat("lines a game" if has_room else "lines", value))
        if entry.metadata is not None:
            facts.append(Stat("steps", short_number(entry.metadata.timesteps)))
        below, upper = cut_bottom(inside, 4 * canvas.line_height())
        draw_stats(canvas, below, facts)
        name, picture = cut_bottom(upper, canvas.text_height(2.0) + canvas.units(8))
        draw_identicon(canvas, picture, entry.name, color)
        words = entry.display_name.upper()
        canvas.text_in(words, name, color, fit_size(canvas, words, name.width, 2.0, 1.5, 1.0))

    def _words(self) -> str:
        about = CHALLENGES[self._challenge].description
        return f"{about} Both sides get the same pieces; more lines win."

    def _panel_height(self, canvas: Canvas, width: int) -> int:
        lines = len(canvas.wrap(self._words(), width - canvas.units(18))) + 1
        return (
            canvas.text_height(3.0)
            + self._menu.height(canvas)
            + lines * canvas.line_height()
            + canvas.units(30)
        )

    def _draw_panel(self, canvas: Canvas, rect: Rect) -> None:
        theme, units = canvas.theme, canvas.units
        inside = inset(canvas.panel(rect), units(1))
        head, rest = cut_top(inside, canvas.text_height(3.0) + units(10))
        canvas.text_in("VS", head, theme.accent, 3.0)
        menu, rest = cut_top(rest, self._menu.height(canvas), units(4))
        self._menu.draw(canvas, menu)
        canvas.paragraph(self._words(), inset(rest, units(3)), theme.text_dim)
