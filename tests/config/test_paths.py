"""The data folder, and files that ship with the program."""

import pickle
from pathlib import Path

import pytest

from tetris_arcade.config import paths
from tetris_arcade.config.paths import DataPaths, asset, resolve_data_dir

CHECKOUT = Path(__file__).parents[2]


def test_argument_precedes_environment(tmp_path):
    environment = {"TETRIS_ARCADE_HOME": str(tmp_path / "home")}
    assert resolve_data_dir(str(tmp_path / "given"), environment).root == tmp_path / "given"
    assert resolve_data_dir(None, environment).root == tmp_path / "home"


def test_empty_environment_variable_is_ignored(tmp_path):
    assert resolve_data_dir(None, {"TETRIS_ARCADE_HOME": ""}).root == CHECKOUT
    assert resolve_data_dir(None, {}).root == CHECKOUT


def test_default_is_platform_folder(monkeypatch):
    monkeypatch.setattr(paths, "source_checkout", lambda: None)
    root = resolve_data_dir(None, {}).root
    assert root.name == "tetris-arcade"
    assert root.is_absolute()


def test_relative_folder_is_made_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert resolve_data_dir("here", {}).root == tmp_path / "here"
    assert resolve_data_dir("~/there", {}).root == Path.home() / "there"


def test_paths_are_in_data_folder(tmp_path):
    data = DataPaths(tmp_path)
    assert data.latest == tmp_path / "checkpoints" / "latest"
    assert data.slots == tmp_path / "checkpoints" / "slots"
    assert data.settings_file == tmp_path / "settings.toml"
    assert not list(tmp_path.iterdir())


def test_shipped_models_are_found(tmp_path):
    assert resolve_data_dir(str(tmp_path), {}).shipped_slots == CHECKOUT / "checkpoints" / "slots"


def test_paths_can_be_pickled(tmp_path):
    data = DataPaths(tmp_path, tmp_path / "shipped")
    assert pickle.loads(pickle.dumps(data)) == data


def test_missing_asset_is_named():
    with pytest.raises(FileNotFoundError, match=r"no_such\.png"):
        asset("no_such.png")


def test_folder_of_an_unknown_user_is_refused_by_name():
    with pytest.raises(ValueError, match="the data folder ~nobody-has-this-name/x begins with the name"):
        resolve_data_dir(None, {"TETRIS_ARCADE_HOME": "~nobody-has-this-name/x"})
