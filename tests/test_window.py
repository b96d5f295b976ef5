"""A real window on a virtual display with real key presses: a whole training run, and every screen."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pygame
import pytest

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.settings import DisplaySettings, KioskSettings, Settings
from tetris_arcade.storage.checkpoints import load_checkpoint
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.replays import Replay, save_replay
from tetris_arcade.storage.settings_file import save_settings

pytestmark = [
    pytest.mark.system,
    pytest.mark.window,
    pytest.mark.skipif(
        shutil.which("Xvfb") is None or shutil.which("xdotool") is None,
        reason="a real window needs Debian's xvfb and xdotool",
    ),
]
ROOT = Path(__file__).parent.parent
TIMEOUT_SECONDS = 150.0
_MIN_DIFFERENCE = 0.03
"""The share of pixels in which two screens must differ."""


class Window:
    """The program in its own window, and what a user can do with it."""

    def __init__(self, display: str, data: Path, screen: Path) -> None:
        self.data, self._screen = data, screen
        self._environment = {**os.environ, "DISPLAY": display, "TETRIS_ARCADE_HOME": str(data)}
        self._environment.pop("SDL_VIDEODRIVER", None)
        self._environment["SDL_AUDIODRIVER"] = "dummy"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tetris_arcade"], cwd=ROOT, env=self._environment, stderr=subprocess.PIPE
        )

    def press(self, *keys: str) -> None:
        for key in keys:
            # The server may drop a key; callers that wait for its effect press again.
            subprocess.run(["xdotool", "key", key], env=self._environment, check=False)
            time.sleep(0.1)

    def capture(self) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """The pixels of the display, (H, W, 4), from the X server's memory, an XWD file."""
        content = self._screen.read_bytes()
        header = np.frombuffer(content, ">u4", 25)
        header_bytes, width, height, bytes_per_line = (int(header[at]) for at in (0, 4, 5, 12))
        start = header_bytes + 12 * int(header[19])  # after the colour map, whose length is in the header
        lines = np.frombuffer(content, np.uint8, height * bytes_per_line, start)
        return lines.reshape(height, bytes_per_line // 4, 4)[:, :width].copy()

    def screenshots(self) -> list[Path]:
        return sorted((self.data / "records" / "screenshots").glob("*.png"))

    def take_screenshot(self) -> pygame.Surface:
        before = len(self.screenshots())
        self.press("F12")
        wait_until(lambda: len(self.screenshots()) > before)
        return pygame.image.load(self.screenshots()[-1])


OpenWindow = Callable[[Settings], Window]


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "timed out"
        time.sleep(0.1)


@pytest.fixture
def display(tmp_path: Path) -> Iterator[str]:
    read, write = os.pipe()
    arguments = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x720x24", "-nolisten", "tcp"]
    arguments += ["-fbdir", str(tmp_path)]
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
def open_window(display: str, tmp_path: Path) -> Iterator[OpenWindow]:
    """Opens the window with the given settings saved."""
    opened: list[Window] = []

    def open_one(settings: Settings) -> Window:
        (tmp_path / "data").mkdir()
        save_settings(tmp_path / "data" / "settings.toml", settings)
        opened.append(Window(display, tmp_path / "data", tmp_path / "Xvfb_screen0"))
        return opened[0]

    yield open_one
    for window in opened:
        if window.process.poll() is None:
            window.process.kill()
            window.process.wait()


@pytest.fixture
def window(open_window: OpenWindow) -> Window:
    return open_window(Settings())


def _left_panel(picture: pygame.Surface) -> bytes:
    """The area of the counters, which no message covers."""
    area = pygame.Rect(0, 110, 340, 430)
    return pygame.image.tobytes(picture.subsurface(area), "RGB")


def test_keys_alone_run_a_whole_training(window: Window) -> None:
    wait_until(lambda: _has_window(window))
    window.press("Return", "Return")  # Train, start
    wait_until(lambda: _is_saved(window))  # so training has started

    window.press("p")
    time.sleep(0.5)
    paused = _left_panel(window.take_screenshot())
    time.sleep(0.5)
    is_unchanged = paused == _left_panel(window.take_screenshot())
    assert is_unchanged
    window.press("p", "v")
    wait_until(lambda: paused != _left_panel(window.take_screenshot()))
    window.press("v", "minus", "minus", "plus", "h", "g", "F1", "F1")

    window.press("x")  # stop
    wait_until(lambda: not _has_worker(window))
    window.press("Escape", "Down", "Down", "Down", "Return")  # title, models
    wait_until(lambda: _timesteps(window.data / "checkpoints" / "latest") > 0)
    window.press("space")  # demo of the chosen model
    window.press("plus", "plus", "F12")
    num_replays = len(_replays(window))
    wait_until(lambda: _saves_a_replay(window, num_replays))
    window.press("Escape", "Escape", "Down", "Return", "Return")  # duel
    time.sleep(2.0)
    window.press("plus", "Left", "Escape", "Down", "Return", "Return")  # the replay
    time.sleep(2.0)
    window.press("Right", "Right", "p", "Escape", "Escape", "Down", "Return")  # settings
    window.press("Down", "Right", "Left", "Escape")
    window.press("Down", "Return")  # Quit
    assert window.process.wait(timeout=TIMEOUT_SECONDS) == 0
    assert window.process.stderr is not None
    assert b"Traceback" not in window.process.stderr.read()


_SCREENS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("train", ("Return",)),
    ("what can be played", ("Escape", "Down", "Return")),
    ("a game", ("Return",)),
    ("a game that waits", ("Escape",)),
    ("handling", ("Down", "Down", "Down", "Return")),
    ("demo", ("Escape", "Down", "Return", "Escape", "Down", "Return")),
    ("help", ("v", "h", "Down", "Right", "F1")),
    ("models", ("F1", "Escape", "Down", "Return")),
    ("what can be done with a model", ("Return",)),
    ("duel setup", ("Escape", "Escape", "Down", "Return")),
    ("duel", ("Return",)),
    ("replays", ("Escape", "Down", "Return")),
    ("replay", ("Return",)),
    ("settings", ("Right", "Escape", "Escape", "Down", "Return")),
    ("a name", ("Return",)),
    ("keys", ("Escape", *["Down"] * 13, "Return")),
    ("playlist", ("Escape", *["Down"] * 10, "Return")),
)
"""Every screen except a running training, and the keys that lead to it from the previous one."""
_IDLE_SECONDS = 8.0


