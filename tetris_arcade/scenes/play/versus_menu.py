"""The menu after a match of a person against a model."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from tetris_arcade.config.machine_levels import MACHINE_LEVELS
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
        return {0: "YOU WIN!", 1: "IT WINS", None: "DRAW"}[self._match.winner]

    def stats(self) -> list[Stat]:
        person, machine = self._match.wins
        lines = [sum(result.lines[side] for result in self._match.results) for side in (0, 1)]
        return [
            Stat("games", f"{person} : {machine}"),
            Stat("lines", f"{lines[0]} : {lines[1]}"),
            Stat("level of the machine", str(self._scene.level), short_label="level"),
        ]

    def go_back(self) -> Transition:
        return self.leave_game()

    def entries(self) -> list[MenuEntry]:
        level = self._next_level
        levels = [("rematch", "Rematch", level), ("harder", "Harder", level + 1)]
        levels.append(("easier", "Easier", level - 1))
        return [
            *(
                MenuEntry(key, f"{label}, level {other}", choose=partial(self._play, other))
                for key, label, other in levels
                if 1 <= other <= len(MACHINE_LEVELS)
            ),
            MenuEntry("swap", "Swap sides", choose=self._swap),
            MenuEntry("leave", "Back to the menu", choose=self.leave_game),
        ]

    def _play(self, level: int) -> Transition:
        if level == self._scene.level:
            return self.new_game()
        self._scene.change_level(level - self._scene.level)
        return Pop()

    def _swap(self) -> Transition:
        self._scene.swap_sides()
        return self.new_game()
