"""The menus over a person's game: while it is paused, and when it is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from pygame import Rect

from tetris_arcade.languages import N_, _, capitalized, format_number
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import SECOND
from tetris_arcade.scenes.base import KeyBinding, Pop, Push, Transition, bind
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.menu_scene import MenuEntry, MenuScene
from tetris_arcade.scenes.play.person_panels import format_time
from tetris_arcade.scenes.play.tables import PERIOD_NAMES, TablesScene
from tetris_arcade.scenes.settings.handling import HandlingScene
from tetris_arcade.storage.high_scores import Period
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.layout import centered, cut_top
from tetris_arcade.ui.text_fitting import fit_size
from tetris_arcade.ui.theme import THEMES
from tetris_arcade.ui.widgets.stat_line import Stat, draw_stats, stats_lines

_WIDTH_UNITS, _LETTERS = 230, 24


class CoveredGame(Protocol):
    """The screen below a menu."""

    restart_text: str

    def restart(self) -> None:
        """Start a new game."""

    def leave_soon(self) -> None:
        """Close the screen once it is on top again."""


class GameMenu(MenuScene):
    """A menu over a game."""

    is_overlay = True
    covers_explanations = True

    def __init__(self, context: Context, below: CoveredGame) -> None:
        super().__init__(context)
        self._below = below

    def new_game(self) -> Transition:
        """Start again at once."""
        self._below.restart()
        return Pop()

    def leave_game(self) -> Transition:
        """Leave the game for the screen below it."""
        self._below.leave_soon()
        return Pop()

    def bindings(self) -> list[KeyBinding]:
        return [*super().bindings(), bind(self._below.restart_text, self.new_game, Action.NEW_GAME)]

    @property
    def heading(self) -> str:
        """The large text above the menu."""
        raise NotImplementedError

    def stats(self) -> list[Stat]:
        """What is listed between the heading and the menu."""
        return []

    def draw(self, canvas: Canvas) -> None:
        units = canvas.units
        canvas.dim(canvas.rect, canvas.theme.background, 130)
        width = min(
            canvas.rect.width - units(16),
            max(units(_WIDTH_UNITS), canvas.text_width("0" * _LETTERS) + units(20)),
        )
        stats, inside_width = self.stats(), width - units(26)
        heading = _(self.heading)
        size = fit_size(canvas, heading, inside_width, 3.0, 2.0, 1.5, 1.0)
        head_height = canvas.text_height(size) + units(12)
        stats_height = stats_lines(canvas, inside_width, stats) * canvas.line_height() + units(
            6 if stats else 0
        )
        height = head_height + stats_height + self.menu.height(canvas) + units(18)
        inside = canvas.panel(centered(canvas.rect, width, min(height, canvas.rect.height - units(4))))
        head, rest = cut_top(inside, head_height)
        canvas.text_in(heading, head, canvas.theme.accent, size)
        listed, menu = cut_top(rest, min(stats_height, max(0, rest.height - 3 * canvas.line_height())))
        draw_stats(canvas, Rect(listed.x + units(8), listed.y, inside_width, listed.height), stats)
        self.menu.draw(canvas, menu)
        canvas.explain(Rect(head.x, head.y, head.width, menu.y - head.y), _("How the game stands"))
        canvas.explain(menu, _("What to do now: {keys}").format(keys=self.menu_keys_text()))


class PauseMenu(GameMenu):
    """The game waits. more_entries: the lines that only its game has."""

    title = "Paused"
    heading = N_("PAUSED")

    def __init__(
        self,
        context: Context,
        below: CoveredGame,
        more_entries: Callable[[], list[MenuEntry]] = list,
    ) -> None:
        super().__init__(context, below)
        self._more_entries = more_entries

    def bindings(self) -> list[KeyBinding]:
        return [*super().bindings(), bind("", Pop, Action.PAUSE)]

    def entries(self) -> list[MenuEntry]:
        return [
            MenuEntry("resume", _("Resume"), choose=Pop),
            MenuEntry("new", capitalized(_(self._below.restart_text)), choose=self.new_game),
            *self._more_entries(),
            MenuEntry("handling", _("Handling and keys"), choose=lambda: Push(HandlingScene(self.context))),
            MenuEntry("leave", _("Leave the game"), choose=self.leave_game),
        ]


class ResultMenu(GameMenu):
    """How a game has ended.

    ranks: its places in the tables. watch: shows the game again. review: shows what a model makes of it.
    has_advice: whether the coach has helped, so that the game enters no table.
    """

    title = "Result"

    def __init__(
        self,
        context: Context,
        game: RealtimeGame,
        below: CoveredGame,
        ranks: Mapping[Period, int] | None = None,
        *,
        watch: Callable[[], Transition],
        review: Callable[[], Transition],
        has_advice: bool = False,
    ) -> None:
        super().__init__(context, below)
        self._game, self._ranks, self._watch, self._review = game, ranks or {}, watch, review
        self._has_advice = has_advice

    @property
    def heading(self) -> str:
        game = self._game
        assert game.end is not None
        if not game.end.is_finished:
            return _("GAME OVER")
        return format_time(game.now_us) if game.mode.ranked_by == "time" else format_number(game.tally.score)

    def stats(self) -> list[Stat]:
        color = THEMES[self.context.settings.display.palette].accent
        places = [
            Stat(_(PERIOD_NAMES[period]), _("place {rank}").format(rank=rank), color)
            for period, rank in self._ranks.items()
        ]
        advice = [Stat(_("with the coach"), _("not ranked"))] if self._has_advice else []
        return [*places, *advice, *result_stats(self._game)]

    def go_back(self) -> Transition:
        return self.leave_game()

    def _open_tables(self) -> Transition:
        return Push(TablesScene(self.context, self._game.mode))

    def entries(self) -> list[MenuEntry]:
        return [
            MenuEntry("new", _("Play again"), choose=self.new_game),
            MenuEntry("watch", _("Watch it again"), choose=self._watch),
            MenuEntry("review", _("What the model would do"), choose=self._review),
            MenuEntry("tables", _("Best games"), choose=self._open_tables),
            MenuEntry("leave", _("Back to the menu"), choose=self.leave_game),
        ]


def result_stats(game: RealtimeGame) -> list[Stat]:
    """The numbers of a game that has ended."""
    tally = game.tally
    speed = tally.pieces * SECOND / max(1, game.now_us)
    numbers = [
        Stat(_("score"), format_number(tally.score)),
        Stat(_("time"), format_time(game.now_us)),
        Stat(_("lines"), str(tally.lines)),
        Stat(
            _("pieces"),
            _("{pieces}, {speed} per second").format(pieces=tally.pieces, speed=format_number(speed, ".2f")),
            short_label=_("pieces"),
        ),
        Stat(_("tetrises"), str(tally.tetrises)),
        Stat(_("T-spins"), str(tally.t_spins)),
        Stat(_("best combo"), str(tally.best_combo)),
        Stat(_("all clears"), str(tally.all_clears)),
    ]
    return [stat for stat in numbers if stat.value != "0"]
