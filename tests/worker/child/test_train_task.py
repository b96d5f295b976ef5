"""A real training in the worker: shown, steered, killed, resumed."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.worker.board_oracle import after
from tests.worker.polling import Poller
from tetris_arcade.bench.latency import measure_pauses
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.worker.shared.messages import (
    Failed,
    Pause,
    Resume,
    Save,
    Saved,
    SaveFailed,
    SaveSlot,
    SetSpeed,
    SetVisuals,
    Stage,
    Started,
    Step,
    Stopped,
    TrainTask,
    Warned,
    WorkerState,
)
from tetris_arcade.worker.shared.telemetry import series_points
from tetris_arcade.worker.viewer.client import WorkerClient
from tetris_arcade.worker.viewer.supervision import Timeouts

START_UP_SECONDS = 180.0
CONFIG = TrainConfig(
    num_envs=4, buffer_size=5_000, learning_starts=200, batch_size=64, checkpoint_seconds=3600.0
)


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    return DataPaths(tmp_path)


@pytest.fixture
def watcher(paths: DataPaths) -> Iterator[Poller]:
    client = WorkerClient(paths, limits=Timeouts(first_pause=0.05))
    yield Poller(client)
    client.close()


def _train(watcher: Poller, task: TrainTask) -> None:
    starts = len(watcher.of(Started))
    watcher.client.start(task)
    watcher.until(lambda: len(watcher.of(Started)) > starts, START_UP_SECONDS)


def _save(watcher: Poller) -> None:
    saves = watcher.of(Saved).count(Saved("latest", "latest"))
    watcher.client.send(Save())
    watcher.until(lambda: watcher.of(Saved).count(Saved("latest", "latest")) > saves)


def _kill(watcher: Poller) -> None:
    assert watcher.client.pid is not None
    os.kill(watcher.client.pid, signal.SIGKILL)
    watcher.until_state(WorkerState.RESTARTING)


def _until_at_work_again(watcher: Poller) -> None:
    starts = len(watcher.of(Started))
    watcher.until(lambda: len(watcher.of(Started)) > starts, START_UP_SECONDS)


def test_a_training_shows_itself(watcher: Poller) -> None:
    _train(watcher, TrainTask(CONFIG))
    names = [report.name for report in watcher.of(Stage) if isinstance(report, Stage)]
    assert names[0] == "importing"
    assert "building" in names
    watcher.until(lambda: len(series_points(watcher.client.series, "loss")[0]) > 1)
    watcher.until(lambda: len(series_points(watcher.client.series, "lines")[0]) > 1)
    counters = watcher.client.frame["counters"]
    assert counters["episodes"] > 0
    assert counters["updates"] > 0
    assert 0.0 < counters["epsilon"] < 1.0
    watcher.until(lambda: bool(np.isfinite(watcher.client.frame["boards"][0]["values"]).any()))


def test_single_steps_show_one_move_each_and_lead_from_one_board_to_the_next(watcher: Poller) -> None:
    _train(watcher, TrainTask(CONFIG, paused=True))
    watcher.until_state(WorkerState.PAUSED)
    boards = []
    for number in range(1, 25):
        watcher.client.send(Step())
        watcher.until(lambda number=number: watcher.client.frame["boards"][0]["move"] == number)
        boards.append(watcher.client.frame["boards"][0])
    for board, following in pairwise(boards):
        if not board["over"]:
            assert np.array_equal(after(board), following["cells"][:20])
            assert board["next_pieces"][0] == following["piece"]
            assert following["over"] or following["pieces"] == board["pieces"] + 1


def test_a_model_saved_in_a_pause_is_there_before_the_pause_ends(watcher: Poller, paths: DataPaths) -> None:
    _train(watcher, TrainTask(CONFIG))
    watcher.client.send(Pause())
    watcher.until_state(WorkerState.PAUSED)
    watcher.frame()
    reached = watcher.timesteps
    watcher.client.send(SaveSlot("first"))
    watcher.until(lambda: Saved("slot", "first") in watcher.reports)
    assert (paths.slots / "first" / "model.zip").is_file()
    assert watcher.timesteps == reached
    watcher.client.send(SaveSlot("../up"))
    watcher.until(lambda: len(watcher.of(SaveFailed)) + len(watcher.of(Saved)) > 1)
    assert sorted(path.name for path in paths.root.iterdir()) == ["checkpoints"]
    watcher.client.send(Resume())
    watcher.until(lambda: watcher.timesteps > reached)


def test_a_killed_training_goes_on_from_its_checkpoint_as_it_was_set(watcher: Poller) -> None:
    _train(watcher, TrainTask(CONFIG))
    watcher.until(lambda: watcher.timesteps > 400)
    _save(watcher)
    saved_not_before = watcher.timesteps
    watcher.client.send(SetSpeed(50.0))
    watcher.client.send(SetVisuals(True))
    watcher.client.send(Pause())
    _kill(watcher)
    _until_at_work_again(watcher)
    watcher.until_state(WorkerState.PAUSED)
    watcher.frame()
    assert watcher.timesteps >= 400
    assert watcher.timesteps <= saved_not_before + 100
    watcher.client.send(Resume())
    reached = watcher.timesteps
    watcher.until(lambda: watcher.timesteps > reached)
    assert watcher.client.frame["boards"][0]["move_seconds"] == pytest.approx(0.02)


def test_a_restart_without_a_sound_checkpoint_begins_anew_and_says_so(
    watcher: Poller, paths: DataPaths
) -> None:
    _train(watcher, TrainTask(CONFIG))
    _save(watcher)
    for folder in paths.checkpoints.iterdir():
        (folder / "metadata.json").write_text("{")
    _kill(watcher)
    _until_at_work_again(watcher)
    assert any(isinstance(report, Warned) and "new training" in report.text for report in watcher.reports)


def test_what_was_asked_to_be_resumed_and_cannot_be_fails_for_good(watcher: Poller) -> None:
    watcher.client.start(TrainTask(CONFIG, resume=True))
    watcher.until_state(WorkerState.FAILED, START_UP_SECONDS)
    (failed,) = watcher.of(Failed)
    assert isinstance(failed, Failed)
    assert failed.is_final
    assert "\n" not in failed.reason


def test_a_stop_saves_and_the_next_run_goes_on_from_there(watcher: Poller) -> None:
    _train(watcher, TrainTask(CONFIG))
    watcher.until(lambda: series_points(watcher.client.series, "lines")[0].size > 5)
    watcher.client.stop()
    watcher.until_state(WorkerState.STOPPED)
    assert Saved("latest", "latest") in watcher.reports
    reached, shown = watcher.timesteps, series_points(watcher.client.series, "lines")
    _train(watcher, TrainTask(CONFIG, resume=True, paused=True))
    watcher.until(lambda: watcher.timesteps > 0)
    assert watcher.timesteps >= reached
    timesteps, lines = series_points(watcher.client.series, "lines")
    assert np.array_equal(timesteps[: shown[0].size], shown[0])
    assert np.array_equal(lines[: shown[1].size], shown[1])


def test_a_limit_ends_it_with_a_final_checkpoint(watcher: Poller) -> None:
    watcher.client.start(TrainTask(replace(CONFIG, total_timesteps=400)))
    watcher.until_state(WorkerState.STOPPED, START_UP_SECONDS)
    assert Saved("final", "final") in watcher.reports
    assert watcher.of(Stopped) == [Stopped("its limit is reached")]


def test_a_disk_that_takes_nothing_stops_no_training_and_the_next_save_works(
    watcher: Poller, paths: DataPaths
) -> None:
    _train(watcher, TrainTask(CONFIG))
    shutil.rmtree(paths.checkpoints, ignore_errors=True)
    paths.checkpoints.touch()  # a file where the folder should be: no save can succeed
    watcher.client.send(Save())
    watcher.until(lambda: len(watcher.of(SaveFailed)) > 0)
    watcher.until(lambda: watcher.client.frame["counters"]["unsaved_since"] > 0)
    reached = watcher.timesteps
    watcher.until(lambda: watcher.timesteps > reached)
    paths.checkpoints.unlink()
    _save(watcher)
    watcher.until(lambda: watcher.client.frame["counters"]["unsaved_since"] == 0)


def test_a_slots_name_that_is_taken_is_no_disk_that_takes_nothing(watcher: Poller) -> None:
    _train(watcher, TrainTask(CONFIG))
    for _ in range(2):
        watcher.client.send(SaveSlot("first"))
    watcher.until(lambda: len(watcher.of(SaveFailed)) == 1)
    reached = watcher.timesteps
    watcher.until(lambda: watcher.timesteps > reached)
    assert watcher.client.frame["counters"]["unsaved_since"] == 0


def test_pauses_take_hold_also_while_it_saves(watcher: Poller) -> None:
    _train(watcher, TrainTask(CONFIG))
    watcher.until(lambda: watcher.client.frame["counters"]["updates"] > 0)
    latencies = measure_pauses(watcher.client, 20)
    assert len(latencies) == 20
    assert min(latencies) >= 0.0
