"""The tables: the best of the day, the week and for ever, bounded, whole after any fault."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.errors import StorageError, UnreadableError
from tetris_arcade.storage.high_scores import (
    TABLE_LENGTH,
    HighScore,
    HighScores,
    high_scores_file,
    new_score,
)

_NOON = datetime(2026, 3, 12, 12)  # a Thursday


def _score(value: int, at: datetime = _NOON, name: str = "ABC") -> HighScore:
    return new_score(name, value, at, is_better_lower=False)


def _values(scores: HighScores, period: str, now: datetime = _NOON) -> list[int]:
    return [game.value for game in scores.table("ultra", period, now)]  # type: ignore[arg-type]


def test_each_table_has_its_games(tmp_path: Path) -> None:
    scores = HighScores(DataPaths(tmp_path))
    days = {"today": 0, "on Monday": 3, "on Sunday": 4, "in winter": 60}
    for value, days_ago in zip((100, 200, 300, 400), days.values(), strict=True):
        scores.add("ultra", _score(value, _NOON - timedelta(days=days_ago)))
    scores.add("ultra", _score(50))
    assert _values(scores, "day") == [100, 50]
    assert _values(scores, "week") == [200, 100, 50]
    assert _values(scores, "ever") == [400, 300, 200, 100, 50]


def test_tables_are_read_again(tmp_path: Path) -> None:
    HighScores(DataPaths(tmp_path)).add("ultra", _score(7))
    assert _values(HighScores(DataPaths(tmp_path)), "ever") == [7]


def test_less_time_is_better(tmp_path: Path) -> None:
    scores = HighScores(DataPaths(tmp_path))
    for value in (60_000_000, 45_000_000, 52_000_000):
        scores.add("sprint", new_score("ABC", value, _NOON, is_better_lower=True))
    times = [game.value for game in scores.table("sprint", "ever", _NOON)]
    assert times == [45_000_000, 52_000_000, 60_000_000]


def test_the_file_stays_small(tmp_path: Path) -> None:
    scores = HighScores(DataPaths(tmp_path))
    for day in range(40):
        for value in range(15):
            scores.add("ultra", _score(value + day, _NOON + timedelta(days=day, minutes=value)))
    now = _NOON + timedelta(days=39)
    assert all(len(_values(scores, period, now)) == TABLE_LENGTH for period in ("day", "week", "ever"))
    assert high_scores_file(DataPaths(tmp_path)).stat().st_size < 10_000


def test_ranks_say_which_tables_a_game_enters(tmp_path: Path) -> None:
    scores = HighScores(DataPaths(tmp_path))
    for value in range(100, 110):
        scores.add("ultra", _score(value, _NOON - timedelta(days=30)))
    assert scores.ranks("ultra", _score(5)) == {"day": 1, "week": 1}
    assert scores.ranks("ultra", _score(200)) == {"day": 1, "week": 1, "ever": 1}


def test_of_equal_games_the_earlier_is_better(tmp_path: Path) -> None:
    scores = HighScores(DataPaths(tmp_path))
    scores.add("ultra", _score(5))
    later = _score(5, _NOON + timedelta(hours=1))
    assert scores.ranks("ultra", later)["day"] == 2


_INVALID_GAME = b'{"version": 1, "games": {"a": [{"name": "long", "value": 1, "at": "never"}]}}'


@pytest.mark.parametrize("content", [b"", b"{", b'{"version": 1}', _INVALID_GAME])
def test_a_damaged_file_is_put_aside(tmp_path: Path, content: bytes) -> None:
    path = high_scores_file(DataPaths(tmp_path))
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    scores = HighScores(DataPaths(tmp_path))
    assert scores.modes() == []
    assert path.with_suffix(".damaged").read_bytes() == content
    scores.add("ultra", _score(1))
    assert _values(HighScores(DataPaths(tmp_path)), "ever") == [1]


def _check_left_alone(paths: DataPaths, content: bytes, reason: str) -> None:
    scores = HighScores(paths)
    assert scores.modes() == []
    for change in (lambda: scores.add("ultra", _score(1)), scores.clear, scores.export_csv):
        with pytest.raises(StorageError, match=reason):
            change()
    assert high_scores_file(paths).read_bytes() == content
    assert [file.name for file in high_scores_file(paths).parent.iterdir()] == ["high_scores.json"]


@pytest.mark.parametrize("more", [b'"version": 2, "games": {}', b'"version": 1, "games": {}, "teams": {}'])
def test_a_file_of_a_newer_version_is_left_as_it_is(tmp_path: Path, more: bytes) -> None:
    path = high_scores_file(DataPaths(tmp_path))
    path.parent.mkdir(parents=True)
    path.write_bytes(b"{" + more + b"}")
    _check_left_alone(DataPaths(tmp_path), path.read_bytes(), "saved by a newer version")


def test_a_file_that_cannot_be_read_now_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = DataPaths(tmp_path)
    HighScores(paths).add("ultra", _score(7))

    def refuse(*_: object) -> bytes:
        raise UnreadableError("high_scores.json cannot be read: I/O error")

    with monkeypatch.context() as patch:
        patch.setattr("tetris_arcade.storage.high_scores.read_file", refuse)
        _check_left_alone(paths, high_scores_file(paths).read_bytes(), "I/O error")
    assert _values(HighScores(paths), "ever") == [7]


@pytest.mark.parametrize("obstacle", ["file", "link"])
def test_tables_that_cannot_be_saved_say_so(tmp_path: Path, obstacle: str) -> None:
    folder = high_scores_file(DataPaths(tmp_path)).parent
    folder.parent.mkdir()
    if obstacle == "file":
        folder.touch()
    else:
        folder.symlink_to(tmp_path / "not-mounted")
    scores = HighScores(DataPaths(tmp_path))
    for change in (lambda: scores.add("ultra", _score(1)), scores.clear):
        with pytest.raises(StorageError, match=r"high_scores\.json cannot be written"):
            change()
    assert scores.modes() == []


def test_the_tables_are_emptied_and_exported(tmp_path: Path) -> None:
    scores = HighScores(DataPaths(tmp_path))
    scores.add("ultra", _score(9, name="A.B"))
    assert scores.export_csv().decode().splitlines() == [
        "form,name,result,time",
        "ultra,A.B,9,2026-03-12T12:00:00",
    ]
    scores.clear()
    assert HighScores(DataPaths(tmp_path)).modes() == []


@pytest.mark.parametrize("name", ["AB", "ABCD", "abc", "A\nB"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="three letters"):
        _score(1, name=name)
