"""The title: its menu reaches every screen, and players play beside it until the screen is left."""

from __future__ import annotations

import numpy as np
import pygame
import pytest
from pygame import Rect

from tests.fakes import as_fake
from tests.pilot import OpenPilot, Pilot
from tests.sample_data import show_demo, show_training
from tetris_arcade.config.settings import DisplaySettings, Settings
from tetris_arcade.scenes.title import DESTINATIONS, TitleScene
from tetris_arcade.worker.shared.messages import PlayTask, TrainTask, WorkerState

SCREENS = [row.label for row in DESTINATIONS if row.label not in ("Back to training", "Quit")]


def started_players(pilot: Pilot) -> list[tuple[str, ...]]:
    """The players of each task that was started."""
    return [task.players for task in as_fake(pilot.app.context.player).started if isinstance(task, PlayTask)]


@pytest.mark.parametrize("size", [(800, 480), (1280, 720), (1920, 1080), (1080, 1920)])
@pytest.mark.parametrize("entry", SCREENS)
def test_entry_opens_screen_and_back_returns(
    size: tuple[int, int], entry: str, open_pilot: OpenPilot
) -> None:
    pilot = open_pilot(TitleScene, size)
    pilot.choose(entry)
    assert pilot.title != "Title"
    assert pilot.app.top.hints()
    assert len(np.unique(pygame.surfarray.array2d(pilot.app.display.surface))) >= 6
    pilot.press("escape")
    assert pilot.title == "Title"


@pytest.mark.parametrize("size", [(320, 240), (800, 480), (480, 800), (1080, 1920)])
@pytest.mark.parametrize("entry", SCREENS)
def test_finger_alone_reaches_every_screen(open_pilot: OpenPilot, size: tuple[int, int], entry: str) -> None:
    pilot = open_pilot(TitleScene, size)
    pilot.go_to(entry)  # small screens show a part of the menu
    pilot.tap(entry)
    assert pilot.title != "Title"
    pilot.advance(0.1)
    pilot.tap("ESC")
    assert pilot.title == "Title"


@pytest.mark.parametrize("reduced_motion", [False, True])
def test_light_crosses_the_logo(open_pilot: OpenPilot, reduced_motion: bool) -> None:
    pilot = open_pilot(TitleScene, settings=Settings(display=DisplaySettings(reduced_motion=reduced_motion)))

    def picture_at(seconds: float) -> bytes:
        pilot.advance(seconds - pilot.now)
        logo = Rect(200, 0, 400, 150)
        return pygame.image.tobytes(pilot.app.display.surface.subsurface(logo), "RGB")

    is_still = picture_at(0.5) == picture_at(2.0) == picture_at(4.0)
    assert is_still is reduced_motion


def test_chosen_entry_is_described(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene, (1920, 1080))
    for destination in DESTINATIONS:
        if destination.is_shown(pilot.app.context):
            pilot.go_to(destination.label)
            assert pilot.sees(str(destination.description))


def test_running_training_changes_the_first_entry(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene, (1920, 1080))
    show_training(pilot.app.context).start(TrainTask())
    pilot.advance(0.1)
    assert pilot.sees("187,408 moves practised")
    pilot.choose("Back to training")
    assert pilot.title == "Training"


def test_quit_ends_the_program(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    pilot.choose("Quit")
    assert pilot.app.has_ended


# --- Players beside the menu ---


def test_players_stop_when_the_title_is_left(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene, frame_seconds=0.1)
    pilot.advance(2.0)
    assert started_players(pilot) == [("champion", "bcts")]
    pilot.choose("Settings")
    assert pilot.app.context.player.state is WorkerState.STOPPED


def test_players_wait_for_those_of_another_screen(
    open_pilot: OpenPilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pilot = open_pilot(TitleScene, frame_seconds=0.1)
    player = as_fake(pilot.app.context.player)
    pilot.choose("Demo")
    show_demo(pilot.app.context)
    monkeypatch.setattr(player, "stop", lambda: None)  # it is slow to stop
    pilot.press("escape")
    pilot.advance(2.0)
    assert pilot.title == "Title"
    assert len(player.started) == 1
    assert not pilot.sees("champion")
    player.state = WorkerState.STOPPED
    pilot.advance(2.0)
    assert started_players(pilot)[1:] == [("champion", "bcts")]
    pilot.press("f1", "escape")
    pilot.advance(2.0)
    assert len(player.started) == 2


# --- Idle time ---


def test_idle_title_starts_the_attract_mode(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene, frame_seconds=5.0)
    pilot.advance(70.0)
    assert pilot.title == "Attract"


def test_screen_over_the_title_does_not_idle(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene, frame_seconds=10.0)
    pilot.choose("Settings")
    pilot.advance(200.0)
    assert pilot.title == "Settings"


def test_mouse_motion_is_not_idle(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene, frame_seconds=50.0)
    for y in range(4):
        motion = pygame.event.Event(pygame.MOUSEMOTION, pos=(5, y), rel=(1, 1), buttons=(0, 0, 0))
        pilot.send(motion)
    assert pilot.title == "Title"
