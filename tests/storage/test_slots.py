import dataclasses
import os

import pytest

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage import checkpoints
from tetris_arcade.storage.checkpoints import load_checkpoint, save_checkpoint
from tetris_arcade.storage.errors import ArchiveError, SlotNameError, StorageError, UnknownModelError
from tetris_arcade.storage.slots import (
    delete_slot,
    list_models,
    load_model,
    rename_slot,
    resolve_slot,
    save_slot,
    save_slot_bytes,
    update_slot_metadata,
)

REFERENCES = ["dellacherie", "bcts", "random"]


def names(paths):
    return [entry.name for entry in list_models(paths) if entry.kind != "reference"]


@pytest.fixture
def saved(paths, metadata):
    """A data folder with `latest` in it."""
    save_checkpoint(paths, "latest", {"model.zip": b"weights", "replay_buffer.npz": b"memories"}, metadata)
    return paths


@pytest.fixture
def elsewhere(tmp_path, metadata):
    """A data folder apart from the checkout, whose champion ships with the program."""
    checkout = DataPaths(tmp_path / "checkout", tmp_path / "checkout" / "checkpoints" / "slots")
    save_slot_bytes(checkout, "champion", b"strong", dataclasses.replace(metadata, origin="shipped"))
    save_slot_bytes(checkout, "private", b"weak", metadata)
    return DataPaths(tmp_path / "data", checkout.slots)


def test_a_fresh_folder_lists_the_reference_players(paths):
    assert [(entry.name, entry.kind) for entry in list_models(paths)] == [
        (n, "reference") for n in REFERENCES
    ]


def test_a_slot_holds_the_model_and_not_the_replay_buffer(saved):
    folder = save_slot(saved, "first")
    checkpoint = load_checkpoint(folder, verify=True)
    assert checkpoint.read("model.zip") == b"weights"
    assert sorted(os.listdir(folder)) == ["metadata.json", "model.zip"]
    assert checkpoint.metadata.name == "first"
    assert checkpoint.metadata.timesteps == 1_000
    assert names(saved) == ["first", "latest"]


def test_a_name_is_shown_as_it_was_given(saved):
    save_slot(saved, " Größe 🤖 ")
    (entry,) = (entry for entry in list_models(saved) if entry.kind == "slot")
    assert entry.display_name == "Größe 🤖"
    assert entry.name.startswith("groe-")
    assert resolve_slot(saved, "Größe 🤖") == resolve_slot(saved, entry.name)


def test_a_taken_name_is_refused_unless_it_is_to_be_overwritten(saved, metadata):
    save_slot(saved, "first")
    with pytest.raises(SlotNameError, match="exists already"):
        save_slot(saved, "first")
    save_slot_bytes(saved, "first", b"newer", metadata, overwrite=True)
    assert load_checkpoint(saved.slots / "first").read("model.zip") == b"newer"
    assert os.listdir(saved.slots) == ["first"]


def test_there_is_nothing_to_save_before_a_training(paths):
    with pytest.raises(UnknownModelError):
        save_slot(paths, "first")


def test_a_slot_is_renamed(saved):
    save_slot(saved, "first")
    rename_slot(saved, "first", "Second One")
    (entry,) = (entry for entry in list_models(saved) if entry.kind == "slot")
    assert entry.display_name == "Second One"
    rename_slot(saved, "Second One", "second one")
    assert len(os.listdir(saved.slots)) == 1


def test_a_slot_is_renamed_to_what_it_is_called(saved):
    save_slot(saved, "first")
    rename_slot(saved, "first", "first")
    assert load_checkpoint(saved.slots / "first", verify=True).metadata.name == "first"


def test_a_slot_is_not_renamed_over_another(saved):
    save_slot(saved, "first")
    save_slot(saved, "second")
    with pytest.raises(SlotNameError, match="exists already"):
        rename_slot(saved, "first", "second")
    assert sorted(os.listdir(saved.slots)) == ["first", "second"]


