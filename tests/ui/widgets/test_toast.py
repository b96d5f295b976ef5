"""Toasts are readable, stay long enough, and do not fill the screen."""

from __future__ import annotations

from pygame import Surface

from tests.recording_canvas import RecordingCanvas
from tetris_arcade.ui.canvas import SurfaceCache
from tetris_arcade.ui.theme import COLOUR_SAFE
from tetris_arcade.ui.widgets.toast import Toasts


def test_long_name_is_shown_whole() -> None:
    screen = RecordingCanvas(Surface((320, 240)), COLOUR_SAFE, SurfaceCache(), 1.5)
    toasts = Toasts()
    toasts.add("imported as a-very-long-name-that-does-not-end-here-and-not-here_either", "success")
    toasts.draw(screen, screen.rect)
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


def test_unread_warning_returns_after_a_newer_message() -> None:
    toasts = Toasts()
    toasts.add("the disk is full", "error")
    toasts.update(0.0)
    toasts.add("sound off", "info")
    for second in range(1, 6):
        toasts.update(float(second))
    assert toasts.texts == ["the disk is full"]


def test_seen_message_gives_way() -> None:
    toasts = Toasts()
    toasts.add("sound off", "info")
    toasts.update(0.0)
    toasts.add("sound on", "info")
    assert toasts.texts == ["sound on"]
