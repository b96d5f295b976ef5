"""Model files that are dropped on the window or chosen on a screen: taken in one after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path

from tetris_arcade.scenes.base import Context
from tetris_arcade.services.model_files import take_in


class Intake:
    """One for the life of the window; what became of each file is told."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._waiting: deque[tuple[Path, Callable[[], None] | None]] = deque()

    def take(self, file: Path, then: Callable[[], None] | None = None) -> None:
        """Take a file in as soon as those before it are; `then` is called afterwards."""
        if self._context.is_locked:
            self._context.tell("nothing can be changed here", "warning")
        else:
            self._waiting.append((file, then))

    def update(self) -> None:
        """Begin with the next file, once nothing else is being done."""
        errands = self._context.errands
        if self._waiting and errands.what is None:
            paths, (file, then) = self._context.paths, self._waiting.popleft()
            errands.begin(f"importing {file.name}", lambda: take_in(paths, file), then)
