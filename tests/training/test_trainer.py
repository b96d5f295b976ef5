"""A run from start to end: exact resume, limits, and what its checkpoints contain."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from stable_baselines3 import DQN

from tests.training.conftest import OLD_CHECKPOINT
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import IncompatibleCheckpointError, TrainConfig
from tetris_arcade.envs import make_env
from tetris_arcade.storage.checkpoints import MODEL_NAME, TRAINER_STATE_NAME, load_checkpoint
from tetris_arcade.storage.errors import UnknownModelError
from tetris_arcade.storage.model_archive import parse_model
from tetris_arcade.storage.npz import read_npz
from tetris_arcade.training.checkpoint_state import (
    LISTENER_STATE_NAME,
    REPLAY_BUFFER_NAME,
    capture_state,
)
from tetris_arcade.training.compiled_learner import CompiledLearner
from tetris_arcade.training.dqn import TrainingDivergedError
from tetris_arcade.training.run_listener import EpisodeResult, RunListener
from tetris_arcade.training.trainer import Trainer

_TIMES = ("seconds", "timesteps_per_second", "updates_per_second")
_TESTS = ("best_eval_lines", "best_eval_figure")


def _whole_state(trainer: Trainer) -> dict[str, NDArray[Any]]:
    """Everything that determines how a run continues, without measured times."""
    model = trainer.model
    assert model.replay_buffer is not None
    state = capture_state(model, trainer.progress)
    networks = {f"policy.{name}": tensor.numpy() for name, tensor in model.policy.state_dict().items()}
    replay_buffer = {f"replay.{name}": array for name, array in model.replay_buffer.save_state().items()}
    return {**_without_times(state), **networks, **replay_buffer}


def _without_times(state: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    scalars = json.loads(state["scalars"].tobytes())
    counters = {name: value for name, value in scalars["counters"].items() if name not in _TIMES + _TESTS}
    return {**state, "scalars": np.array(json.dumps({**scalars, "counters": counters}, sort_keys=True))}


def _saved_state(folder: Path) -> dict[str, NDArray[Any]]:
    """The same of a saved checkpoint."""
    checkpoint = load_checkpoint(folder, verify=True)
    policy = parse_model(checkpoint.read(MODEL_NAME)).policy
    replay_buffer = read_npz(checkpoint.read(REPLAY_BUFFER_NAME), 10**6)
    state = _without_times(read_npz(checkpoint.read(TRAINER_STATE_NAME), 10**6))
    # Earlier versions stored the online network in `model.zip`.
    online = {
        name.replace("online", "q_net", 1): state.pop(name) for name in list(state) if "online." in name
    }
    return {
        **state,
        **{f"policy.{name}": array for name, array in {**policy, **online}.items()},
        **{f"replay.{name}": array for name, array in replay_buffer.items()},
    }


def _assert_equal(expected: Mapping[str, NDArray[Any]], actual: Mapping[str, NDArray[Any]]) -> None:
    assert expected.keys() == actual.keys()
    for name, array in expected.items():
        assert array.dtype == actual[name].dtype, name
        assert np.array_equal(array, actual[name]), name


class _StopAfter(RunListener):
    """Stops a run after a number of steps."""

    def __init__(self, steps: int) -> None:
        self.steps_left = steps
        self.episodes: list[EpisodeResult] = []

    def before_step(self) -> bool:
        self.steps_left -= 1
        return self.steps_left >= 0

    def episode(self, result: EpisodeResult) -> None:
        self.episodes.append(result)


def test_resume_is_bit_for_bit(finished: Trainer, longer: TrainConfig, tmp_path: Path) -> None:
    whole = Trainer(longer, DataPaths(tmp_path / "whole"))
    whole.run()

    paths = DataPaths(tmp_path / "parts")
    shutil.copytree(finished.paths.latest, paths.latest)
    torch.manual_seed(999)  # What happens between the two runs must not matter.
    np.random.seed(999)
    resumed = Trainer(longer, paths, resume=True)
    result = resumed.run()

    assert result.timesteps == longer.total_timesteps
    _assert_equal(_whole_state(whole), _whole_state(resumed))


def test_stopped_run_resumes_bit_for_bit(finished: Trainer, small: TrainConfig, paths: DataPaths) -> None:
    stopped = Trainer(small, paths, _StopAfter(123)).run()
    assert stopped.reason == "stopped"
    assert stopped.timesteps == 123 * 4
    assert not paths.final.exists()
    resumed = Trainer(small, paths, resume=True)
    resumed.run()
    _assert_equal(_whole_state(finished), _whole_state(resumed))


def test_old_checkpoint_is_resumed_bit_for_bit(paths: DataPaths) -> None:
    shutil.copytree(OLD_CHECKPOINT, paths.latest)
    config = TrainConfig.from_dict(load_checkpoint(OLD_CHECKPOINT).metadata.training)
    assert config.total_timesteps == 1_200
    Trainer(config, paths, resume=True).run()  # It is at its limit: everything is saved as it was loaded.
    assert load_checkpoint(paths.latest).metadata.timesteps == 1_200
    saved = _saved_state(paths.latest)
    del saved["shown_colors"]  # which earlier versions did not save
    _assert_equal(_saved_state(OLD_CHECKPOINT), saved)


def test_old_checkpoint_can_be_trained_further(paths: DataPaths) -> None:
    shutil.copytree(OLD_CHECKPOINT, paths.latest)
    config = TrainConfig.from_dict(load_checkpoint(OLD_CHECKPOINT).metadata.training)
    result = Trainer(replace(config, total_timesteps=1_400), paths, resume=True).run()
    assert result.timesteps == 1_400
    assert result.episodes > load_checkpoint(OLD_CHECKPOINT).metadata.episodes


@pytest.mark.parametrize(("limit", "reason"), [(None, "stopped"), (40 * 4, "limit")])
def test_stop_does_not_wait_for_evaluation(
    limit: int | None, reason: str, small: TrainConfig, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    was_cancelled = threading.Event()

    def endless(*_: object, progress: Callable[[float], None], **_conditions: object) -> None:
        for _ in range(100_000):
            try:
                progress(0.5)
            except CancelledError:
                was_cancelled.set()
                raise
            time.sleep(0.0001)

    monkeypatch.setattr("tetris_arcade.training.held_out_evaluator.evaluate_under", endless)
    config = replace(small, best_eval_seconds=0.0, total_timesteps=limit)
    trainer = Trainer(config, paths, _StopAfter(50))
    assert trainer.run().reason == reason
    assert was_cancelled.is_set()
    assert trainer.history.learning_curve == []
    assert load_checkpoint(paths.latest, verify=True).metadata.timesteps == (limit or 50 * 4)


class _StatefulListener(_StopAfter):
    def __init__(self, steps: int) -> None:
        super().__init__(steps)
        self.loaded: list[float] = []

    def load_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        self.loaded = state["lines"].tolist()

    def save_state(self) -> Mapping[str, NDArray[Any]]:
        return {"lines": np.array([*self.loaded, float(self.steps_left)])}


def test_listener_state_survives_a_run_with_a_stateless_listener(
    random_actions: TrainConfig, paths: DataPaths
) -> None:
    Trainer(random_actions, paths, _StatefulListener(50)).run()
    Trainer(replace(random_actions, total_timesteps=400), paths, resume=True).run()
    last = _StatefulListener(50)
    Trainer(random_actions, paths, last, resume=True).run()
    assert last.loaded == [-1.0]
    saved = read_npz(load_checkpoint(paths.latest).read(LISTENER_STATE_NAME), 1_000)
    assert saved["lines"].tolist() == [-1.0, -1.0]


def test_episodes_and_best_lines_are_counted(random_actions: TrainConfig, paths: DataPaths) -> None:
    listener = _StopAfter(10**9)
    result = Trainer(random_actions, paths, listener).run()
    assert result.episodes == len(listener.episodes) > 0
    assert result.best_lines == max(episode.lines for episode in listener.episodes)


def test_metadata_describes_the_run(finished: Trainer, small: TrainConfig) -> None:
    for folder in (finished.paths.latest, finished.paths.final):
        metadata = load_checkpoint(folder, verify=True).metadata
        assert metadata.timesteps == metadata.timesteps_asked == small.total_timesteps
        assert TrainConfig.from_dict(metadata.training) == small
        assert metadata.seed == 3
        assert metadata.versions["tetris-gymnasium"] == "0.3.1"


def test_plain_dqn_opens_model_zip(finished: Trainer, small: TrainConfig) -> None:
    loaded = DQN.load(finished.paths.latest / MODEL_NAME)
    observation, _ = make_env(small.env).reset(seed=5)
    with torch.no_grad():
        expected = finished.model.q_net_target(torch.from_numpy(observation[None])).argmax()
    assert loaded.predict(observation, deterministic=True)[0] == expected


def test_resume_without_checkpoint_is_refused(small: TrainConfig, paths: DataPaths) -> None:
    with pytest.raises(UnknownModelError):
        Trainer(small, paths, resume=True).run()


def test_resume_on_another_board_is_refused(random_actions: TrainConfig, paths: DataPaths) -> None:
    Trainer(random_actions, paths).run()
    other = replace(random_actions, env=replace(random_actions.env, height=20))
    with pytest.raises(IncompatibleCheckpointError, match=r"height 10.*height 20"):
        Trainer(other, paths, resume=True).run()


def test_nan_loss_keeps_the_last_checkpoint(
    finished: Trainer, longer: TrainConfig, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(finished.paths.latest, paths.latest)

    learn = CompiledLearner.learn

    def poison(self: CompiledLearner, *arguments: Any) -> Any:
        self.network.target[:] = np.nan
        return learn(self, *arguments)

    monkeypatch.setattr(CompiledLearner, "learn", poison)
    with pytest.raises(TrainingDivergedError, match="nan"):
        Trainer(longer, paths, resume=True).run()
    assert load_checkpoint(paths.latest, verify=True).metadata.timesteps == finished.progress.timesteps


def test_full_disk_does_not_stop_training(
    random_actions: TrainConfig, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[str] = []

    class RecordingListener(RunListener):
        def save_failed(self, kind: str, reason: str) -> None:
            failures.append(kind)

    def fail(*_args: object, **_kwargs: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tetris_arcade.training.trainer.save_checkpoint", fail)
    result = Trainer(replace(random_actions, checkpoint_seconds=0.0), paths, RecordingListener()).run()
    assert result.timesteps == random_actions.total_timesteps
    assert failures.count("latest") > 1
