"""Toasts are readable, stay long enough, and do not fill the screen."""

from __future__ import annotations

from pygame import Rect, Surface

from tests.recording_canvas import RecordingCanvas
from tetris_arcade.ui.canvas import SurfaceCache
from tetris_arcade.ui.theme import COLOUR_SAFE
from tetris_arcade.ui.widgets.toast import Toasts


def test_long_name_is_shown_whole() -> None:
    screen = RecordingCanvas(Surface((320, 240)), COLOUR_SAFE, SurfaceCache(), 1.5)
    toasts = Toasts()
    toasts.add("imported as a-very-long-name-that-does-not-end-here-and-not-here_either", "success")
    toasts.draw(screen)
    assert len(screen.places) > 1
    assert screen.cut == []


def test_toast_disappears_after_some_seconds() -> None:
    toasts = Toasts()
    toasts.add("saved", "success")
    toasts.update(100.0)
    toasts.update(102.0)
    assert toasts.texts == ["saved"]
    toasts.update(110.0)
    assert toasts.texts == []


def test_repeated_and_many_messages_are_limited() -> None:
    toasts = Toasts()
    for text in ("a", "b", "a", "c", "d", "e"):
        toasts.add(text, "info")
    assert toasts.texts == ["a", "c", "d", "e"]


def test_toast_avoids_kept_areas() -> None:
    screen = RecordingCanvas(Surface((320, 240)), COLOUR_SAFE, SurfaceCache())
    name = Rect(0, 200, 320, 40)
    screen.avoid_toasts(name)
    toasts = Toasts()
    toasts.add("saved", "success")
    toasts.draw(screen)
    ((_, place),) = screen.places
    assert place.bottom <= name.top
