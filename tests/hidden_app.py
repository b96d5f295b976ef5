"""The program on SDL's dummy display, without a sound device, and plans of keys and pauses that it plays."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pygame
from pygame import Surface
from pygame.event import Event

from tetris_arcade.app import App
from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.config.settings import Settings
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context

Plan = Sequence[str | float]
"""Names of keys, as pygame has them, and pauses in seconds, in turn."""


def open_hidden(
    root: Path,
    size: tuple[int, int],
    first_scene: Callable[[Context], Scene],
    settings: Settings | None = None,
) -> App:
    """Open the program without a display, with its data in `root`."""
    settings = settings or Settings()
    settings = replace(settings, display=replace(settings.display, window_size=size))
    # SDL's dummy device takes a tenth of a second to open and close.
    with patch.dict(os.environ, SDL_VIDEODRIVER="dummy", SDL_AUDIODRIVER="there is none"):
        return App(DataPaths(root, shipped_slots()), settings, first_scene)


def key_events(name: str) -> list[Event]:
    """The events of a key that is pressed and released, by pygame's name of the key."""
    text, key = name if len(name) == 1 else "", pygame.key.key_code(name)
    return [Event(kind, key=key, unicode=text, mod=0) for kind in (pygame.KEYDOWN, pygame.KEYUP)]


def play_plan(app: App, plan: Plan, frame_seconds: float = 1 / 60, *, is_real_time: bool = True) -> Surface:
    """Play a plan and return the picture that the window then shows.

    With `is_real_time`, frames wait for the clock, as workers need it; otherwise the clock is made up and
    starts at 0, so that the picture is always the same.
    """
    now = time.perf_counter() if is_real_time else 0.0
    for step in (*plan, 0.0):
        events: list[Event] = []
        end = now + frame_seconds
        if isinstance(step, str):
            events = key_events(step)
        else:
            end = now + max(step, frame_seconds)
        while now < end:
            app.frame(events, now, frame_seconds)
            events = []
            if is_real_time:
                time.sleep(frame_seconds)
            now = time.perf_counter() if is_real_time else now + frame_seconds
    return app.display.surface
