"""The standard test of a running training: its goal, and the best model."""

from __future__ import annotations

import errno
import itertools
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.training.conftest import OLD_CHECKPOINT
from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.envs import make_env
from tetris_arcade.storage.checkpoints import TRAINER_STATE_NAME, load_checkpoint, save_checkpoint
from tetris_arcade.storage.errors import NewerVersionError, UnreadableError
from tetris_arcade.storage.npz import read_npz
from tetris_arcade.training.checkpoint_state import (
    LISTENER_STATE_NAME,
    to_npz,
)
from tetris_arcade.training.factory import playing_network
from tetris_arcade.training.players import NetworkPlayer, load_player
from tetris_arcade.training.run_listener import RunListener
from tetris_arcade.training.trainer import Trainer


def test_goal_stops_the_run(random_actions: TrainConfig, paths: DataPaths) -> None:
    config = replace(random_actions, goal_lines=0.01, best_eval_seconds=0.0, total_timesteps=100_000)
    result = Trainer(config, paths).run()
    assert result.reason == "goal"
    assert result.timesteps < 100_000


def test_goal_is_one_of_the_test_not_of_training_games(
    random_actions: TrainConfig, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    def evaluate(*_: object, **_conditions: object) -> Evaluation:
        return Evaluation(100, 0.0, 0.0, (0.0, 0.0), 0, 4_242, mean_score=1.0)

    monkeypatch.setattr("tetris_arcade.training.held_out_evaluator.evaluate_under", evaluate)
    config = replace(random_actions, goal_lines=0.001, best_eval_seconds=0.0)
    result = Trainer(config, paths).run()
    assert result.mean_lines_last_100 > 0.001
    assert result.reason == "limit"


def test_last_model_is_tested_and_can_be_the_best(
    random_actions: TrainConfig, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    def evaluate(*_: object, **_conditions: object) -> Evaluation:
        return Evaluation(100, 7.5, 7.0, (7.0, 8.0), 0, 4_242, 50_000, "uniform", 10, mean_score=1.0)

    monkeypatch.setattr("tetris_arcade.training.held_out_evaluator.evaluate_under", evaluate)
    Trainer(random_actions, paths).run()  # best_eval_seconds is so long that no other model is tested.
    for folder in (paths.latest, paths.final, paths.best):
        metadata = load_checkpoint(folder, verify=True).metadata
        assert metadata.timesteps == random_actions.total_timesteps
        assert metadata.evaluation is not None
        assert metadata.evaluation.mean_lines == metadata.best_test_lines == 7.5
        assert metadata.evaluation.is_ranked
        assert metadata.learning_curve == ((random_actions.total_timesteps, 7.5),)


def test_what_is_tested_is_what_plays(longer: TrainConfig, paths: DataPaths) -> None:
    trainer = Trainer(replace(longer, seed=8), paths)
    trainer.run()
    played = load_player("latest", paths)
    assert isinstance(played, NetworkPlayer)
    observation, _ = make_env(longer.env).reset(seed=5)
    expected = NetworkPlayer("best", playing_network(trainer.model, longer)).values(observation)
    np.testing.assert_array_equal(played.values(observation), expected)


def test_tests_of_earlier_versions_are_not_compared(paths: DataPaths) -> None:
    shutil.copytree(OLD_CHECKPOINT, paths.latest)
    shutil.copytree(OLD_CHECKPOINT, paths.best)
    state = read_npz(load_checkpoint(OLD_CHECKPOINT).read(TRAINER_STATE_NAME), 10**6)
    scalars = json.loads(state["scalars"].tobytes())
    scalars["counters"].update(best_eval_lines=397.0, best_eval_figure=397.0)
    old = load_checkpoint(OLD_CHECKPOINT)
    files = {name: old.read(name) for name in old.metadata.files}
    files[TRAINER_STATE_NAME] = to_npz(
        {**state, "scalars": np.frombuffer(json.dumps(scalars).encode(), np.uint8)}
    )
    graphs = {"evaluated_lines": np.ones((2, 3)), "lines": np.ones((2, 3))}
    files[LISTENER_STATE_NAME] = to_npz(graphs)
    metadata = replace(old.metadata, best_eval_lines=397.0, learning_curve=((600, 397.0),))
    assert metadata.best_test_lines is None
    save_checkpoint(paths, "latest", files, metadata)

    config = TrainConfig.from_dict(old.metadata.training)
    listener = _GraphListener()
    trainer = Trainer(replace(config, total_timesteps=1_400), paths, listener, resume=True)
    trainer.run()
    assert list(listener.loaded_names) == ["lines"]
    assert trainer.progress.best_eval_lines < 100.0  # what `best` is worth in the standard test
    assert all(lines < 100.0 for _, lines in trainer.history.learning_curve)


@pytest.mark.parametrize("fault", ["unreadable", "newer"])
def test_best_that_may_be_sound_is_not_replaced(
    paths: DataPaths, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    shutil.copytree(OLD_CHECKPOINT, paths.latest)
    shutil.copytree(OLD_CHECKPOINT, paths.best)
    manifest = paths.best / "metadata.json"
    if fault == "newer":
        manifest.write_bytes(manifest.read_bytes().replace(b'"schema_version": 1', b'"schema_version": 2'))
    real_open = os.open

    def refuse(path: object, *rest: object, **more: object) -> int:
        if fault == "unreadable" and str(path) == str(manifest):
            raise OSError(errno.EIO, "injected")
        return real_open(path, *rest, **more)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(os, "open", refuse)
    config = TrainConfig.from_dict(load_checkpoint(OLD_CHECKPOINT).metadata.training)
    before = manifest.stat().st_ino, manifest.stat().st_mtime_ns
    with pytest.raises(UnreadableError if fault == "unreadable" else NewerVersionError):
        Trainer(replace(config, total_timesteps=1_400), paths, resume=True).run()
    assert (manifest.stat().st_ino, manifest.stat().st_mtime_ns) == before


class _GraphListener(RunListener):
    def __init__(self) -> None:
        self.loaded_names: list[str] = []

    def load_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        super().load_state(state)
        self.loaded_names = list(state)


def test_best_evaluated_model_is_saved(
    random_actions: TrainConfig, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluated: list[float] = []
    new_bests: list[float] = []
    lines = itertools.chain([3.0, 1.0, 5.0, 5.0], itertools.repeat(2.0))

    def evaluate(*_: object, **_conditions: object) -> Evaluation:
        evaluated.append(next(lines))
        return Evaluation(4, evaluated[-1], evaluated[-1], (0.0, 9.0), 0, 4_242, lines=(1, 2), mean_score=1.0)

    class RecordingListener(RunListener):
        def new_best(self, mean_lines: float, timesteps: int) -> None:
            new_bests.append(mean_lines)

    monkeypatch.setattr("tetris_arcade.training.held_out_evaluator.evaluate_under", evaluate)
    trainer = Trainer(replace(random_actions, best_eval_seconds=0.0), paths, RecordingListener())
    trainer.run()
    assert new_bests == sorted({lines for lines in evaluated if lines >= 3.0})
    assert [lines for _, lines in trainer.history.learning_curve] == evaluated
    evaluation = load_checkpoint(paths.best).metadata.evaluation
    assert evaluation is not None
    assert evaluation.mean_lines == new_bests[-1] == max(evaluated)
    assert evaluation.is_summary
