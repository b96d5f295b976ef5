"""What a training task does with a run that it cannot resume."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import IncompatibleCheckpointError
from tetris_arcade.storage.errors import DamagedError, NewerVersionError, UnreadableError
from tetris_arcade.worker.child import train_task
from tetris_arcade.worker.child.main import TaskError
from tetris_arcade.worker.child.train_task import run_train_task
from tetris_arcade.worker.shared.messages import TrainTask, Warned


class _Channel:
    def __init__(self) -> None:
        self.reports: list[object] = []

    def report(self, report: object) -> None:
        self.reports.append(report)


def _run(monkeypatch: pytest.MonkeyPatch, root: Path, error: Exception, *, is_restart: bool) -> list[bool]:
    """Run the task while resuming raises an error; returns for each attempt whether it resumed."""
    attempts: list[bool] = []

    def train(_task: TrainTask, resume: bool, *_: object) -> Any:
        attempts.append(resume)
        if resume:
            raise error
        return type("Result", (), {"reason": "stopped"})

    monkeypatch.setattr(train_task, "_train", train)
    channel: Any = _Channel()
    run_train_task(TrainTask(resume=True, is_restart=is_restart), DataPaths(root), channel)
    assert any(isinstance(report, Warned) for report in channel.reports)
    return attempts


@pytest.mark.parametrize("is_restart", [False, True])
def test_run_that_cannot_be_read_now_is_never_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_restart: bool
) -> None:
    with pytest.raises(TaskError, match="cannot be read") as caught:
        _run(monkeypatch, tmp_path, UnreadableError("latest cannot be read"), is_restart=is_restart)
    assert (
        caught.value.is_final is not is_restart
    )  # A restarted worker is started again until the disk works.


def test_run_of_a_newer_version_is_never_replaced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(TaskError, match="newer") as caught:
        _run(monkeypatch, tmp_path, NewerVersionError("saved by a newer version"), is_restart=True)
    assert caught.value.is_final


@pytest.mark.parametrize("error", [DamagedError("damaged"), IncompatibleCheckpointError("another version")])
def test_restarted_worker_starts_a_new_run_in_place_of_a_damaged_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception
) -> None:
    assert _run(monkeypatch, tmp_path, error, is_restart=True) == [True, False]
    with pytest.raises(TaskError):
        _run(monkeypatch, tmp_path, error, is_restart=False)