def test_keys_alone_reach_every_screen(open_window: OpenWindow) -> None:
    display = DisplaySettings(reduced_motion=True)  # Without transitions between screens.
    window = open_window(Settings(display=display, kiosk=KioskSettings(idle_seconds=_IDLE_SECONDS)))
    for player in ("one", "two"):
        game = Replay({"height": 20, "pieces": "bag"}, 3, bytes([16, 20, 8, 4, 24, 12] * 9), 0, 54, player)
        save_replay(DataPaths(window.data), game)
    wait_until(lambda: _has_window(window))
    captured = {"title": window.capture()}
    for name, keys in _SCREENS:
        window.press(*keys)
        time.sleep(0.4)
        captured[name] = window.capture()
    window.press("Escape", "Escape")
    time.sleep(_IDLE_SECONDS + 2.0)
    captured["attract"] = window.capture()
    alike = [
        (one, other)
        for one, other in itertools.combinations(captured, 2)
        if (captured[one] != captured[other]).any(axis=2).mean() < _MIN_DIFFERENCE
    ]
    assert not alike
    # The last entry of the title is where it is expected, so no screen was skipped.
    window.press("a", "Down", "Return")
    assert window.process.wait(timeout=TIMEOUT_SECONDS) == 0
    assert window.process.stderr is not None
    assert b"Traceback" not in window.process.stderr.read()


def test_sigterm_saves_and_ends(window: Window) -> None:
    wait_until(lambda: _has_window(window))
    window.press("Return", "Return")
    wait_until(lambda: _is_saved(window))
    window.process.send_signal(signal.SIGTERM)
    window.process.wait(timeout=20)
    assert _timesteps(window.data / "checkpoints" / "latest") > 0


def _has_worker(window: Window) -> bool:
    for child in psutil.Process(window.process.pid).children(recursive=True):
        with suppress(psutil.Error):  # it may end meanwhile
            if "spawn_main" in " ".join(child.cmdline()):
                return True
    return False


def _saves_a_replay(window: Window, before: int) -> bool:
    """Press S and return whether there are more replays; a player that starts has no game to save yet."""
    window.press("s")
    time.sleep(0.5)
    return len(_replays(window)) > before


def _replays(window: Window) -> list[Path]:
    return list((window.data / "records").glob("*.json"))


def _timesteps(folder: Path) -> int:
    try:
        return load_checkpoint(folder).metadata.timesteps
    except StorageError:
        return 0


def _is_saved(window: Window) -> bool:
    """Save to a slot under the proposed name; return whether a slot has timesteps."""
    window.press("s", "Return")
    time.sleep(0.4)
    slots = window.data / "checkpoints" / "slots"
    return slots.is_dir() and any(_timesteps(slot) > 0 for slot in slots.iterdir())


def _has_window(window: Window) -> bool:
    """Press F12 and return whether there is a screenshot."""
    assert window.process.poll() is None, "the program ended by itself"
    window.press("F12")
    return len(window.screenshots()) > 0
