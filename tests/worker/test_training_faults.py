"""A real training is killed, suspended and made to raise at random moments.

Each time it resumes from `latest` with the controls that the viewer had set.
"""

from __future__ import annotations

import os
import random
import signal
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.worker.counting_task import FragileTrainTask
from tests.worker.polling import Poller, resource_counts
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.storage.checkpoints import load_checkpoint
from tetris_arcade.worker.shared.controls import watched_speed
from tetris_arcade.worker.shared.messages import (
    Pause,
    Report,
    Resume,
    SetInStep,
    SetSpeed,
    SetVisuals,
    Started,
    Warned,
    WorkerState,
)
from tetris_arcade.worker.viewer.client import WorkerClient
from tetris_arcade.worker.viewer.supervision import Timeouts

pytestmark = [pytest.mark.system, pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="POSIX signals")]

START_UP_SECONDS = 180.0
TIMEOUTS = Timeouts(heartbeat=3.0, first_delay=0.05, longest_delay=0.2)
# It saves almost all the time, so that some faults fall into saves.
CONFIG = TrainConfig(
    num_envs=4,
    buffer_size=20_000,
    learning_starts=200,
    batch_size=64,
    checkpoint_seconds=0.5,
    best_eval_seconds=2.0,
)
FAULTS = ("suspend", "raise", "kill")
_SIGNALS = {"kill": signal.SIGKILL, "suspend": signal.SIGSTOP, "raise": signal.SIGUSR1}


@dataclass(frozen=True)
class ControlSetting:
    """The controls that the viewer has set."""

    speed: float | None
    visuals: bool
    paused: bool
    in_step: bool


@dataclass(frozen=True)
class FaultStats:
    """The outcome of a series of faults."""

    faults: int
    frames: int
    torn_frames: int
    longest_poll_ms: float
    longest_work_ms: float


class FrameChecker(Poller):
    """Checks that no published frame is torn."""

    def __init__(self, client: WorkerClient) -> None:
        super().__init__(client)
        self.frames_seen = self.torn_frames = 0
        self._last: Any = None

    def frame(self) -> list[Report]:
        reports = super().frame()
        if self.client.frame is not self._last:
            self._last = self.client.frame
            self.frames_seen += 1
            self.torn_frames += not is_whole(self._last)
        return reports


def is_whole(frame: Any) -> bool:
    """Whether the number of filled cells agrees with the pieces and lines of the same record."""
    board = frame["boards"][0]
    if board["piece"] < 0 or board["row"] < 0:
        return True
    lines_before = int(board["lines"]) - int(board["cleared"].sum())
    cells_before = 4 * (int(board["pieces"]) - 1) - 10 * lines_before
    return int(np.count_nonzero(board["cells"][: board["height"]])) == cells_before


def test_torn_record_is_detected() -> None:
    frame = np.zeros(1, _frame_type())[0]
    board = frame["boards"][0]
    board["height"], board["row"], board["pieces"] = 20, 5, 3
    board["cells"][18:20, :4] = 1
    assert is_whole(frame)
    board["pieces"] = 4
    assert not is_whole(frame)


def _frame_type() -> np.dtype[Any]:
    from tetris_arcade.worker.shared.telemetry import FRAME

    return FRAME


def _choose(generator: random.Random) -> ControlSetting:
    return ControlSetting(
        speed=generator.choice([None, 30.0, 120.0]),
        visuals=generator.random() < 0.7,
        paused=generator.random() < 0.3,
        in_step=generator.random() < 0.5,
    )


def _set(poller: Poller, setting: ControlSetting) -> None:
    poller.client.send(SetSpeed(setting.speed))
    poller.client.send(SetVisuals(setting.visuals))
    poller.client.send(SetInStep(setting.in_step))
    poller.client.send(Pause() if setting.paused else Resume())


def _inject_fault(poller: Poller, fault: str) -> None:
    assert poller.client.pid is not None
    os.kill(poller.client.pid, _SIGNALS[fault])
    poller.until_state(WorkerState.RESTARTING, START_UP_SECONDS)


def _wait_for_restart(poller: Poller, starts: int) -> None:
    poller.until(lambda: len(poller.of(Started)) > starts, START_UP_SECONDS)
    poller.until(lambda: poller.client.state in (WorkerState.RUNNING, WorkerState.PAUSED))


def _check_setting(poller: Poller, setting: ControlSetting) -> None:
    """Check what the new process does, not what the viewer remembers."""
    client = poller.client
    if setting.paused:
        poller.until_state(WorkerState.PAUSED)
        poller.frames(5)
        reached = poller.timesteps
        poller.frames(20)
        assert poller.timesteps == reached
        return
    reached = poller.timesteps
    poller.until(lambda: poller.timesteps > reached)
    if setting.visuals:
        if setting.in_step:
            seconds = 0.0 if setting.speed is None else 1.0 / setting.speed
        else:
            seconds = 1.0 / watched_speed(setting.speed)
        poller.until(lambda: client.frame["boards"][0]["piece"] >= 0)
        poller.until(lambda: client.frame["boards"][0]["move_seconds"] == pytest.approx(seconds))
    else:
        cells, reached = client.frame["boards"][0]["cells"].copy(), poller.timesteps
        poller.until(lambda: poller.timesteps > reached + 200)
        assert np.array_equal(cells, client.frame["boards"][0]["cells"])


def _inject_and_check(poller: Poller, paths: DataPaths, fault: str, generator: random.Random) -> None:
    """Inject one fault at a random moment and check the recovery."""
    setting = _choose(generator)
    poller.client.send(Resume())
    poller.frames(generator.randrange(1, 120))
    _set(poller, setting)
    poller.frames(generator.randrange(1, 20))
    saved = load_checkpoint(paths.latest).metadata.timesteps
    starts = len(poller.of(Started))
    _inject_fault(poller, fault)
    reached = poller.timesteps
    _wait_for_restart(poller, starts)
    assert len(poller.of(Started)) == starts + 1
    _check_setting(poller, setting)
    assert poller.timesteps >= saved > 0
    if setting.paused:
        assert poller.timesteps <= reached + CONFIG.num_envs
    assert not any(isinstance(report, Warned) and "new training" in report.text for report in poller.reports)


def _run_with_faults(number: int, root: Path, seed: int) -> FaultStats:
    """Inject faults in turn into a training and check every recovery."""
    generator, paths = random.Random(seed), DataPaths(root)
    client = WorkerClient(paths, timeouts=TIMEOUTS)
    poller = FrameChecker(client)
    try:
        client.start(FragileTrainTask(CONFIG))
        poller.until(lambda: len(poller.of(Started)) == 1, START_UP_SECONDS)
        poller.until(lambda: paths.latest.is_dir())
        before = resource_counts()
        for fault, _ in zip(cycle(FAULTS), range(number), strict=False):
            _inject_and_check(poller, paths, fault, generator)
            assert resource_counts() == before
    finally:
        client.close()
    return FaultStats(
        faults=number,
        frames=poller.frames_seen,
        torn_frames=poller.torn_frames,
        longest_poll_ms=round(1000 * poller.longest_poll, 1),
        longest_work_ms=round(1000 * poller.longest_work, 1),
    )


def test_training_survives_suspension_and_exception(tmp_path: Path) -> None:
    stats = _run_with_faults(2, tmp_path, seed=3)
    assert stats.torn_frames == 0
    assert stats.frames > 10


@pytest.mark.soak
def test_training_survives_a_hundred_faults(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    stats = _run_with_faults(pytestconfig.getoption("--faults"), tmp_path, seed=100)
    print(stats)
    assert stats.torn_frames == 0
