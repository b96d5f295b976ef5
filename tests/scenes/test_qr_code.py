"""A phone reads the address for browsers from the training and from a kiosk's attract pages."""

from __future__ import annotations

from dataclasses import replace

import cv2
import pygame
import pytest

from tests.pilot import OpenPilot, Pilot
from tests.sample_data import show_demo
from tests.screens import open_training
from tetris_arcade.config.settings import DisplaySettings, KioskSettings, Settings
from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context

ADDRESS = "http://192.168.178.23:8000/?token=Zk3vQ9_x-2LrTb8w"
SIZES = [(800, 480), (1280, 720), (1920, 1080), (1080, 1920)]


def _open_served_training(context: Context) -> Scene:
    context.watcher_url = ADDRESS
    return open_training(context)


def _open_kiosk(context: Context) -> Scene:
    context.watcher_url, context.is_kiosk = ADDRESS, True
    show_demo(context)
    return AttractScene(context)


def _read(pilot: Pilot) -> str:
    """What a phone reads on the screen; empty without a code."""
    surface = pilot.app.display.surface
    if surface.width < 1_000:
        surface = pygame.transform.scale_by(surface, 2)  # a camera has more pixels
    picture = pygame.surfarray.array3d(surface).swapaxes(0, 1)
    return str(cv2.QRCodeDetector().detectAndDecode(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))[0])


def _shown_text(pilot: Pilot) -> str:
    return "".join(pilot.texts())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text_size", [1.0, 1.5])
def test_training_shows_the_code_when_asked(
    open_pilot: OpenPilot, size: tuple[int, int], text_size: float
) -> None:
    settings = Settings(display=DisplaySettings(text_size=text_size, palette="mono"))
    pilot = open_pilot(_open_served_training, size, settings)
    assert _read(pilot) == ""
    pilot.press("q")
    assert _read(pilot) == ADDRESS
    assert ADDRESS in _shown_text(pilot)
    pilot.press("q")
    assert _read(pilot) == ""


def test_without_a_server_there_is_no_code_and_no_key(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(open_training, (1280, 720))
    pilot.press("q")
    assert _read(pilot) == ""
    pilot.press("f1", "return")
    assert not pilot.sees("watch in a browser")


def test_help_names_the_key(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(_open_served_training, (1280, 720))
    pilot.press("f1", "return")
    assert pilot.sees("watch in a browser")


@pytest.mark.parametrize("size", SIZES)
def test_kiosk_shows_the_code_on_every_page(open_pilot: OpenPilot, size: tuple[int, int]) -> None:
    settings = Settings(kiosk=KioskSettings(qr_code=True))
    pilot = open_pilot(_open_kiosk, size, settings, frame_seconds=0.5)
    for _ in range(4):
        assert _read(pilot) == ADDRESS
        pilot.advance(12.0)
    context = pilot.app.context
    context.settings = replace(context.settings, kiosk=KioskSettings())
    pilot.send()
    assert _read(pilot) == ""
