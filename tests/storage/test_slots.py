import dataclasses
import os
import shutil

import pytest

from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.reference_players import REFERENCE_PLAYERS
from tetris_arcade.storage import checkpoints
from tetris_arcade.storage.checkpoints import load_checkpoint, save_checkpoint
from tetris_arcade.storage.errors import ArchiveError, SlotNameError, StorageError, UnknownModelError
from tetris_arcade.storage.slots import (
    ModelRef,
    delete_slot,
    list_models,
    load_model,
    rename_slot,
    resolve_slot,
    save_slot,
    save_slot_bytes,
    save_slot_evaluation,
)

REFERENCES = list(REFERENCE_PLAYERS)
EVALUATION = Evaluation(20, 990.0, 991.0, (980.0, 1_000.0), 3, 77)


def names(paths):
    return [entry.name for entry in list_models(paths) if entry.kind != "reference"]


@pytest.fixture
def saved(paths, metadata):
    """A data folder with a `latest` checkpoint."""
    save_checkpoint(paths, "latest", {"model.zip": b"weights", "replay_buffer.npz": b"memories"}, metadata)
    return paths


@pytest.fixture
def elsewhere(tmp_path, metadata):
    """A data folder outside the checkout, which has a shipped champion."""
    checkout = DataPaths(tmp_path / "checkout", tmp_path / "checkout" / "checkpoints" / "slots")
    save_slot_bytes(checkout, "champion", b"strong", dataclasses.replace(metadata, origin="shipped"))
    save_slot_bytes(checkout, "private", b"weak", metadata)
    return DataPaths(tmp_path / "data", checkout.slots)


def test_folder_of_slots_that_cannot_be_read_now_is_an_entry(saved, monkeypatch):
    save_slot(saved, "kept")
    listdir = os.listdir

    def fail(folder):
        if folder == saved.slots:
            raise OSError(5, "injected")
        return listdir(folder)

    with monkeypatch.context() as patch:
        patch.setattr(os, "listdir", fail)
        entries = {entry.name: entry for entry in list_models(saved) if entry.kind != "reference"}
    assert list(entries) == ["slots", "latest"]
    assert (entries["slots"].error_summary, entries["latest"].error) == ("unreadable", None)
    assert names(saved) == ["kept", "latest"]


def test_empty_folder_lists_reference_players(paths):
    assert [(entry.name, entry.kind) for entry in list_models(paths)] == [
        (n, "reference") for n in REFERENCES
    ]


def test_slot_has_no_replay_buffer(saved):
    folder = save_slot(saved, "first")
    checkpoint = load_checkpoint(folder, verify=True)
    assert checkpoint.read("model.zip") == b"weights"
    assert sorted(os.listdir(folder)) == ["metadata.json", "model.zip"]
    assert checkpoint.metadata.name == "first"
    assert checkpoint.metadata.timesteps == 1_000
    assert names(saved) == ["first", "latest"]


def test_display_name_is_as_typed(saved):
    save_slot(saved, " Größe 🤖 ")
    (entry,) = (entry for entry in list_models(saved) if entry.kind == "slot")
    assert entry.display_name == "Größe 🤖"
    assert entry.name.startswith("groe-")
    assert resolve_slot(saved, "Größe 🤖") == resolve_slot(saved, entry.name)


def test_taken_name_needs_overwrite(saved, metadata):
    save_slot(saved, "first")
    with pytest.raises(SlotNameError, match="exists already"):
        save_slot(saved, "first")
    save_slot_bytes(saved, "first", b"newer", metadata, overwrite=True)
    assert load_checkpoint(saved.slots / "first").read("model.zip") == b"newer"
    assert os.listdir(saved.slots) == ["first"]


def test_save_without_checkpoint_is_refused(paths):
    with pytest.raises(UnknownModelError):
        save_slot(paths, "first")


def test_slot_is_renamed(saved):
    save_slot(saved, "first")
    rename_slot(saved, "first", "Second One")
    (entry,) = (entry for entry in list_models(saved) if entry.kind == "slot")
    assert entry.display_name == "Second One"
    rename_slot(saved, "Second One", "second one")
    assert len(os.listdir(saved.slots)) == 1


