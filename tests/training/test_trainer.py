"""A run from start to end: exact resume, honest limits, checkpoints that say what they are."""

from __future__ import annotations

import json
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

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import IncompatibleCheckpointError, TrainConfig
from tetris_arcade.envs import make_env
from tetris_arcade.storage.checkpoints import load_checkpoint
from tetris_arcade.storage.errors import UnknownModelError
from tetris_arcade.storage.npz import read_npz
from tetris_arcade.training.checkpoint_state import LISTENER_STATE_NAME, capture_state
from tetris_arcade.training.dqn import PlacementDQN, TrainingDivergedError
from tetris_arcade.training.run_listener import EpisodeResult, RunListener
from tetris_arcade.training.trainer import Trainer


def _whole_state(trainer: Trainer) -> dict[str, np.ndarray]:
    """All that decides how a run goes on, but for the clock."""
    model = trainer.model
    assert model.replay_buffer is not None
    state = capture_state(model, trainer.progress)
    scalars = json.loads(state.pop("scalars").tobytes())
    scalars["counters"].pop("seconds")
    networks = {f"policy.{name}": tensor.numpy() for name, tensor in model.policy.state_dict().items()}
    replay = {f"replay.{name}": array for name, array in model.replay_buffer.save_state().items()}
    return {**state, **networks, **replay, "scalars": np.array(json.dumps(scalars, sort_keys=True))}


def test_a_resumed_run_is_bit_for_bit_one_that_never_stopped(
    small: TrainConfig, longer: TrainConfig, tmp_path: Path
) -> None:
    whole = Trainer(longer, DataPaths(tmp_path / "whole"))
    whole.run()

    Trainer(small, DataPaths(tmp_path / "parts")).run()
    torch.manual_seed(999)  # what happens in between must not matter
    np.random.seed(999)
    resumed = Trainer(longer, DataPaths(tmp_path / "parts"), resume=True)
    result = resumed.run()

    assert result.timesteps == 2_400
    expected, got = _whole_state(whole), _whole_state(resumed)
    assert expected.keys() == got.keys()
    for name, array in expected.items():
        assert np.array_equal(array, got[name]), name


class _StopAt(RunListener):
    def __init__(self, steps: int) -> None:
        self.left = steps
        self.games: list[EpisodeResult] = []

    def before_step(self) -> bool:
        self.left -= 1
        return self.left >= 0

    def episode(self, result: EpisodeResult) -> None:
        self.games.append(result)


def test_a_run_that_is_stopped_saves_latest_and_goes_on_exactly(small: TrainConfig, tmp_path: Path) -> None:
    whole = Trainer(small, DataPaths(tmp_path / "whole"))
    whole.run()
    paths = DataPaths(tmp_path / "parts")
    stopped = Trainer(small, paths, _StopAt(123)).run()
    assert stopped.reason == "stopped"
    assert stopped.timesteps == 123 * 4
    assert not paths.final.exists()
    resumed = Trainer(small, paths, resume=True)
    resumed.run()
    for name, array in _whole_state(whole).items():
        assert np.array_equal(array, _whole_state(resumed)[name]), name


