"""Counts the visits of a kiosk: when, how long, which screens and games. Nothing of a person is stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.languages import _, format_number, ngettext
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.play.person_scene import PersonScene
from tetris_arcade.scenes.stack import SceneStack
from tetris_arcade.storage.daily_table import DailyTable
from tetris_arcade.storage.errors import StorageError

COLUMNS = ("start", "seconds", "games", "played", "screens")
_SECONDS_PER_MINUTE = 60


@dataclass
class _Visit:
    """A visit that has not ended. start: local time; since: the window's clock, in seconds."""

    start: datetime
    since: float
    games: Counter[str] = field(default_factory=Counter)
    screens: Counter[str] = field(default_factory=Counter)
    last_screen: Scene | None = None
    last_game: object | None = None

    def note(self, scenes: SceneStack) -> None:
        """Count the screen and the game if they are new."""
        screen = scenes.visible()[0]
        if screen is not self.last_screen:
            self.last_screen = screen
            self.screens[_screen_name(screen)] += 1
        if isinstance(screen, PersonScene) and screen.game is not self.last_game and screen.game.now_us > 0:
            self.last_game = screen.game
            self.games[screen.game.mode.key] += 1


class VisitCounter:
    """Counts visits in `records/visits/`, one CSV file per day. is_on: whether it does."""

    def __init__(self, paths: DataPaths, *, is_on: bool) -> None:
        self._table = DailyTable(paths.replays / "visits", COLUMNS)
        self._visit: _Visit | None = None
        self.is_on = is_on

    def start(self, now: float, at: datetime) -> None:
        """A visitor has come; `at` is the local time."""
        if self._visit is None and self.is_on:
            self._visit = _Visit(at, now)

    def note(self, scenes: SceneStack) -> None:
        """Take note of the screen that is shown. Call this once per frame."""
        if self._visit is not None and not scenes.is_empty:
            self._visit.note(scenes)

    def end(self, last_input_at: float) -> None:
        """The visitor has left, after the last input."""
        visit, self._visit = self._visit, None
        if visit is None:
            return
        seconds = max(0, round(last_input_at - visit.since))
        self._table.add(
            visit.start.date(),
            [
                f"{visit.start:%Y-%m-%d %H:%M}",
                seconds,
                visit.games.total(),
                _format(visit.games),
                _format(visit.screens),
            ],
        )

    def close(self, last_input_at: float) -> None:
        """End the visit, and try once more to write what could not be written."""
        self.end(last_input_at)
        self._table.flush()

    def summary(self, at: datetime) -> str:
        """The visits of a day in a sentence, such as "Today: 41 visits, 2 min each, 17 games"."""
        try:
            rows = self._table.rows(at.date())
        except StorageError:
            return _("Today's visits cannot be read")
        seconds, games = (
            sum(int(row[name]) for row in rows if row[name].isdecimal()) for name in ("seconds", "games")
        )
        if not rows:
            return _("Today: no visits")
        minutes = format_number(seconds / len(rows) / _SECONDS_PER_MINUTE, ".1f")
        visits = ngettext("{n} visit", "{n} visits", len(rows)).format(n=format_number(len(rows)))
        played = ngettext("{n} game", "{n} games", games).format(n=format_number(games))
        # Translators: {visits} is "41 visits", {played} is "17 games".
        text = _("Today: {visits}, {minutes} min each, {played}")
        return text.format(visits=visits, minutes=minutes, played=played)


def _screen_name(screen: Scene) -> str:
    """The name of a screen, the same in every language."""
    return type(screen).__name__.removesuffix("Scene")


def _format(counts: Counter[str]) -> str:
    """The counts as a cell without a comma, so that it needs no quotes: "marathon 2 / sprint 1"."""
    return " / ".join(f"{name} {count}" for name, count in counts.items())