def test_slot_is_renamed_to_same_name(saved):
    save_slot(saved, "first")
    rename_slot(saved, "first", "first")
    assert load_checkpoint(saved.slots / "first", verify=True).metadata.name == "first"


def test_rename_does_not_overwrite(saved):
    save_slot(saved, "first")
    save_slot(saved, "second")
    with pytest.raises(SlotNameError, match="exists already"):
        rename_slot(saved, "first", "second")
    assert sorted(os.listdir(saved.slots)) == ["first", "second"]


def test_damaged_slot_can_be_deleted(saved):
    for name in ("first", "second"):
        save_slot(saved, name)
    (saved.slots / "second" / "metadata.json").write_bytes(b"{")
    delete_slot(saved, "first")
    delete_slot(saved, "second")
    assert os.listdir(saved.slots) == []
    with pytest.raises(UnknownModelError):
        delete_slot(saved, "first")


def test_delete_link_keeps_target(saved, tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").touch()
    saved.slots.mkdir(parents=True)
    (saved.slots / "link").symlink_to(tmp_path / "precious")
    delete_slot(saved, "link")
    assert os.listdir(tmp_path / "precious") == ["file"]


@pytest.mark.parametrize(
    "damage", ["no metadata", "no model", "half metadata", "short model", "a file", "empty"]
)
def test_damaged_slot_is_listed_with_error(saved, damage):
    folder = save_slot(saved, "first")
    if damage == "no metadata":
        (folder / "metadata.json").unlink()
    elif damage == "no model":
        (folder / "model.zip").unlink()
    elif damage == "half metadata":
        (folder / "metadata.json").write_bytes((folder / "metadata.json").read_bytes()[:80])
    elif damage == "short model":
        (folder / "model.zip").write_bytes(b"w")
    else:
        delete_slot(saved, "first")
        folder.touch() if damage == "a file" else folder.mkdir()
    entry = list_models(saved)[0]
    assert entry.name == "first"
    assert entry.metadata is None
    assert entry.error.isprintable()
    with pytest.raises(StorageError):
        load_model(resolve_slot(saved, "first"))


def test_list_searches_only_for_missing_folders(saved, monkeypatch):
    save_slot(saved, "first")
    save_slot(saved, "second")
    searched = []
    monkeypatch.setattr(checkpoints, "interrupted_saves", lambda folder: searched.append(folder.name) or [])
    assert names(saved) == ["first", "second", "latest"]
    assert searched == ["best", "final"]  # the missing ones


def test_other_folders_are_not_listed(saved):
    save_slot(saved, "first")
    for name in (".hidden", "UPPER", "with space", "con", "a.b", "x" * 60, ".trash.0123abcd"):
        (saved.slots / name).mkdir()
    assert names(saved) == ["first", "latest"]


@pytest.mark.parametrize("name", REFERENCES)
def test_reference_player_is_found(paths, name):
    assert resolve_slot(paths, name) == ModelRef(name)


def test_checkpoint_slot_folder_and_file_are_found(saved, tmp_path):
    folder = save_slot(saved, "first")
    assert resolve_slot(saved, "latest").checkpoint == load_checkpoint(saved.latest)
    assert resolve_slot(saved, "first").checkpoint == load_checkpoint(folder)
    assert resolve_slot(saved, str(folder)) == resolve_slot(saved, "first")
    assert resolve_slot(saved, str(folder / "model.zip")) == ModelRef("model.zip", file=folder / "model.zip")


def test_current_folder_is_found(saved, monkeypatch):
    folder = save_slot(saved, "first")
    monkeypatch.chdir(folder)
    assert resolve_slot(saved, ".").checkpoint.metadata.name == "first"


@pytest.mark.parametrize(
    "text",
    [
        "nobody",
        "",
        " ",
        "../nothing",
        "a\0b",
        "x" * 300,
        "x" * 5_000,
        "\ud800",
        "best",
        "~nobody/x",
        "/",
        "a\nb",
        "🤖",
    ],
)
def test_unknown_name_is_refused(saved, text):
    with pytest.raises(UnknownModelError) as caught:
        resolve_slot(saved, text)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


def test_unknown_name_lists_known_ones(saved):
    save_slot(saved, "first")
    with pytest.raises(UnknownModelError, match="known are first, latest, dellacherie"):
        resolve_slot(saved, "fisrt")


@pytest.mark.parametrize("name", ["", "latest", "random", "a\nb", "x" * 300, "\u202ex"])
def test_bad_name_is_not_saved(saved, name):
    with pytest.raises(SlotNameError):
        save_slot(saved, name)
    assert not saved.slots.exists()


@pytest.mark.parametrize(
    "name", ["../up", "/etc/x", "a/../../b", "..", ".", "con", "a\\..\\b", "$(rm)", "-x"]
)
def test_no_name_leaves_slots_folder(saved, name):
    folder = save_slot(saved, name)
    assert folder.parent == saved.slots
    assert folder.resolve().parent == saved.slots.resolve()


def test_only_shipped_models_are_listed_elsewhere(elsewhere):
    first = list_models(elsewhere)[0]
    assert (first.name, first.kind) == ("champion", "shipped")
    assert "private" not in names(elsewhere)
    assert resolve_slot(elsewhere, "champion").checkpoint.read("model.zip") == b"strong"
    assert not elsewhere.root.exists()


@pytest.mark.parametrize("place", ["checkout", "elsewhere"])
def test_shipped_model_is_read_only(elsewhere, metadata, place):
    paths = (
        elsewhere
        if place == "elsewhere"
        else DataPaths(elsewhere.root.parent / "checkout", elsewhere.shipped_slots)
    )
    for change in (
        lambda: delete_slot(paths, "champion"),
        lambda: rename_slot(paths, "champion", "mine"),
        lambda: save_slot_bytes(paths, "champion", b"weak", metadata, overwrite=True),
        lambda: save_slot_evaluation(paths, "champion", EVALUATION),
    ):
        with pytest.raises(SlotNameError, match="ships with the program"):
            change()
    assert load_checkpoint(elsewhere.shipped_slots / "champion", verify=True).read("model.zip") == b"strong"


def test_slot_claiming_to_be_shipped_can_be_deleted(elsewhere, metadata):
    save_slot_bytes(elsewhere, "liar", b"weak", dataclasses.replace(metadata, origin="shipped"))
    delete_slot(elsewhere, "liar")
    assert "liar" not in names(elsewhere)


def test_shipped_model_is_replaced_only_by_shipped(elsewhere, metadata):
    checkout = DataPaths(elsewhere.root.parent / "checkout", elsewhere.shipped_slots)
    shipped = dataclasses.replace(metadata, origin="shipped")
    with pytest.raises(SlotNameError):
        save_slot_bytes(checkout, "champion", b"new", shipped)
    save_slot_bytes(checkout, "champion", b"new", shipped, overwrite=True)
    assert load_checkpoint(checkout.slots / "champion").read("model.zip") == b"new"


def test_model_is_verified_on_load(paths, metadata, model_zip):
    folder = save_slot_bytes(paths, "good", model_zip, metadata)
    assert load_model(resolve_slot(paths, "good")).policy.keys()
    assert load_model(resolve_slot(paths, str(folder / "model.zip"))).content == model_zip
    (folder / "model.zip").write_bytes(model_zip[:-1] + b"\1")
    with pytest.raises(StorageError, match="not what was saved"):
        load_model(resolve_slot(paths, "good"))
    with pytest.raises(ArchiveError):
        load_model(resolve_slot(paths, str(folder / "model.zip")))


def test_evaluation_is_replaced_and_model_kept(saved):
    before = load_checkpoint(save_slot(saved, "first")).metadata
    save_slot_evaluation(saved, "first", EVALUATION)
    checkpoint = load_checkpoint(saved.slots / "first", verify=True)
    assert dataclasses.replace(checkpoint.metadata, evaluation=None) == before
    assert checkpoint.metadata.evaluation == EVALUATION
    assert checkpoint.read("model.zip") == b"weights"


def test_read_only_folder_is_reported(saved, monkeypatch):
    import errno

    def refuse(*_, **__):
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(StorageError, match="read-only"):
        save_slot(saved, "first")


def test_every_slot_is_listed_however_many_there_are(paths, metadata):
    folder = save_slot_bytes(paths, "zz", b"weights", metadata)
    for number in range(1_050):
        shutil.copytree(folder, paths.slots / f"a{number:04}")
    assert len(names(paths)) == 1_051
    assert names(paths)[-1] == "zz"
