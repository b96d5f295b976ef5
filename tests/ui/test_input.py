"""What keys, pointers and pads mean."""

from __future__ import annotations

import os

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import pygame
import pytest
from pygame.event import Event

from tetris_arcade.ui.input import DEFAULT_KEYS, Action, InputMapper


@pytest.fixture(autouse=True)
def _video() -> None:
    pygame.display.init()


def _key(name: str, text: str = "", mod: int = 0, repeat: bool = False) -> Event:
    return Event(pygame.KEYDOWN, key=pygame.key.key_code(name), unicode=text, mod=mod, repeat=repeat)


@pytest.mark.parametrize(
    ("name", "text", "action"),
    [
        ("p", "p", Action.PAUSE),
        ("space", " ", Action.PAUSE),
        (".", ".", Action.STEP),
        ("=", "+", Action.FASTER),
        ("-", "-", Action.SLOWER),
        ("v", "v", Action.VISUALS),
        ("h", "h", Action.VALUES),
        ("s", "s", Action.SAVE),
        ("g", "g", Action.GRAPH_PAGE),
        ("m", "m", Action.MUTE),
        ("f11", "", Action.FULL_SCREEN),
        ("f12", "", Action.SCREENSHOT),
        ("f1", "", Action.HELP),
        ("/", "?", Action.HELP),
        ("5", "5", Action.CONFIRM),
        ("1", "1", Action.CONFIRM),
        ("left ctrl", "", Action.CONFIRM),
        ("left alt", "", Action.BACK),
    ],
)
def test_the_contracts_and_a_cabinets_keys(name: str, text: str, action: Action) -> None:
    (event,) = InputMapper().read(_key(name, text))
    assert event.action is action


def test_alt_enter_is_full_screen_and_enter_alone_confirms() -> None:
    mapper = InputMapper()
    assert mapper.read(_key("return", "\r", pygame.KMOD_LALT))[0].action is Action.FULL_SCREEN
    assert mapper.read(_key("return", "\r"))[0].action is Action.CONFIRM


def test_a_mapped_key_takes_the_place_of_the_usual_ones() -> None:
    mapper = InputMapper({"pause": ("q",), "nonsense": ("w",)})
    assert mapper.read(_key("q", "q"))[0].action is Action.PAUSE
    assert mapper.read(_key("p", "p"))[0].action is None
    assert mapper.keys_of(Action.PAUSE) == ("q",)


def test_every_action_has_a_key() -> None:
    assert set(DEFAULT_KEYS) == set(Action)


def test_pointer_wheel_and_dropped_files() -> None:
    mapper = InputMapper()
    (click,) = mapper.read(Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(3, 4)))
    assert (click.position, click.clicked) == ((3, 4), True)
    (wheel,) = mapper.read(Event(pygame.MOUSEWHEEL, y=-2, x=0))
    assert wheel.scroll == -2
    (drop,) = mapper.read(Event(pygame.DROPFILE, file="model.zip"))
    assert drop.dropped_file == "model.zip"


def test_a_plain_pad_speaks_in_actions_and_a_stick_counts_once() -> None:
    mapper = InputMapper(pad={"pause": ("x",)})
    press = Event(pygame.JOYBUTTONDOWN, instance_id=7, button=0)
    assert mapper.read(press)[0].action is Action.CONFIRM
    assert mapper.read(Event(pygame.JOYBUTTONDOWN, instance_id=7, button=2))[0].action is Action.PAUSE
    tilts = [0.2, 0.7, 0.9, 0.1, -0.8]
    heard = [mapper.read(Event(pygame.JOYAXISMOTION, instance_id=7, axis=1, value=value)) for value in tilts]
    assert [events[0].action if events else None for events in heard] == [
        None,
        Action.DOWN,
        None,
        None,
        Action.UP,
    ]
    (hat,) = mapper.read(Event(pygame.JOYHATMOTION, instance_id=7, hat=0, value=(-1, 0)))
    assert hat.action is Action.LEFT


def test_a_pad_that_vanishes_is_forgotten() -> None:
    mapper = InputMapper()
    mapper.read(Event(pygame.JOYAXISMOTION, instance_id=7, axis=0, value=1.0))
    assert mapper.read(Event(pygame.JOYDEVICEREMOVED, instance_id=7)) == []
    assert (
        mapper.read(Event(pygame.JOYAXISMOTION, instance_id=7, axis=0, value=1.0))[0].action is Action.RIGHT
    )
