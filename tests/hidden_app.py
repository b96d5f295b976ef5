"""Screens as pictures, without a display: a plan of keys and frames is played, and what is then shown is
saved."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygame import Surface

    from tetris_arcade.app import App
    from tetris_arcade.config.settings import Settings
    from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.base import Scene

Plan = Sequence[str | float]
"""Key names as pygame has them, and pauses in seconds, in turn."""


def open_hidden(
    root: Path,
    size: tuple[int, int],
    first_scene: Callable[[Context], Scene],
    settings: Settings | None = None,
) -> App:
    """The program on SDL's dummy drivers, with its data in `root`."""
    os.environ.update(SDL_VIDEODRIVER="dummy", SDL_AUDIODRIVER="dummy")
    from tetris_arcade.app import App
    from tetris_arcade.config.paths import DataPaths, shipped_slots
    from tetris_arcade.config.settings import Settings

    settings = settings or Settings()
    settings = replace(settings, display=replace(settings.display, window_size=size))
    return App(DataPaths(root, shipped_slots()), settings, first_scene)


def play_plan(app: App, plan: Plan, frame_seconds: float = 1 / 60, *, is_real_time: bool = True) -> Surface:
    """Play a plan and return what the window then shows.

    is_real_time: wait, as a person would, for workers and the clock; else the clock is made up and begins at
    0, so that the picture is the same every time.
    """
    import pygame

    now = time.perf_counter() if is_real_time else 0.0
    for step in (*plan, 0.0):
        events, until = [], now + frame_seconds
        if isinstance(step, str):
            text = step if len(step) == 1 else ""
            key = pygame.key.key_code(step)
            events = [pygame.event.Event(pygame.KEYDOWN, key=key, unicode=text, mod=0)]
        else:
            until = now + max(step, frame_seconds)
        while now < until:
            app.frame(events, now, frame_seconds)
            events = []
            if is_real_time:
                time.sleep(frame_seconds)
            now = time.perf_counter() if is_real_time else now + frame_seconds
    return app.display.surface
