"""Model files that are dropped on the window, whatever screen is open: taken in one after the other."""

from __future__ import annotations

from collections import deque
from pathlib import Path

from tetris_arcade.scenes.base import Context
from tetris_arcade.scenes.errand import Errand
from tetris_arcade.scenes.model_chores import take_in


class Intake:
    """One for the life of the window; what became of each file is told."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._waiting: deque[Path] = deque()
        self._errand: Errand | None = None

    def drop(self, file: Path) -> None:
        """Take a file in as soon as those before it are."""
        if self._context.is_locked:
            self._context.tell("nothing can be changed here", "warning")
        else:
            self._waiting.append(file)

    def update(self) -> None:
        """Tell of a file that is in, and begin with the next."""
        if self._errand is not None:
            if not self._errand.is_done:
                return
            self._context.tell(*self._errand.result())
            self._errand = None
        if self._waiting:
            paths, file = self._context.paths, self._waiting.popleft()
            self._errand = Errand(f"importing {file.name}", lambda: take_in(paths, file))
