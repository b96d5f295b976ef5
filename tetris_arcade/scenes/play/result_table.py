"""What a finished game is worth in the tables."""

from __future__ import annotations

from datetime import datetime

from tetris_arcade.languages import _
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import GameMode
from tetris_arcade.scenes.context import Context
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.high_scores import HighScore, HighScores, Period, new_score

_NO_NAME = "---"


def game_result(game: RealtimeGame) -> int | None:
    """The result of a game that is over, as its form ranks it; None if it does not count."""
    is_finished = game.end is not None and game.end.is_finished
    match game.mode.ranked_by:
        case "time":
            return game.now_us if is_finished else None
        case "lines":
            return game.tally.lines or None if is_finished else None
        case "sent":
            return game.tally.sent or None
    return game.tally.score or None


def better_result(mode: GameMode, *results: int | None) -> int | None:
    """The best of results, None if none counts."""
    counted = [result for result in results if result is not None]
    return (min if mode.ranked_by == "time" else max)(counted, default=None)


class ResultTable:
    """The places of a result in the tables of its form, and how it gets there."""

    def __init__(self, context: Context, mode: GameMode, result: int) -> None:
        self._context, self._mode, self._result = context, mode, result
        self._scores = HighScores(context.paths)
        self._at = datetime.now()
        self.ranks = self._scores.ranks(mode.key, self._score(_NO_NAME))

    @property
    def heading(self) -> str:
        """What the person has achieved."""
        if self.ranks.get("ever") == 1:
            return _("NEW RECORD")
        return _("PLACE {rank}").format(rank=min(self.ranks.values()))

    def is_refused(self, name: str) -> bool:
        """Whether the operator's list forbids letters."""
        return name.upper() in self._context.settings.kiosk.refused_names

    def save(self, name: str) -> dict[Period, int]:
        """Add the game under three letters; returns its places, none if it could not be saved."""
        score = self._score(name)
        try:
            self._scores.add(self._mode.key, score)
        except StorageError as error:
            self._context.notify(_("Not saved: {error}").format(error=error), "error")
            return {}
        return self.ranks

    def _score(self, name: str) -> HighScore:
        return new_score(name, self._result, self._at, is_better_lower=self._mode.ranked_by == "time")
