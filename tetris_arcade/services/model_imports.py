"""Imports of model files that are dropped on the window or chosen on a screen, one after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.languages import _
from tetris_arcade.services.background_jobs import BackgroundJobs
from tetris_arcade.services.model_files import import_file
from tetris_arcade.ui.widgets.toast import Notify


class ModelImports:
    """The queue of files to import for the whole window; the outcome of each one is shown."""

    def __init__(
        self, paths: DataPaths, jobs: BackgroundJobs, notify: Notify, *, is_locked: Callable[[], bool]
    ) -> None:
        self._paths, self._jobs, self._notify = paths, jobs, notify
        self._is_locked = is_locked
        self._queue: deque[tuple[Path, Callable[[], None] | None]] = deque()

    def add(self, file: Path, on_end: Callable[[], None] | None = None) -> None:
        """Import a file after those before it; `on_end` is called afterwards."""
        if self._is_locked():
            self._notify(_("Models cannot be changed here"), "warning")
        else:
            self._queue.append((file, on_end))

    def update(self) -> None:
        """Start the next import if no job is running; call this once per frame."""
        if self._queue and self._jobs.current is None:
            paths, (file, on_end) = self._paths, self._queue.popleft()
            self._notify(_("Importing {name}...").format(name=file.name), "info")
            self._jobs.start(
                _("Importing {name}").format(name=file.name), lambda: import_file(paths, file), on_end
            )
