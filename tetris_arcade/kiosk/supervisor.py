"""The kiosk's parent process: starts the window, and starts it again whenever it has died or is silent."""

from __future__ import annotations

import logging
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tetris_arcade.kiosk.heartbeat import silent_seconds
from tetris_arcade.kiosk.service import Service

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.25


@dataclass(frozen=True)
class Patience:
    """Seconds: until a window that starts must beat, that one may be silent, that it may take to end;
    the first pause before it is started again, the longest, and after how long at work it is the first
    again."""

    start: float = 60.0
    silence: float = 15.0
    end: float = 8.0
    first_pause: float = 1.0
    longest_pause: float = 60.0
    forgive_after: float = 120.0


class Supervisor:
    """Runs `command` until it ends by itself with 0, or until somebody stops this process."""

    def __init__(
        self, command: Sequence[str], heartbeat: Path, service: Service, patience: Patience | None = None
    ) -> None:
        self._command, self._heartbeat, self._service = list(command), heartbeat, service
        self._patience = patience or Patience()
        self._is_stopping = False
        self.restarts = 0

    def run(self) -> None:
        """Return when the window was left on purpose, or this process was asked to stop (SIGTERM, Ctrl-C)."""
        pause = self._patience.first_pause
        with _stop_signals(self):
            while not self._is_stopping:
                begun = time.monotonic()
                if self._watch(self._start()) == 0:
                    break
                if self._is_stopping:
                    break
                if time.monotonic() - begun > self._patience.forgive_after:
                    pause = self._patience.first_pause
                self.restarts += 1
                logger.warning("the window is started again in %.0f s (restart %d)", pause, self.restarts)
                self._service.status(f"the window died, restart {self.restarts}")
                self._wait(pause)
                pause = min(2 * pause, self._patience.longest_pause)
        self._service.stopping()

    def stop(self) -> None:
        """End the window, then this."""
        self._is_stopping = True

    def _start(self) -> subprocess.Popen[bytes]:
        self._heartbeat.unlink(missing_ok=True)
        return subprocess.Popen(self._command)

    def _watch(self, window: subprocess.Popen[bytes]) -> int | None:
        """Look after one window until it has ended; its exit code, None where it had to be ended."""
        begun = time.monotonic()
        try:
            while window.poll() is None:
                if self._is_stopping:
                    self._end(window)
                    return None
                silent = silent_seconds(self._heartbeat)
                if silent is None and time.monotonic() - begun > self._patience.start:
                    logger.error("the window did not appear within %.0f s", self._patience.start)
                    window.kill()
                elif silent is not None and silent > self._patience.silence:
                    logger.error("the window was silent for %.0f s", silent)
                    window.kill()
                elif silent is not None:
                    self._service.ready()
                self._service.alive()
                time.sleep(_LOOK_SECONDS)
        finally:
            if window.poll() is None:
                window.kill()
            window.wait()
        if window.returncode != 0:
            logger.error("the window ended with code %d", window.returncode)
        return window.returncode

    def _end(self, window: subprocess.Popen[bytes]) -> None:
        """Ask the window to save and end; make it, where it does not."""
        window.terminate()
        try:
            window.wait(self._patience.end)
        except subprocess.TimeoutExpired:
            window.kill()

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._is_stopping:
            self._service.alive()
            time.sleep(min(_LOOK_SECONDS, seconds))


class _stop_signals:  # noqa: N801
    """SIGTERM and Ctrl-C stop a supervisor, while it runs."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor

    def __enter__(self) -> None:
        self._before = {
            number: signal.signal(number, self._ask) for number in (signal.SIGTERM, signal.SIGINT)
        }

    def __exit__(self, *_error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._supervisor.stop()
