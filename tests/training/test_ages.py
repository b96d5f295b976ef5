"""A run keeps copies of its network, and they play as it did then."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.storage.ages import (
    AGES_NAME,
    MAX_AGES,
    MAX_PARAMETERS,
    NetworkAge,
    decode_ages,
    encode_ages,
    load_ages,
    scheduled_timesteps,
)
from tetris_arcade.storage.checkpoints import load_checkpoint
from tetris_arcade.storage.errors import ArchiveError, StorageError, UnknownModelError
from tetris_arcade.storage.import_export import export_slot
from tetris_arcade.storage.slots import load_model, rename_slot, resolve_slot, save_slot
from tetris_arcade.training.factory import build_learner, playing_network
from tetris_arcade.training.players import NetworkPlayer, load_player
from tetris_arcade.training.trainer import Trainer

CONFIG = TrainConfig(
    num_envs=16, buffer_size=8_000, learning_starts=200, checkpoint_seconds=3600.0, best_eval_seconds=3600.0
)


def _train(paths: DataPaths, timesteps: int, *, resume: bool = False) -> Trainer:
    trainer = Trainer(replace(CONFIG, total_timesteps=timesteps), paths, resume=resume)
    trainer.run()
    return trainer


def _same(one: NetworkAge, other: NetworkAge) -> bool:
    return one.timesteps == other.timesteps and all(
        np.array_equal(array, other.policy[name]) for name, array in one.policy.items()
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> DataPaths:
    """A run that was stopped at 2,000 and resumed until 5,200 timesteps."""
    paths = DataPaths(tmp_path_factory.mktemp("run"))
    _train(paths, 2_000)
    _train(paths, 5_200, resume=True)
    return paths


def test_schedule_grows_with_the_logarithm_of_the_run() -> None:
    timesteps = list(scheduled_timesteps())
    assert timesteps[:7] == [0, 1_000, 5_000, 20_000, 50_000, 200_000, 500_000]
    assert len(timesteps) == MAX_AGES
    assert all(later > earlier for earlier, later in pairwise(timesteps))


def test_run_keeps_its_ages_across_a_resume(run: DataPaths, tmp_path: Path) -> None:
    ages = load_ages(load_checkpoint(run.latest))
    assert [age.timesteps for age in ages] == [0, 1_000, 5_000]
    assert [age.seconds for age in ages] == sorted(age.seconds for age in ages)
    untrained = build_learner(CONFIG)
    assert np.array_equal(
        ages[0].policy["q_net.q_net.0.weight"], untrained.q_net_target.q_net[0].weight.detach()
    )
    whole = DataPaths(tmp_path)
    _train(whole, 5_200)
    for one, other in zip(ages, load_ages(load_checkpoint(whole.latest)), strict=True):
        assert _same(one, other)


def test_age_plays_as_the_network_did_then(run: DataPaths, tmp_path: Path) -> None:
    trainer = _train(DataPaths(tmp_path), 1_008)  # the first step of 16 games that reaches 1,000
    then, player = playing_network(trainer.model, trainer.config), load_player("latest@1000", run)
    assert isinstance(player, NetworkPlayer)
    assert np.array_equal(player.network.params, then.params)


def test_every_copy_of_a_model_carries_its_ages(run: DataPaths) -> None:
    for name in ("best", "final"):
        ages = load_ages(load_checkpoint(run.checkpoints / name))
        assert ages
        assert all(
            age.timesteps <= load_checkpoint(run.checkpoints / name).metadata.timesteps for age in ages
        )
    save_slot(run, "mine", "final")
    rename_slot(run, "mine", "yours")
    assert load_player("yours@0", run)
    assert AGES_NAME in load_checkpoint(run.slots / "yours").metadata.files


def test_new_run_can_start_from_an_age(run: DataPaths, tmp_path: Path) -> None:
    policy = load_model(resolve_slot(run, "latest@1000")).policy
    save_slot(run, "parent", "latest")
    trainer = Trainer(replace(CONFIG, total_timesteps=16), run, start_from="parent@1000")
    trainer.run()
    (first,) = load_ages(load_checkpoint(run.latest))
    assert np.array_equal(first.policy["q_net.q_net.2.weight"], policy["q_net.q_net.2.weight"])


@pytest.mark.parametrize("name", ["parent@77", "bcts@0", "nobody@0", "parent@"])
def test_unknown_age_is_an_unknown_model(run: DataPaths, name: str) -> None:
    with pytest.raises(UnknownModelError):
        resolve_slot(run, name)


def test_age_is_not_exported_as_the_model(run: DataPaths, tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        export_slot(run, "parent@1000", tmp_path / "out.zip")


def test_damaged_ages_are_refused(run: DataPaths) -> None:
    age = NetworkAge(0, 0.0, {"q_net.q_net.0.weight": np.zeros((2, 3), np.float32)})
    later = replace(age, timesteps=1_000)
    assert len(decode_ages(encode_ages([age, later]))) == 2
    not_a_number = replace(age, policy={"q_net.q_net.0.weight": np.full((2, 3), np.nan, np.float32)})
    elsewhere = replace(age, policy={"optimizer.0": np.zeros((2, 3), np.float32)})
    for ages in ([later, age], [not_a_number], [elsewhere], [replace(age, seconds=float("inf"))]):
        with pytest.raises(ArchiveError):
            decode_ages(encode_ages(ages))


def test_large_networks_keep_no_ages(tmp_path: Path) -> None:
    config = replace(CONFIG, net_arch=(400, 400), total_timesteps=16)
    assert MAX_PARAMETERS < 400 * 400
    Trainer(config, DataPaths(tmp_path)).run()
    assert load_ages(load_checkpoint(DataPaths(tmp_path).latest)) == []
