"""One run in a real window under a virtual display, with real key presses: train, pause, save, demo, quit."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pygame
import pytest

from tetris_arcade.storage.checkpoints import load_checkpoint
from tetris_arcade.storage.errors import StorageError

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(
        shutil.which("Xvfb") is None or shutil.which("xdotool") is None,
        reason="a real window needs Debian's xvfb and xdotool",
    ),
]
ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 60.0


class Window:
    """The program in a window of its own, and what a person can do with it."""

    def __init__(self, display: str, data: Path) -> None:
        self.data = data
        self._environment = {**os.environ, "DISPLAY": display, "TETRIS_ARCADE_HOME": str(data)}
        self._environment.pop("SDL_VIDEODRIVER", None)
        self._environment["SDL_AUDIODRIVER"] = "dummy"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tetris_arcade"], cwd=ROOT, env=self._environment, stderr=subprocess.PIPE
        )

    def press(self, *keys: str) -> None:
        for key in keys:
            # A key that the server did not take is one that nobody pressed: what waits for it presses again.
            subprocess.run(["xdotool", "key", key], env=self._environment, check=False)
            time.sleep(0.25)

    def screenshots(self) -> list[Path]:
        return sorted((self.data / "records" / "screenshots").glob("*.png"))

    def take_screenshot(self) -> pygame.Surface:
        before = len(self.screenshots())
        self.press("F12")
        wait_until(lambda: len(self.screenshots()) > before)
        return pygame.image.load(self.screenshots()[-1])


def wait_until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


@pytest.fixture
def display(tmp_path: Path) -> Iterator[str]:
    read, write = os.pipe()
    arguments = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x720x24", "-nolisten", "tcp"]
    server = subprocess.Popen(
        arguments, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait()


@pytest.fixture
def window(display: str, tmp_path: Path) -> Iterator[Window]:
    window = Window(display, tmp_path / "data")
    yield window
    if window.process.poll() is None:
        window.process.kill()
        window.process.wait()


def _left_panel(picture: pygame.Surface) -> bytes:
    """The counters, which no message covers."""
    area = pygame.Rect(0, 110, 340, 430)
    return pygame.image.tobytes(picture.subsurface(area), "RGB")


def test_keys_alone_train_pause_save_demo_and_quit(window: Window) -> None:
    wait_until(lambda: _has_window(window))
    window.press("Return", "Return")  # Train, start
    wait_until(lambda: _is_saved(window))  # so it has begun

    window.press("p")
    time.sleep(1.0)
    still = _left_panel(window.take_screenshot())
    time.sleep(1.0)
    stood_still = still == _left_panel(window.take_screenshot())
    assert stood_still
    window.press("p", "v")
    time.sleep(1.0)
    moved = still != _left_panel(window.take_screenshot())
    assert moved
    window.press("v", "minus", "minus", "plus", "h", "g", "F1", "F1")

    window.press("x")  # stop
    wait_until(lambda: not _has_worker(window))
    window.press("Escape", "Down", "Down", "Return")  # title, models
    wait_until(lambda: _timesteps(window.data / "checkpoints" / "latest") > 0)
    window.press("space")  # demo of the chosen model
    time.sleep(2.0)
    window.press("plus", "plus", "F12")
    kept = len(_kept_games(window))
    wait_until(lambda: _keeps_a_game(window, kept))
    window.press("Escape", "Escape", "Down", "Return", "Return")  # duel
    time.sleep(2.0)
    window.press("plus", "Left", "Escape", "Down", "Return", "Return")  # the kept game, again
    time.sleep(2.0)
    window.press("Right", "Right", "p", "Escape", "Escape", "Down", "Return")  # settings
    window.press("Down", "Right", "Left", "Escape")
    window.press("Down", "Return")  # Quit
    assert window.process.wait(timeout=PATIENCE_SECONDS) == 0
    assert window.process.stderr is not None
    assert b"Traceback" not in window.process.stderr.read()


def test_sigterm_saves_and_ends_within_seconds(window: Window) -> None:
    wait_until(lambda: _has_window(window))
    window.press("Return", "Return")
    wait_until(lambda: _is_saved(window))
    window.process.send_signal(signal.SIGTERM)
    window.process.wait(timeout=20)
    assert _timesteps(window.data / "checkpoints" / "latest") > 0


def _has_worker(window: Window) -> bool:
    for child in psutil.Process(window.process.pid).children(recursive=True):
        with suppress(psutil.Error):  # it may end while it is looked at
            if "spawn_main" in " ".join(child.cmdline()):
                return True
    return False


def _keeps_a_game(window: Window, kept: int) -> bool:
    """Press S; a player that is just starting has no game to keep yet."""
    window.press("s")
    time.sleep(0.5)
    return len(_kept_games(window)) > kept


def _kept_games(window: Window) -> list[Path]:
    return list((window.data / "records").glob("*.json"))


def _timesteps(folder: Path) -> int:
    try:
        return load_checkpoint(folder).metadata.timesteps
    except StorageError:
        return 0


def _is_saved(window: Window) -> bool:
    """Save to a slot under the name that is proposed; before the training has begun nothing comes of it."""
    window.press("s", "Return")
    time.sleep(1.0)
    slots = window.data / "checkpoints" / "slots"
    return slots.is_dir() and any(_timesteps(slot) > 0 for slot in slots.iterdir())


def _has_window(window: Window) -> bool:
    """Whether it answers a key."""
    assert window.process.poll() is None, "the program ended by itself"
    window.press("F12")
    return len(window.screenshots()) > 0
