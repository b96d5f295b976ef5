import pickle
from pathlib import Path

import pytest

from tetris_arcade.config import paths
from tetris_arcade.config.paths import DataPaths, asset, resolve_data_dir

CHECKOUT = Path(__file__).parents[2]


def test_the_argument_comes_before_the_environment(tmp_path):
    environment = {"TETRIS_ARCADE_HOME": str(tmp_path / "home")}
    assert resolve_data_dir(str(tmp_path / "given"), environment).root == tmp_path / "given"
    assert resolve_data_dir(None, environment).root == tmp_path / "home"


def test_the_environment_comes_before_the_checkout_and_an_empty_one_does_not_count(tmp_path):
    assert resolve_data_dir(None, {"TETRIS_ARCADE_HOME": ""}).root == CHECKOUT
    assert resolve_data_dir(None, {}).root == CHECKOUT


def test_without_a_checkout_data_lies_in_the_platforms_folder(monkeypatch):
    monkeypatch.setattr(paths, "source_checkout", lambda: None)
    root = resolve_data_dir(None, {}).root
    assert root.name == "tetris-arcade"
    assert root.is_absolute()


def test_a_relative_folder_is_taken_from_where_one_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert resolve_data_dir("here", {}).root == tmp_path / "here"
    assert resolve_data_dir("~/there", {}).root == Path.home() / "there"


def test_everything_lies_in_the_data_folder(tmp_path):
    data = DataPaths(tmp_path)
    assert data.latest == tmp_path / "checkpoints" / "latest"
    assert data.slots == tmp_path / "checkpoints" / "slots"
    assert data.settings_file == tmp_path / "settings.toml"
    assert not list(tmp_path.iterdir())


def test_shipped_models_are_found_from_any_data_folder(tmp_path):
    assert resolve_data_dir(str(tmp_path), {}).shipped_slots == CHECKOUT / "checkpoints" / "slots"


def test_paths_cross_to_another_process(tmp_path):
    data = DataPaths(tmp_path, tmp_path / "shipped")
    assert pickle.loads(pickle.dumps(data)) == data


def test_a_missing_asset_is_named():
    with pytest.raises(FileNotFoundError, match=r"no_such\.png"):
        asset("no_such.png")
