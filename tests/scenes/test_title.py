"""The title: its menu reaches every screen, and stored games are played beside it."""

from __future__ import annotations

import numpy as np
import pygame
import pytest
from pygame import Rect

from tests.fakes import as_fake
from tests.pilot import OpenPilot
from tests.sample_data import show_training
from tetris_arcade.config.settings import DisplaySettings, Settings
from tetris_arcade.scenes.title import DESTINATIONS, TitleScene
from tetris_arcade.worker.shared.messages import TrainTask, WorkerState

SCREENS = [row.label for row in DESTINATIONS if row.label not in ("Back to training", "Quit")]


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
    pilot.tap("back")
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


# --- Games beside the menu, and the process behind it ---


def test_games_are_shown_at_once_and_at_every_return(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    for _ in range(2):
        assert pilot.sees("champion")
        assert pilot.sees("bcts")
        boards = [game.view for game in pilot.app.top._games]  # type: ignore[attr-defined]
        assert all(board.cells.any() and not board.is_empty for board in boards)
        pilot.choose("Demo")
        pilot.press("escape")
        assert pilot.title == "Title"


def test_process_waits_for_the_next_screen(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene, frame_seconds=0.1)
    player = as_fake(pilot.app.context.player)
    pilot.advance(3.0)
    assert (player.preparations, player.started) == (1, [])
    pilot.choose("Demo")
    pilot.press("escape")
    assert (player.rests, player.stops) == (1, 0)
    pilot.advance(3.0)
    assert player.preparations == 2


def test_learner_is_shown_while_it_trains(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene, (1920, 1080))
    trainer = show_training(pilot.app.context)
    trainer.start(TrainTask())
    pilot.advance(0.1)
    assert pilot.sees("learning now")
    assert pilot.sees("champion")
    trainer.is_paused = True
    pilot.advance(0.1)
    assert pilot.sees("training paused")
    trainer.is_paused, trainer.state = False, WorkerState.STOPPING
    pilot.advance(0.1)
    assert not pilot.sees("learning now")
    assert pilot.sees("bcts")


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
