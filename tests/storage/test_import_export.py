import dataclasses
import io

import numpy as np
import pytest

from tests.storage.attack_catalog import ATTACKS
from tests.storage.malicious_archives import bomb, plain_zip, unzip, with_member
from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.network_shape import INPUTS, NetworkShape, tensor_shapes
from tetris_arcade.storage.checkpoints import load_checkpoint, save_checkpoint
from tetris_arcade.storage.errors import ArchiveError, SlotNameError, StorageError, UnknownModelError
from tetris_arcade.storage.import_export import choose_import_name, export_slot, import_model
from tetris_arcade.storage.model_archive import parse_model, read_model
from tetris_arcade.storage.policy_shape import describe_policy
from tetris_arcade.storage.slots import list_models, load_model, resolve_slot, save_slot_bytes
from tetris_arcade.training.model_archive_builder import rebuild_archive


def keep_content(archive, shape):
    """Stands for `rebuild_archive`, which needs torch."""
    return archive.content


@pytest.fixture
def slot(paths, metadata, model_zip):
    evaluation = Evaluation(20, 990.0, 991.0, (980.0, 1_000.0), 3, 77)
    save_slot_bytes(paths, "mine", model_zip, dataclasses.replace(metadata, evaluation=evaluation))
    return paths


def test_export_opens_with_plain_sb3(slot, tmp_path, model_zip):
    from stable_baselines3 import DQN

    (out,) = export_slot(slot, "mine", tmp_path / "out.zip")
    exported, original = DQN.load(out, device="cpu"), DQN.load(io.BytesIO(model_zip), device="cpu")
    for name, tensor in original.policy.state_dict().items():
        assert (exported.policy.state_dict()[name] == tensor).all()


def test_import_keeps_metadata_except_evaluation(slot, tmp_path):
    (out,) = export_slot(slot, "mine", tmp_path / "out.zip")
    folder = import_model(slot, out, "again", rebuild=keep_content)
    metadata = load_checkpoint(folder).metadata
    assert (metadata.name, metadata.origin, metadata.timesteps) == ("again", "imported", 1_000)
    assert metadata.evaluation is None  # It is not trusted.
    assert metadata.env["features"] == "afterstate"
    assert metadata.training["net_arch"] == [8, 8]


def test_export_to_folder_is_named_after_slot(slot, tmp_path):
    assert export_slot(slot, "mine", tmp_path) == [tmp_path / "mine.zip"]
    with pytest.raises(StorageError, match="exists already"):
        export_slot(slot, "mine", tmp_path)
    export_slot(slot, "mine", tmp_path, overwrite=True)


def test_checkpoint_can_be_exported(paths, metadata, model_zip, tmp_path):
    save_checkpoint(paths, "best", {"model.zip": model_zip}, metadata)
    assert export_slot(paths, "best", tmp_path) == [tmp_path / "best.zip"]


def test_export_writes_safetensors(slot, tmp_path, model_zip):
    from safetensors.numpy import load_file

    _, weights = export_slot(slot, "mine", tmp_path / "out.zip", with_safetensors=True)
    loaded, policy = load_file(weights), parse_model(model_zip).policy
    assert loaded.keys() == policy.keys()
    assert all((loaded[name] == policy[name]).all() for name in policy)


@pytest.mark.parametrize(("name", "error"), [("random", StorageError), ("nobody", UnknownModelError)])
def test_export_without_model_is_refused(slot, tmp_path, name, error):
    with pytest.raises(error):
        export_slot(slot, name, tmp_path)


def test_import_is_named_after_file(paths, tmp_path, model_zip):
    (tmp_path / "Friend's Bot.zip").write_bytes(model_zip)
    import_model(paths, tmp_path / "Friend's Bot.zip", rebuild=keep_content)
    entry = list_models(paths)[0]
    assert entry.display_name == "Friend's Bot"
    assert entry.metadata.origin == "imported"
    (tmp_path / "latest.zip").write_bytes(model_zip)
    assert import_model(paths, tmp_path / "latest.zip", rebuild=keep_content).name == "imported"


def test_import_keeps_only_tensors(paths, tmp_path, model_zip):
    evil = with_member(model_zip, "data", bomb(tmp_path / "ran"))
    evil = with_member(evil, "policy.optimizer.pth", bomb(tmp_path / "ran"))
    (tmp_path / "evil.zip").write_bytes(evil)
    folder = import_model(paths, tmp_path / "evil.zip", "tamed", rebuild=rebuild_archive)
    assert not (tmp_path / "ran").exists()
    assert bomb(tmp_path / "ran") not in unzip((folder / "model.zip").read_bytes()).values()
    policy, given = load_model(resolve_slot(paths, "tamed")).policy, parse_model(model_zip).policy
    assert all((policy[name] == given[name]).all() for name in given)


def test_bare_policy_of_earlier_version_is_not_exported(paths, metadata, tmp_path, model_zip):
    bare = plain_zip({"data": b"{}", "policy.pth": unzip(model_zip)["policy.pth"]})
    save_slot_bytes(paths, "friend", bare, metadata)
    assert load_model(resolve_slot(paths, "friend")).policy.keys()
    with pytest.raises(StorageError, match="for playing only"):
        export_slot(paths, "friend", tmp_path / "out.zip")


def test_import_saves_rebuilt_archive(paths, tmp_path, model_zip):
    (tmp_path / "friend.zip").write_bytes(model_zip)
    seen = []

    def rebuild(archive, shape):
        seen.append(shape)
        return model_zip

    folder = import_model(paths, tmp_path / "friend.zip", rebuild=rebuild)
    assert seen == [NetworkShape("afterstate", (8, 8))]
    assert (folder / "model.zip").read_bytes() == model_zip


@pytest.mark.parametrize("name", ATTACKS)
def test_refused_import_changes_nothing(slot, tmp_path, model_zip, name):
    before = sorted(path.name for path in slot.slots.rglob("*"))
    (tmp_path / "evil.zip").write_bytes(ATTACKS[name](model_zip))
    with pytest.raises(StorageError):
        import_model(slot, tmp_path / "evil.zip", "mine2", rebuild=keep_content)
    assert sorted(path.name for path in slot.slots.rglob("*")) == before


def test_model_of_another_game_is_refused(paths, tmp_path, other_zip):
    (tmp_path / "other.zip").write_bytes(other_zip)
    read_model(tmp_path / "other.zip")  # It is a harmless archive, but not a placement scorer.
    with pytest.raises(ArchiveError, match="not a placement scorer"):
        import_model(paths, tmp_path / "other.zip", rebuild=keep_content)


def test_bad_name_is_refused_before_rebuild(paths, tmp_path, model_zip):
    (tmp_path / "friend.zip").write_bytes(model_zip)
    with pytest.raises(SlotNameError):
        import_model(paths, tmp_path / "friend.zip", "latest", rebuild=lambda *_: pytest.fail("rebuilt"))
    assert not paths.slots.exists()


@pytest.mark.parametrize("stem", ["latest", "con", "a" * 60, "a" * 61, "-" * 60, "\udcff"])
def test_chosen_import_name_is_free(paths, tmp_path, model_zip, stem):
    file = tmp_path / f"{stem}.zip"
    file.write_bytes(model_zip)
    for _ in range(3):
        import_model(paths, file, choose_import_name(paths, file), rebuild=keep_content)
    assert len(list(paths.slots.iterdir())) == 3


def test_network_shape_is_found():
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


def test_inputs_match_engine():
    from tetris_arcade.config.features import NUM_CLASSIC, NUM_FEATURES

    assert INPUTS == {"afterstate": NUM_FEATURES, "classic": NUM_CLASSIC}
