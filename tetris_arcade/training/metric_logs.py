"""A run's TensorBoard and CSV logs: one curve, however often the run was stopped and resumed."""

from __future__ import annotations

import contextlib
import csv
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
    TensorBoardOutputFormat,
    make_output_format,
)

from tetris_arcade.storage.errors import describe_os_error

logger = logging.getLogger(__name__)

TIMESTEPS = "time/total_timesteps"


def open_curves(folder: Path, formats: Sequence[str], resumed_at: int | None) -> Logger:
    """stable-baselines3's logger to `folder`, with formats such as "csv" and "tensorboard".

    resumed_at: the timesteps of the checkpoint that a run goes on from; what had been logged beyond it will
    be played again, and is dropped. None begins new curves, and sets those that lie there aside.
    """
    if resumed_at is None and folder.is_dir():
        os.rename(folder, _free_name(folder))
    folder.mkdir(parents=True, exist_ok=True)
    return Logger(str(folder), [_FaultTolerantWriter(_open(folder, name, resumed_at)) for name in formats])


def _open(folder: Path, name: str, resumed_at: int | None) -> KVWriter:
    if name == "csv":
        return _ResumableCsv(folder / "progress.csv", resumed_at)
    if name == "tensorboard" and resumed_at is not None:
        return _ResumableTensorBoard(folder, resumed_at)
    return make_output_format(name, str(folder))


def _free_name(folder: Path) -> Path:
    """The folder's name with the time, and a number where that is taken."""
    stem = f"{folder.name}-{time.strftime('%Y%m%d-%H%M%S')}"
    names = [stem, *(f"{stem}-{number}" for number in range(2, 100))]
    return next(path for path in map(folder.with_name, names) if not path.exists())


class _FaultTolerantWriter(KVWriter):
    """Another writer's rows: those that the disk does not take are lost, and the run goes on."""

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
                logger.warning("the curves lack rows from timestep %d on: %s", step, describe_os_error(error))
            self._has_failed = True

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._writer.close()


class _ResumableCsv(CSVOutputFormat):
    """stable-baselines3's file, which begins with the rows that are already there."""

    def __init__(self, path: Path, resumed_at: int | None) -> None:
        rows = [] if resumed_at is None else _rows_until(path, resumed_at)
        super().__init__(str(path))
        if rows:
            self.keys = list(rows[0])
            csv.writer(self.file, lineterminator="\n").writerows(rows)
            self.file.flush()


def _rows_until(path: Path, timesteps: int) -> list[list[str]]:
    """The header and the rows up to a timestep; nothing where the file is missing or no such table."""
    try:
        with path.open(newline="") as file:
            header, *rows = csv.reader(file)
        column = header.index(TIMESTEPS)
        kept = [row for row in rows if len(row) == len(header) and int(row[column]) <= timesteps]
    except (OSError, ValueError, csv.Error):
        return []
    return [header, *kept]


class _ResumableTensorBoard(TensorBoardOutputFormat):
    """stable-baselines3's writer, which hides what was logged beyond the timesteps it goes on from."""

    def __init__(self, folder: Path, resumed_at: int) -> None:
        from torch.utils.tensorboard.writer import SummaryWriter

        super().__init__(str(folder))
        self.writer.close()
        self.writer = SummaryWriter(log_dir=str(folder), purge_step=resumed_at + 1)
