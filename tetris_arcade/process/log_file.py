"""The window's log file: warnings, and faults with their traceback; bounded, and apart from the terminal,
which gets one sentence."""

from __future__ import annotations

import contextlib
import logging
import os
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

logger = logging.getLogger("tetris_arcade")

FILE_NAME = "arcade.log"
_MAX_BYTES = 512 * 1024
_KEPT = 3


class LogFile:
    """Keeps what the program logs while it is open; `kept` older files of `max_bytes` stay beside it.

    An exception that leaves it is written down and goes on. Where nothing can be written, nothing is.
    """

    def __init__(
        self, folder: Path, max_bytes: int = _MAX_BYTES, kept: int = _KEPT, file_name: str = FILE_NAME
    ) -> None:
        self._folder = folder
        self._file = _QuietFile(
            folder / file_name, maxBytes=max_bytes, backupCount=kept, encoding="utf-8", delay=True
        )
        self._file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def __enter__(self) -> LogFile:
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
        logger.addHandler(self._file)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        logger.removeHandler(self._file)
        if kind is not None and isinstance(error, Exception):
            # Straight to the file: through the logger it would reach the terminal too.
            fault = (kind, error, traceback)
            self._file.handle(
                logger.makeRecord(logger.name, logging.ERROR, __file__, 0, "the program ended", (), fault)
            )
        self._file.close()


class _QuietFile(RotatingFileHandler):
    """A log that cannot be written is no reason to fill the terminal, nor to wait."""

    def _open(self) -> TextIOWrapper:
        if os.path.exists(self.baseFilename) and not os.path.isfile(self.baseFilename):
            raise OSError("the log is not a regular file")  # A pipe would be waited for.
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        return
