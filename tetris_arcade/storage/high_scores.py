"""The tables of the best games: three letters, a result and a time, and nothing else of a person.

One small file; for each form of the game it keeps the best of the day, of the week and for ever.
"""

from __future__ import annotations

import csv
import io
import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.plain_data import DataValidationError, from_plain, to_plain
from tetris_arcade.storage.atomic import path_exists, read_file, write_file_atomic
from tetris_arcade.storage.errors import DamagedError, NewerVersionError, StorageError, UnreadableError
from tetris_arcade.storage.strict_json import dump_json, parse_json
from tetris_arcade.storage.versions import refuse_newer

logger = logging.getLogger(__name__)

Period = Literal["day", "week", "ever"]
PERIODS: tuple[Period, ...] = ("day", "week", "ever")
TABLE_LENGTH = 10
NAME_LENGTH = 3
_MAX_BYTES = 256 * 1024
_MAX_MODES = 20
_NAME = re.compile(r"[A-Z0-9 .!?-]{3}")
_TIME_FORMAT = "%Y-%m-%dT%H:%M:%S"
_VERSION = 1


@dataclass(frozen=True)
class HighScore:
    """One game.

    name: three letters. value: points, or for a form that is ranked by time, microseconds. at: local time,
    as ISO 8601. is_better_lower: whether less is better.
    """

    name: str
    value: int
    at: str
    is_better_lower: bool = False

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError("a name has three letters")
        if not 0 <= self.value < 2**53:
            raise ValueError(f"a result must be 0..2^53, got {self.value}")
        datetime.strptime(self.at, _TIME_FORMAT)

    @property
    def time(self) -> datetime:
        return datetime.strptime(self.at, _TIME_FORMAT)

    @property
    def rank_key(self) -> tuple[int, str]:
        """Better games first; of equal ones, the earlier."""
        return (self.value if self.is_better_lower else -self.value), self.at


@dataclass(frozen=True)
class _File:
    """The content of the file: the games of each form."""

    version: int
    games: dict[str, tuple[HighScore, ...]]


class HighScores:
    """The tables, as they were last read or written.

    They are empty if the file cannot be read now, or if a newer version of the program saved it. Such a file
    is left as it is: changing or exporting the tables then raises StorageError.
    """

    def __init__(self, paths: DataPaths) -> None:
        self._path = high_scores_file(paths)
        self._games: dict[str, tuple[HighScore, ...]] = {}
        self._fault: StorageError | None = None
        try:
            self._games = _load(self._path)
        except (UnreadableError, NewerVersionError) as error:
            logger.warning("the tables cannot be used: %s", error)
            self._fault = error

    def table(self, mode: str, period: Period, now: datetime) -> list[HighScore]:
        """The best games of a form, the best first, at most TABLE_LENGTH."""
        since = _start(period, now)
        games = (game for game in self._games.get(mode, ()) if since is None or game.time >= since)
        return sorted(games, key=lambda game: game.rank_key)[:TABLE_LENGTH]

    def modes(self) -> list[str]:
        """The forms that have games."""
        return sorted(mode for mode, games in self._games.items() if games)

    def ranks(self, mode: str, game: HighScore) -> dict[Period, int]:
        """The place, from 1, that a game takes or has in each table that it is good enough for."""
        ranks: dict[Period, int] = {}
        for period in PERIODS:
            others = [other for other in self.table(mode, period, game.time) if other != game]
            rank = 1 + sum(other.rank_key < game.rank_key for other in others)
            if rank <= TABLE_LENGTH:
                ranks[period] = rank
        return ranks

    def add(self, mode: str, game: HighScore) -> None:
        """Add a game and save the file; raises StorageError if it cannot be saved."""
        if mode not in self._games and len(self._games) >= _MAX_MODES:
            raise StorageError("there are too many tables")
        games = _without_losers([*self._games.get(mode, ()), game], game.time)
        self._save({**self._games, mode: games})

    def clear(self) -> None:
        """Empty all tables; raises StorageError if the file cannot be saved."""
        self._save({})

    def export_csv(self) -> bytes:
        """All games as CSV: form, name, result, time. Raises StorageError if they cannot be read."""
        self._check_usable()
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["form", "name", "result", "time"])
        for mode in self.modes():
            for game in sorted(self._games[mode], key=lambda game: game.rank_key):
                writer.writerow([mode, game.name, game.value, game.at])
        return text.getvalue().encode()

    def _check_usable(self) -> None:
        if self._fault is not None:
            raise self._fault

    def _save(self, games: dict[str, tuple[HighScore, ...]]) -> None:
        self._check_usable()
        write_file_atomic(self._path, dump_json(to_plain(_File(_VERSION, games))))
        self._games = games


def high_scores_file(paths: DataPaths) -> Path:
    return paths.replays / "tables" / "high_scores.json"


def new_score(name: str, value: int, at: datetime, *, is_better_lower: bool) -> HighScore:
    """A game that was played at a local time."""
    return HighScore(name, value, at.strftime(_TIME_FORMAT), is_better_lower)


def _load(path: Path) -> dict[str, tuple[HighScore, ...]]:
    """The games of a file; a damaged file is put aside, and the tables start empty.

    Raises UnreadableError or NewerVersionError if the file may be sound.
    """
    try:
        if not path_exists(path):
            return {}
        data = parse_json(read_file(path, _MAX_BYTES), path.name)
        refuse_newer(data, _File, _VERSION, "version", path.name)
        return dict(from_plain(_File, data).games)
    except (DamagedError, DataValidationError, ValueError) as error:
        return _put_aside(path, error)


def _put_aside(path: Path, error: Exception) -> dict[str, tuple[HighScore, ...]]:
    """Rename a damaged file, over the one that was damaged before."""
    logger.warning("the tables are damaged, and start again: %s", error)
    try:
        path.replace(path.with_suffix(".damaged"))
    except OSError as reason:
        logger.warning("the damaged tables stay: %s", reason)
    return {}


def _start(period: Period, now: datetime) -> datetime | None:
    """When a period began; None for ever. A week begins on Monday."""
    if period == "ever":
        return None
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if period == "day" else midnight - timedelta(days=midnight.weekday())


def _without_losers(games: list[HighScore], now: datetime) -> tuple[HighScore, ...]:
    """Only games that are in a table now; a game of a past day is kept only if it is good enough."""
    kept: set[HighScore] = set()
    for period in PERIODS:
        since = _start(period, now)
        valid = sorted(
            (game for game in games if since is None or game.time >= since), key=lambda game: game.rank_key
        )
        kept.update(valid[:TABLE_LENGTH])
    return tuple(sorted(kept, key=lambda game: game.rank_key))
