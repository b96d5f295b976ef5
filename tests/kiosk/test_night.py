"""The kiosk at night: the screen is off until somebody comes, and the window restarts once a day."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pygame
import pytest

from tests.kiosk.driver import IDLE, OpenKiosk, frames, key
from tetris_arcade.kiosk.night import NightScene
from tetris_arcade.kiosk.screen_power import PROGRAMS, PowerProgram, ScreenPower
from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.title import TitleScene

HOUR_SECONDS = 3_600.0


class Clock:
    """A time of day that a test sets."""

    def __init__(self, hour: int) -> None:
        self.hour = hour

    def __call__(self) -> datetime:
        return datetime(2026, 3, 14, self.hour, 30)


class RecordingPower(ScreenPower):
    """Keeps what it is asked for."""

    def __init__(self) -> None:
        super().__init__(programs=())
        self.asked: list[bool] = []

    def turn(self, *, on: bool) -> None:
        self.asked.append(on)


def test_screen_is_off_at_night_and_on_for_a_visitor(open_kiosk: OpenKiosk) -> None:
    clock, power = Clock(21), RecordingPower()
    app = open_kiosk(
        dim_hours=(22, 7), screen_off=True, has_visitor=False, local_time=clock, screen_power=power
    )
    assert isinstance(app.top, AttractScene)
    clock.hour = 22
    now = frames(app, 0.0, 0.5)
    assert isinstance(app.top, NightScene)
    assert power.asked == [True, False]
    assert not pygame.surfarray.array3d(app.display.surface).any()
    assert pygame.display.get_allow_screensaver()  # SDL would wake the screen
    now = frames(app, now, 0.5, key("x"))
    assert isinstance(app.top, TitleScene)
    assert power.asked == [True, False, True]
    assert not pygame.display.get_allow_screensaver()
    now = frames(app, now, IDLE + 1)
    assert isinstance(app.top, NightScene)
    clock.hour = 7
    frames(app, now, 0.5)
    assert isinstance(app.top, AttractScene)
    assert power.asked == [True, False, True, False, True]


def test_mouse_that_is_bumped_at_night_is_no_visitor(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk(dim_hours=(22, 7), screen_off=True, has_visitor=False, hour=23)
    motion = pygame.event.Event(pygame.MOUSEMOTION, pos=(100, 100), rel=(1, 0), buttons=(0, 0, 0))
    frames(app, 0.0, 0.5, motion)
    assert isinstance(app.top, NightScene)


def test_window_restarts_once_a_day_when_nobody_is_there(open_kiosk: OpenKiosk) -> None:
    clock, restarts = Clock(3), list[float]()
    app = open_kiosk(restart_hour=4, has_visitor=False, local_time=clock, restart=lambda: restarts.append(1))
    app.frame([], 2 * HOUR_SECONDS, 0.1)
    assert not restarts
    frames(app, 2 * HOUR_SECONDS, 0.2, key("x"))
    clock.hour = 4
    now = frames(app, 2 * HOUR_SECONDS, IDLE - 5)
    assert not restarts  # a visitor is there
    frames(app, now, 10.0)
    assert restarts


def test_window_that_has_just_started_is_not_restarted(open_kiosk: OpenKiosk) -> None:
    restarts: list[float] = []
    app = open_kiosk(restart_hour=4, has_visitor=False, hour=4, restart=lambda: restarts.append(1))
    app.frame([], HOUR_SECONDS, 0.1)
    assert not restarts


# --- Programs that control the screen ---


@pytest.fixture
def script(tmp_path: Path) -> Callable[..., tuple[str, ...]]:
    """Makes a command that appends a word to `calls` and then runs code."""

    def make(word: str, code: str = "") -> tuple[str, ...]:
        note = f"open({str(tmp_path / 'calls')!r}, 'a').write({word!r} + ' ')\n"
        return (sys.executable, "-S", "-c", f"import sys, time\n{note}{code}")

    return make


def _calls(tmp_path: Path) -> list[str]:
    file = tmp_path / "calls"
    return file.read_text().split() if file.exists() else []


def _update_until(power: ScreenPower, is_done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20.0
    while not is_done():
        assert time.monotonic() < deadline
        power.update()
        time.sleep(0.01)
    power.update()


@pytest.mark.parametrize(
    "fault", ["sys.exit(1)", "print('server does not have extension for dpms option', file=sys.stderr)"]
)
def test_next_program_is_tried_after_one_that_fails(
    fault: str, tmp_path: Path, script: Callable[..., tuple[str, ...]], caplog: pytest.LogCaptureFixture
) -> None:
    programs = [
        PowerProgram(script("bad", fault), script("bad-on")),
        PowerProgram(script("good"), script("good-on")),
    ]
    power = ScreenPower(programs, {})
    power.turn(on=False)
    _update_until(power, lambda: _calls(tmp_path) == ["bad", "good"])
    power.close()
    assert not power.is_refused
    assert "does not control the screen" in caplog.text
    assert _calls(tmp_path)[2:] == ["bad-on", "good-on"]  # the window leaves the screen on


def test_screen_that_cannot_be_turned_off_is_said_to_be_black(
    script: Callable[..., tuple[str, ...]], caplog: pytest.LogCaptureFixture
) -> None:
    assert ScreenPower([], {}).is_refused
    power = ScreenPower([PowerProgram(script("bad", "sys.exit(1)"), script("on"))], {})
    assert not power.is_refused
    power.turn(on=False)
    _update_until(power, lambda: power.is_refused)
    power.close(leaves_off=True)
    assert "it stays on and black" in caplog.text


def test_program_that_hangs_is_killed_and_never_waited_for(
    tmp_path: Path, script: Callable[..., tuple[str, ...]]
) -> None:
    now = [0.0]
    programs = [
        PowerProgram(script("hangs", "time.sleep(60)"), script("on")),
        PowerProgram(script("good"), script("on")),
    ]
    power = ScreenPower(programs, {}, clock=lambda: now[0])
    power.turn(on=False)
    started = time.monotonic()
    power.update()
    power.update()
    assert time.monotonic() - started < 5.0
    now[0] = 11.0
    _update_until(power, lambda: _calls(tmp_path)[-1:] == ["good"])
    power.close(leaves_off=True)


def test_screen_is_turned_off_again_every_minute(
    tmp_path: Path, script: Callable[..., tuple[str, ...]]
) -> None:
    now = [0.0]
    power = ScreenPower([PowerProgram(script("off"), script("on"))], {}, clock=lambda: now[0])
    power.turn(on=False)
    _update_until(power, lambda: _calls(tmp_path) == ["off"])
    now[0] = 61.0
    _update_until(power, lambda: _calls(tmp_path) == ["off", "off"])
    power.turn(on=True)
    _update_until(power, lambda: _calls(tmp_path)[-1] == "on")
    power.close()
    assert _calls(tmp_path) == ["off", "off", "on"]


def test_only_programs_of_this_session_are_tried() -> None:
    def names(environment: dict[str, str], installed: set[str]) -> list[str]:
        usable = [
            p for p in PROGRAMS if p.is_usable(environment, lambda name: name if name in installed else None)
        ]
        return [program.off[0] for program in usable]

    assert names({"DISPLAY": ":0"}, {"xset", "wlopm"}) == ["xset"]
    assert names({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, {"xset", "wlopm"}) == ["wlopm", "xset"]
    assert names({}, {"xset", "vbetool"}) == ["vbetool"]
    assert names({"DISPLAY": ":0"}, set()) == []
