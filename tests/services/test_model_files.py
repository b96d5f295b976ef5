"""Actions on model files, as the window runs them."""

from __future__ import annotations

import dataclasses
import io
import subprocess
from pathlib import Path

import pytest
from stable_baselines3 import DQN

from tests.storage.malicious_archives import unzip
from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.services import model_files
from tetris_arcade.storage.checkpoints import load_checkpoint
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.import_export import export_slot, import_model
from tetris_arcade.storage.slot_names import slot_folder_name
from tetris_arcade.storage.slots import list_models
from tetris_arcade.training.model_archive_builder import rebuild_archive


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    return DataPaths(tmp_path / "data", shipped_slots())


@pytest.fixture
def gift(paths: DataPaths, tmp_path: Path) -> Path:
    """A file of the champion, whose name is taken."""
    (file,) = export_slot(paths, "champion", tmp_path / "-gift.zip")
    return file


def test_refused_import_names_the_file_without_its_folder(paths: DataPaths, tmp_path: Path) -> None:
    with pytest.raises(StorageError) as refused:
        model_files.import_file(paths, tmp_path / "gone.zip")
    assert str(refused.value).startswith("gone.zip ")
    assert str(tmp_path) not in str(refused.value)


def test_window_import_equals_command_line_import(paths: DataPaths, gift: Path) -> None:
    message = model_files.import_file(paths, gift)
    name = message.split('"')[1]
    expected_folder = import_model(paths, gift, "expected", rebuild=rebuild_archive)
    imported, expected = (
        load_checkpoint(paths.slots / slot_folder_name(name)),
        load_checkpoint(expected_folder),
    )
    imported_zip, expected_zip = imported.read("model.zip"), expected.read("model.zip")
    assert {**unzip(imported_zip), "data": b""} == {**unzip(expected_zip), "data": b""}
    first, second = (DQN.load(io.BytesIO(content), device="cpu") for content in (imported_zip, expected_zip))
    assert _plain_fields(first) == _plain_fields(second)
    fixed = {"name": "", "saved_at": "", "files": {}}
    assert dataclasses.replace(imported.metadata, **fixed) == dataclasses.replace(expected.metadata, **fixed)
    assert imported.metadata.name == "-gift-2"


def _plain_fields(model: DQN) -> dict[str, object]:
    plain = (bool, int, float, str, type, dict, list, type(None))
    return {
        name: value
        for name, value in vars(model).items()
        if isinstance(value, plain) and name != "start_time"
    }


def test_refused_file_starts_no_child(
    paths: DataPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("a child was started"))
    rubbish = tmp_path / "rubbish.zip"
    rubbish.write_bytes(b"PK not really")
    with pytest.raises(StorageError, match=r"^rubbish\.zip is refused"):
        model_files.import_file(paths, rubbish)


def test_error_of_the_child_is_reported(
    paths: DataPaths, gift: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_files, "choose_import_name", lambda *_: "champion")
    with pytest.raises(StorageError, match=r"^champion ships with the program, choose another name$"):
        model_files.import_file(paths, gift)


def test_slow_child_is_ended(paths: DataPaths, gift: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "_IMPORT_TIMEOUT_SECONDS", 0.01)
    with pytest.raises(StorageError, match="could not be imported in time"):
        model_files.import_file(paths, gift)


def test_messages_have_the_name_as_it_was_typed(paths: DataPaths, gift: Path) -> None:
    import_model(paths, gift, "Übung 1", rebuild=rebuild_archive)
    assert model_files.rename(paths, "Übung 1", "練習 モデル") == 'Renamed to "練習 モデル"'
    (renamed,) = (entry for entry in list_models(paths) if entry.kind == "slot")
    assert renamed.display_name == "練習 モデル"
    assert model_files.delete(paths, renamed.name) == 'Deleted "練習 モデル"'
