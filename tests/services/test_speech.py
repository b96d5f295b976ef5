"""Texts are read aloud by a program of the system: the newest one, without waiting, and only if asked for."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pilot import OpenPilot
from tetris_arcade.config.settings import AccessSettings, Settings
from tetris_arcade.scenes.reader import Reader
from tetris_arcade.scenes.settings.scene import SettingsScene
from tetris_arcade.services.speech import PROGRAMS, Speech, SpeechProgram


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], SpeechProgram]:
    """Makes a program that notes what it is to say, and then runs code."""

    def make(code: str = "") -> SpeechProgram:
        note = f"open({str(tmp_path / 'said')!r}, 'a').write(sys.argv[1] + chr(10))\n"
        return SpeechProgram((sys.executable, "-S", "-c", f"import sys, time\n{note}{code}"))

    return make


def _said(tmp_path: Path) -> list[str]:
    file = tmp_path / "said"
    return file.read_text().splitlines() if file.exists() else []


def _wait_until(is_done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20.0
    while not is_done():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_newest_text_cuts_off_the_older_one(tmp_path: Path, program: Callable[[str], SpeechProgram]) -> None:
    speech = Speech([program("time.sleep(60)")], lambda name: name)
    started = time.monotonic()
    speech.say("one", "en")
    assert time.monotonic() - started < 1.0
    _wait_until(lambda: _said(tmp_path) == ["one"])
    speech.say("two", "en")
    speech.say("three", "en")
    _wait_until(lambda: _said(tmp_path)[-1] == "three")
    speech.close()


def test_program_that_fails_gives_way_to_the_next(
    tmp_path: Path, program: Callable[[str], SpeechProgram]
) -> None:
    speech = Speech([program("sys.exit(1)"), program("")], lambda name: name)
    speech.say("hello", "en")
    _wait_until(lambda: _said(tmp_path) == ["hello", "hello"])
    speech.close()


def test_without_a_program_nothing_happens() -> None:
    speech = Speech(PROGRAMS, lambda _name: None)
    assert not speech.is_available
    speech.say("hello", "en")
    speech.close()


def test_text_is_no_option_of_the_program() -> None:
    for program in PROGRAMS:
        assert program.with_text("--help", "de")[-2:] == ["--", "--help"]


class _Listener(Speech):
    """Keeps what it is to say."""

    def __init__(self) -> None:
        super().__init__((), lambda _name: None)
        self.texts: list[str] = []

    def say(self, text: str, language: str) -> None:
        self.texts.append(text)


def test_screen_chosen_line_and_messages_are_read(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(SettingsScene, settings=Settings(access=AccessSettings(read_aloud=True)))
    listener = _Listener()
    pilot.app._reader = Reader(pilot.app.context, listener)
    pilot.advance(0.5)
    assert listener.texts == ["Settings. Title TETRIS ARCADE. Name shown on the title screen and window."]
    pilot.press("down", "down")  # only where it ends
    pilot.advance(0.5)
    assert len(listener.texts) == 2
    assert listener.texts[-1].startswith("Language")
    pilot.app.context.notify("Gamepad connected", "info")
    pilot.advance(0.5)
    assert listener.texts[-1] == "Gamepad connected"


def test_nothing_is_read_unless_asked_for(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(SettingsScene)
    listener = _Listener()
    pilot.app._reader = Reader(pilot.app.context, listener)
    pilot.advance(1.0)
    assert not listener.texts
