"""Turns the screen off and on through a program of the system, if one can, and never waits for it."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

logger = logging.getLogger(__name__)

_MAX_SECONDS = 10.0
_MAX_SECONDS_AT_END = 1.5
_MAX_FAULT_BYTES = 500
_REPEAT_SECONDS = 60.0
"""How often the screen is turned off again: a bumped mouse, for one, wakes it."""


@dataclass(frozen=True)
class PowerProgram:
    """A program that controls the screen. variable: of the environment, without which it cannot work."""

    off: tuple[str, ...]
    on: tuple[str, ...]
    variable: str = ""

    def is_usable(self, environment: Mapping[str, str], find: Callable[[str], str | None]) -> bool:
        has_session = not self.variable or bool(environment.get(self.variable))
        return has_session and find(self.off[0]) is not None


_GNOME = (
    *("busctl", "--user", "set-property", "org.gnome.Mutter.DisplayConfig"),
    *("/org/gnome/Mutter/DisplayConfig", "org.gnome.Mutter.DisplayConfig", "PowerSaveMode", "i"),
)
_OFF_BY_TIMER_NEVER = ("0", "0", "0")
PROGRAMS = (
    PowerProgram(("swaymsg", "-q", "output * dpms off"), ("swaymsg", "-q", "output * dpms on"), "SWAYSOCK"),
    PowerProgram(("wlopm", "--off", "*"), ("wlopm", "--on", "*"), "WAYLAND_DISPLAY"),
    PowerProgram(("kscreen-doctor", "--dpms", "off"), ("kscreen-doctor", "--dpms", "on"), "WAYLAND_DISPLAY"),
    PowerProgram((*_GNOME, "3"), (*_GNOME, "0"), "WAYLAND_DISPLAY"),
    PowerProgram(
        ("xset", "dpms", *_OFF_BY_TIMER_NEVER, "dpms", "force", "off"),
        ("xset", "dpms", *_OFF_BY_TIMER_NEVER, "dpms", "force", "on"),
        "DISPLAY",
    ),
    PowerProgram(("vcgencmd", "display_power", "0"), ("vcgencmd", "display_power", "1")),
    PowerProgram(("vbetool", "dpms", "off"), ("vbetool", "dpms", "on")),
)
"""In the order in which they are tried: those of a desktop first."""


@dataclass(frozen=True)
class _Running:
    """A program at work. end: when it is killed."""

    program: PowerProgram
    process: subprocess.Popen[bytes]
    turns_on: bool
    end: float


class ScreenPower:
    """The power of the screen. Call `update` once per frame.

    find: where a program is, as `shutil.which`. clock: in seconds.
    """

    def __init__(
        self,
        programs: Sequence[PowerProgram] = PROGRAMS,
        environment: Mapping[str, str] = os.environ,
        find: Callable[[str], str | None] = shutil.which,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._programs = [program for program in programs if program.is_usable(environment, find)]
        self._clock = clock
        self._is_on = True
        self._to_try: list[PowerProgram] = []
        self._running: _Running | None = None
        self._next_at = 0.0
        self._faults: dict[str, str] = {}
        """Why programs failed, by their names."""
        self.is_refused = not self._programs
        """Whether no program here can turn the screen off: it stays on and black."""

    def turn(self, *, on: bool) -> None:
        """Turn the screen on or off, from the next `update` on."""
        self._is_on = on
        self._to_try, self._next_at = list(self._programs), self._clock() + _REPEAT_SECONDS

    def update(self) -> None:
        """Try one program after the other, and turn off again what was woken."""
        if self._running is not None and not self._follow(self._running):
            return
        if not self._is_on and self._clock() >= self._next_at:
            self.turn(on=False)
        if self._to_try:
            self._run(self._to_try.pop(0))

    def close(self, *, leaves_off: bool = False) -> None:
        """End what runs, and turn a screen on that is off, unless another window follows at once."""
        if self._running is not None:
            _kill(self._running.process)
        for program in [] if self._is_on or leaves_off else self._programs:
            with contextlib.suppress(OSError, subprocess.SubprocessError):
                subprocess.run(program.on, timeout=_MAX_SECONDS_AT_END, capture_output=True, check=False)

    def _run(self, program: PowerProgram) -> None:
        try:
            process = subprocess.Popen(
                program.on if self._is_on else program.off,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        except OSError as error:
            self._note_fault(program, str(error))
        else:
            assert process.stderr is not None
            os.set_blocking(process.stderr.fileno(), False)  # A child that outlives it may hold the pipe.
            self._running = _Running(program, process, self._is_on, self._clock() + _MAX_SECONDS)

    def _follow(self, running: _Running) -> bool:
        """Whether a program has ended; one that takes too long is killed."""
        process = running.process
        if process.poll() is None and self._clock() < running.end:
            return False
        self._running = None
        if process.returncode is None:
            _kill(process)
        assert process.stderr is not None
        with process.stderr:
            # `xset` exits with 0 even if the X server has no power management.
            fault = (process.stderr.read(_MAX_FAULT_BYTES) or b"").decode(errors="replace").strip()
        if process.returncode != 0:
            fault = fault or f"it ended with code {process.returncode}"
        if fault:
            self._note_fault(running.program, fault.splitlines()[0])
        elif not running.turns_on and not self._is_on:
            self._to_try, self.is_refused = [], False
        return True

    def _note_fault(self, program: PowerProgram, reason: str) -> None:
        name = program.off[0]
        if self._faults.get(name) != reason:
            self._faults[name] = reason
            logger.warning("%s does not control the screen: %s", name, reason)
        if not self._is_on and not self._to_try and not self.is_refused:
            self.is_refused = True
            logger.warning("no program here can turn the screen off: it stays on and black")


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        process.kill()
        process.wait(1.0)
