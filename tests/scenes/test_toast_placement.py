"""Messages cover nothing of a screen, come one at a time, and stay on the screen that they belong to."""

from __future__ import annotations

import pytest
from pygame import Rect

from tests.fake_screens import open_title
from tests.pilot import OpenPilot, Pilot
from tests.screens import SCREENS, open_screen
from tetris_arcade.config.settings import DisplaySettings
from tetris_arcade.scenes.title import TitleScene

SHORT, LONG = "Saved", "Imported as a-model-with-a-name-that-is-not-short, with too much text for one line"


def message_rect(pilot: Pilot) -> Rect:
    """The part of the screen that belongs to no scene."""
    screen, scenes = pilot.canvas.surface.get_rect(), pilot.canvas.rect
    return Rect(screen.x, scenes.bottom, screen.width, screen.bottom - scenes.bottom)


@pytest.mark.system
@pytest.mark.parametrize(
    ("size", "text_size"), [((800, 480), 1.5), ((1280, 720), 1.0), ((1080, 1920), 1.25)], ids=str
)
@pytest.mark.parametrize("name", SCREENS)
def test_message_covers_nothing_of_a_screen(
    open_pilot: OpenPilot, name: str, size: tuple[int, int], text_size: float
) -> None:
    pilot = open_screen(open_pilot, name, size, DisplaySettings(text_size=text_size))
    for message in (SHORT, LONG):
        pilot.app.context.notify(message, "error")
        pilot.send()
        whole, places = message_rect(pilot), pilot.canvas.places
        drawn = [place for _, place in places if whole.colliderect(place)]
        # Nothing but the message is there: its lines are the last that were drawn.
        lines = [text for text, _ in places[-len(drawn) :]]
        assert drawn == [place for _, place in places[-len(drawn) :]]
        assert "".join(lines).replace(" ", "") == message.replace(" ", "")
        assert all(map(whole.contains, drawn))


def test_short_message_moves_nothing(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(open_title, (1280, 720))
    before = pilot.canvas.rect
    pilot.app.context.notify(SHORT, "success")
    pilot.send()
    assert pilot.sees(SHORT)
    assert pilot.canvas.rect == before


def test_messages_do_not_stack(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    for message in ("the first", "the second"):
        pilot.app.context.notify(message, "warning")
        pilot.send()
    assert pilot.sees("the second")
    assert not pilot.sees("the first")
    pilot.advance(4.0)
    assert pilot.sees("the first")
    assert not pilot.sees("the second")


def test_message_stays_on_its_screen(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    pilot.app.context.notify("of the title", "info")
    pilot.send()
    assert pilot.sees("of the title")
    pilot.choose("Settings")
    assert pilot.title == "Settings"
    pilot.send()
    assert not pilot.sees("of the title")


def test_message_about_leaving_is_shown_after_it(open_pilot: OpenPilot) -> None:
    scene, plan = SCREENS["title while training"]
    pilot = open_pilot(scene)
    pilot.play(plan)
    pilot.choose("Back to training")
    pilot.press("escape")
    pilot.send()
    assert pilot.title == "Title"
    assert pilot.sees("Training continues in the background")


def test_click_on_a_message_removes_it_and_presses_nothing(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    pilot.app.context.notify("of the title", "info")
    pilot.send()
    pilot.click("of the title")
    pilot.send()
    assert not pilot.sees("of the title")
    assert pilot.title == "Title"
