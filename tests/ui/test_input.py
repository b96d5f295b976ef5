"""The actions of keys, pointers and gamepads."""

from __future__ import annotations

import os

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import pygame
import pytest
from pygame.event import Event

from tetris_arcade.ui.input import DEFAULT_KEYS, Action, InputEvent, InputMapper


@pytest.fixture(autouse=True)
def _video() -> None:
    pygame.display.init()


def _press(mapper: InputMapper, name: str, text: str = "") -> list[InputEvent]:
    """Press and release a key, and let a moment pass."""
    key = pygame.key.key_code(name)
    events = [Event(kind, key=key, unicode=text, mod=0) for kind in (pygame.KEYDOWN, pygame.KEYUP)]
    inputs = [found for event in events for found in mapper.read(event)]
    return inputs + mapper.due(0.0) + mapper.due(1.0)


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
    ],
)
def test_documented_and_cabinet_keys(name: str, text: str, action: Action) -> None:
    (event,) = _press(InputMapper(), name, text)
    assert event.action is action


MODIFIERS = [f"{side} {kind}" for side in ("left", "right") for kind in ("ctrl", "alt", "meta", "shift")]


@pytest.mark.parametrize("name", MODIFIERS)
def test_modifier_alone_does_nothing(name: str) -> None:
    """It belongs to combinations; sticky keys have it pressed and released alone."""
    mapper = InputMapper()
    assert [event.action for _ in range(3) for event in _press(mapper, name)] == [None] * 3


@pytest.mark.parametrize("key", ["1", "5"])
def test_start_or_coin_makes_modifiers_a_cabinets_buttons(key: str) -> None:
    mapper = InputMapper()
    assert _press(mapper, key, key)[0].action is Action.CONFIRM
    assert _press(mapper, "left ctrl")[0].action is Action.CONFIRM
    assert _press(mapper, "left alt")[0].action is Action.BACK
    assert "left ctrl" in mapper.get_keys(Action.CONFIRM)


def test_typed_digit_makes_no_cabinet() -> None:
    mapper = InputMapper()
    mapper.read(Event(pygame.KEYDOWN, key=pygame.K_1, unicode="1", mod=0), is_typing=True)
    assert _press(mapper, "left ctrl")[0].action is None


def test_modifier_that_a_user_has_chosen_counts() -> None:
    mapper = InputMapper({"confirm": ("right ctrl",)})
    assert _press(mapper, "right ctrl")[0].action is Action.CONFIRM


def test_key_of_another_action_leaves_its_first() -> None:
    mapper = InputMapper({"stop": ("p",)})
    assert _press(mapper, "p", "p")[0].action is Action.STOP
    assert mapper.get_keys(Action.PAUSE) == ("space",)


def test_custom_key_replaces_default_ones() -> None:
    mapper = InputMapper({"pause": ("q",), "nonsense": ("w",)})
    assert _press(mapper, "q", "q")[0].action is Action.PAUSE
    assert _press(mapper, "p", "p")[0].action is None
    assert mapper.get_keys(Action.PAUSE) == ("q",)


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


def test_joystick_buttons_stick_and_hat() -> None:
    mapper = InputMapper(pad={"pause": ("x",)})
    press = Event(pygame.JOYBUTTONDOWN, instance_id=7, button=0)
    assert mapper.read(press)[0].action is Action.CONFIRM
    assert mapper.read(Event(pygame.JOYBUTTONDOWN, instance_id=7, button=2))[0].action is Action.PAUSE
    tilts = [0.0, 0.7, 0.9, 0.1, -0.8]
    inputs = [mapper.read(Event(pygame.JOYAXISMOTION, instance_id=7, axis=1, value=value)) for value in tilts]
    assert [events[0].action if events else None for events in inputs] == [
        None,
        Action.DOWN,
        None,
        None,
        Action.UP,
    ]
    (hat,) = mapper.read(Event(pygame.JOYHATMOTION, instance_id=7, hat=0, value=(-1, 0)))
    assert hat.action is Action.LEFT


def test_trembling_stick_counts_once() -> None:
    mapper = InputMapper()
    tilts = [0.0, 0.51, 0.49, 0.51, 0.49, 0.51]
    inputs = [mapper.read(Event(pygame.JOYAXISMOTION, instance_id=7, axis=0, value=value)) for value in tilts]
    assert [len(events) for events in inputs] == [0, 1, 0, 0, 0, 0]


def test_unplugged_pad_is_forgotten() -> None:
    def tilt() -> list[InputEvent]:
        values = (0.0, 1.0)
        events = [Event(pygame.JOYAXISMOTION, instance_id=7, axis=0, value=value) for value in values]
        return [found for event in events for found in mapper.read(event)]

    mapper = InputMapper()
    assert [found.action for found in tilt()] == [Action.RIGHT]
    assert mapper.read(Event(pygame.JOYDEVICEREMOVED, instance_id=7)) == []
    assert [found.action for found in tilt()] == [Action.RIGHT]


def test_every_action_has_a_pad_button() -> None:
    mapper = InputMapper()
    assert all(mapper.get_buttons(action) for action in Action)


def test_held_trigger_gives_second_meaning() -> None:
    mapper = InputMapper()
    trigger, stop = 4, 1
    mapper.read(Event(pygame.CONTROLLERAXISMOTION, instance_id=7, axis=trigger, value=30_000))
    (event,) = mapper.read(Event(pygame.CONTROLLERBUTTONDOWN, instance_id=7, button=stop))
    assert (event.action, event.pad_button) == (Action.STOP, "left trigger+b")
    mapper.read(Event(pygame.CONTROLLERAXISMOTION, instance_id=7, axis=trigger, value=0))
    (event,) = mapper.read(Event(pygame.CONTROLLERBUTTONDOWN, instance_id=7, button=stop))
    assert event.action is Action.BACK


def test_held_direction_repeats_until_released() -> None:
    mapper = InputMapper()
    down = 12
    mapper.read(Event(pygame.CONTROLLERBUTTONDOWN, instance_id=7, button=down))
    inputs = [mapper.due(now) for now in (0.0, 0.2, 0.4, 0.41, 0.5)]
    assert [len(events) for events in inputs] == [0, 0, 1, 0, 1]
    assert inputs[2][0].action is Action.DOWN
    assert inputs[2][0].repeated
    mapper.read(Event(pygame.CONTROLLERBUTTONUP, instance_id=7, button=down))
    assert mapper.due(9.0) == []


def test_last_used_device_is_known() -> None:
    mapper = InputMapper()
    mapper.read(Event(pygame.JOYBUTTONDOWN, instance_id=7, button=0))
    assert mapper.device == "pad"
    _press(mapper, "p", "p")
    assert mapper.device == "keys"


def test_gamepad_counts_only_with_the_focus() -> None:
    mapper = InputMapper()
    press = Event(pygame.JOYBUTTONDOWN, instance_id=7, button=0)
    mapper.read(Event(pygame.WINDOWFOCUSLOST))
    assert mapper.read(press) == []
    mapper.read(Event(pygame.WINDOWFOCUSGAINED))
    assert mapper.read(press)[0].action is Action.CONFIRM
