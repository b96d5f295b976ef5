"""Hints name what is in use: keys, a gamepad's or a cabinet's buttons, or places to touch."""

from __future__ import annotations

import pygame
import pytest
from pygame.event import Event

from tetris_arcade.realtime.controls import Control
from tetris_arcade.services.key_hints import KeyHints
from tetris_arcade.ui.input import Action, InputMapper
from tetris_arcade.ui.widgets.footer import Hint

CHOOSE, MOVE = Hint("choose", Action.CONFIRM), Hint("move", Action.UP)
ROTATE = Hint("rotate", Control.ROTATE_LEFT, Control.ROTATE_RIGHT)
KEY = Event(pygame.KEYDOWN, key=pygame.K_p, unicode="p", mod=0)
STICK = Event(pygame.KEYDOWN, key=pygame.K_UP, unicode="", mod=0)
COIN = Event(pygame.KEYDOWN, key=pygame.K_5, unicode="", mod=0)
PAD = Event(pygame.CONTROLLERBUTTONDOWN, instance_id=3, button=0)
TOUCH = Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(5, 5), touch=True)
MOUSE = Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(5, 5), touch=False)


def _drawn(hints: KeyHints, hint: Hint) -> list[tuple[str, str]]:
    return [(key.label, key.shape) for key in hints.item(hint).keys]


@pytest.mark.parametrize(
    ("event", "device", "choose", "move", "rotate"),
    [
        (KEY, "keys", [("ENTER", "key")], [("↑", "key")], [("Z", "key"), ("↑", "key")]),
        (MOUSE, "pointer", [("ENTER", "key")], [("↑", "key")], [("Z", "key"), ("↑", "key")]),
        (PAD, "pad", [("A", "face")], [("↑", "pad")], [("B", "face"), ("A", "face")]),
        (COIN, "cabinet", [("1", "button")], [("↑", "stick")], [("1", "button"), ("2", "button")]),
        (TOUCH, "touch", [("✓", "touch")], [("▲", "touch")], [("tap", "touch")]),
    ],
)
def test_hints_show_the_device_used_last(
    event: Event,
    device: str,
    choose: list[tuple[str, str]],
    move: list[tuple[str, str]],
    rotate: list[tuple[str, str]],
) -> None:
    mapper = InputMapper(is_cabinet=True)
    hints = KeyHints(mapper)
    for used in (PAD, KEY, event):
        mapper.read(used)
    assert mapper.device == device
    assert [_drawn(hints, hint) for hint in (CHOOSE, MOVE, ROTATE)] == [choose, move, rotate]


def test_stick_of_a_cabinet_keeps_its_pictures_and_another_key_ends_them() -> None:
    mapper = InputMapper()
    for event, device in (
        (STICK, "keys"),
        (COIN, "keys"),
        (COIN, "cabinet"),
        (STICK, "cabinet"),
        (KEY, "keys"),
    ):
        mapper.read(event)
        mapper.read(Event(pygame.KEYUP, event.dict))
        mapper.due(0.0)
        assert mapper.device == device


def test_what_a_finger_cannot_do_is_not_shown() -> None:
    mapper = InputMapper()
    mapper.read(TOUCH)
    items = KeyHints(mapper).items([Hint("turn around", Control.ROTATE_HALF), CHOOSE])
    assert [item.description for item in items] == ["choose"]
