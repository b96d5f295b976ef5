"""Taps and drags of a finger, as opposed to a mouse."""

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
    """Touch the first place, drag through all, and lift the finger at the last."""
    events = [Event(pygame.MOUSEBUTTONDOWN, button=1, pos=places[0], touch=True)]
    events += [Event(pygame.MOUSEMOTION, pos=place, rel=(0, 0), touch=True) for place in places[1:]]
    events.append(Event(pygame.MOUSEBUTTONUP, button=1, pos=places[-1], touch=True))
    return [found for event in events for found in mapper.read(event)]


def test_tap_counts_once_where_it_is_lifted() -> None:
    assert _touch(InputMapper(), (100, 100), (103, 96), (101, 99)) == [
        InputEvent(position=(101, 99), clicked=True)
    ]


def test_drag_scrolls_and_chooses_nothing() -> None:
    events = _touch(InputMapper(), (100, 300), *[(100, y) for y in range(295, 199, -5)])
    assert [event.scroll for event in events] == [-1] * 4
    events = _touch(InputMapper(), (100, 200), (100, 275))
    assert [event.scroll for event in events] == [3]


def test_finger_that_moved_and_returned_is_no_tap() -> None:
    events = _touch(InputMapper(), (100, 100), (200, 100), (100, 100))
    assert events == []


def test_release_without_contact_is_ignored() -> None:
    assert InputMapper().read(Event(pygame.MOUSEBUTTONUP, button=1, pos=(5, 5), touch=True)) == []


def test_mouse_click_counts_when_pressed() -> None:
    (found,) = InputMapper().read(Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(5, 5), touch=False))
    assert found == InputEvent(position=(5, 5), clicked=True)
