"""Drives a kiosk frame by frame, with keys that are pressed and let go."""

from __future__ import annotations

from collections.abc import Callable

import pygame
import pytest

from tetris_arcade.app import App
from tetris_arcade.ui.input import InputMapper

IDLE, SIZE, PIN = 20.0, (640, 360), "7351"
"""Seconds until the attract loop resumes, the window's size in pixels, and the operator's PIN."""
OpenKiosk = Callable[..., App]


def key(name: str) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYDOWN, key=pygame.key.key_code(name), unicode="", mod=0)


def with_releases(events: tuple[pygame.event.Event, ...]) -> list[pygame.event.Event]:
    """The events, with the release of each key right after its press unless they have releases."""
    if any(event.type == pygame.KEYUP for event in events):
        return list(events)
    pairs = ([event, *_release(event)] for event in events)
    return [event for pair in pairs for event in pair]


def _release(event: pygame.event.Event) -> list[pygame.event.Event]:
    is_key = event.type == pygame.KEYDOWN
    return [pygame.event.Event(pygame.KEYUP, event.dict)] if is_key else []


def frames(app: App, start: float, seconds: float, *events: pygame.event.Event) -> float:
    """Send events in one frame and let frames pass; returns the time."""
    now = start
    app.frame(with_releases(events), now, 0.1)
    while now < start + seconds:
        now += 0.1
        app.frame([], now, 0.1)
    return now


def hold(monkeypatch: pytest.MonkeyPatch, *keys: int) -> None:
    monkeypatch.setattr(InputMapper, "held_keys", frozenset(map(pygame.key.name, keys)))
