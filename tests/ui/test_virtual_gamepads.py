"""Gamepads as SDL reports them: its virtual devices are plugged in, pressed and unplugged."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path

import psutil
import pygame
import pytest

from tests.hidden_app import open_hidden
from tetris_arcade.app import App
from tetris_arcade.realtime.modes import ATTACK, MARATHON
from tetris_arcade.scenes.play.person_scene import COUNTDOWN_SECONDS
from tetris_arcade.scenes.play.solo import SoloScene
from tetris_arcade.scenes.play.two_people import TwoPeopleScene
from tetris_arcade.scenes.settings.scene import SettingsScene
from tetris_arcade.ui.gamepads import GamepadReader, PadPress

UNKNOWN, GAME_PAD = 0, 1
AXES, BUTTONS, HATS = 6, 15, 1
NAMES = ("a", "b", "x", "y", "back", "guide", "start", "left stick", "right stick", "left shoulder",
         "right shoulder", "up", "down", "left", "right")  # fmt: skip
LEFT_TRIGGER = 4


class VirtualPad:
    """A virtual device that SDL treats like a real one."""

    def __init__(self, sdl: ctypes.CDLL, kind: int = GAME_PAD) -> None:
        self._sdl = sdl
        index = sdl.SDL_JoystickAttachVirtual(kind, AXES, BUTTONS, HATS)
        if index < 0:
            pytest.skip("this SDL has no virtual pads")
        self._instance = sdl.SDL_JoystickGetDeviceInstanceID(index)

    def press(self, button: int, is_down: bool = True) -> None:
        """Press or release a button of the opened pad."""
        self._sdl.SDL_JoystickSetVirtualButton(self._opened(), button, is_down)
        self._sdl.SDL_JoystickUpdate()

    def tilt(self, axis: int, value: int) -> None:
        """Move a stick or a trigger of the opened pad, -32768..32767."""
        self._sdl.SDL_JoystickSetVirtualAxis(self._opened(), axis, value)
        self._sdl.SDL_JoystickUpdate()

    def unplug(self) -> None:
        """Unplug the device."""
        for index in range(self._sdl.SDL_NumJoysticks()):
            if self._sdl.SDL_JoystickGetDeviceInstanceID(index) == self._instance:
                self._sdl.SDL_JoystickDetachVirtual(index)
                return

    @property
    def is_open(self) -> bool:
        """Whether the program has opened the device."""
        return bool(self._sdl.SDL_JoystickFromInstanceID(self._instance))

    def _opened(self) -> int:
        assert self.is_open
        return int(self._sdl.SDL_JoystickFromInstanceID(self._instance))


@pytest.fixture
def sdl() -> ctypes.CDLL:
    bundled = sorted(Path(pygame.__file__).parents[1].glob("pygame_ce.libs/libSDL2-2*"))
    if not bundled:
        pytest.skip("pygame has no bundled SDL here")
    library = ctypes.CDLL(str(bundled[0]))
    library.SDL_JoystickFromInstanceID.restype = ctypes.c_void_p
    library.SDL_JoystickSetVirtualButton.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_uint8]
    library.SDL_JoystickSetVirtualAxis.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int16]
    return library


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    app = open_hidden(tmp_path, (800, 480), SettingsScene)
    pygame.joystick.init()
    pygame.event.clear()
    yield app
    app.close()


def read_all(reader: GamepadReader) -> list[PadPress]:
    return [press for event in pygame.event.get() for press in reader.read(event)]


def test_each_press_counts_once_as_its_button(app: App, sdl: ctypes.CDLL) -> None:
    pad, reader = VirtualPad(sdl), GamepadReader()
    assert read_all(reader) == []
    for button, name in enumerate(NAMES):
        if name == "guide":
            continue  # SDL reports its release a quarter of a second late
        pad.press(button)
        assert [name for _, name, _ in read_all(reader)] == [name]
        assert reader.held_buttons == {name}
        pad.press(button, is_down=False)
        assert read_all(reader) == []
    pad.unplug()


def test_held_trigger_gives_second_meaning(app: App, sdl: ctypes.CDLL) -> None:
    pad, reader = VirtualPad(sdl), GamepadReader()
    read_all(reader)
    pad.tilt(LEFT_TRIGGER, 32_767)
    pad.press(NAMES.index("a"))
    assert read_all(reader) == [("save", "left trigger+a", False)]
    pad.tilt(LEFT_TRIGGER, -32_768)
    pad.press(NAMES.index("a"), is_down=False)
    pad.press(NAMES.index("a"))
    assert read_all(reader) == [("confirm", "a", False)]
    pad.unplug()


def test_stick_counts_once_per_tilt(app: App, sdl: ctypes.CDLL) -> None:
    pad, reader = VirtualPad(sdl), GamepadReader()
    read_all(reader)
    presses = []
    for value in (9_000, 20_000, 32_767, 14_000, 20_000, 0, -20_000):
        pad.tilt(0, value)
        presses += [name for _, name, _ in read_all(reader)]
    assert presses == ["right", "left"]
    pad.unplug()


@pytest.mark.parametrize("kind", [GAME_PAD, UNKNOWN])
def test_pad_plugged_often_leaves_nothing(app: App, sdl: ctypes.CDLL, kind: int) -> None:
    def plug_and_unplug(times: int) -> None:
        for moment in range(times):
            pad = VirtualPad(sdl, kind)
            app.frame(pygame.event.get(), moment / 60, 1 / 60)
            pad.press(NAMES.index("down"))
            app.frame(pygame.event.get(), moment / 60, 1 / 60)
            pad.unplug()
            app.frame(pygame.event.get(), moment / 60, 1 / 60)
            assert not pad.is_open

    process = psutil.Process()
    before = process.num_fds() + process.num_threads()
    plug_and_unplug(200 if kind == GAME_PAD else 50)
    assert process.num_fds() + process.num_threads() < before + 10  # the music is still being composed
    assert isinstance(app.top, SettingsScene)
    assert pygame.joystick.get_count() == 0


def test_a_game_is_played_by_a_pad_alone(sdl: ctypes.CDLL, tmp_path: Path) -> None:
    app = open_hidden(tmp_path, (800, 480), lambda context: SoloScene(context, MARATHON, make_seed=lambda: 7))
    try:
        pad, now = VirtualPad(sdl), 0.0

        def frames(seconds: float) -> None:
            nonlocal now
            end = now + seconds
            while now < end:
                now += 1 / 60
                app.frame(pygame.event.get(), now, 1 / 60)

        def press(name: str) -> None:
            for is_down in (True, False):
                pad.press(NAMES.index(name), is_down)
                frames(0.0)
                frames(1 / 60)

        frames(COUNTDOWN_SECONDS + 0.2)
        scene = app.top
        assert isinstance(scene, SoloScene)
        piece = scene.game.piece
        assert piece is not None
        press("left")
        press("a")
        assert scene.game.piece is not None
        assert scene.game.piece.rotation == 1
        assert scene.game.piece.col < piece.col
        press("up")
        assert scene.game.tally.pieces == 1
        press("y")
        assert scene.game.held_piece is not None
        pad.tilt(0, 32_767)
        frames(0.6)
        pad.tilt(0, 0)
        frames(0.1)
        assert max(col for _, col in scene.game.piece.cells) == 9
        press("start")
        frames(0.1)
        assert app.top.title == "Paused"
        press("a")
        frames(0.1)
        assert app.top is scene
        pad.unplug()
        frames(0.1)
    finally:
        app.close()


def test_two_people_play_with_a_pad_each(sdl: ctypes.CDLL, tmp_path: Path) -> None:
    app = open_hidden(tmp_path, (800, 480), lambda context: TwoPeopleScene(context, ATTACK))
    try:
        pads, now = (VirtualPad(sdl), VirtualPad(sdl)), 0.0
        while now < COUNTDOWN_SECONDS + 0.2:
            now += 1 / 60
            app.frame(pygame.event.get(), now, 1 / 60)
        scene = app.top
        assert isinstance(scene, TwoPeopleScene)

        def press(pad: VirtualPad, name: str) -> None:
            nonlocal now
            for is_down in (True, False):
                pad.press(NAMES.index(name), is_down)
                now += 1 / 60
                app.frame(pygame.event.get(), now, 1 / 60)

        for pad, pieces in ((pads[0], (1, 0)), (pads[1], (1, 1)), (pads[1], (1, 2))):
            press(pad, "up")
            assert scene.pieces == pieces
        press(pads[0], "y")
        assert [person.game.held_piece is None for person in scene._people] == [False, True]
        press(pads[1], "start")
        now += 0.1
        app.frame(pygame.event.get(), now, 1 / 60)
        assert app.top.title == "Paused"
    finally:
        app.close()
