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
    from tetris_arcade.scenes.base import Context, Scene

Plan = Sequence[str | float]
"""Key names as pygame has them, and pauses in seconds, in turn."""


def open_hidden(root: Path, size: tuple[int, int], first_scene: Callable[[Context], Scene]) -> App:
    """The program on SDL's dummy drivers, with its data in `root`."""
    os.environ.update(SDL_VIDEODRIVER="dummy", SDL_AUDIODRIVER="dummy")
    from tetris_arcade.app import App
    from tetris_arcade.paths import DataPaths, shipped_slots
    from tetris_arcade.settings import Settings

    settings = Settings()
    settings = replace(settings, display=replace(settings.display, window_size=size))
    return App(DataPaths(root, shipped_slots()), settings, first_scene)


def play_plan(app: App, plan: Plan, frame_seconds: float = 1 / 60) -> Surface:
    """Play a plan in real time and return what the window shows."""
    import pygame

    for step in plan:
        if isinstance(step, str):
            key = pygame.key.key_code(step)
            text = step if len(step) == 1 else ""
            app.frame(
                [pygame.event.Event(pygame.KEYDOWN, key=key, unicode=text, mod=0)],
                time.perf_counter(),
                frame_seconds,
            )
        else:
            until = time.perf_counter() + step
            while time.perf_counter() < until:
                app.frame([], time.perf_counter(), frame_seconds)
                time.sleep(frame_seconds)
    app.frame([], time.perf_counter(), frame_seconds)
    return app.display.surface
