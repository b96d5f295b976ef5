"""Before a duel: choose the two players and the challenge."""

from __future__ import annotations

from dataclasses import dataclass

from pygame import Rect

from tetris_arcade.languages import N_, _
from tetris_arcade.scenes.base import Replace, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.menu_scene import MenuEntry, MenuScene
from tetris_arcade.scenes.model_info import mean_text, origin_label
from tetris_arcade.scenes.play.challenges import CHALLENGES, DUEL_CHALLENGE
from tetris_arcade.scenes.play.duel import DuelScene
from tetris_arcade.scenes.play.duel_layout import side_color
from tetris_arcade.scenes.play.match import NUM_GAMES
from tetris_arcade.scenes.play.match_menu import next_length
from tetris_arcade.scenes.play.pause_training import TrainingPausingScene
from tetris_arcade.services.default_player import CHAMPION, RIVAL
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action
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
from tetris_arcade.ui.text_fitting import growing_lines
from tetris_arcade.ui.widgets.identicon import draw_identicon
from tetris_arcade.ui.widgets.stat_line import Stat, draw_stats, short_number, stats_lines

_PANEL_UNITS, _PANEL_LETTERS = 310, 29
_CARD_UNITS = (150, 140)
"""(width, height without its text)."""


@dataclass(frozen=True)
class _Layout:
    """Rectangles of the parts of the screen."""

    cards: tuple[Rect, Rect]
    panel: Rect


