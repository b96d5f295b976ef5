"""The program's rotating log file: warnings, and errors with their traceback.

The terminal shows only one line per error.
"""

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
_NUM_BACKUPS = 3


class LogFile:
    """Writes the package's log records to a file within a `with` block.

    The file is rotated at `max_bytes`; `num_backups` older files are kept. An exception that leaves the block
    is logged with its traceback and propagates. If the file cannot be written, nothing is logged.
    """

    def __init__(
        self,
        folder: Path,
        file_name: str = FILE_NAME,
        *,
        max_bytes: int = _MAX_BYTES,
        num_backups: int = _NUM_BACKUPS,
    ) -> None:
        self._folder = folder
        # A rotation renames the file, not a link to it.
        self._handler = _SilentRotatingHandler(
            os.path.realpath(folder / file_name),
            maxBytes=max_bytes,
            backupCount=num_backups,
            encoding="utf-8",
            delay=True,
        )
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def __enter__(self) -> LogFile:
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
        logger.addHandler(self._handler)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        logger.removeHandler(self._handler)
        if kind is not None and isinstance(error, Exception):
            # Passed to the handler directly: the logger would also print it on the terminal.
            exc_info = (kind, error, traceback)
            self._handler.handle(
                logger.makeRecord(logger.name, logging.ERROR, __file__, 0, "the program ended", (), exc_info)
            )
        self._handler.close()


class _SilentRotatingHandler(RotatingFileHandler):
    """Drops records that cannot be written, without a message on the terminal and without blocking.

    The file is opened again for the next record: a full disk may have room by then.
    """

    def _open(self) -> TextIOWrapper:
        if os.path.exists(self.baseFilename) and not os.path.isfile(self.baseFilename):
            raise OSError("the log is not a regular file")  # Opening a named pipe would block.
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        self._close_stream()

    def close(self) -> None:
        self._close_stream()
        super().close()

    def _close_stream(self) -> None:
        """Close the file, even if what it still holds cannot be written."""
        stream, self.stream = self.stream, None
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.close()
