"""The kiosk's parent process: starts the window and restarts it whenever it has died or frozen."""

from __future__ import annotations

import contextlib
import logging
import os
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

_POLL_SECONDS = 0.25
EXITED_ON_PURPOSE = 10
"""The exit code of a window that was closed on purpose. Not 0, because libraries may call exit(0)."""
RESTARTS_AS_PLANNED = 11
"""The exit code of a window that another one is to replace at once."""


@dataclass(frozen=True)
class SupervisorTimeouts:
    """Limits and pauses in seconds.

    start: until the first heartbeat of a new window. silence: between two heartbeats. stop: until a window
    that was asked to stop has saved and ended. first_pause, max_pause: before a restart; the pause doubles
    with every restart, and is the first again after a window that ran for `reset_after`.
    """

    start: float = 60.0
    silence: float = 15.0
    stop: float = 4.5
    first_pause: float = 1.0
    max_pause: float = 60.0
    reset_after: float = 120.0


class Supervisor:
    """Runs `command` until it ends with EXITED_ON_PURPOSE, or until this process is asked to stop.

    first_options: only for the first run.
    """

    def __init__(
        self,
        command: Sequence[str],
        heartbeat: Path,
        systemd: SystemdNotifier,
        timeouts: SupervisorTimeouts | None = None,
        *,
        first_options: Sequence[str] = (),
    ) -> None:
        self._command, self._heartbeat, self._systemd = list(command), heartbeat, systemd
        self._timeouts = timeouts or SupervisorTimeouts()
        self._first_options = list(first_options)
        self._is_stopping = False
        self._signal: int | None = None
        self.restarts = 0

    def run(self) -> None:
        """Return when the window was closed on purpose, or after a termination signal."""
        limits = self._timeouts
        backoff = Backoff(limits.first_pause, limits.max_pause, limits.reset_after)
        with handle_signals(self.stop):
            while not self._is_stopping:
                started_at = time.monotonic()
                code = self._run_once()
                if code == EXITED_ON_PURPOSE or self._is_stopping:
                    break
                seconds = time.monotonic() - started_at
                if code == RESTARTS_AS_PLANNED and seconds >= limits.reset_after:
                    logger.warning("restarting the window as planned")
                    continue
                pause = backoff.next_delay(seconds)
                self.restarts += 1
                logger.warning("restarting the window in %.0f s (restart %d)", pause, self.restarts)
                self._systemd.status(f"the window has ended, restart {self.restarts} in {pause:.0f} s")
                self._wait(pause)
        logger.warning("the kiosk has ended: %s", self._reason())
        self._systemd.stopping()

    def stop(self, signal_number: int | None = None) -> None:
        """Stop the window, then the supervisor."""
        self._is_stopping, self._signal = True, signal_number

    def _reason(self) -> str:
        """Why the supervisor has ended."""
        if not self._is_stopping:
            return "its window was closed on purpose"
        return "stop requested" if self._signal is None else f"signal {signal.Signals(self._signal).name}"

    def _run_once(self) -> int | None:
        """Run one window; returns its exit code, or None if it could not be started."""
        heartbeat = HeartbeatReader(self._heartbeat, time.monotonic())
        try:
            window = subprocess.Popen([*self._command, *self._first_options])
        except OSError as error:  # No memory or process left; that may change.
            logger.error("the window cannot be started: %s", error)
            return None
        self._first_options = []
        try:
            self._watch(window, heartbeat)
        finally:
            if window.poll() is None:
                window.kill()
            window.wait()
        if window.returncode not in (EXITED_ON_PURPOSE, RESTARTS_AS_PLANNED) and not self._is_stopping:
            logger.error("the window ended with code %d", window.returncode)
        return window.returncode

    def _watch(self, window: subprocess.Popen[bytes], heartbeat: HeartbeatReader) -> None:
        """Watch one window until it has ended, was stopped or was killed."""
        is_shown = False
        while window.poll() is None:
            if self._is_stopping:
                self._stop_window(window)
                return
            silent = heartbeat.silent_seconds(time.monotonic())
            if heartbeat.has_beaten and not is_shown:
                is_shown = True
                self._systemd.ready()
                self._systemd.status(f"the window is shown, {self.restarts} restarts")
            if silent > (self._timeouts.silence if is_shown else self._timeouts.start):
                if heartbeat.can_write():
                    self._kill_window(window, silent, is_shown)
                    return
                heartbeat = HeartbeatReader(self._heartbeat, time.monotonic())
            _reap_orphans(window)
            self._systemd.alive()
            time.sleep(_POLL_SECONDS)

    def _kill_window(self, window: subprocess.Popen[bytes], silent: float, is_shown: bool) -> None:
        """Kill a frozen window; a suspended one would not receive any other signal."""
        event = "sent no heartbeat" if is_shown else "did not appear"
        logger.error("the window %s for %.0f s: killing it", event, silent)
        window.kill()

    def _stop_window(self, window: subprocess.Popen[bytes]) -> None:
        """Ask the window to save and end, and kill it if it does not."""
        window.terminate()
        try:
            window.wait(self._timeouts.stop)
        except subprocess.TimeoutExpired:
            logger.error("the window did not end within %.1f s: killing it", self._timeouts.stop)
            window.kill()

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self._is_stopping:
            _reap_orphans()
            self._systemd.alive()
            time.sleep(min(_POLL_SECONDS, seconds))


def _reap_orphans(window: subprocess.Popen[bytes] | None = None) -> None:
    """Take note of the ends of a dead window's processes, which else remain in the system's list.

    They become the supervisor's if it is the first process of a container. The window itself is left to
    `Popen`.
    """
    if not hasattr(os, "waitid"):
        return
    with contextlib.suppress(ChildProcessError):
        while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if window is not None and ended.si_pid == window.pid:
                return
            os.waitpid(ended.si_pid, os.WNOHANG)