class DuelSetupScene(MenuScene, TrainingPausingScene):
    """Chooses the two players and the challenge."""

    title = "Duel"
    header = N_("Duel")
    has_music = True
    choose_text = N_("start")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._models = [entry for entry in context.models.read_all() if entry.error is None]
        self._names = [entry.name for entry in self._models]
        self._sides = [self._names.index(name) if name in self._names else 0 for name in (CHAMPION, RIVAL)]
        self._challenge, self._num_games = DUEL_CHALLENGE, NUM_GAMES

    def entries(self) -> list[MenuEntry]:
        left, right = (self._models[side].display_name for side in self._sides)
        return [
            MenuEntry("start", _("Start the duel"), choose=self._start),
            MenuEntry("left", _("Left"), left, lambda by: self._change_side(0, by)),
            MenuEntry("right", _("Right"), right, lambda by: self._change_side(1, by)),
            MenuEntry(
                "challenge", _("Challenge"), _(CHALLENGES[self._challenge].name), self._change_challenge
            ),
            MenuEntry("length", _("Best of"), str(self._num_games), self._change_length),
        ]

    def _start(self) -> Transition:
        left, right = (self._names[side] for side in self._sides)
        duel = DuelScene(self.context, left, right, self._challenge, num_games=self._num_games)
        return Replace(self.transfer_resume_duty(duel))

    def _change_length(self, by: int) -> None:
        self._num_games = next_length(self._num_games, by)

    def _change_side(self, side: int, by: int) -> None:
        self._sides[side] = (self._sides[side] + by) % len(self._names)

    def _change_challenge(self, by: int) -> None:
        self._challenge = (self._challenge + by) % len(CHALLENGES)

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        layout = self._layout(canvas)
        for side, card in enumerate(layout.cards):
            self._draw_card(canvas, card, side)
        self._draw_panel(canvas, layout.panel)
        canvas.explain(layout.cards[0], _("The left player, and how it did in its test"))
        canvas.explain(layout.cards[1], _("The right player"))
        canvas.explain(
            layout.panel,
            _("Who plays, and the rules: {keys}").format(
                keys=self.keys_text(_("change a line"), Action.LEFT, Action.RIGHT)
            ),
        )

    def _layout(self, canvas: Canvas) -> _Layout:
        """The players' cards on both sides of the menu; in portrait above it."""
        units = canvas.units
        gap = units(8)
        area = inset(canvas.rect, gap)
        if is_portrait(canvas.rect):
            card_height = self._card_height(canvas, (area.width - gap) // 2)
            height = card_height + gap + self._panel_height(canvas, area.width)
            both = centered(area, area.width, min(area.height, height))
            upper, panel = cut_top(both, card_height, gap)
            left, right = cols(upper, [1.0, 1.0], gap)
            return _Layout((left, right), panel)
        middle = min(area.width, max(units(_PANEL_UNITS), canvas.text_width("0" * _PANEL_LETTERS)))
        side = min(units(_CARD_UNITS[0]), (area.width - middle) // 2 - gap)
        height = max(self._card_height(canvas, side), self._panel_height(canvas, middle))
        height = min(area.height, height)
        whole = centered(area, middle + 2 * (side + gap), height)
        left, rest = cut_left(whole, side, gap)
        right, panel = cut_right(rest, side, gap)
        return _Layout((left, right), panel)

    def _draw_card(self, canvas: Canvas, rect: Rect, side: int) -> None:
        """Draw a player as on a poster: identicon, name and results."""
        entry, color = self._models[self._sides[side]], side_color(canvas.theme, side)
        inside = inset(canvas.panel(rect), canvas.units(2))
        facts = self._facts(side)
        below, upper = cut_bottom(inside, stats_lines(canvas, inside.width, facts) * canvas.line_height())
        draw_stats(canvas, below, facts)
        size, names = self._name_lines(canvas, inside.width)
        name, picture = cut_bottom(upper, canvas.lines_height(max(map(len, names)), size) + canvas.units(8))
        draw_identicon(canvas, picture, entry.name, color)
        canvas.lines_in(names[side], name, color, size)

    def _card_height(self, canvas: Canvas, width: int) -> int:
        """The height in pixels of the cards, with pictures."""
        inside = width - canvas.units(14)
        size, names = self._name_lines(canvas, inside)
        facts = max(stats_lines(canvas, inside, self._facts(side)) for side in (0, 1))
        text = facts * canvas.line_height() + canvas.lines_height(max(map(len, names)), size)
        return canvas.units(_CARD_UNITS[1]) + text

    def _name_lines(self, canvas: Canvas, width: int) -> tuple[float, list[list[str]]]:
        """(size, lines of each player's name), of one size."""
        names = [self._models[side].display_name.upper() for side in self._sides]
        styles = ((2.0, 1), (1.5, 1), (1.0, 1), (1.0, 2), (1.0, 3))
        return growing_lines(canvas, names, lambda _: width, styles)

    def _facts(self, side: int) -> list[Stat]:
        """What is known of a player."""
        entry = self._models[self._sides[side]]
        evaluation = entry.evaluation
        facts = [Stat(_("origin"), origin_label(entry))]
        if evaluation is not None:
            value = mean_text(evaluation)
            facts.append(Stat(_("test, lines per game"), value, short_label=_("test lines")))
        if entry.metadata is not None:
            facts.append(
                Stat(_("moves practised"), short_number(entry.metadata.timesteps), short_label=_("practised"))
            )
        return facts

    def _description(self) -> str:
        return _("{description} Same pieces for both. Most lines wins.").format(
            description=_(CHALLENGES[self._challenge].description)
        )

    def _panel_height(self, canvas: Canvas, width: int) -> int:
        lines = len(canvas.wrap(self._description(), width - canvas.units(18))) + 1
        return (
            canvas.text_height(3.0)
            + self.menu.height(canvas)
            + lines * canvas.line_height()
            + canvas.units(30)
        )

    def _draw_panel(self, canvas: Canvas, rect: Rect) -> None:
        theme, units = canvas.theme, canvas.units
        inside = inset(canvas.panel(rect), units(1))
        head, rest = cut_top(inside, canvas.text_height(3.0) + units(10))
        canvas.text_in(_("VS"), head, theme.accent, 3.0)
        menu, rest = cut_top(rest, self.menu.height(canvas), units(4))
        self.menu.draw(canvas, menu)
        canvas.paragraph(self._description(), inset(rest, units(3)), theme.text_dim)
