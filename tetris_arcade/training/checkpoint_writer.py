"""Writes checkpoints in a background thread, so that training continues while they are written."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tetris_arcade.process.malloc import trim_heap
from tetris_arcade.process.threads import try_to_start
from tetris_arcade.storage.errors import StorageError

logger = logging.getLogger(__name__)

_TRIM_SECONDS = 60.0


@dataclass(frozen=True)
class SaveOutcome:
    """The result of one save: the folder, or None and the reason why it failed."""

    kind: str
    folder: Path | None
    reason: str = ""


class CheckpointWriter:
    """Runs one save at a time. The trainer's thread collects the outcomes, so only it calls listeners."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._outcomes: deque[SaveOutcome] = deque()
        self._next_trim = time.monotonic() + _TRIM_SECONDS

    @property
    def is_busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def write(self, kind: str, save: Callable[[], Path]) -> None:
        """Run `save` in the thread, after the previous save has ended; here if no thread can be had."""
        self.wait()
        self._thread = threading.Thread(target=self._run, args=(kind, save), name="checkpoint writer")
        if not try_to_start(self._thread):
            self._thread = None
            self._run(kind, save)

    def wait(self) -> None:
        """Wait until the running save has ended."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def collect(self) -> list[SaveOutcome]:
        """Return the outcomes of the saves that ended since the last call."""
        return [self._outcomes.popleft() for _ in range(len(self._outcomes))]

    def _run(self, kind: str, save: Callable[[], Path]) -> None:
        try:
            outcome = SaveOutcome(kind, save())
        except (OSError, StorageError, MemoryError) as error:
            logger.warning("could not save %s: %s", kind, error)
            outcome = SaveOutcome(kind, None, str(error) or "out of memory")
        except Exception as error:  # Without an outcome, a lost save would look like a good one.
            logger.exception("could not save %s", kind)
            outcome = SaveOutcome(kind, None, f"{type(error).__name__}: {error}")
        self._outcomes.append(outcome)
        self._trim_memory()

    def _trim_memory(self) -> None:
        """Return freed pages to the system once a minute.

        This locks the heap for milliseconds, which delays a pause requested at that moment: hence not in the
        trainer's thread, and not after every save.
        """
        now = time.monotonic()
        if now >= self._next_trim:
            self._next_trim = now + _TRIM_SECONDS
            trim_heap()
