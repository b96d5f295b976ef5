"""Archives that name classes by module path: shipped models, and exports of versions with another layout."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pytest
from stable_baselines3 import DQN

from tests.storage.malicious_archives import unzip
from tetris_arcade.cli import main
from tetris_arcade.commands.errors import DONE
from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.envs import EnvConfig, make_vec_env
from tetris_arcade.envs.vector import PlacementVecEnv
from tetris_arcade.storage.checkpoints import MODEL_NAME, load_checkpoint
from tetris_arcade.storage.import_export import import_model
from tetris_arcade.storage.model_archive import parse_model, read_model
from tetris_arcade.training.dqn import PlacementDQN
from tetris_arcade.training.model_archive_builder import rebuild_archive
from tetris_arcade.training.policy import PlacementPolicy
from tetris_arcade.training.replay_buffer import PlacementReplayBuffer

EARLIER_EXPORT = Path(__file__).with_name("archives") / "export_before_layout_change.zip"
"""Written by `models export` when PlacementReplayBuffer was in tetris_arcade.training.replay."""


def load_with_plain_sb3(path: Path) -> DQN:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # A class that is not found is only warned about in some versions.
        return DQN.load(path, device="cpu")


@pytest.mark.parametrize("name", ["champion", "stacker"])
def test_shipped_model_opens_with_plain_sb3(name: str) -> None:
    folder = shipped_slots()
    assert folder is not None
    checkpoint = load_checkpoint(folder / name, verify=True)
    model = load_with_plain_sb3(checkpoint.folder / MODEL_NAME)
    assert isinstance(model.policy, PlacementPolicy)
    assert model.replay_buffer_class is PlacementReplayBuffer
    policy = parse_model(checkpoint.read(MODEL_NAME)).policy
    for parameter, tensor in model.policy.state_dict().items():
        np.testing.assert_array_equal(tensor.numpy(), policy[parameter])


def test_earlier_export_imports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(unzip(EARLIER_EXPORT.read_bytes())["data"])
    assert data["replay_buffer_class"]["__module__"] == "tetris_arcade.training.replay"
    where = ["--data-dir", str(tmp_path), "--json"]
    assert main(["models", "import", str(EARLIER_EXPORT), *where]) == DONE
    name = json.loads(capsys.readouterr().out)["name"]
    assert main(["models", "show", name, *where]) == DONE
    metadata = json.loads(capsys.readouterr().out)["metadata"]
    assert (metadata["name"], metadata["origin"], metadata["timesteps"]) == ("First Steps", "imported", 2_000)
    imported = DataPaths(tmp_path).slots / name / MODEL_NAME
    expected, policy = read_model(EARLIER_EXPORT).policy, load_with_plain_sb3(imported).policy.state_dict()
    assert policy.keys() == expected.keys()
    for parameter, tensor in policy.items():
        np.testing.assert_array_equal(tensor.numpy(), expected[parameter])


@pytest.fixture
def champion() -> Path:
    folder = shipped_slots()
    assert folder is not None
    return folder / "champion" / MODEL_NAME


@pytest.fixture
def batch() -> PlacementVecEnv:
    return make_vec_env(EnvConfig(height=10, pieces="uniform"), num_envs=4, seed=1)


def test_plain_sb3_refuses_to_train_in_a_sentence(champion: Path, batch: PlacementVecEnv) -> None:
    model = DQN.load(champion, env=batch, device="cpu")
    actions, _ = model.predict(batch.reset(), deterministic=True)
    assert actions.shape == (4,)
    with pytest.raises(TypeError, match=r"PlacementDQN\.load"):
        model.learn(100)


def test_export_trains_further(champion: Path, batch: PlacementVecEnv) -> None:
    model = PlacementDQN.load(champion, env=batch, device="cpu", learning_starts=0)
    before, updates = model.num_timesteps, model._n_updates
    model.learn(100, reset_num_timesteps=False)
    assert (model.num_timesteps, model._n_updates > updates) == (before + 100, True)
    assert model.replay_buffer is not None
    assert model.replay_buffer.ring.stored.tolist() == [25] * 4


def test_imported_model_has_room_to_train(champion: Path, tmp_path: Path) -> None:
    folder = import_model(DataPaths(tmp_path), champion, "friend", rebuild=rebuild_archive)
    assert load_with_plain_sb3(folder / MODEL_NAME).buffer_size == TrainConfig().buffer_size
