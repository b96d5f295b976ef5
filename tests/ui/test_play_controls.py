"""The keys and buttons of the game's controls: down and up at once, never lost, never anything else."""

from __future__ import annotations

import random

import pygame
import pytest
from pygame.event import Event

from tetris_arcade.realtime.controls import Control, PlayerControl
from tetris_arcade.ui.input import Action, InputMapper

_DOWN, _UP = pygame.KEYDOWN, pygame.KEYUP


def _mapper(**keys: tuple[str, ...]) -> InputMapper:
    mapper = InputMapper(keys)
    mapper.num_people = 1
    return mapper


def _key(kind: int, name: str) -> Event:
    return Event(kind, key=pygame.key.key_code(name), unicode=name if len(name) == 1 else "", mod=0)


def _changes(mapper: InputMapper, *events: Event) -> list[tuple[Control, bool]]:
    inputs = [event for raw in events for event in mapper.read(raw)]
    return [(event.control, event.is_down) for event in inputs if event.control is not None]


@pytest.fixture(autouse=True)
def _display() -> None:
    pygame.display.init()


def test_a_key_counts_when_it_goes_down_and_when_it_goes_up() -> None:
    mapper = _mapper()
    assert _changes(mapper, _key(_DOWN, "left")) == [(Control.MOVE_LEFT, True)]
    assert _changes(mapper, _key(_DOWN, "left")) == []
    assert _changes(mapper, _key(_UP, "left")) == [(Control.MOVE_LEFT, False)]


def test_keys_of_the_game_do_nothing_else_while_it_is_played() -> None:
    mapper = _mapper()
    for name in ("space", "x", "z", "c", "left", "down"):
        actions = [event.action for kind in (_DOWN, _UP) for event in mapper.read(_key(kind, name))]
        assert actions == [None, None], name
    assert mapper.due(0.0) == []
    mapper.num_people = 0
    mapper.read(_key(_DOWN, "x"))
    mapper.read(_key(_UP, "x"))
    assert [event.action for event in mapper.due(1.0)] == [Action.STOP]


def test_other_keys_do_what_they_always_do() -> None:
    mapper = _mapper()
    mapper.read(_key(_DOWN, "left"))
    mapper.read(_key(_DOWN, "p"))
    mapper.read(_key(_UP, "p"))
    assert [event.action for event in mapper.due(0.0)] == [Action.PAUSE]


def test_a_control_is_down_while_any_of_its_keys_is() -> None:
    mapper = _mapper()
    events = [_key(_DOWN, "up"), _key(_DOWN, "x"), _key(_UP, "up"), _key(_UP, "x")]
    assert _changes(mapper, *events) == [(Control.ROTATE_RIGHT, True), (Control.ROTATE_RIGHT, False)]


def test_controls_can_be_mapped() -> None:
    mapper = _mapper(move_left=("j",), hold=("left",))
    assert _changes(mapper, _key(_DOWN, "j")) == [(Control.MOVE_LEFT, True)]
    assert _changes(mapper, _key(_DOWN, "left")) == [(Control.HOLD, True)]
    assert mapper.get_control_keys(Control.MOVE_LEFT) == ("j",)


def test_all_is_released_when_the_focus_goes() -> None:
    mapper = _mapper()
    mapper.read(_key(_DOWN, "left"))
    mapper.read(_key(_DOWN, "down"))
    released = _changes(mapper, Event(pygame.WINDOWFOCUSLOST))
    assert released == [(Control.MOVE_LEFT, False), (Control.SOFT_DROP, False)]


def test_the_buttons_of_a_gamepad() -> None:
    mapper = _mapper()
    button = {"instance_id": 4, "button": 0}
    assert _changes(mapper, Event(pygame.CONTROLLERBUTTONDOWN, button)) == [(Control.ROTATE_RIGHT, True)]
    assert _changes(mapper, Event(pygame.CONTROLLERBUTTONUP, button)) == [(Control.ROTATE_RIGHT, False)]


