"""The letter wheel turns in both directions, and its letters can be tapped."""

from __future__ import annotations

from pygame import Rect

from tests.ui.widgets.board_fixtures import canvas
from tetris_arcade.ui.widgets.letter_wheel import LetterWheel


def test_wheel_wraps_around() -> None:
    wheel = LetterWheel()
    wheel.turn(-1)
    assert wheel.char == LetterWheel.DONE
    wheel.turn(2)
    assert wheel.char == "b"


def test_tap_chooses_a_letter() -> None:
    wheel, screen = LetterWheel(), canvas((640, 360))
    wheel.draw(screen, Rect(20, 20, 300, 60))
    place = next(rect for rect, index in wheel._places if index == 3)
    assert wheel.click(place.center) == "d"
    assert wheel.char == "d"
    assert wheel.click((1, 1)) == ""
