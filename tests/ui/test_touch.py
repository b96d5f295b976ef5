"""A finger taps and drags, and is not taken for a mouse."""

from __future__ import annotations

import os

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import pygame
import pytest
from pygame.event import Event

from tetris_arcade.ui.input import InputEvent, InputMapper


@pytest.fixture(autouse=True)
def _window() -> None:
    pygame.display.init()
    pygame.display.set_mode((800, 480))


def _touch(mapper: InputMapper, *places: tuple[int, int]) -> list[InputEvent]:
    """A finger comes down at the first place, goes through all, and is lifted at the last."""
    events = [Event(pygame.MOUSEBUTTONDOWN, button=1, pos=places[0], touch=True)]
    events += [Event(pygame.MOUSEMOTION, pos=place, rel=(0, 0), touch=True) for place in places[1:]]
    events.append(Event(pygame.MOUSEBUTTONUP, button=1, pos=places[-1], touch=True))
    return [found for event in events for found in mapper.read(event)]


def test_a_tap_counts_once_where_it_is_lifted_though_the_finger_trembles() -> None:
    assert _touch(InputMapper(), (100, 100), (103, 96), (101, 99)) == [
        InputEvent(position=(101, 99), clicked=True)
    ]


def test_a_drag_turns_lists_and_chooses_nothing() -> None:
    heard = _touch(InputMapper(), (100, 300), *[(100, y) for y in range(295, 199, -5)])
    assert [event.scroll for event in heard] == [-1] * 4
    heard = _touch(InputMapper(), (100, 200), (100, 275))
    assert [event.scroll for event in heard] == [3]


def test_a_finger_that_goes_away_and_comes_back_is_no_tap() -> None:
    heard = _touch(InputMapper(), (100, 100), (200, 100), (100, 100))
    assert heard == []


def test_a_finger_that_was_never_put_down_is_none() -> None:
    assert InputMapper().read(Event(pygame.MOUSEBUTTONUP, button=1, pos=(5, 5), touch=True)) == []


def test_a_mouse_counts_as_it_is_pressed() -> None:
    (found,) = InputMapper().read(Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(5, 5), touch=False))
    assert found == InputEvent(position=(5, 5), clicked=True)
