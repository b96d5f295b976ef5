"""Exports a replay as a video: another process renders it, the window shows the progress."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from pygame import Rect

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.languages import _, format_number
from tetris_arcade.process.interpreter import program_command
from tetris_arcade.process.threads import try_to_start
from tetris_arcade.storage.atomic import free_name, temp_file
from tetris_arcade.storage.errors import StorageError, describe_os_error
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.ui.widgets.toast import Notify

logger = logging.getLogger(__name__)

_SECONDS = 30
_SPEED = 4
LAST_PIECES = _SECONDS * _SPEED
"""The number of pieces in a video."""
_CANCEL_SECONDS = 3.0
"""How long a cancelled process may take to end before it is killed."""
PROGRESS = "progress "
"""The prefix of the lines in which `record --tell-progress` reports the finished share, 0..1."""


class VideoExport:
    """Exports one video at a time into the folder `videos` of the data folder."""

    def __init__(self, paths: DataPaths, notify: Notify, *, is_locked: Callable[[], bool]) -> None:
        self._paths, self._notify, self._is_locked = paths, notify, is_locked
        self._is_installed = importlib.util.find_spec("PIL") is not None
        self._process: subprocess.Popen[str] | None = None
        self._file = Path()
        self._share = 0.0
        self._error_line = ""
        self._is_output_read = True
        self._cancelled_at: float | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a video is being saved or cancelled."""
        return self._process is not None

    @property
    def key_text(self) -> str:
        """What the key that saves a video does, for footer and help; empty if no videos can be saved here."""
        if self._is_locked():
            return ""
        return _("save video") if self._is_installed else _("save video (install the program again first)")

    @property
    def hint(self) -> Hint | None:
        """How to cancel the export, on any screen; None if there is nothing to cancel."""
        if self._process is None or self._cancelled_at is not None:
            return None
        return Hint(
            _("cancel the video ({share})").format(share=format_number(self._share, ".0%")), Action.STOP
        )

    def notify_still_running(self) -> None:
        """Say that the export continues; call this when the screen of its game is left."""
        if self.hint is not None:
            self._notify(_("Saving the video continues in the background"), "info")

    def start(self, replay: Path, first_piece: int) -> None:
        """Export the replay of a model from a piece on; `update` shows the outcome."""
        self._start(replay, first_piece, "--speed", str(_SPEED))

    def start_played(self, replay: Path, first_piece: int) -> None:
        """Export the replay of a person's game from a piece on, in real time."""
        self._start(replay, first_piece)

    def _start(self, replay: Path, first_piece: int, *options: str) -> None:
        if self._is_locked():
            self._notify(_("Videos cannot be saved here"), "warning")
            return
        if self._process is not None:
            self._notify(_("Another video is still being saved"), "warning")
            return
        if not self._is_installed:
            logger.warning("videos need the package pillow, which is missing from this installation")
            self._notify(_("Videos need a complete installation: install the program again"), "warning")
            return
        suffix = ".mp4" if importlib.util.find_spec("imageio_ffmpeg") is not None else ".gif"
        folder = self._paths.root / "videos"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = free_name(folder / f"{replay.stem}{suffix}")
            self._process = self._start_process(replay, first_piece, *options)
        except (OSError, StorageError) as error:
            self._notify(
                _("Video not saved: {reason}").format(reason=describe_os_error(error)),
                "error",
            )
            return
        self._share, self._error_line, self._cancelled_at = 0.0, "", None
        reader = threading.Thread(target=self._read_output, args=(self._process,), daemon=True)
        self._is_output_read = try_to_start(reader)

    def _start_process(self, replay: Path, first_piece: int, *options: str) -> subprocess.Popen[str]:
        arguments = ["record", str(replay), str(self._file), "--seconds", str(_SECONDS)]
        arguments += [*options, "--skip", str(first_piece)]
        arguments += ["--data-dir", str(self._paths.root), "--tell-progress"]
        return subprocess.Popen(
            program_command(*arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _read_output(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith(PROGRESS):
                self._share = float(line.removeprefix(PROGRESS))
            elif line.strip():
                self._error_line = line.strip()

    def update(self) -> None:
        """Show the outcome of an export that has ended; call this once per frame."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._kill_if_overdue(self._process)
            return
        if not self._is_output_read:  # Without a thread there was no progress to show.
            self._read_output(self._process)
        if self._cancelled_at is not None:
            self._remove_partial(self._process)
            self._notify(_("Video cancelled"), "info")
        elif self._process.returncode == 0:
            self._notify(_("Video saved: videos/{name}").format(name=self._file.name), "success")
        else:
            self._notify(self._error_line or _("Video not saved"), "error")
        self._process = None

    def cancel(self) -> None:
        """Stop the export; `update` says so once the process has ended."""
        if self._process is not None and self._cancelled_at is None:
            self._cancelled_at = time.monotonic()
            # Like Ctrl-C: the process removes what it has written.
            self._process.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGINT)

    def close(self) -> None:
        """Cancel the export and wait until nothing of it is left."""
        self.cancel()
        if self._process is None:
            return
        logger.info("the video %s is cancelled: the program ends", self._file.name)
        try:
            self._process.wait(_CANCEL_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._remove_partial(self._process)
        self._process = None

    def _kill_if_overdue(self, process: subprocess.Popen[str]) -> None:
        if self._cancelled_at is not None and time.monotonic() > self._cancelled_at + _CANCEL_SECONDS:
            process.kill()

    def _remove_partial(self, process: subprocess.Popen[str]) -> None:
        """Remove the file of a process that could not: a killed one, or on Windows, without Ctrl-C."""
        with contextlib.suppress(OSError):
            temp_file(self._file, process.pid).unlink(missing_ok=True)

    def draw(self, canvas: Canvas, well: Rect) -> None:
        """Draw the progress at the top of the board."""
        if self._process is None:
            return
        theme, units = canvas.theme, canvas.units
        strip = Rect(well.x, well.y, well.width, canvas.line_height() + units(4))
        canvas.dim(strip, theme.background, 210)
        text = (
            _("CANCELLING")
            if self._cancelled_at is not None
            else _("SAVING VIDEO {share}").format(share=format_number(self._share, ".0%"))
        )
        canvas.text_in(text, strip, theme.accent)
        canvas.fill(
            Rect(strip.x, strip.bottom - units(2), round(strip.width * self._share), units(2)), theme.accent
        )
