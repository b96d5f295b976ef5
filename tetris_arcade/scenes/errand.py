"""Slow work on files, done in a thread so that no frame waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tetris_arcade.scenes.base import Tone
from tetris_arcade.storage.errors import StorageError, reason


class Errand:
    """One piece of work that returns a sentence; `what` says what is being done."""

    def __init__(self, what: str, action: Callable[[], str]) -> None:
        self.what = what
        self._action = action
        self._result: tuple[str, Tone] = ("", "info")
        self._thread = threading.Thread(target=self._run, name=what)
        self._thread.start()

    @property
    def is_done(self) -> bool:
        return not self._thread.is_alive()

    def result(self) -> tuple[str, Tone]:
        """The sentence that came of it, and whether it is good news."""
        self._thread.join()
        return self._result

    def _run(self) -> None:
        try:
            self._result = (self._action(), "good")
        except (StorageError, OSError, ValueError) as error:
            self._result = (reason(error), "bad")
