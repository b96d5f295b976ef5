"""A real training as a task: published, controlled, killed, resumed."""

from __future__ import annotations

import os
import shutil
import signal
import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tests.worker.board_oracle import board_after
from tests.worker.polling import START_UP_SECONDS, Poller
from tetris_arcade.bench.latency import measure_pauses
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.worker.shared.messages import (
    EpisodeEnded,
    Failed,
    HandedOver,
    HandOver,
    Pause,
    Resume,
    Save,
    Saved,
    SaveFailed,
    SaveSlot,
    SetInStep,
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

pytestmark = pytest.mark.system

CONFIG = TrainConfig(
    num_envs=4, buffer_size=5_000, learning_starts=200, batch_size=64, checkpoint_seconds=3600.0
)


def _train(poller: Poller, task: TrainTask) -> None:
    starts = len(poller.of(Started))
    poller.client.start(task)
    poller.until(lambda: len(poller.of(Started)) > starts, START_UP_SECONDS)


def _save(poller: Poller) -> None:
    saves = poller.of(Saved).count(Saved("latest", "latest"))
    poller.client.send(Save())
    poller.until(lambda: poller.of(Saved).count(Saved("latest", "latest")) > saves)


def _kill(poller: Poller) -> None:
    assert poller.client.pid is not None
    os.kill(poller.client.pid, signal.SIGKILL)
    poller.until_state(WorkerState.RESTARTING)


def _until_at_work_again(poller: Poller) -> None:
    starts = len(poller.of(Started))
    poller.until(lambda: len(poller.of(Started)) > starts, START_UP_SECONDS)


def test_training_is_published(poller: Poller) -> None:
    _train(poller, TrainTask(CONFIG))
    names = [report.name for report in poller.of(Stage) if isinstance(report, Stage)]
    assert names[0] == "importing"
    assert "building" in names
    poller.until(lambda: len(series_points(poller.client.series, "loss")[0]) > 1)
    poller.until(lambda: len(series_points(poller.client.series, "lines")[0]) > 1)
    counters = poller.client.frame["counters"]
    assert counters["episodes"] > 0
    assert counters["updates"] > 0
    assert 0.0 < counters["epsilon"] < 1.0
    poller.until(lambda: bool(np.isfinite(poller.client.frame["boards"][0]["values"]).any()))


def test_single_games_are_reported_at_most_five_times_a_second(poller: Poller) -> None:
    _train(poller, TrainTask(CONFIG))
    started_at = time.monotonic()
    poller.until(lambda: len(poller.of(EpisodeEnded)) > 5)
    assert time.monotonic() - started_at > 0.9
    games = poller.of(EpisodeEnded)
    assert [game.episode for game in games] == sorted({game.episode for game in games})
    assert all(game.pieces > 0 and game.score >= 0 and game.timesteps > 0 for game in games)
    assert games[-1].episode > len(games)  # most are not reported


def test_single_steps_lead_from_board_to_board(poller: Poller) -> None:
    _train(poller, TrainTask(CONFIG, paused=True))
    poller.until_state(WorkerState.PAUSED)
    boards = []
    for number in range(1, 25):
        poller.client.send(Step())
        poller.until(lambda number=number: poller.client.frame["boards"][0]["move"] == number)
        boards.append(poller.client.frame["boards"][0])
    for board, following in pairwise(boards):
        if not board["over"]:
            assert np.array_equal(board_after(board), following["cells"][:20])
            assert board["next_pieces"][0] == following["piece"]
            assert following["over"] or following["pieces"] == board["pieces"] + 1


def test_slot_is_saved_during_a_pause(poller: Poller, paths: DataPaths) -> None:
    _train(poller, TrainTask(CONFIG))
    poller.client.send(Pause())
    poller.until_state(WorkerState.PAUSED)
    poller.frame()
    reached = poller.timesteps
    poller.client.send(SaveSlot("first"))
    poller.until(lambda: Saved("slot", "first") in poller.reports)
    assert (paths.slots / "first" / "model.zip").is_file()
    assert poller.timesteps == reached
    poller.client.send(SaveSlot("../up"))
    poller.until(lambda: len(poller.of(SaveFailed)) + len(poller.of(Saved)) > 1)
    assert sorted(path.name for path in paths.root.iterdir()) == ["checkpoints"]
    poller.client.send(Resume())
    poller.until(lambda: poller.timesteps > reached)


def test_killed_training_resumes_with_its_controls(process_poller: Poller) -> None:
    _train(process_poller, TrainTask(CONFIG))
    process_poller.until(lambda: process_poller.timesteps > 400)
    _save(process_poller)
    saved_not_before = process_poller.timesteps
    process_poller.client.send(SetInStep(True))
    process_poller.client.send(SetSpeed(50.0))
    process_poller.client.send(SetVisuals(True))
    process_poller.client.send(Pause())
    _kill(process_poller)
    _until_at_work_again(process_poller)
    process_poller.until_state(WorkerState.PAUSED)
    process_poller.frame()
    assert process_poller.timesteps >= 400
    assert process_poller.timesteps <= saved_not_before + 100
    process_poller.client.send(Resume())
    reached = process_poller.timesteps
    process_poller.until(lambda: process_poller.timesteps > reached)
    assert process_poller.client.frame["boards"][0]["move_seconds"] == pytest.approx(0.02)


def test_restart_without_valid_checkpoint_starts_new(poller: Poller, paths: DataPaths) -> None:
    _train(poller, TrainTask(CONFIG))
    poller.client.stop()
    poller.until_state(WorkerState.STOPPED)
    for folder in paths.checkpoints.iterdir():
        (folder / "metadata.json").write_text("{")
    _train(poller, TrainTask(CONFIG, resume=True, is_restart=True))
    assert any("new training" in report.text for report in poller.of(Warned))


def test_resume_without_checkpoint_is_a_final_failure(poller: Poller) -> None:
    poller.client.start(TrainTask(CONFIG, resume=True))
    poller.until_state(WorkerState.FAILED, START_UP_SECONDS)
    (failed,) = poller.of(Failed)
    assert isinstance(failed, Failed)
    assert failed.is_final
    assert "\n" not in failed.reason


def test_stop_saves_and_the_next_run_resumes(poller: Poller) -> None:
    _train(poller, TrainTask(CONFIG))
    poller.until(lambda: series_points(poller.client.series, "lines")[0].size > 5)
    stopped_at = time.time()
    poller.client.stop()
    poller.until_state(WorkerState.STOPPED)
    assert Saved("latest", "latest") in poller.reports
    assert poller.client.frame["counters"]["saved_at"] >= stopped_at
    reached, shown = poller.timesteps, series_points(poller.client.series, "lines")
    _train(poller, TrainTask(CONFIG, resume=True, paused=True))
    poller.until(lambda: poller.timesteps > 0)
    assert poller.timesteps >= reached
    timesteps, lines = series_points(poller.client.series, "lines")
    assert np.array_equal(timesteps[: shown[0].size], shown[0])
    assert np.array_equal(lines[: shown[1].size], shown[1])


def test_limit_saves_the_final_checkpoint(poller: Poller) -> None:
    poller.client.start(TrainTask(replace(CONFIG, total_timesteps=400)))
    poller.until_state(WorkerState.STOPPED, START_UP_SECONDS)
    assert Saved("final", "final") in poller.reports
    assert poller.of(Stopped) == [Stopped("it reached its limit")]


def test_failed_save_does_not_stop_the_training(poller: Poller, paths: DataPaths) -> None:
    _train(poller, TrainTask(CONFIG))
    shutil.rmtree(paths.checkpoints, ignore_errors=True)
    paths.checkpoints.touch()  # A file instead of the folder: no save can succeed.
    poller.client.send(Save())
    poller.until(lambda: len(poller.of(SaveFailed)) > 0)
    poller.until(lambda: poller.client.frame["counters"]["unsaved_since"] > 0)
    reached = poller.timesteps
    poller.until(lambda: poller.timesteps > reached)
    paths.checkpoints.unlink()
    _save(poller)
    poller.until(lambda: poller.client.frame["counters"]["unsaved_since"] == 0)


def test_taken_slot_name_is_not_a_failed_checkpoint(poller: Poller) -> None:
    _train(poller, TrainTask(CONFIG))
    for _ in range(2):
        poller.client.send(SaveSlot("first"))
    poller.until(lambda: len(poller.of(SaveFailed)) == 1)
    reached = poller.timesteps
    poller.until(lambda: poller.timesteps > reached)
    assert poller.client.frame["counters"]["unsaved_since"] == 0


def test_pause_takes_effect_during_a_save(poller: Poller) -> None:
    _train(poller, TrainTask(CONFIG))
    poller.until(lambda: poller.client.frame["counters"]["updates"] > 0)
    latencies = measure_pauses(poller.client, 20)
    assert len(latencies) == 20
    assert min(latencies) >= 0.0


def test_handing_over_its_game_changes_nothing_of_the_training(poller: Poller) -> None:
    """Two runs that are asked at different times make the same moves."""
    moves = []
    for asked in (False, True):
        _train(poller, TrainTask(CONFIG, paused=True, speed=1.0))
        for step in range(8):
            before = int(poller.client.frame["boards"][0]["move"])
            if asked and step in (2, 5):
                count = len(poller.of(HandedOver))
                poller.client.send(HandOver())
                poller.until(lambda count=count: len(poller.of(HandedOver)) == count + 1)
            poller.client.send(Step())
            poller.until(lambda before=before: int(poller.client.frame["boards"][0]["move"]) == before + 1)
            board = poller.client.frame["boards"][0]
            moves.append((int(board["piece"]), int(board["action"]), board["cells"].tobytes()))
        poller.client.stop()
        poller.until_state(WorkerState.STOPPED, 10)
    assert moves[:8] == moves[8:]
    first, second = poller.of(HandedOver)
    assert isinstance(first, HandedOver)
    assert isinstance(second, HandedOver)
    assert first.position.pieces_ahead[3:40] == second.position.pieces_ahead[:37]
