"""Another writer of the data folder, which makes its file calls one by one between those of a reader."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable

import pytest

_WRITING_CALLS = ("mkdir", "rename", "replace", "unlink", "rmdir")
_READING_CALLS = ("open", "read", "stat", "lstat", "listdir")


class SteppedWriter:
    """Runs a function in a thread; before each reading call of the main thread it may make its next steps.

    seed: of the numbers of steps.
    """

    def __init__(self, write: Callable[[], object], seed: int) -> None:
        self._random = random.Random(seed)
        self._may_step, self._has_stepped = threading.Semaphore(0), threading.Semaphore(0)
        self._has_ended = False
        self._thread = threading.Thread(target=self._run, args=(write,), daemon=True)

    def start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the reading and the writing take turns from now on."""
        for name in _WRITING_CALLS:
            monkeypatch.setattr(os, name, self._wrap(getattr(os, name), self._wait_for_turn))
        for name in _READING_CALLS:
            monkeypatch.setattr(os, name, self._wrap(getattr(os, name), self._advance))
        self._thread.start()
        self._has_stepped.acquire()

    def finish(self) -> None:
        """Let it make its last steps."""
        while not self._has_ended:
            self._step()
        self._thread.join()

    def _run(self, write: Callable[[], object]) -> None:
        try:
            write()
        finally:
            self._has_ended = True
            self._has_stepped.release()

    def _wrap(self, call, before):
        def stepped(*args, **kwargs):
            before()
            return call(*args, **kwargs)

        return stepped

    def _wait_for_turn(self) -> None:
        if threading.current_thread() is self._thread:
            self._has_stepped.release()
            self._may_step.acquire()

    def _advance(self) -> None:
        if threading.current_thread() is not self._thread:
            for _ in range(self._random.choice((0, 0, 1, 2))):
                self._step()

    def _step(self) -> None:
        if not self._has_ended:
            self._may_step.release()
            self._has_stepped.acquire()
