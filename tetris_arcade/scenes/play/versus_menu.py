"""The menu after a match of a person against a model."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from tetris_arcade.config.machine_levels import NUM_LEVELS
from tetris_arcade.languages import _
from tetris_arcade.scenes.base import Pop, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.menu_scene import MenuEntry
from tetris_arcade.scenes.play.match import Match
from tetris_arcade.scenes.play.match_menu import CoveredMatch, MatchMenu
from tetris_arcade.ui.widgets.stat_line import Stat


class CoveredVersus(CoveredMatch, Protocol):
    """The screen of the match."""

    @property
    def level(self) -> int:
        """The machine's level, 1..9."""

    def change_level(self, by: int) -> None:
        """Start a new match against another level."""


class VersusMenu(MatchMenu):
    """Who has won, and what comes next. next_level: the machine's level in the rematch."""

    def __init__(self, context: Context, below: CoveredVersus, match: Match, next_level: int) -> None:
        super().__init__(context, below, match)
        self._versus, self._next_level = below, next_level

    @property
    def heading(self) -> str:
        return {0: _("YOU WIN!"), 1: _("IT WINS"), None: _("DRAW")}[self._match.winner]

    def stats(self) -> list[Stat]:
        level = str(self._versus.level)
        return [*super().stats(), Stat(_("level of the machine"), level, short_label=_("level"))]

    def rematch_entries(self) -> list[MenuEntry]:
        level = self._next_level
        levels = [
            ("rematch", _("Rematch, level {level}"), level),
            ("harder", _("Harder, level {level}"), level + 1),
            ("easier", _("Easier, level {level}"), level - 1),
        ]
        return [
            MenuEntry(key, label.format(level=other), choose=partial(self._play, other))
            for key, label, other in levels
            if 1 <= other <= NUM_LEVELS
        ]

    def _play(self, level: int) -> Transition:
        if level == self._versus.level:
            return self.new_game()
        self._versus.change_level(level - self._versus.level)
        return Pop()
