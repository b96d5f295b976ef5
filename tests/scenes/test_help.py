"""The help lists the keys of the screen below it, and presses them when they are clicked."""

from __future__ import annotations

from tests.pilot import OpenPilot
from tetris_arcade.scenes.title import TitleScene


def test_help_lists_keys_of_the_screen_below(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    pilot.press("f1")
    assert pilot.title == "Help"
    assert pilot.sees("choose")
    assert pilot.sees("screenshot")
    pilot.press("f1")
    assert pilot.title == "Title"


def test_help_lists_each_key_once(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene, (1280, 720))
    pilot.press("f1")
    texts = pilot.texts()
    help_texts = texts[texts.index("KEYS") :]
    assert help_texts.count("ENTER") == help_texts.count("F11") == 1


def test_clicked_key_is_pressed(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    pilot.press("f1")
    pilot.advance(0.1)
    pilot.click("choose")
    assert pilot.title == "Train"


def test_click_beside_the_keys_closes(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    pilot.press("f1")
    pilot.click("on this screen")
    assert pilot.title == "Title"
