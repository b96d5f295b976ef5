"""The TensorBoard and CSV logs of a run: one continuous curve, however often the run is resumed."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import logging
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stable_baselines3.common.logger import (
    CSVOutputFormat,
    KVWriter,
    Logger,
    make_output_format,
)

from tetris_arcade.storage.atomic import path_exists, read_file, write_file_atomic
from tetris_arcade.storage.errors import DamagedError, describe_os_error

logger = logging.getLogger(__name__)

TIMESTEPS_KEY = "time/total_timesteps"
_MAX_TABLE_BYTES = 2**30


def open_metric_logs(folder: Path, formats: Sequence[str], resumed_at: int | None) -> Logger:
    """Open stable-baselines3's logger on `folder`, with formats such as "csv" and "tensorboard".

    resumed_at: timesteps of the checkpoint that the run continues from. Rows logged after it are dropped,
    since those timesteps are repeated. None starts new logs; existing ones are renamed.
    """
    if resumed_at is None and folder.is_dir():
        os.rename(folder, _unused_name(folder))
    folder.mkdir(parents=True, exist_ok=True)
    return Logger(str(folder), [_FaultTolerantWriter(_open(folder, name, resumed_at)) for name in formats])


def _open(folder: Path, name: str, resumed_at: int | None) -> KVWriter:
    if name == "csv":
        return _ResumableCsv(folder / "progress.csv", resumed_at)
    if name == "tensorboard":
        from tetris_arcade.training.tensorboard_file import TensorBoardFormat  # An optional package.

        return TensorBoardFormat(folder, resumed_at)
    return make_output_format(name, str(folder))


def _unused_name(folder: Path) -> Path:
    """A name with the time, and with a number if that exists already."""
    stem = f"{folder.name}-{time.strftime('%Y%m%d-%H%M%S')}"
    names = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
    return next(path for path in map(folder.with_name, names) if not path_exists(path))


class _FaultTolerantWriter(KVWriter):
    """Wraps a writer; rows that cannot be written are dropped with one warning, and the run continues."""

    def __init__(self, writer: KVWriter) -> None:
        self._writer = writer
        self._has_failed = False

    def write(
        self, key_values: dict[str, Any], key_excluded: dict[str, tuple[str, ...]], step: int = 0
    ) -> None:
        try:
            self._writer.write(key_values, key_excluded, step)
        except OSError as error:
            if not self._has_failed:
                reason = describe_os_error(error)
                logger.warning("the logs are missing rows from timestep %d on: %s", step, reason)
            self._has_failed = True

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._writer.close()


class _ResumableCsv(CSVOutputFormat):
    """stable-baselines3's CSV writer, starting with the rows that the file has already.

    Raises UnreadableError if they cannot be read now: nothing may be written over them. A file that is no
    such table is renamed.
    """

    def __init__(self, path: Path, resumed_at: int | None) -> None:
        rows = [] if resumed_at is None else _read_rows(path, resumed_at)
        super().__init__(os.devnull if rows else str(path))
        if rows:
            self.file.close()
            content = io.StringIO()
            csv.writer(content, lineterminator="\n").writerows(rows)
            write_file_atomic(path, content.getvalue().encode())
            self.keys = list(rows[0])
            self.file = path.open("r+")
            self.file.seek(0, os.SEEK_END)


def _read_rows(path: Path, max_timesteps: int) -> list[list[str]]:
    """The header and the rows up to `max_timesteps`; empty if the file is missing or not such a table."""
    if not path_exists(path):
        return []
    try:
        header, *rows = csv.reader(read_file(path, _MAX_TABLE_BYTES).decode().splitlines())
        column = header.index(TIMESTEPS_KEY)
        kept = [row for row in rows if len(row) == len(header) and int(row[column]) <= max_timesteps]
    except (DamagedError, ValueError, csv.Error):
        renamed = _unused_name(path)
        os.rename(path, renamed)
        logger.warning("%s is not a table of this run; it was renamed to %s", path.name, renamed.name)
        return []
    return [header, *kept]
