"""A kept game on its way into a film: another process draws it, the screen shows how far it is."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from pygame import Rect

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.atomic import temp_file
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.ui.widgets.toast import Notify

logger = logging.getLogger(__name__)

_SECONDS = 30
_SPEED = 4
LAST_PIECES = _SECONDS * _SPEED
"""How much of a game a film holds."""
_PATIENCE_SECONDS = 3.0
"""So long a process that was told to give up has to end by itself."""
PROGRESS = "progress "
"""How `record --tell-progress` begins a line that says how much of a film is done, 0..1."""


class VideoExport:
    """One film at a time, into the data folder's `videos`."""

    def __init__(self, paths: DataPaths, notify: Notify, *, is_locked: bool) -> None:
        self._paths, self._notify, self._is_locked = paths, notify, is_locked
        self._process: subprocess.Popen[str] | None = None
        self._file = Path()
        self._share = 0.0
        self._told = ""
        self._given_up_at: float | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a film is being made, or is just being given up."""
        return self._process is not None

    @property
    def hint(self) -> Hint | None:
        """How it is given up, on whichever screen; None where there is nothing to give up."""
        is_made = self._process is not None and self._given_up_at is None
        return Hint(f"give up the film ({self._share:.0%})", Action.STOP) if is_made else None

    def notify_still_running(self) -> None:
        """For a screen that is left while the film of its game is being made."""
        if self.hint is not None:
            self._notify("the film goes on, it is told of when it is done", "info")

    def begin(self, game: Path, at_piece: int) -> None:
        """Film a kept game from this piece on; the outcome is told when it is done."""
        if self._is_locked:
            self._notify("nothing can be filmed here", "warning")
            return
        if self._process is not None:
            self._notify("the film before is not done yet", "warning")
            return
        if importlib.util.find_spec("PIL") is None:
            self._notify('films need a package: pip install "tetris-arcade[record]"', "warning")
            return
        ending = ".mp4" if importlib.util.find_spec("imageio_ffmpeg") is not None else ".gif"
        folder = self._paths.root / "videos"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = folder / f"{game.stem}{ending}"
            self._process = self._start(game, at_piece)
        except OSError as error:
            self._notify(f"no film: {error}", "error")
            return
        self._share, self._told, self._given_up_at = 0.0, "", None
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()

    def _start(self, game: Path, at_piece: int) -> subprocess.Popen[str]:
        what = ["record", str(game), str(self._file), "--seconds", str(_SECONDS), "--speed", str(_SPEED)]
        what += ["--skip", str(at_piece)]
        where = ["--data-dir", str(self._paths.root), "--tell-progress"]
        return subprocess.Popen(
            [sys.executable, "-m", "tetris_arcade", *what, *where],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith(PROGRESS):
                self._share = float(line.removeprefix(PROGRESS))
            elif line.strip():
                self._told = line.strip()

    def update(self) -> None:
        """Tell what became of the film, once it is done."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._kill_if_overdue(self._process)
            return
        if self._given_up_at is not None:
            self._remove_partial(self._process)
            self._notify("the film is given up", "info")
        elif self._process.returncode == 0:
            self._notify(f"filmed: videos/{self._file.name}", "success")
        else:
            self._notify(self._told or "the film was not made", "error")
        self._process = None

    def give_up(self) -> None:
        """Have the film not made; that is told once its process is gone."""
        if self._process is not None and self._given_up_at is None:
            self._given_up_at = time.monotonic()
            # As Ctrl-C: what was written so far is removed.
            self._process.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGINT)

    def close(self) -> None:
        """Give up a film that is not done, and wait until nothing is left of it."""
        self.give_up()
        if self._process is not None:
            logger.info("the film %s is given up: the program ends", self._file.name)
            try:
                self._process.wait(_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._remove_partial(self._process)
            self._process = None

    def _kill_if_overdue(self, process: subprocess.Popen[str]) -> None:
        if self._given_up_at is not None and time.monotonic() > self._given_up_at + _PATIENCE_SECONDS:
            process.kill()

    def _remove_partial(self, process: subprocess.Popen[str]) -> None:
        """Remove what a process left that could not do so itself: Windows has no Ctrl-C for it."""
        with contextlib.suppress(OSError):
            temp_file(self._file, process.pid).unlink(missing_ok=True)

    def draw(self, canvas: Canvas, well: Rect) -> None:
        """How far it is, at the top of the board."""
        if self._process is None:
            return
        theme = canvas.theme
        strip = Rect(well.x, well.y, well.width, canvas.line_height() + canvas.units(4))
        canvas.dim(strip, theme.background, 210)
        words = f"FILMING {self._share:.0%}" if self._given_up_at is None else "GIVING UP THE FILM"
        canvas.text_in(words, strip, theme.accent)
        canvas.fill(
            Rect(strip.x, strip.bottom - canvas.units(2), round(strip.width * self._share), canvas.units(2)),
            theme.accent,
        )
