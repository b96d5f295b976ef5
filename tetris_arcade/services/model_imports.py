"""Model files that are dropped on the window or chosen on a screen: taken in one after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.services.background_jobs import BackgroundJobs
from tetris_arcade.services.model_files import import_file
from tetris_arcade.ui.widgets.toast import Notify


class ModelImports:
    """One for the life of the window; what became of each file is told."""

    def __init__(self, paths: DataPaths, jobs: BackgroundJobs, notify: Notify, *, is_locked: bool) -> None:
        self._paths, self._jobs, self._notify = paths, jobs, notify
        self._is_locked = is_locked
        self._waiting: deque[tuple[Path, Callable[[], None] | None]] = deque()

    def take(self, file: Path, then: Callable[[], None] | None = None) -> None:
        """Take a file in as soon as those before it are; `then` is called afterwards."""
        if self._is_locked:
            self._notify("nothing can be changed here", "warning")
        else:
            self._waiting.append((file, then))

    def update(self) -> None:
        """Begin with the next file, once nothing else is being done."""
        if self._waiting and self._jobs.what is None:
            paths, (file, then) = self._paths, self._waiting.popleft()
            self._jobs.begin(f"importing {file.name}", lambda: import_file(paths, file), then)
