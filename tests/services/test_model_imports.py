"""The queue of model files to import."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.services import model_imports
from tetris_arcade.services.background_jobs import BackgroundJobs
from tetris_arcade.services.model_imports import ModelImports
from tetris_arcade.storage.errors import StorageError


class _Window:
    """The services of a window, and the messages that they show."""

    def __init__(self, paths: DataPaths, *, is_locked: bool = False) -> None:
        self.messages: list[str] = []
        self.jobs = BackgroundJobs(self._notify)
        self.imports = ModelImports(paths, self.jobs, self._notify, is_locked=lambda: is_locked)

    def _notify(self, message: str, severity: str = "info") -> None:
        self.messages.append(f"{severity}: {message}")

    def run_frames_until(self, num_messages: int) -> None:
        deadline = time.monotonic() + 20.0
        while len(self.messages) < num_messages:
            assert time.monotonic() < deadline
            self.jobs.update()
            self.imports.update()
            time.sleep(0.001)


def test_files_are_imported_one_at_a_time(paths: DataPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    def import_file(_paths: DataPaths, file: Path) -> str:
        if file.stem == "bad":
            raise StorageError("bad.zip is refused")
        return f"Imported {file.stem}"

    monkeypatch.setattr(model_imports, "import_file", import_file)
    window, ended = _Window(paths), list[int]()
    for name in ("first", "bad", "second"):
        window.imports.add(Path(f"{name}.zip"), lambda: ended.append(len(window.messages)))
    window.run_frames_until(6)
    assert window.messages == [
        "info: Importing first.zip...",
        "success: Imported first",
        "info: Importing bad.zip...",
        "error: bad.zip is refused",
        "info: Importing second.zip...",
        "success: Imported second",
    ]
    assert ended == [2, 4, 6]


def test_locked_window_imports_nothing(paths: DataPaths) -> None:
    window = _Window(paths, is_locked=True)
    window.imports.add(Path("first.zip"))
    window.imports.update()
    assert window.messages == ["warning: Models cannot be changed here"]
    assert window.jobs.current is None