def test_hats_and_sticks_are_held() -> None:
    mapper = _mapper()
    hat = {"instance_id": 4, "hat": 0}
    assert _changes(mapper, Event(pygame.JOYHATMOTION, hat | {"value": (-1, 0)})) == [
        (Control.MOVE_LEFT, True)
    ]
    rolled = _changes(mapper, Event(pygame.JOYHATMOTION, hat | {"value": (-1, -1)}))
    assert rolled == [(Control.SOFT_DROP, True)]
    released = _changes(mapper, Event(pygame.JOYHATMOTION, hat | {"value": (0, 0)}))
    assert released == [(Control.MOVE_LEFT, False), (Control.SOFT_DROP, False)]
    axis = {"instance_id": 4, "axis": 0}
    mapper.read(Event(pygame.JOYAXISMOTION, axis | {"value": 0.0}))
    assert _changes(mapper, Event(pygame.JOYAXISMOTION, axis | {"value": 0.9})) == [
        (Control.MOVE_RIGHT, True)
    ]
    assert _changes(mapper, Event(pygame.JOYAXISMOTION, axis | {"value": 0.1})) == [
        (Control.MOVE_RIGHT, False)
    ]


def test_a_pad_does_not_repeat_its_directions_while_a_game_is_played() -> None:
    mapper = _mapper()
    events = mapper.read(Event(pygame.CONTROLLERBUTTONDOWN, instance_id=4, button=13))
    assert [event.control for event in events] == [Control.MOVE_LEFT]
    assert [mapper.due(now / 10) for now in range(20)] == [[]] * 20


def test_of_many_random_events_the_state_is_right() -> None:
    mapper, rng = _mapper(), random.Random(3)
    names = ("left", "right", "down", "space", "up", "x", "z", "a", "c")
    held: set[str] = set()
    down: set[Control] = set()
    for _ in range(5_000):
        name = rng.choice(names)
        kind = _UP if name in held else _DOWN
        held ^= {name}
        for control, is_down in _changes(mapper, _key(kind, name)):
            assert is_down == (control not in down)
            down ^= {control}
        assert down == {c for c in Control if held & set(mapper.get_control_keys(c))}


# --- Two people ---


def _of_two(mapper: InputMapper, *events: Event) -> list[tuple[int, Control, bool]]:
    inputs = [event for raw in events for event in mapper.read(raw)]
    return [(event.player, event.control, event.is_down) for event in inputs if event.control is not None]


def _mapper_of_two(**keys: tuple[str, ...]) -> InputMapper:
    mapper = InputMapper(keys)
    mapper.num_people = 2
    return mapper


@pytest.mark.parametrize("is_cabinet", [False, True])
def test_the_keys_of_two_people_do_not_collide(is_cabinet: bool) -> None:
    mapper = InputMapper(is_cabinet=is_cabinet)
    keys = [
        [key for control in Control for key in mapper.get_control_keys(PlayerControl(player, control))]
        for player in (0, 1)
    ]
    assert all(len(names) == len(set(names)) >= len(Control) for names in keys)
    assert not set(keys[0]) & set(keys[1])
    assert not {"p", "n", "escape", "f1"} & {*keys[0], *keys[1]}
    assert all(pygame.key.key_code(name) for names in keys for name in names)


def test_two_people_on_one_keyboard() -> None:
    mapper = _mapper_of_two()
    events = [_key(_DOWN, "a"), _key(_DOWN, "left"), _key(_UP, "a"), _key(_UP, "left")]
    left = Control.MOVE_LEFT
    assert _of_two(mapper, *events) == [(0, left, True), (1, left, True), (0, left, False), (1, left, False)]


def test_a_key_that_is_given_to_one_is_taken_from_the_other() -> None:
    mapper = _mapper_of_two(player_1_hold=("left",))
    assert _of_two(mapper, _key(_DOWN, "left")) == [(0, Control.HOLD, True)]
    assert mapper.get_control_keys(PlayerControl(1, Control.MOVE_LEFT)) == ()


def test_a_cabinet_is_known_by_its_start_button() -> None:
    mapper = _mapper_of_two()
    for kind in (_DOWN, _UP):
        mapper.read(Event(kind, key=pygame.K_1, unicode="", mod=0))
    mapper.due(0.0)
    assert mapper.get_control_keys(PlayerControl(1, Control.MOVE_LEFT)) == ("d",)
