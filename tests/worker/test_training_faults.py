"""A real training is killed, stopped and made to raise, at any moment: each time it goes on from `latest`,
and as the viewer had set it."""

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
from tests.worker.polling import Poller, held
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.storage.checkpoints import load_checkpoint
from tetris_arcade.worker.shared.messages import (
    Pause,
    Report,
    Resume,
    SetSpeed,
    SetVisuals,
    Started,
    Warned,
    WorkerState,
)
from tetris_arcade.worker.viewer.client import WorkerClient
from tetris_arcade.worker.viewer.supervision import Timeouts

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="POSIX signals")

START_UP_SECONDS = 180.0
LIMITS = Timeouts(heartbeat=3.0, first_pause=0.05, longest_pause=0.2)
# It saves almost all the time, so that faults fall into saves too.
CONFIG = TrainConfig(
    num_envs=4,
    buffer_size=20_000,
    learning_starts=200,
    batch_size=64,
    checkpoint_seconds=0.5,
    best_eval_seconds=2.0,
    best_eval_games=2,
    best_eval_max_pieces=100,
)
FAULTS = ("killed", "stopped", "raised")
_SIGNALS = {"killed": signal.SIGKILL, "stopped": signal.SIGSTOP, "raised": signal.SIGUSR1}


@dataclass(frozen=True)
class Setting:
    """How the viewer wants the training to go on."""

    speed: float | None
    visuals: bool
    paused: bool


@dataclass(frozen=True)
class Toll:
    """What an attack has cost."""

    faults: int
    frames: int
    torn_frames: int
    longest_poll_ms: float
    longest_work_ms: float


class ShownWatcher(Poller):
    """Looks at every frame that is shown, whether it is of one piece."""

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
    """Whether the cells are as many as the pieces and the lines of the same record leave."""
    board = frame["boards"][0]
    if board["piece"] < 0 or board["row"] < 0:
        return True
    lines_before = int(board["lines"]) - int(board["cleared"].sum())
    cells_before = 4 * (int(board["pieces"]) - 1) - 10 * lines_before
    return int(np.count_nonzero(board["cells"][: board["height"]])) == cells_before


def test_a_record_put_together_of_two_is_told() -> None:
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


def _choose(generator: random.Random) -> Setting:
    return Setting(
        speed=generator.choice([None, 30.0, 120.0]),
        visuals=generator.random() < 0.7,
        paused=generator.random() < 0.3,
    )


def _set(watcher: Poller, setting: Setting) -> None:
    watcher.client.send(SetSpeed(setting.speed))
    watcher.client.send(SetVisuals(setting.visuals))
    watcher.client.send(Pause() if setting.paused else Resume())


def _strike(watcher: Poller, fault: str) -> None:
    assert watcher.client.pid is not None
    os.kill(watcher.client.pid, _SIGNALS[fault])
    watcher.until_state(WorkerState.RESTARTING, START_UP_SECONDS)


def _until_back(watcher: Poller, starts: int) -> None:
    watcher.until(lambda: len(watcher.of(Started)) > starts, START_UP_SECONDS)
    watcher.until(lambda: watcher.client.state in (WorkerState.RUNNING, WorkerState.PAUSED))


def _check_setting(watcher: Poller, setting: Setting) -> None:
    """By what the new process does, not by what the viewer remembers."""
    client = watcher.client
    if setting.paused:
        watcher.until_state(WorkerState.PAUSED)
        watcher.frames(5)
        reached = watcher.timesteps
        watcher.frames(20)
        assert watcher.timesteps == reached
        return
    reached = watcher.timesteps
    watcher.until(lambda: watcher.timesteps > reached)
    if setting.visuals:
        watcher.until(lambda: client.frame["boards"][0]["piece"] >= 0)
        seconds = 0.0 if setting.speed is None else 1.0 / setting.speed
        assert client.frame["boards"][0]["move_seconds"] == pytest.approx(seconds)
    else:
        cells, reached = client.frame["boards"][0]["cells"].copy(), watcher.timesteps
        watcher.until(lambda: watcher.timesteps > reached + 200)
        assert np.array_equal(cells, client.frame["boards"][0]["cells"])


def _suffer(watcher: Poller, paths: DataPaths, fault: str, generator: random.Random) -> None:
    """One fault at a random moment, and all that must be so after it."""
    setting = _choose(generator)
    watcher.client.send(Resume())
    watcher.frames(generator.randrange(1, 120))
    _set(watcher, setting)
    watcher.frames(generator.randrange(1, 20))
    saved = load_checkpoint(paths.latest).metadata.timesteps
    starts = len(watcher.of(Started))
    _strike(watcher, fault)
    reached = watcher.timesteps
    _until_back(watcher, starts)
    assert len(watcher.of(Started)) == starts + 1
    _check_setting(watcher, setting)
    assert watcher.timesteps >= saved > 0
    if setting.paused:
        assert watcher.timesteps <= reached + CONFIG.num_envs
    assert not any(isinstance(report, Warned) and "new training" in report.text for report in watcher.reports)


def _attack(number: int, root: Path, seed: int) -> Toll:
    """Inject faults in turn into a training and hold it to the promises."""
    generator, paths = random.Random(seed), DataPaths(root)
    client = WorkerClient(paths, limits=LIMITS)
    watcher = ShownWatcher(client)
    try:
        client.start(FragileTrainTask(CONFIG))
        watcher.until(lambda: len(watcher.of(Started)) == 1, START_UP_SECONDS)
        watcher.until(lambda: paths.latest.is_dir())
        before = held()
        for fault, _ in zip(cycle(FAULTS), range(number), strict=False):
            _suffer(watcher, paths, fault, generator)
            assert held() == before
    finally:
        client.close()
    return Toll(
        faults=number,
        frames=watcher.frames_seen,
        torn_frames=watcher.torn_frames,
        longest_poll_ms=round(1000 * watcher.longest_poll, 1),
        longest_work_ms=round(1000 * watcher.longest_work, 1),
    )


def test_a_training_outlives_being_killed_stopped_and_broken(tmp_path: Path) -> None:
    toll = _attack(3, tmp_path, seed=3)
    assert toll.torn_frames == 0
    assert toll.frames > 10


@pytest.mark.soak
def test_a_training_outlives_a_hundred_faults(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    toll = _attack(pytestconfig.getoption("--faults"), tmp_path, seed=100)
    print(toll)
    assert toll.torn_frames == 0
