"""Files that are dropped on the window or chosen become models."""

from __future__ import annotations

import shutil
from pathlib import Path

import pygame
import pytest
from pygame.event import Event

from tests.pilot import OpenPilot, Pilot
from tests.scenes.models.driver import SIZE, names, wait_until
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.scenes.models.scene import ModelsScene
from tetris_arcade.storage.data_lock import DataLock


@pytest.fixture
def imported(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of imported files, without the work of an import."""
    files: list[str] = []

    def import_file(_paths: DataPaths, file: Path) -> str:
        files.append(file.name)
        return f"Imported {file.name}"

    monkeypatch.setattr("tetris_arcade.services.model_imports.import_file", import_file)
    return files


def _drop(pilot: Pilot, *files: Path) -> None:
    pilot.send(*[Event(pygame.DROPFILE, file=str(file)) for file in files])


def test_file_is_imported_by_keys(pilot: Pilot, paths: DataPaths, imported: list[str]) -> None:
    pilot.press("+")
    assert pilot.sees("Drop a model file onto this window")
    (paths.root / "imports" / "gift.zip").touch()
    pilot.press("+", "return")
    wait_until(pilot, lambda: pilot.sees("Imported gift.zip"))
    assert imported == ["gift.zip"]


@pytest.mark.parametrize("screens", [[], ["f1"]], ids=["models", "help"])
def test_dropped_files_are_imported_in_turn(
    pilot: Pilot, imported: list[str], tmp_path: Path, screens: list[str]
) -> None:
    pilot.press(*screens)
    _drop(pilot, *[tmp_path / f"gift{number}.zip" for number in range(4)])
    wait_until(pilot, lambda: pilot.sees("Imported gift3.zip"))
    assert imported == [f"gift{number}.zip" for number in range(4)]


def test_list_shows_an_imported_model(
    pilot: Pilot, paths: DataPaths, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def import_file(paths: DataPaths, file: Path) -> str:
        shutil.copytree(paths.slots / "mine", paths.slots / file.stem)
        return "Imported"

    monkeypatch.setattr("tetris_arcade.services.model_imports.import_file", import_file)
    _drop(pilot, tmp_path / "gift.zip")
    wait_until(pilot, lambda: "gift" in names(pilot))


@pytest.mark.parametrize("screens", [[], ["f1"]], ids=["models", "help"])
def test_locked_window_refuses_dropped_files(
    open_pilot: OpenPilot, paths: DataPaths, imported: list[str], tmp_path: Path, screens: list[str]
) -> None:
    with DataLock(paths):
        pilot = open_pilot(ModelsScene, SIZE)
        pilot.press(*screens)
        _drop(pilot, tmp_path / "gift.zip")
        pilot.send()
    assert pilot.sees("Models cannot be changed here")
    assert imported == []
