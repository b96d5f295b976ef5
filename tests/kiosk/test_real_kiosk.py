"""The kiosk with its real processes, without a display."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.engine.compile_kernels import warm_up
from tetris_arcade.kiosk.heartbeat import heartbeat_file
from tetris_arcade.storage.checkpoints import load_checkpoint
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.settings_file import load_settings

pytestmark = pytest.mark.system

ROOT = Path(__file__).parent.parent.parent
TIMEOUT_SECONDS = 120.0
TRAINING_SECONDS = 400.0
"""For a first checkpoint: on a busy machine a low-priority worker gets a tenth of a core."""
DUMMY_DRIVERS = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}


class Kiosk:
    """A supervisor and its child processes."""

    def __init__(self, data: Path, *options: str) -> None:
        self.paths = DataPaths(data)
        self.supervisor = start(data, *options)

    @property
    def window(self) -> psutil.Process | None:
        children = psutil.Process(self.supervisor.pid).children()
        return children[0] if children else None

    def wait_for_window(self, other_than: psutil.Process | None = None) -> psutil.Process:
        """The window, once it has written a heartbeat."""
        before = self._heartbeat_mtime()
        wait_until(lambda: self.window not in (None, other_than) and self._heartbeat_mtime() != before)
        window = self.window
        assert window is not None
        return window

    def processes(self) -> list[psutil.Process]:
        return [
            psutil.Process(self.supervisor.pid),
            *psutil.Process(self.supervisor.pid).children(recursive=True),
        ]

    def _heartbeat_mtime(self) -> int:
        file = heartbeat_file(self.paths)
        return file.stat().st_mtime_ns if file.exists() else 0


def start(data: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tetris_arcade", "kiosk", "--data-dir", str(data), *options]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **DUMMY_DRIVERS}, stderr=subprocess.PIPE)


def wait_until(is_true: Callable[[], bool], seconds: float = TIMEOUT_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "timeout"
        time.sleep(0.1)


def is_gone(process: psutil.Process) -> bool:
    """Whether a process has ended, even if it was not waited for."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def open_kiosk(tmp_path: Path) -> Iterator[Callable[..., Kiosk]]:
    opened: list[Kiosk] = []

    def open_it(*options: str) -> Kiosk:
        opened.append(Kiosk(tmp_path, *options))
        return opened[-1]

    yield open_it
    for kiosk in opened:
        if kiosk.supervisor.poll() is None:
            kiosk.supervisor.kill()
        kiosk.supervisor.communicate()


def test_killed_window_restarts_and_stop_leaves_nothing(
    open_kiosk: Callable[..., Kiosk], tmp_path: Path
) -> None:
    kiosk = open_kiosk("--idle", "30")
    window = kiosk.wait_for_window()

    second = start(tmp_path)
    _, errors = second.communicate(timeout=TIMEOUT_SECONDS)
    assert second.returncode == 1
    assert len(errors.decode().splitlines()) == 1
    assert "another kiosk uses" in errors.decode()

    workers = window.children(recursive=True)
    window.kill()
    restarted = kiosk.wait_for_window(other_than=window)
    wait_until(lambda: all(is_gone(process) for process in workers))

    restarted.terminate()  # Not by its supervisor: it was not closed on purpose.
    kiosk.wait_for_window(other_than=restarted)

    processes = kiosk.processes()
    kiosk.supervisor.terminate()
    assert kiosk.supervisor.wait(timeout=TIMEOUT_SECONDS) == 0
    wait_until(lambda: all(is_gone(process) for process in processes))
    assert "the window ended with code" in (tmp_path / "logs" / "kiosk.log").read_text()


@pytest.mark.parametrize("stored", ["", '[kiosk]\npin = "2468"\n'])
def test_random_pin_is_shown_once(open_kiosk: Callable[..., Kiosk], tmp_path: Path, stored: str) -> None:
    settings_file = tmp_path / "settings.toml"
    if stored:
        settings_file.write_text(stored)
    shown = []
    for _ in range(2):
        kiosk = open_kiosk()
        kiosk.wait_for_window()
        kiosk.supervisor.terminate()
        _, errors = kiosk.supervisor.communicate(timeout=TIMEOUT_SECONDS)
        shown.append(re.findall(r"PIN is (\d{6}):", errors.decode()))
    pin = load_settings(settings_file)[0].kiosk.pin
    assert shown == [[pin], []]
    assert stat.S_IMODE(settings_file.stat().st_mode) == 0o600
    for log in (tmp_path / "logs").glob("*.log"):
        assert str(pin) not in log.read_text()


@pytest.mark.parametrize("slip", ["pin = 7351", 'pin = "735"', "pinn = 1", "pin ="])
def test_kiosk_without_a_known_pin_does_not_start(tmp_path: Path, slip: str) -> None:
    (tmp_path / "settings.toml").write_text(f"[kiosk]\n{slip}\n")
    kiosk = start(tmp_path)
    _, errors = kiosk.communicate(timeout=TIMEOUT_SECONDS)
    assert kiosk.returncode == 1
    assert "settings.toml has an error" in errors.decode()
    assert len(errors.decode().splitlines()) == 1
    assert (tmp_path / "settings.toml").read_text() == f"[kiosk]\n{slip}\n"


def test_window_dies_with_its_supervisor(open_kiosk: Callable[..., Kiosk]) -> None:
    kiosk = open_kiosk()
    kiosk.wait_for_window()
    processes = kiosk.processes()
    kiosk.supervisor.kill()
    wait_until(lambda: all(is_gone(process) for process in processes))


@pytest.fixture
def compiled_kernels() -> None:
    """Compile once, at full priority: the kiosk's two workers do it at the same time and with the lowest."""
    warm_up(lambda _text, _share: None)


@pytest.mark.soak
def test_frozen_window_is_replaced(open_kiosk: Callable[..., Kiosk]) -> None:
    kiosk = open_kiosk()
    window = kiosk.wait_for_window()
    window.suspend()
    kiosk.wait_for_window(other_than=window)
    assert is_gone(window)


@pytest.mark.soak
@pytest.mark.usefixtures("compiled_kernels")
def test_stopped_training_kiosk_saves_latest(open_kiosk: Callable[..., Kiosk]) -> None:
    kiosk = open_kiosk("--train")
    latest = kiosk.paths.latest
    wait_until(lambda: _timesteps(latest) > 0, TRAINING_SECONDS)
    before = _timesteps(latest)
    time.sleep(3.0)
    kiosk.supervisor.send_signal(signal.SIGTERM)
    kiosk.supervisor.wait(timeout=TIMEOUT_SECONDS)
    assert _timesteps(latest) > before


def _timesteps(folder: Path) -> int:
    try:
        return load_checkpoint(folder).metadata.timesteps
    except StorageError:
        return 0
