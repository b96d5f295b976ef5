"""Visits are counted without persons: one row each, whatever kills the window or fills the disk."""

from __future__ import annotations

import csv
import errno
import os
from datetime import date, datetime
from pathlib import Path
from unittest.mock import Mock

import pytest

from tests.kiosk.driver import IDLE, OpenKiosk, frames, key
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.kiosk.visits import COLUMNS, VisitCounter
from tetris_arcade.storage import daily_table
from tetris_arcade.storage.daily_table import DailyTable
from tetris_arcade.storage.errors import StorageError

DAY = date(2026, 3, 14)


def _rows(tmp_path: Path) -> list[dict[str, str]]:
    with open(tmp_path / "records" / "visits" / f"{DAY}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_visit_is_a_row(open_kiosk: OpenKiosk, tmp_path: Path) -> None:
    app = open_kiosk(has_visitor=False)
    now = frames(app, 0.0, 0.2)
    now = frames(app, now, 0.5, key("x"))
    now = frames(app, now, 0.5, key("return"))  # play
    now = frames(app, now, 2.3, key("return"))  # a marathon
    now = frames(app, now, 0.5, key("space"))
    now = frames(app, now, 2.3, key("n"))  # another one
    app.frame([], now + IDLE, 0.1)
    (row,) = _rows(tmp_path)
    assert row == {
        "start": "2026-03-14 12:30",
        "seconds": "4",
        "games": "2",
        "played": "marathon 2",
        "screens": "Title 1 / PlayMenu 1 / Solo 1",
    }


def test_visit_that_the_window_does_not_outlive_is_counted(open_kiosk: OpenKiosk, tmp_path: Path) -> None:
    app = open_kiosk()
    frames(app, 0.0, 2.0, key("down"))
    app.close()
    assert len(_rows(tmp_path)) == 1


def test_nobody_and_no_statistics_leave_no_file(open_kiosk: OpenKiosk, tmp_path: Path) -> None:
    app = open_kiosk(has_visitor=False)
    app.frame([], 2 * IDLE, 0.1)
    app.close()
    app = open_kiosk(statistics=False)
    frames(app, 0.0, 0.1, key("down"))
    app.frame([], IDLE + 1, 0.1)
    app.close()
    assert not (tmp_path / "records" / "visits").exists()


def test_the_operator_sees_the_days_visits(tmp_path: Path) -> None:
    counter = VisitCounter(DataPaths(tmp_path), is_on=True)
    at = datetime(2026, 3, 14, 9, 5)
    assert counter.summary(at) == "Today: no visits"
    for start in (0.0, 100.0):
        counter.start(start, at)
        counter.end(start + 90.0)
    assert counter.summary(at) == "Today: 2 visits, 1.5 min each, 0 games"


# --- The file ---


@pytest.fixture
def table(tmp_path: Path) -> DailyTable:
    return DailyTable(tmp_path / "visits", COLUMNS)


def _add(table: DailyTable, count: int, day: date = DAY) -> None:
    for number in range(count):
        table.add(day, (f"{day} 10:00", number, 0, "", "Title 1"))


def test_line_that_a_power_cut_left_damages_no_other(table: DailyTable, tmp_path: Path) -> None:
    _add(table, 1)
    file = tmp_path / "visits" / f"{DAY}.csv"
    with file.open("ab") as damaged:
        damaged.write(b'2026-03-14 11:00,7,"marat')
    file.write_bytes(file.read_bytes()[:-3])
    _add(table, 1)
    assert [row["seconds"] for row in table.rows(DAY)] == ["0", "0"]


def test_zeros_that_a_power_cut_left_damage_no_row(table: DailyTable, tmp_path: Path) -> None:
    _add(table, 1)
    with (tmp_path / "visits" / f"{DAY}.csv").open("ab") as damaged:
        damaged.write(bytes(200_000))  # more than the csv module takes as one cell
    _add(table, 1)
    assert len(table.rows(DAY)) == 2


def test_full_disk_loses_no_row_and_leaves_no_part_of_one(
    table: DailyTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add(table, 1)
    file = tmp_path / "visits" / f"{DAY}.csv"
    whole, write = file.read_bytes(), os.write
    monkeypatch.setattr(daily_table.os, "write", lambda to, content: write(to, content[:5]))
    _add(table, 1)
    assert file.read_bytes() == whole

    def refuse(_to: int, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(daily_table.os, "write", refuse)
    _add(table, 1)
    assert file.read_bytes() == whole
    monkeypatch.setattr(daily_table.os, "write", write)
    table.flush()
    assert len(table.rows(DAY)) == 3


def test_files_are_bounded_in_size_and_number(
    table: DailyTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daily_table, "_MAX_FILE_BYTES", 1_000)
    monkeypatch.setattr(daily_table, "_MAX_FILES", 3)
    (tmp_path / "visits").mkdir()
    (tmp_path / "visits" / "notes.txt").touch()
    for day in range(1, 6):
        _add(table, 100, date(2026, 3, day))
    files = sorted(path.name for path in (tmp_path / "visits").iterdir())
    assert files == ["2026-03-03.csv", "2026-03-04.csv", "2026-03-05.csv", "notes.txt"]
    assert all(path.stat().st_size < 1_100 for path in (tmp_path / "visits").glob("*.csv"))


def test_named_pipe_in_place_of_the_file_does_not_block(table: DailyTable, tmp_path: Path) -> None:
    (tmp_path / "visits").mkdir()
    os.mkfifo(tmp_path / "visits" / f"{DAY}.csv")
    _add(table, 1)
    with pytest.raises(StorageError, match="not a regular file"):
        table.rows(DAY)


def test_a_day_that_cannot_be_read_is_no_day_without_visits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter, at = VisitCounter(DataPaths(tmp_path), is_on=True), datetime(2026, 3, 14, 12, 30)
    assert counter.summary(at) == "Today: no visits"
    counter.start(0.0, at)
    counter.end(60.0)
    assert counter.summary(at) == "Today: 1 visit, 1.0 min each, 0 games"
    monkeypatch.setattr(os, "open", Mock(side_effect=PermissionError(errno.EACCES, "denied")))
    assert counter.summary(at) == "Today's visits cannot be read"