def test_a_slot_is_deleted_also_when_it_is_damaged(saved):
    for name in ("first", "second"):
        save_slot(saved, name)
    (saved.slots / "second" / "metadata.json").write_bytes(b"{")
    delete_slot(saved, "first")
    delete_slot(saved, "second")
    assert os.listdir(saved.slots) == []
    with pytest.raises(UnknownModelError):
        delete_slot(saved, "first")


def test_deleting_a_slot_that_is_a_link_leaves_its_target(saved, tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").touch()
    saved.slots.mkdir(parents=True)
    (saved.slots / "link").symlink_to(tmp_path / "precious")
    delete_slot(saved, "link")
    assert os.listdir(tmp_path / "precious") == ["file"]


@pytest.mark.parametrize(
    "fault", ["no metadata", "no model", "half metadata", "short model", "a file", "empty"]
)
def test_a_damaged_slot_is_listed_with_its_fault(saved, fault):
    folder = save_slot(saved, "first")
    if fault == "no metadata":
        (folder / "metadata.json").unlink()
    elif fault == "no model":
        (folder / "model.zip").unlink()
    elif fault == "half metadata":
        (folder / "metadata.json").write_bytes((folder / "metadata.json").read_bytes()[:80])
    elif fault == "short model":
        (folder / "model.zip").write_bytes(b"w")
    else:
        delete_slot(saved, "first")
        folder.touch() if fault == "a file" else folder.mkdir()
    entry = list_models(saved)[0]
    assert entry.name == "first"
    assert entry.metadata is None
    assert entry.error.isprintable()
    with pytest.raises(StorageError):
        load_model(resolve_slot(saved, "first"))


def test_sound_slots_are_listed_without_a_search_through_the_folder_for_each(saved, monkeypatch):
    save_slot(saved, "first")
    save_slot(saved, "second")
    searched = []
    monkeypatch.setattr(checkpoints, "unfinished_folders", lambda folder: searched.append(folder.name) or [])
    assert names(saved) == ["first", "second", "latest"]
    assert searched == ["best", "final"]  # which are not there


def test_strange_files_among_the_slots_are_passed_over(saved):
    save_slot(saved, "first")
    for name in (".hidden", "UPPER", "with space", "con", "a.b", "x" * 60, ".trash.0123abcd"):
        (saved.slots / name).mkdir()
    assert names(saved) == ["first", "latest"]


@pytest.mark.parametrize("name", REFERENCES)
def test_a_reference_player_is_found_by_its_name(paths, name):
    assert resolve_slot(paths, name).kind == "reference"


def test_checkpoints_slots_folders_and_files_are_found(saved, tmp_path):
    folder = save_slot(saved, "first")
    assert resolve_slot(saved, "latest").path == saved.latest
    assert resolve_slot(saved, "first").path == folder
    by_path = resolve_slot(saved, str(folder))
    assert (by_path.kind, by_path.path) == ("folder", folder)
    assert resolve_slot(saved, str(folder / "model.zip")).kind == "file"


def test_the_folder_that_one_stands_in_is_found(saved, monkeypatch):
    folder = save_slot(saved, "first")
    monkeypatch.chdir(folder)
    assert load_checkpoint(resolve_slot(saved, ".").path).metadata.name == "first"


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
def test_an_unknown_name_is_refused_in_one_sentence(saved, text):
    with pytest.raises(UnknownModelError) as caught:
        resolve_slot(saved, text)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


def test_an_unknown_name_is_answered_with_the_known_ones(saved):
    save_slot(saved, "first")
    with pytest.raises(UnknownModelError, match="known are first, latest, dellacherie"):
        resolve_slot(saved, "fisrt")


@pytest.mark.parametrize("name", ["", "latest", "random", "a\nb", "x" * 300, "\u202ex"])
def test_a_slot_cannot_be_saved_under_a_bad_name(saved, name):
    with pytest.raises(SlotNameError):
        save_slot(saved, name)
    assert not saved.slots.exists()


@pytest.mark.parametrize(
    "name", ["../up", "/etc/x", "a/../../b", "..", ".", "con", "a\\..\\b", "$(rm)", "-x"]
)
def test_no_name_leads_out_of_the_slots(saved, name):
    folder = save_slot(saved, name)
    assert folder.parent == saved.slots
    assert folder.resolve().parent == saved.slots.resolve()


def test_shipped_models_are_seen_from_another_folder_and_private_ones_are_not(elsewhere):
    first = list_models(elsewhere)[0]
    assert (first.name, first.kind) == ("champion", "shipped")
    assert "private" not in names(elsewhere)
    assert load_checkpoint(resolve_slot(elsewhere, "champion").path).read("model.zip") == b"strong"
    assert not elsewhere.root.exists()


@pytest.mark.parametrize("place", ["checkout", "elsewhere"])
def test_a_shipped_model_cannot_be_changed(elsewhere, metadata, place):
    paths = (
        elsewhere
        if place == "elsewhere"
        else DataPaths(elsewhere.root.parent / "checkout", elsewhere.shipped_slots)
    )
    for change in (
        lambda: delete_slot(paths, "champion"),
        lambda: rename_slot(paths, "champion", "mine"),
        lambda: save_slot_bytes(paths, "champion", b"weak", metadata, overwrite=True),
        lambda: update_slot_metadata(paths, "champion", metadata),
    ):
        with pytest.raises(SlotNameError, match="ships with the program"):
            change()
    assert load_checkpoint(elsewhere.shipped_slots / "champion", verify=True).read("model.zip") == b"strong"


def test_a_slot_that_only_says_that_it_shipped_can_be_deleted(elsewhere, metadata):
    save_slot_bytes(elsewhere, "liar", b"weak", dataclasses.replace(metadata, origin="shipped"))
    delete_slot(elsewhere, "liar")
    assert "liar" not in names(elsewhere)


def test_a_new_champion_replaces_the_shipped_one_only_when_it_is_to_ship(elsewhere, metadata):
    checkout = DataPaths(elsewhere.root.parent / "checkout", elsewhere.shipped_slots)
    shipped = dataclasses.replace(metadata, origin="shipped")
    with pytest.raises(SlotNameError):
        save_slot_bytes(checkout, "champion", b"new", shipped)
    save_slot_bytes(checkout, "champion", b"new", shipped, overwrite=True)
    assert load_checkpoint(checkout.slots / "champion").read("model.zip") == b"new"


def test_a_model_is_checked_when_it_is_loaded(paths, metadata, model_zip):
    folder = save_slot_bytes(paths, "good", model_zip, metadata)
    assert load_model(resolve_slot(paths, "good")).policy.keys()
    assert load_model(resolve_slot(paths, str(folder / "model.zip"))).content == model_zip
    (folder / "model.zip").write_bytes(model_zip[:-1] + b"\1")
    with pytest.raises(StorageError, match="not what was saved"):
        load_model(resolve_slot(paths, "good"))
    with pytest.raises(ArchiveError):
        load_model(resolve_slot(paths, str(folder / "model.zip")))


def test_what_is_said_of_a_slot_is_replaced_and_its_model_stays(saved, metadata):
    save_slot(saved, "first")
    update_slot_metadata(saved, "first", dataclasses.replace(metadata, name="first", episodes=99))
    checkpoint = load_checkpoint(saved.slots / "first", verify=True)
    assert checkpoint.metadata.episodes == 99
    assert checkpoint.read("model.zip") == b"weights"


def test_a_read_only_folder_is_a_sentence(saved, monkeypatch):
    import errno

    def refuse(*_, **__):
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(StorageError, match="read-only"):
        save_slot(saved, "first")
