"""The kiosk's parent process: starts the window, and starts it again whenever it has died or is silent."""

from __future__ import annotations

import logging
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tetris_arcade.kiosk.heartbeat import HeartbeatReader
from tetris_arcade.kiosk.systemd import SystemdNotifier
from tetris_arcade.process.signals import handle_signals
from tetris_arcade.worker.viewer.supervision import Backoff

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.25
LEFT = 10
"""The exit code of a window that was left on purpose. Not 0: libraries end a process with that too."""


@dataclass(frozen=True)
class SupervisorTimeouts:
    """Seconds: until a window that starts must beat, that one may be silent, that it may take to save and
    end; the first pause before it is started again, the longest, and after how long at work it is the first
    again."""

    start: float = 60.0
    silence: float = 15.0
    end: float = 4.5
    first_pause: float = 1.0
    longest_pause: float = 60.0
    forgive_after: float = 120.0


class Supervisor:
    """Runs `command` until it ends by itself with LEFT, or until somebody stops this process."""

    def __init__(
        self,
        command: Sequence[str],
        heartbeat: Path,
        service: SystemdNotifier,
        patience: SupervisorTimeouts | None = None,
    ) -> None:
        self._command, self._heartbeat, self._service = list(command), heartbeat, service
        self._patience = patience or SupervisorTimeouts()
        self._is_stopping = False
        self._signal: int | None = None
        self.restarts = 0

    def run(self) -> None:
        """Return when the window was left on purpose, or this process received a termination signal."""
        patience = self._patience
        backoff = Backoff(patience.first_pause, patience.longest_pause, patience.forgive_after)
        with handle_signals(self.stop):
            while not self._is_stopping:
                begun = time.monotonic()
                if self._run_once() == LEFT or self._is_stopping:
                    break
                pause = backoff.next_delay(time.monotonic() - begun)
                self.restarts += 1
                logger.warning("the window is started again in %.0f s (restart %d)", pause, self.restarts)
                self._service.status(f"the window is gone, restart {self.restarts} in {pause:.0f} s")
                self._wait(pause)
        logger.warning("the kiosk has ended: %s", self._why())
        self._service.stopping()

    def stop(self, number: int | None = None) -> None:
        """End the window, then this; `number`: because of a signal."""
        self._is_stopping, self._signal = True, number

    def _why(self) -> str:
        if not self._is_stopping:
            return "its window was left on purpose"
        return "it was asked to" if self._signal is None else f"signal {signal.Signals(self._signal).name}"

    def _run_once(self) -> int | None:
        """One window from its start to its end; its exit code, None where it could not be started."""
        pulse = HeartbeatReader(self._heartbeat, time.monotonic())
        try:
            window = subprocess.Popen(self._command)
        except OSError as error:  # No memory or no process left for it: there may be, later.
            logger.error("the window cannot be started: %s", error)
            return None
        try:
            self._watch(window, pulse)
        finally:
            if window.poll() is None:
                window.kill()
            window.wait()
        if window.returncode != LEFT and not self._is_stopping:
            logger.error("the window ended with code %d", window.returncode)
        return window.returncode

    def _watch(self, window: subprocess.Popen[bytes], pulse: HeartbeatReader) -> None:
        """Look after one window until it has ended."""
        is_seen = False
        while window.poll() is None:
            if self._is_stopping:
                self._end(window)
                return
            silent = pulse.silent_seconds(time.monotonic())
            if pulse.has_beaten and not is_seen:
                is_seen = True
                self._service.ready()
                self._service.status(f"the arcade is on the screen, {self.restarts} restarts")
            if silent > (self._patience.silence if is_seen else self._patience.start):
                if pulse.can_write():
                    self._give_up(window, silent, is_seen)
                    return
                pulse = HeartbeatReader(self._heartbeat, time.monotonic())
            self._service.alive()
            time.sleep(_LOOK_SECONDS)

    def _give_up(self, window: subprocess.Popen[bytes], silent: float, is_seen: bool) -> None:
        """Kill a window: one that hangs, or is stopped, hears nothing gentler."""
        what = "was silent" if is_seen else "did not appear"
        logger.error("the window %s for %.0f s and is ended", what, silent)
        window.kill()

    def _end(self, window: subprocess.Popen[bytes]) -> None:
        """Ask the window to save and end; make it, where it does not."""
        window.terminate()
        try:
            window.wait(self._patience.end)
        except subprocess.TimeoutExpired:
            logger.error("the window did not end within %.1f s and is ended", self._patience.end)
            window.kill()

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._is_stopping:
            self._service.alive()
            time.sleep(min(_LOOK_SECONDS, seconds))
