"""The help explains what is on the screen with call-outs, and lists the keys, which a click presses."""

from __future__ import annotations

import itertools

import pytest

from tests.pilot import OpenPilot
from tests.screens import SCREENS, open_screen
from tetris_arcade.config.settings import DisplaySettings
from tetris_arcade.scenes.help import HelpScene
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.ui.widgets.callouts import line_ends


@pytest.mark.system
@pytest.mark.parametrize(
    ("size", "text_size"), [((800, 480), 1.5), ((1280, 720), 1.0), ((1080, 1920), 1.5)], ids=str
)
@pytest.mark.parametrize("name", SCREENS)
def test_each_screen_is_explained(
    open_pilot: OpenPilot, name: str, size: tuple[int, int], text_size: float
) -> None:
    pilot = open_screen(open_pilot, name, size, DisplaySettings(text_size=text_size))
    pilot.press("f1")
    pilot.send()
    top, canvas = pilot.app.top, pilot.canvas
    assert isinstance(top, HelpScene)
    assert len(top.callouts) == len(canvas.explanations) >= 2
    labels = [callout.label for callout in top.callouts]
    assert all(map(canvas.rect.contains, labels))
    assert not any(first.colliderect(second) for first, second in itertools.combinations(labels, 2))
    assert all("…" not in line for callout in top.callouts for line in callout.lines)
    for callout in top.callouts:
        start, end = line_ends(callout)
        assert callout.label.collidepoint(start)
        assert callout.part.collidepoint(end)


def test_help_lists_keys_on_its_second_page(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    pilot.press("f1")
    assert pilot.title == "Help"
    assert pilot.sees("Where to go")
    pilot.press("return")
    assert pilot.sees("choose")
    assert pilot.sees("screenshot")
    pilot.press("right")
    assert pilot.sees("Where to go")
    pilot.press("f1")
    assert pilot.title == "Title"


def test_help_on_a_question_explains_only_the_question(open_pilot: OpenPilot) -> None:
    scene, plan = SCREENS["question"]
    pilot = open_pilot(scene)
    pilot.play(plan)
    pilot.press("f1")
    assert pilot.sees("What is asked")
    assert not pilot.sees("Where to go")


def test_help_lists_each_key_once(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene, (1280, 720))
    pilot.press("f1", "return")
    texts = pilot.texts()
    help_texts = texts[texts.index("KEYS") : texts.index("what is on the screen")]
    assert help_texts.count("ENTER") == 2  # in the list, and in the footer below it
    assert help_texts.count("F11") == 1


def test_clicked_key_is_pressed(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    pilot.press("f1", "return")
    pilot.advance(0.1)
    pilot.click("choose")
    assert pilot.title == "Train"


def test_click_beside_the_keys_closes(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    pilot.press("f1", "return")
    pilot.click("on this screen")
    assert pilot.title == "Title"
