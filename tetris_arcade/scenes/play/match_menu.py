"""The menu after a match in which people play."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tetris_arcade.languages import N_, _
from tetris_arcade.scenes.base import Push, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.menu_scene import MenuEntry
from tetris_arcade.scenes.play.game_menus import CoveredGame, GameMenu
from tetris_arcade.scenes.play.match import MATCH_LENGTHS, Match
from tetris_arcade.scenes.play.match_replay import MatchReplayScene, PlayedMatch, review_match
from tetris_arcade.ui.widgets.stat_line import Stat


class CoveredMatch(CoveredGame, Protocol):
    """The screen of the match. num_games: how many games the next match has at most."""

    num_games: int

    @property
    def sent(self) -> tuple[int, int]:
        """The rows of garbage that both sides have sent in the last game."""

    @property
    def played(self) -> Sequence[PlayedMatch]:
        """The games of the match, the oldest first."""

    def swap_sides(self) -> None:
        """Swap the sides of the screen."""


class MatchMenu(GameMenu):
    """Who has won, and what comes next."""

    title = N_("Match over")

    def __init__(self, context: Context, below: CoveredMatch, match: Match) -> None:
        super().__init__(context, below)
        self._scene, self._match = below, match

    def stats(self) -> list[Stat]:
        lines = [sum(result.lines[side] for result in self._match.results) for side in (0, 1)]
        return [
            Stat(_("games"), "{} : {}".format(*self._match.wins)),
            Stat(_("lines"), "{} : {}".format(*lines)),
        ]

    def go_back(self) -> Transition:
        return self.leave_game()

    def entries(self) -> list[MenuEntry]:
        return [
            *self.rematch_entries(),
            MenuEntry("watch", _("Watch it again"), choose=self._watch),
            MenuEntry("review", _("What the model would do"), choose=self._review),
            MenuEntry("swap", _("Swap sides"), choose=self._swap),
            MenuEntry("length", _("Best of"), str(self._scene.num_games), self._change_length),
            MenuEntry("leave", _("Back to the menu"), choose=self.leave_game),
        ]

    def rematch_entries(self) -> list[MenuEntry]:
        """The ways to play again."""
        return [MenuEntry("rematch", _("Rematch"), choose=self.new_game)]

    def _watch(self) -> Transition:
        """See the games again, the last one first."""
        return Push(MatchReplayScene(self.context, self._scene.played))

    def _review(self) -> Transition:
        """See what a model makes of the last game."""
        return review_match(self.context, self._scene.played[-1])

    def _swap(self) -> Transition:
        self._scene.swap_sides()
        return self.new_game()

    def _change_length(self, by: int) -> None:
        self._scene.num_games = next_length(self._scene.num_games, by)


def next_length(num_games: int, by: int) -> int:
    """The next length of a match, around the end of the list."""
    return MATCH_LENGTHS[(MATCH_LENGTHS.index(num_games) + by) % len(MATCH_LENGTHS)]
