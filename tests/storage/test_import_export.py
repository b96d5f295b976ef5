import dataclasses
import io

import numpy as np
import pytest

from tests.storage.attack_catalog import ATTACKS
from tests.storage.malicious_archives import bomb, unzip, with_member
from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.network_shape import INPUTS, NetworkShape, tensor_shapes
from tetris_arcade.storage.checkpoints import load_checkpoint, save_checkpoint
from tetris_arcade.storage.errors import ArchiveError, SlotNameError, StorageError, UnknownModelError
from tetris_arcade.storage.import_export import export_slot, import_model
from tetris_arcade.storage.model_archive import parse_model, read_model
from tetris_arcade.storage.policy_shape import describe_policy
from tetris_arcade.storage.slots import list_models, load_model, resolve_slot, save_slot_bytes


@pytest.fixture
def slot(paths, metadata, model_zip):
    evaluation = Evaluation(20, 990.0, 991.0, (980.0, 1_000.0), 3, 77)
    save_slot_bytes(paths, "mine", model_zip, dataclasses.replace(metadata, evaluation=evaluation))
    return paths


def test_an_export_opens_with_plain_stable_baselines3(slot, tmp_path, model_zip):
    from stable_baselines3 import DQN

    (out,) = export_slot(slot, "mine", tmp_path / "out.zip")
    exported, original = DQN.load(out, device="cpu"), DQN.load(io.BytesIO(model_zip), device="cpu")
    for name, tensor in original.policy.state_dict().items():
        assert (exported.policy.state_dict()[name] == tensor).all()


def test_an_export_comes_back_with_what_was_known_of_it(slot, tmp_path, model_zip):
    (out,) = export_slot(slot, "mine", tmp_path / "out.zip")
    import_model(slot, out, "again", rebuild=lambda archive, shape: model_zip)
    metadata = load_checkpoint(slot.slots / "again").metadata
    assert (metadata.name, metadata.origin, metadata.timesteps) == ("again", "imported", 1_000)
    assert metadata.evaluation is None  # It is measured here, not believed.
    assert metadata.env["features"] == "afterstate"
    assert metadata.training["net_arch"] == [8, 8]


def test_an_export_into_a_folder_is_called_like_the_slot(slot, tmp_path):
    assert export_slot(slot, "mine", tmp_path) == [tmp_path / "mine.zip"]
    with pytest.raises(StorageError, match="exists already"):
        export_slot(slot, "mine", tmp_path)
    export_slot(slot, "mine", tmp_path, overwrite=True)


def test_a_checkpoint_is_exported_too(paths, metadata, model_zip, tmp_path):
    save_checkpoint(paths, "best", {"model.zip": model_zip}, metadata)
    assert export_slot(paths, "best", tmp_path) == [tmp_path / "best.zip"]


def test_safetensors_lie_beside_the_export_on_request(slot, tmp_path, model_zip):
    from safetensors.numpy import load_file

    _, weights = export_slot(slot, "mine", tmp_path / "out.zip", with_safetensors=True)
    loaded, policy = load_file(weights), parse_model(model_zip).policy
    assert loaded.keys() == policy.keys()
    assert all((loaded[name] == policy[name]).all() for name in policy)


@pytest.mark.parametrize(("name", "error"), [("random", StorageError), ("nobody", UnknownModelError)])
def test_what_has_no_model_is_not_exported(slot, tmp_path, name, error):
    with pytest.raises(error):
        export_slot(slot, name, tmp_path)


def test_a_strangers_model_is_taken_under_its_files_name(paths, tmp_path, model_zip):
    (tmp_path / "Friend's Bot.zip").write_bytes(model_zip)
    import_model(paths, tmp_path / "Friend's Bot.zip")
    entry = list_models(paths)[0]
    assert entry.display_name == "Friend's Bot"
    assert entry.metadata.origin == "imported"
    (tmp_path / "latest.zip").write_bytes(model_zip)
    assert import_model(paths, tmp_path / "latest.zip").name == "imported"


