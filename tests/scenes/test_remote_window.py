"""The window shows what is started from elsewhere, and can be looked at from there."""

from __future__ import annotations

import pygame
import pytest

from tests.fakes import as_fake
from tests.pilot import OpenPilot, Pilot
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.remote_window import RemoteWindow, back_to_title
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.worker.shared.messages import PlayTask


@pytest.fixture
def pilot(open_pilot: OpenPilot) -> Pilot:
    return open_pilot(TitleScene)


@pytest.fixture
def turns() -> list[str]:
    return []


@pytest.fixture
def window(pilot: Pilot, turns: list[str]) -> RemoteWindow:
    app = pilot.app
    return RemoteWindow(
        app.context,
        app.display,
        app.apply,
        start_turn=lambda: turns.append("turn"),
        leave_demo=lambda: back_to_title(app.context),
    )


def test_demo_is_shown_whatever_is_open(pilot: Pilot, window: RemoteWindow, turns: list[str]) -> None:
    pilot.choose("Models")
    window.open_demo("stacker")
    pilot.advance(0.1)
    assert isinstance(pilot.app.top, DemoScene)
    task = as_fake(pilot.app.context.player).task
    assert isinstance(task, PlayTask)
    assert task.players == ("stacker",)
    assert turns == ["turn"]
    pilot.press("escape")
    assert pilot.title == "Title"


def test_closed_demo_plays_no_longer(pilot: Pilot, window: RemoteWindow) -> None:
    window.open_demo("champion")
    rests = as_fake(pilot.app.context.player).rests
    window.close_demo()
    assert pilot.title == "Title"
    assert as_fake(pilot.app.context.player).rests == rests + 1


def test_screenshot_is_the_picture_on_the_screen(pilot: Pilot, window: RemoteWindow) -> None:
    pilot.advance(0.5)
    surface = pilot.app.display.surface
    screenshot = window.take_screenshot()
    assert screenshot.size == surface.get_size()
    assert screenshot.pixels.map(read_only=True)[:] == pygame.image.tobytes(surface, "RGB")
    screenshot.pixels.close()
