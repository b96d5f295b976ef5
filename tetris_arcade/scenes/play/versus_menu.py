"""The menu after a match of a person against a model."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from tetris_arcade.config.machine_levels import MACHINE_LEVELS
from tetris_arcade.languages import _
from tetris_arcade.scenes.base import Pop, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.menu_scene import MenuEntry
from tetris_arcade.scenes.play.game_menus import CoveredGame, GameMenu
from tetris_arcade.scenes.play.match import Match
from tetris_arcade.ui.widgets.stat_line import Stat


class CoveredMatch(CoveredGame, Protocol):
    """The screen of the match."""

    @property
    def level(self) -> int:
        """The machine's level, 1..9."""

    def change_level(self, by: int) -> None:
        """Start a new match against another level."""

    def swap_sides(self) -> None:
        """Swap the sides of person and model."""


class MatchMenu(GameMenu):
    """Who has won, and what comes next. next_level: the machine's level in the rematch."""

    title = "Match over"

    def __init__(self, context: Context, below: CoveredMatch, match: Match, next_level: int) -> None:
        super().__init__(context, below)
        self._scene, self._match, self._next_level = below, match, next_level

    @property
    def heading(self) -> str:
        return {0: _("YOU WIN!"), 1: _("IT WINS"), None: _("DRAW")}[self._match.winner]

    def stats(self) -> list[Stat]:
        person, machine = self._match.wins
        lines = [sum(result.lines[side] for result in self._match.results) for side in (0, 1)]
        return [
            Stat(_("games"), f"{person} : {machine}"),
            Stat(_("lines"), f"{lines[0]} : {lines[1]}"),
            Stat(_("level of the machine"), str(self._scene.level), short_label=_("level")),
        ]

    def go_back(self) -> Transition:
        return self.leave_game()

    def entries(self) -> list[MenuEntry]:
        level = self._next_level
        levels = [
            ("rematch", _("Rematch, level {level}"), level),
            ("harder", _("Harder, level {level}"), level + 1),
            ("easier", _("Easier, level {level}"), level - 1),
        ]
        return [
            *(
                MenuEntry(key, label.format(level=other), choose=partial(self._play, other))
                for key, label, other in levels
                if 1 <= other <= len(MACHINE_LEVELS)
            ),
            MenuEntry("swap", _("Swap sides"), choose=self._swap),
            MenuEntry("leave", _("Back to the menu"), choose=self.leave_game),
        ]

    def _play(self, level: int) -> Transition:
        if level == self._scene.level:
            return self.new_game()
        self._scene.change_level(level - self._scene.level)
        return Pop()

    def _swap(self) -> Transition:
        self._scene.swap_sides()
        return self.new_game()
