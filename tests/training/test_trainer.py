"""A run from start to end: exact resume, limits, and what its checkpoints contain."""

from __future__ import annotations

import itertools
import json
import os
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

from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import IncompatibleCheckpointError, TrainConfig
from tetris_arcade.envs import make_env
from tetris_arcade.storage.checkpoint_names import checkpoint_folder
from tetris_arcade.storage.checkpoints import MODEL_NAME, TRAINER_STATE_NAME, load_checkpoint, save_checkpoint
from tetris_arcade.storage.errors import UnknownModelError, UnreadableError
from tetris_arcade.storage.model_archive import parse_model
from tetris_arcade.storage.npz import read_npz
from tetris_arcade.training.checkpoint_state import (
    LISTENER_STATE_NAME,
    REPLAY_BUFFER_NAME,
    capture_state,
    to_npz,
)
from tetris_arcade.training.compiled_learner import CompiledLearner
from tetris_arcade.training.dqn import TrainingDivergedError
from tetris_arcade.training.factory import playing_network
from tetris_arcade.training.players import NetworkPlayer, load_player
from tetris_arcade.training.run_listener import EpisodeResult, RunListener
from tetris_arcade.training.trainer import Trainer

OLD_CHECKPOINT = Path(__file__).parent / "data" / "latest"
"""Written by the version before the packages were renamed: 1,200 timesteps of a run like `small`."""
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


@pytest.fixture(scope="module")
def finished(small: TrainConfig, tmp_path_factory: pytest.TempPathFactory) -> Trainer:
    """A run of `small` that has ended. Tests read its data folder and must not change it."""
    trainer = Trainer(small, DataPaths(tmp_path_factory.mktemp("finished")))
    trainer.run()
    return trainer


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

    monkeypatch.setattr("tetris_arcade.training.held_out_evaluator.evaluate", endless)
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


def _seed(paths: DataPaths, name: str) -> int | None:
    return load_checkpoint(checkpoint_folder(paths, name), verify=True).metadata.seed


class NoteListener(RunListener):
    def __init__(self) -> None:
        self.notes: list[str] = []

    def noted(self, message: str) -> None:
        self.notes.append(message)


def test_fresh_run_keeps_everything_of_the_last_one(random_actions: TrainConfig, paths: DataPaths) -> None:
    Trainer(random_actions, paths).run()
    listener = NoteListener()
    Trainer(replace(random_actions, seed=4), paths, listener).run()
    assert [_seed(paths, name) for name in ("latest.1", "best.1", "final.1")] == [3, 3, 3]
    assert [_seed(paths, name) for name in ("latest", "best", "final")] == [4, 4, 4]
    assert listener.notes[0].startswith("The last run is kept as latest.1 ")
    assert listener.notes[0].endswith(" A new run begins.")


def test_run_that_was_set_aside_is_continued(random_actions: TrainConfig, paths: DataPaths) -> None:
    Trainer(random_actions, paths).run()
    before = load_checkpoint(paths.latest).metadata
    Trainer(replace(random_actions, seed=4), paths).run()
    listener = NoteListener()
    more = replace(random_actions, total_timesteps=2 * before.timesteps)
    result = Trainer(more, paths, listener, resume=True, kept_run=1).run()
    assert result.timesteps == 2 * before.timesteps
    assert [_seed(paths, name) for name in ("latest", "latest.2")] == [3, 4]
    assert listener.notes[0].endswith(" The run latest.1 is continued.")


def test_new_run_starts_with_the_network_of_any_model(
    finished: Trainer, random_actions: TrainConfig, paths: DataPaths
) -> None:
    for kind in ("latest", "best"):
        shutil.copytree(finished.paths.latest, getattr(paths, kind))
    env = replace(random_actions.env, pieces="uniform", height=12)
    config = replace(random_actions, env=env, total_timesteps=16, net_arch=TrainConfig().net_arch)
    trainer = Trainer(config, paths, start_from="best")  # It is set aside, and its network is used.
    trainer.run()
    expected, network = finished.model.q_net_target.state_dict(), trainer.model.q_net.state_dict()
    assert all(torch.equal(expected[name], network[name]) for name in expected)
    assert trainer.config.net_arch == finished.config.net_arch
    assert load_checkpoint(paths.latest).metadata.env["pieces"] == "uniform"
    assert _seed(paths, "best.1") == 3
    with pytest.raises(IncompatibleCheckpointError, match=r"net_arch \(16,\).*net_arch \(5,\)"):
        Trainer(replace(config, net_arch=(5,)), paths, start_from="best.1").run()


def test_formula_cannot_be_trained(random_actions: TrainConfig, paths: DataPaths) -> None:
    with pytest.raises(IncompatibleCheckpointError, match="no network"):
        Trainer(random_actions, paths, start_from="bcts").run()


@pytest.mark.parametrize("name", ["model.zip", "replay_buffer.npz", "metadata.json"])
def test_run_that_cannot_be_read_now_is_left_as_it_is(
    finished: Trainer, longer: TrainConfig, paths: DataPaths, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    shutil.copytree(finished.paths.latest, paths.latest)
    before = sorted(paths.checkpoints.rglob("*"))
    real_open = os.open

    def fail_once(path: object, *rest: object, **more: object) -> int:
        if str(path).endswith(name):
            monkeypatch.undo()
            raise OSError(5, "injected")
        return real_open(path, *rest, **more)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(os, "open", fail_once)
    with pytest.raises(UnreadableError, match=name):
        Trainer(longer, paths, resume=True).run()
    assert sorted(paths.checkpoints.rglob("*")) == before
    assert Trainer(longer, paths, resume=True).run().timesteps == longer.total_timesteps


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

    monkeypatch.setattr("tetris_arcade.training.held_out_evaluator.evaluate", evaluate)
    config = replace(random_actions, goal_lines=0.001, best_eval_seconds=0.0)
    result = Trainer(config, paths).run()
    assert result.mean_lines_last_100 > 0.001
    assert result.reason == "limit"


def test_last_model_is_tested_and_can_be_the_best(
    random_actions: TrainConfig, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    def evaluate(*_: object, **_conditions: object) -> Evaluation:
        return Evaluation(100, 7.5, 7.0, (7.0, 8.0), 0, 4_242, 50_000, "uniform", 10, mean_score=1.0)

    monkeypatch.setattr("tetris_arcade.training.held_out_evaluator.evaluate", evaluate)
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

    monkeypatch.setattr("tetris_arcade.training.held_out_evaluator.evaluate", evaluate)
    trainer = Trainer(replace(random_actions, best_eval_seconds=0.0), paths, RecordingListener())
    trainer.run()
    assert new_bests == sorted({lines for lines in evaluated if lines >= 3.0})
    assert [lines for _, lines in trainer.history.learning_curve] == evaluated
    evaluation = load_checkpoint(paths.best).metadata.evaluation
    assert evaluation is not None
    assert evaluation.mean_lines == new_bests[-1] == max(evaluated)
    assert evaluation.is_summary


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
