"""Checkpoints to disk in a thread of their own: the trainer hands over copies and goes on at once."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tetris_arcade.process.malloc import trim_heap
from tetris_arcade.storage.errors import StorageError

logger = logging.getLogger(__name__)

_TIDY_SECONDS = 60.0


@dataclass(frozen=True)
class SaveOutcome:
    """What became of a save: the folder, or why it failed."""

    kind: str
    folder: Path | None
    reason: str = ""


class CheckpointWriter:
    """Writes one save at a time. Results are collected by the trainer's thread, so that listeners hear from
    it alone."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._written: deque[SaveOutcome] = deque()
        self._tidy_at = time.monotonic() + _TIDY_SECONDS

    @property
    def is_busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def write(self, kind: str, save: Callable[[], Path]) -> None:
        """Run `save` in the thread, once the save before it is done."""
        self.wait()
        self._thread = threading.Thread(target=self._run, args=(kind, save), name="checkpoint writer")
        self._thread.start()

    def wait(self) -> None:
        """Wait for the save that is under way."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def collect(self) -> list[SaveOutcome]:
        """The saves that ended since the last call."""
        return [self._written.popleft() for _ in range(len(self._written))]

    def _run(self, kind: str, save: Callable[[], Path]) -> None:
        try:
            written = SaveOutcome(kind, save())
        except (OSError, StorageError, MemoryError) as error:
            logger.warning("could not save %s: %s", kind, error)
            written = SaveOutcome(kind, None, str(error) or "out of memory")
        self._written.append(written)
        self._tidy()

    def _tidy(self) -> None:
        """Give free pages back, off the trainer's thread, but seldom: the heap is locked meanwhile, and a
        pause that is asked for in these milliseconds waits for them."""
        now = time.monotonic()
        if now >= self._tidy_at:
            self._tidy_at = now + _TIDY_SECONDS
            trim_heap()
