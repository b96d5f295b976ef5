"""`doctor`: what a bug report needs: versions, devices, paths, frame and flip times."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import time
from typing import Any

from tetris_arcade.commands.subcommand import Report, Subcommand
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.settings_file import load_settings

_FRAMES = 60


def _run(_options: argparse.Namespace, paths: DataPaths) -> Report:
    facts = collect(paths)
    return Report(_format(facts), facts)


def collect(paths: DataPaths) -> dict[str, Any]:
    """Examine everything; what is not available is named in its place, and nothing raises."""
    from tetris_arcade.training.run_metadata import package_versions

    return {
        "versions": {**package_versions(), "system": platform.platform(), "processors": os.cpu_count()},
        "display": _display(),
        "audio": _audio(),
        "pads": _pads(),
        "paths": _paths(paths),
    }


def _format(facts: dict[str, Any]) -> str:
    lines = []
    for part, values in facts.items():
        lines.append(part)
        lines += [f"  {name}: {value}" for name, value in values.items()]
    return "\n".join(lines)


def _display() -> dict[str, Any]:
    import pygame

    if not getattr(pygame, "IS_CE", False):
        return {"error": "pygame is installed over pygame-ce: uninstall both, then install pygame-ce"}
    try:
        pygame.display.init()
        screen = pygame.display.set_mode((1280, 720))
    except pygame.error as error:
        return {"error": f"no window can be opened: {error}"}
    driver = pygame.display.get_driver()
    frames, flips = [], []
    for frame in range(_FRAMES):
        started = time.perf_counter()
        screen.fill((frame, 0, 0))
        drawn = time.perf_counter()
        pygame.display.flip()
        flips.append(time.perf_counter() - drawn)
        frames.append(drawn - started)
    sizes = pygame.display.get_desktop_sizes()
    pygame.display.quit()
    return {
        "driver": driver,
        "desktops": [f"{width} x {height}" for width, height in sizes],
        "fill_ms": round(1000 * statistics.median(frames), 3),
        "flip_ms": round(1000 * statistics.median(flips), 3),
    }


def _audio() -> dict[str, Any]:
    import pygame

    try:
        pygame.mixer.init()
    except pygame.error as error:
        return {"error": f"no sound: {error}"}
    facts = {"device": "default", "format": str(pygame.mixer.get_init())}
    pygame.mixer.quit()
    return facts


def _pads() -> dict[str, Any]:
    import pygame

    pygame.joystick.init()
    names = [pygame.joystick.Joystick(i).get_name() for i in range(pygame.joystick.get_count())]
    pygame.joystick.quit()
    return {"connected": names or "none"}


def _paths(paths: DataPaths) -> dict[str, Any]:
    settings, problem = load_settings(paths.settings_file)
    root = paths.root
    while not os.path.exists(root) and root != root.parent:  # Also if access is denied.
        root = root.parent
    return {
        "data": str(paths.root),
        "writable": os.access(root, os.W_OK),
        "free_gib": round(shutil.disk_usage(root).free / 2**30, 1),
        "settings": str(paths.settings_file),
        "settings_problem": problem or "none",
        "operator_pin": "not set" if settings.kiosk.pin is None else "set",
        "slots": str(paths.slots),
    }


COMMAND = Subcommand("doctor", "show versions, devices, paths and frame times", lambda _parser: None, _run)