def test_nothing_of_a_strangers_file_is_kept_but_the_tensors(paths, tmp_path, model_zip):
    evil = with_member(model_zip, "data", bomb(tmp_path / "ran"))
    evil = with_member(evil, "policy.optimizer.pth", bomb(tmp_path / "ran"))
    (tmp_path / "evil.zip").write_bytes(evil)
    folder = import_model(paths, tmp_path / "evil.zip", "tamed")
    assert not (tmp_path / "ran").exists()
    members = unzip((folder / "model.zip").read_bytes())
    assert members == {"data": b"{}", "policy.pth": unzip(model_zip)["policy.pth"]}
    policy, original = load_model(resolve_slot(paths, "tamed")).policy, parse_model(model_zip).policy
    assert all((policy[name] == original[name]).all() for name in original)


def test_a_model_that_was_imported_for_playing_cannot_be_exported(paths, tmp_path, model_zip):
    (tmp_path / "friend.zip").write_bytes(model_zip)
    import_model(paths, tmp_path / "friend.zip")
    with pytest.raises(StorageError, match="for playing only"):
        export_slot(paths, "friend", tmp_path / "out.zip")


def test_a_rebuilt_model_is_made_from_the_tensors(paths, tmp_path, model_zip):
    (tmp_path / "friend.zip").write_bytes(model_zip)
    seen = []

    def rebuild(archive, shape):
        seen.append(shape)
        return model_zip

    folder = import_model(paths, tmp_path / "friend.zip", rebuild=rebuild)
    assert seen == [NetworkShape("afterstate", (8, 8))]
    assert (folder / "model.zip").read_bytes() == model_zip


@pytest.mark.parametrize("name", ATTACKS)
def test_a_refused_import_changes_nothing(slot, tmp_path, model_zip, name):
    before = sorted(path.name for path in slot.slots.rglob("*"))
    (tmp_path / "evil.zip").write_bytes(ATTACKS[name](model_zip))
    with pytest.raises(StorageError):
        import_model(slot, tmp_path / "evil.zip", "mine2")
    assert sorted(path.name for path in slot.slots.rglob("*")) == before


def test_a_model_of_another_game_is_refused(paths, tmp_path, other_zip):
    (tmp_path / "other.zip").write_bytes(other_zip)
    read_model(tmp_path / "other.zip")  # It is a harmless archive, but no scorer of placements.
    with pytest.raises(ArchiveError, match="not a scorer of placements"):
        import_model(paths, tmp_path / "other.zip")


def test_a_bad_name_is_refused_before_anything_is_written(paths, tmp_path, model_zip):
    (tmp_path / "friend.zip").write_bytes(model_zip)
    with pytest.raises(SlotNameError):
        import_model(paths, tmp_path / "friend.zip", "latest")
    assert not paths.slots.exists()


def test_a_scorer_is_known_by_its_shapes():
    shapes = tensor_shapes("classic", (5, 3))
    policy = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
    assert describe_policy(policy) == NetworkShape("classic", (5, 3))
    for change in (
        {"q_net.q_net.2.weight": np.zeros((3, 6), np.float32)},
        {"q_net.q_net.0.weight": np.zeros(13, np.float32)},
        {"q_net_target.q_net.4.bias": np.zeros(2, np.float32)},
        {"q_net.q_net.4.weight": np.zeros((), np.float32)},
        {"more": np.zeros(1, np.float32)},
    ):
        with pytest.raises(ArchiveError):
            describe_policy({**policy, **change})
    with pytest.raises(ArchiveError):
        describe_policy({})


def test_the_inputs_are_those_of_the_engine():
    from tetris_arcade.config.features import NUM_CLASSIC, NUM_FEATURES

    assert INPUTS == {"afterstate": NUM_FEATURES, "classic": NUM_CLASSIC}
