"""The game beside a training that runs at full speed: the newest network's, and no part of the training."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.worker.board_oracle import board_after
from tetris_arcade.commands.train_host import TrainHost
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.storage.checkpoints import TRAINER_STATE_NAME, load_checkpoint
from tetris_arcade.storage.npz import read_npz
from tetris_arcade.training.run_listener import RunProgress, StepSnapshot
from tetris_arcade.training.trainer import Trainer
from tetris_arcade.worker.child.training_reporter import ViewerListener
from tetris_arcade.worker.shared.messages import SetInStep, SetSpeed, SetVisuals, Step, TrainTask
from tetris_arcade.worker.shared.telemetry import Telemetry

CONFIG = TrainConfig(
    num_envs=4, buffer_size=5_000, learning_starts=200, checkpoint_seconds=3600.0, best_eval_seconds=3600.0
)


class _Watcher(ViewerListener):
    """Reads what is published, as a window does, and stops the run when `is_done` says so."""

    def __init__(self, host: TrainHost, is_done: Callable[[_Watcher], bool]) -> None:
        super().__init__(host.channel)
        self._records = Telemetry.attach(host.segments()["trainer"]).frame
        self._is_done = is_done
        self.boards: list[Any] = []
        self.frame: Any = None

    def after_step(self, progress: RunProgress, snapshot: StepSnapshot | None) -> None:
        super().after_step(progress, snapshot)
        record = self._records.read()
        if record is not None and record[0]["num_boards"]:
            self.frame, board = record[0], record[0]["boards"][0]
            key = board["game"], board["move"], board["over"]
            if not self.boards or key != tuple(self.boards[-1][name] for name in ("game", "move", "over")):
                self.boards.append(board)

    def before_step(self) -> bool:
        goes_on = super().before_step() and not self._is_done(self)
        while goes_on and self._controls.visuals and not self._watched.is_ready:
            time.sleep(0.01)  # Its kernels may have to be compiled.
        return goes_on


def _train(root: Path, *commands: Any, is_done: Callable[[_Watcher], bool]) -> _Watcher:
    host = TrainHost(TrainTask(CONFIG), DataPaths(root))
    for command in commands:
        host.channel.controls.set(command)
    watcher = _Watcher(host, is_done)
    trainer = Trainer(CONFIG, DataPaths(root), watcher)
    watcher.bind(trainer)
    trainer.run()
    return watcher


def _state(root: Path) -> dict[str, np.ndarray[Any, Any]]:
    state = read_npz(load_checkpoint(DataPaths(root).latest).read(TRAINER_STATE_NAME), 2**26)
    del state["scalars"]  # has the seconds
    return state


def test_training_is_the_same_whether_it_is_watched_or_not(tmp_path: Path) -> None:
    def is_done(watcher: _Watcher) -> bool:
        return watcher._trainer.model.num_timesteps >= 3_000

    seen = _train(tmp_path / "seen", SetVisuals(True), SetSpeed(16.0), is_done=is_done)
    unseen = _train(tmp_path / "unseen", SetVisuals(False), is_done=is_done)
    assert any(board["move_seconds"] > 0.0 for board in seen.boards)
    assert not any(board["move"] for board in unseen.boards)
    one, other = _state(tmp_path / "seen"), _state(tmp_path / "unseen")
    assert one.keys() == other.keys()
    for name, array in one.items():
        assert np.array_equal(array, other[name], equal_nan=array.dtype.kind == "f"), name


def test_newest_network_plays_move_after_move_while_the_training_runs_on(tmp_path: Path) -> None:
    watcher = _train(
        tmp_path, SetVisuals(True), SetSpeed(16.0), is_done=lambda watcher: len(watcher.boards) > 40
    )
    moves = [board for board in watcher.boards if board["move_seconds"] > 0.0]
    for board in moves:
        assert board["move_seconds"] == pytest.approx(1 / 16)
        if np.isfinite(board["values"]).any():  # otherwise every placement ends the game
            assert board["action"] == np.nanargmax(board["values"])
    for board, following in itertools.pairwise(moves):
        if following["game"] == board["game"] and board["row"] >= 0:
            assert np.array_equal(board_after(board), following["cells"][:20])
    # Meanwhile each of the training's games made many more moves, however busy the machine is.
    assert watcher._trainer.progress.timesteps > 2 * CONFIG.num_envs * len(moves)
    games = watcher.frame["games"]
    assert games["count"] == CONFIG.num_envs
    assert (games["columns"][: CONFIG.num_envs] > 0).any()


@pytest.mark.parametrize(("speed", "shown"), [(0.5, 0.5), (None, 16.0)])
def test_speed_is_that_of_the_watched_game_and_does_not_slow_the_training(
    tmp_path: Path, speed: float | None, shown: float
) -> None:
    watcher = _train(
        tmp_path,
        SetVisuals(True),
        SetSpeed(speed),
        is_done=lambda watcher: any(board["move_seconds"] > 0.0 for board in watcher.boards),
    )
    assert watcher.boards[-1]["move_seconds"] == pytest.approx(1.0 / shown)
    assert watcher._pacer.move_seconds == 0.0


def test_in_step_the_training_waits_for_its_own_first_game(tmp_path: Path) -> None:
    started_at = time.monotonic()
    watcher = _train(
        tmp_path,
        SetVisuals(True),
        SetInStep(True),
        SetSpeed(50.0),
        is_done=lambda watcher: watcher._trainer.model.num_timesteps >= 15 * CONFIG.num_envs,
    )
    assert time.monotonic() - started_at > 0.27
    assert [int(board["move"]) for board in watcher.boards if board["move"]] == list(range(1, 16))


def test_single_step_puts_the_training_in_step(tmp_path: Path) -> None:
    controls = TrainHost(TrainTask(CONFIG), DataPaths(tmp_path)).channel.controls
    assert not controls.is_in_step
    controls.set(Step())
    assert controls.is_in_step
    controls.set(SetInStep(False))
    assert not controls.is_in_step
