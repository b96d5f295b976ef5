"""TensorBoard and CSV logs: one curve across resumes."""

from __future__ import annotations

import csv
import errno
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from stable_baselines3.common.logger import CSVOutputFormat

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.storage.errors import UnreadableError
from tetris_arcade.training.metric_logs import TIMESTEPS_KEY, open_metric_logs
from tetris_arcade.training.trainer import Trainer


def _timesteps(paths: DataPaths) -> list[int]:
    with (paths.logs / "training" / "progress.csv").open(newline="") as file:
        return [int(row[TIMESTEPS_KEY]) for row in csv.DictReader(file)]


def _train(config: TrainConfig, paths: DataPaths, timesteps: int, *formats: str, resume: bool) -> None:
    Trainer(replace(config, total_timesteps=timesteps), paths, resume=resume, log_formats=formats).run()


def test_resumed_run_continues_the_table(random_actions: TrainConfig, paths: DataPaths) -> None:
    _train(random_actions, paths, 5_000, "csv", resume=False)
    _train(random_actions, paths, 9_000, "csv", resume=True)
    assert _timesteps(paths) == [2_000, 4_000, 6_000, 8_000]


def test_rows_after_the_checkpoint_are_dropped(random_actions: TrainConfig, paths: DataPaths) -> None:
    _train(random_actions, paths, 5_000, "csv", resume=False)
    table = paths.logs / "training" / "progress.csv"
    header, *rows = table.read_text().splitlines()
    column = header.split(",").index(TIMESTEPS_KEY)
    later = rows[-1].split(",")
    later[column] = "6000"
    table.write_text("\n".join([header, *rows, ",".join(later), "half a li"]))
    _train(random_actions, paths, 9_000, "csv", resume=True)
    assert _timesteps(paths) == [2_000, 4_000, 6_000, 8_000]


def test_fresh_run_renames_old_logs(random_actions: TrainConfig, paths: DataPaths) -> None:
    _train(random_actions, paths, 3_000, "csv", resume=False)
    _train(random_actions, paths, 3_000, "csv", resume=False)
    assert _timesteps(paths) == [2_000]
    assert len(list(paths.logs.glob("training-*/progress.csv"))) == 1


def test_logs_of_another_run_are_kept_when_a_run_is_taken_up(
    random_actions: TrainConfig, paths: DataPaths
) -> None:
    _train(random_actions, paths, 3_000, resume=False)
    _train(random_actions, paths, 5_000, "csv", resume=False)
    config = replace(random_actions, total_timesteps=7_000)
    Trainer(config, paths, resume=True, kept_run=1, log_formats=["csv"]).run()
    assert _timesteps(paths) == [4_000, 6_000]
    (kept,) = paths.logs.glob("training-*/progress.csv")
    with kept.open(newline="") as file:
        assert [row[TIMESTEPS_KEY] for row in csv.DictReader(file)] == ["2000", "4000"]


def test_damaged_table_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "progress.csv").write_bytes(b"\0\xff rubbish")
    logger = open_metric_logs(tmp_path, ["csv"], resumed_at=10)
    logger.record(TIMESTEPS_KEY, 12)
    logger.dump(12)
    logger.close()
    assert (tmp_path / "progress.csv").read_text().splitlines() == [TIMESTEPS_KEY, "12"]
    (renamed,) = tmp_path.glob("progress.csv-*")
    assert renamed.read_bytes() == b"\0\xff rubbish"


def test_table_that_cannot_be_read_now_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = f"{TIMESTEPS_KEY}\n2000\n4000\n"
    (tmp_path / "progress.csv").write_text(table)

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "injected")

    with monkeypatch.context() as fault:
        fault.setattr("os.read", fail)
        with pytest.raises(UnreadableError, match=r"progress\.csv"):
            open_metric_logs(tmp_path, ["csv"], resumed_at=3_000)
    assert (tmp_path / "progress.csv").read_text() == table
    logger = open_metric_logs(tmp_path, ["csv"], resumed_at=3_000)
    logger.record(TIMESTEPS_KEY, 3_500)
    logger.dump(3_500)
    logger.close()
    assert (tmp_path / "progress.csv").read_text().split() == [TIMESTEPS_KEY, "2000", "3500"]


def test_tensorboard_shows_one_curve(random_actions: TrainConfig, paths: DataPaths) -> None:
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    _train(random_actions, paths, 9_000, "tensorboard", resume=False)
    logger = open_metric_logs(paths.logs / "training", ["tensorboard"], resumed_at=5_000)
    for timesteps in (6_000, 8_000, 10_000):
        logger.record("rollout/lines", 1.0)
        logger.dump(timesteps)
    logger.close()
    events = accumulator.EventAccumulator(str(paths.logs / "training")).Reload()
    assert [event.step for event in events.Scalars("rollout/lines")] == [2_000, 4_000, 6_000, 8_000, 10_000]


def test_full_disk_only_drops_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    logger = open_metric_logs(tmp_path / "logs", ("csv",), None)
    for step in (10, 20, 30):
        with monkeypatch.context() as disk:
            if step == 20:
                disk.setattr(CSVOutputFormat, "write", fail)
            logger.record(TIMESTEPS_KEY, step)
            logger.dump(step)
    logger.close()
    assert (tmp_path / "logs" / "progress.csv").read_text().split() == [TIMESTEPS_KEY, "10", "30"]


def test_full_disk_leaves_a_gap_in_tensorboards_curve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    write = os.write

    def fill_the_disk(descriptor: int, record: memoryview) -> int:
        if len(record) < 20:
            raise OSError(errno.ENOSPC, "no space")
        return write(descriptor, record[: len(record) // 2])

    logger = open_metric_logs(tmp_path, ("tensorboard",), None)
    for step in (10, 20, 30):
        with monkeypatch.context() as disk:
            if step == 20:
                disk.setattr(os, "write", fill_the_disk)
            logger.record("rollout/lines", step)
            logger.dump(step)
    logger.close()
    events = accumulator.EventAccumulator(str(tmp_path)).Reload()
    assert [event.step for event in events.Scalars("rollout/lines")] == [10, 30]
    assert not [each for each in recwarn if "Thread" in str(each.category)]


@pytest.mark.skipif(sys.platform != "linux", reason="folders need not be UTF-8")
def test_folder_need_not_be_utf8(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    folder = tmp_path / os.fsdecode(b"d\xe4ten")
    logger = open_metric_logs(folder, ("csv", "tensorboard"), None)
    logger.record(TIMESTEPS_KEY, 1)
    logger.dump(1)
    logger.close()
    assert len([path for path in folder.iterdir() if path.stat().st_size]) == 2