@pytest.mark.parametrize(("limit", "reason"), [(None, "stopped"), (40 * 4, "limit")])
def test_who_stops_a_run_does_not_wait_for_what_is_being_measured(
    limit: int | None, reason: str, small: TrainConfig, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_up = threading.Event()

    def endless(*_: object, progress: Callable[[float], None], **_conditions: object) -> None:
        for _ in range(100_000):
            try:
                progress(0.5)
            except CancelledError:
                given_up.set()
                raise
            time.sleep(0.0001)

    monkeypatch.setattr("tetris_arcade.training.held_out_evaluator.evaluate", endless)
    config = replace(small, best_eval_seconds=0.0, total_timesteps=limit)
    trainer = Trainer(config, paths, _StopAt(50))
    assert trainer.run().reason == reason
    assert given_up.is_set()
    assert trainer.history.learning_curve == []
    assert load_checkpoint(paths.latest, verify=True).metadata.timesteps == (limit or 50 * 4)


class _Remembering(_StopAt):
    def __init__(self, steps: int) -> None:
        super().__init__(steps)
        self.reminded: list[float] = []

    def load_state(self, save_state: Mapping[str, NDArray[Any]]) -> None:
        self.reminded = save_state["lines"].tolist()

    def save_state(self) -> Mapping[str, NDArray[Any]]:
        return {"lines": np.array([*self.reminded, float(self.left)])}


def test_a_listener_finds_again_what_it_saved_also_after_one_that_keeps_nothing(
    small: TrainConfig, paths: DataPaths
) -> None:
    Trainer(small, paths, _Remembering(50)).run()
    Trainer(replace(small, total_timesteps=400), paths, resume=True).run()
    last = _Remembering(50)
    Trainer(small, paths, last, resume=True).run()
    assert last.reminded == [-1.0]
    assert read_npz(load_checkpoint(paths.latest).read(LISTENER_STATE_NAME), 1_000)["lines"].tolist() == [
        -1.0,
        -1.0,
    ]


def test_lines_are_counted_per_game(small: TrainConfig, paths: DataPaths) -> None:
    listener = _StopAt(10**9)
    trainer = Trainer(small, paths, listener)
    result = trainer.run()
    assert result.episodes == len(listener.games) > 0
    assert result.best_lines == max(game.lines for game in listener.games)


def test_a_finished_run_leaves_latest_and_final_with_honest_metadata(
    small: TrainConfig, paths: DataPaths
) -> None:
    Trainer(small, paths).run()
    for folder in (paths.latest, paths.final):
        metadata = load_checkpoint(folder, verify=True).metadata
        assert metadata.timesteps == metadata.timesteps_asked == 1_200
        assert TrainConfig.from_dict(metadata.training) == small
        assert metadata.seed == 3
        assert metadata.versions["tetris-gymnasium"] == "0.3.1"


def test_model_zip_opens_with_plain_dqn_and_plays_the_same(small: TrainConfig, paths: DataPaths) -> None:
    trainer = Trainer(small, paths)
    trainer.run()
    loaded = DQN.load(paths.latest / "model.zip")
    observation, _ = make_env(small.env).reset(seed=5)
    assert (
        loaded.predict(observation, deterministic=True)[0]
        == trainer.model.predict(observation, deterministic=True)[0]
    )


def test_a_fresh_run_keeps_the_old_latest_aside(small: TrainConfig, paths: DataPaths) -> None:
    Trainer(small, paths).run()
    Trainer(replace(small, seed=4), paths).run()
    kept = [folder for folder in paths.checkpoints.iterdir() if folder.name.startswith("latest.")]
    assert [load_checkpoint(folder).metadata.seed for folder in kept if "prev" not in folder.name] == [3]
    assert load_checkpoint(paths.latest).metadata.seed == 4


def test_resuming_nothing_is_refused(small: TrainConfig, paths: DataPaths) -> None:
    with pytest.raises(UnknownModelError):
        Trainer(small, paths, resume=True).run()


def test_resuming_on_another_board_names_both(small: TrainConfig, paths: DataPaths) -> None:
    Trainer(small, paths).run()
    other = replace(small, env=replace(small.env, height=20))
    with pytest.raises(IncompatibleCheckpointError, match=r"height 10.*height 20"):
        Trainer(other, paths, resume=True).run()


def test_a_loss_that_is_no_number_stops_the_run_and_keeps_the_last_checkpoint(
    small: TrainConfig, longer: TrainConfig, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    Trainer(small, paths).run()

    def poison(self: PlacementDQN, batch: object) -> torch.Tensor:
        return torch.full((self.batch_size,), float("nan"))

    monkeypatch.setattr(PlacementDQN, "_next_values", poison)
    with pytest.raises(TrainingDivergedError, match="nan"):
        Trainer(longer, paths, resume=True).run()
    assert load_checkpoint(paths.latest, verify=True).metadata.timesteps == 1_200


def test_the_goal_is_lines_per_game_over_the_last_games(small: TrainConfig, paths: DataPaths) -> None:
    result = Trainer(replace(small, goal_lines=0.01, total_timesteps=100_000), paths).run()
    assert result.reason == "goal"
    assert result.timesteps < 100_000


def test_the_best_model_is_chosen_on_held_out_pieces(small: TrainConfig, paths: DataPaths) -> None:
    heard: list[float] = []

    class Hears(RunListener):
        def new_best(self, mean_lines: float, timesteps: int) -> None:
            heard.append(mean_lines)

    config = replace(
        small, best_eval_seconds=0.2, best_eval_games=4, best_eval_max_pieces=60, total_timesteps=3_000
    )
    Trainer(config, paths, Hears()).run()
    assert heard == sorted(heard)
    if heard:
        evaluation = load_checkpoint(paths.best).metadata.evaluation
        assert evaluation is not None
        assert evaluation.mean_lines == heard[-1]


def test_a_full_disk_does_not_stop_the_training(
    small: TrainConfig, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[str] = []

    class Hears(RunListener):
        def save_failed(self, kind: str, reason: str) -> None:
            failures.append(kind)

    def full(*_args: object, **_kwargs: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tetris_arcade.training.trainer.save_checkpoint", full)
    result = Trainer(replace(small, checkpoint_seconds=0.1), paths, Hears()).run()
    assert result.timesteps == 1_200
    assert "latest" in failures
