"""What a finger does in a game."""

from __future__ import annotations

import pygame
import pytest
from pygame.event import Event

from tetris_arcade.realtime.controls import Control
from tetris_arcade.ui.gestures import GestureReader


class _Finger:
    """Moves on a window of 400 x 400 pixels, where a step is 22 pixels, at times that it is told."""

    def __init__(self) -> None:
        self.now = 0.0
        self.reader = GestureReader(lambda: self.now)
        self.controls: list[Control] = []

    def _send(self, kind: int, x: int, y: int) -> None:
        self.controls += self.reader.read(Event(kind, pos=(x, y), touch=True))

    def move(self, *points: tuple[int, int], seconds: float) -> list[Control]:
        """Touch at the first point, move over the others in equal times, and lift."""
        self._send(pygame.MOUSEBUTTONDOWN, *points[0])
        for point in points[1:]:
            self.now += seconds / len(points[1:])
            self._send(pygame.MOUSEMOTION, *point)
        self._send(pygame.MOUSEBUTTONUP, *points[-1])
        return self.controls


@pytest.fixture
def finger() -> _Finger:
    pygame.display.set_mode((400, 400))
    return _Finger()


def test_a_drag_to_the_side_moves_by_steps(finger: _Finger) -> None:
    moves = finger.move((100, 100), (150, 100), (190, 100), (100, 100), seconds=1.0)
    assert moves == [Control.MOVE_RIGHT] * 4 + [Control.MOVE_LEFT] * 4


def test_a_flick_down_drops(finger: _Finger) -> None:
    assert finger.move((100, 100), (102, 150), (103, 200), seconds=0.1) == [Control.HARD_DROP]


def test_a_flick_up_holds(finger: _Finger) -> None:
    assert finger.move((100, 200), (102, 150), (103, 100), seconds=0.1) == [Control.HOLD]


def test_a_slow_drag_down_lets_the_piece_fall(finger: _Finger) -> None:
    controls = finger.move((100, 100), (100, 101), (100, 130), (100, 170), seconds=1.5)
    assert controls == [Control.SOFT_DROP] * 3


def test_a_tap_is_no_gesture(finger: _Finger) -> None:
    assert finger.move((100, 100), (102, 101), seconds=0.05) == []
