"""A video is rendered by another process, and leaves nothing behind if it is cancelled or fails."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.services import video_export as video_export_module
from tetris_arcade.services.video_export import VideoExport
from tetris_arcade.storage.atomic import temp_file
from tetris_arcade.storage.replays import Replay, save_replay

pytestmark = pytest.mark.system

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
GAME = Replay({"height": 20, "pieces": "bag"}, 3, bytes([16, 20, 8, 4, 24, 12] * 50), 0, 300, "bcts")


@pytest.fixture
def messages() -> list[str]:
    return []


@pytest.fixture
def videos(paths: DataPaths, messages: list[str]) -> Iterator[VideoExport]:
    videos = VideoExport(paths, lambda text, _severity: messages.append(text), is_locked=lambda: False)
    yield videos
    videos.close()


def _wait_until(is_true: Callable[[], bool], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "timeout"
        time.sleep(0.02)


def _wait_for_message(videos: VideoExport) -> None:
    def has_ended() -> bool:
        videos.update()
        return not videos.is_busy

    _wait_until(has_ended)


def _start_rendering(videos: VideoExport, paths: DataPaths) -> psutil.Process:
    """Start a video and wait until some of it is rendered."""
    videos.start(save_replay(paths, GAME), 0)
    _wait_until(lambda: videos._share > 0.0)
    assert videos._process is not None
    return psutil.Process(videos._process.pid)


def _video_files(paths: DataPaths) -> list[Path]:
    return list((paths.root / "videos").iterdir())


def test_video_is_saved(videos: VideoExport, paths: DataPaths, messages: list[str]) -> None:
    videos.start(save_replay(paths, GAME), 280)
    videos.start(save_replay(paths, GAME), 280)
    assert messages == ["Another video is still being saved"]
    _wait_for_message(videos)
    (file,) = _video_files(paths)
    assert messages[1:] == [f"Video saved: videos/{file.name}"]
    assert file.stat().st_size > 1_000


def test_second_video_of_a_game_replaces_nothing(
    videos: VideoExport, paths: DataPaths, messages: list[str]
) -> None:
    replay = save_replay(paths, GAME)
    for suffix in (".mp4", ".gif"):
        first = paths.root / "videos" / f"{replay.stem}{suffix}"
        first.parent.mkdir(exist_ok=True)
        first.write_bytes(b"of yesterday")
    videos.start(replay, 290)
    _wait_for_message(videos)
    assert len(_video_files(paths)) == 3
    assert messages[0].startswith(f"Video saved: videos/{replay.stem}-2.")
    assert first.read_bytes() == b"of yesterday"


def test_cancelled_video_leaves_nothing(
    videos: VideoExport, paths: DataPaths, messages: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video_export_module, "_CANCEL_SECONDS", 600.0)  # The process ends by itself.
    assert videos.hint is None
    process = _start_rendering(videos, paths)
    # The first picture is rendered before the encoder's process and its file exist.
    _wait_until(lambda: bool(_video_files(paths)))
    processes = [process, *process.children(recursive=True)]
    assert videos.hint is not None
    videos.cancel()
    videos.cancel()
    assert videos.hint is None
    _wait_for_message(videos)
    assert messages == ["Video cancelled"]
    assert _video_files(paths) == []
    assert not psutil.wait_procs(processes, timeout=10.0)[1]


# Renders half of a video and then ignores Ctrl-C.
STUBBORN = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
print("progress 0.5", file=sys.stderr, flush=True)
time.sleep(60)
"""


def _start_stubborn(
    videos: VideoExport, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> tuple[psutil.Process, Path]:
    """Start a process that ignores Ctrl-C; returns it and the file that it has half written."""
    monkeypatch.setattr(video_export_module, "_CANCEL_SECONDS", 0.2)
    command = [sys.executable, "-c", STUBBORN]
    monkeypatch.setattr(
        videos, "_start_process", lambda *_: subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    )
    process = _start_rendering(videos, paths)
    partial = temp_file(videos._file, process.pid)
    partial.write_bytes(b"half")
    return process, partial


def test_cancel_kills_a_stubborn_process(
    videos: VideoExport, paths: DataPaths, messages: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    process, partial = _start_stubborn(videos, paths, monkeypatch)
    videos.cancel()
    _wait_for_message(videos)
    assert messages == ["Video cancelled"]
    assert not process.is_running()
    assert not partial.exists()


def test_close_kills_a_stubborn_process(
    videos: VideoExport, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    process, partial = _start_stubborn(videos, paths, monkeypatch)
    videos.close()
    assert not process.is_running()
    assert not partial.exists()


def test_failed_video_says_why(videos: VideoExport, paths: DataPaths, messages: list[str]) -> None:
    damaged = save_replay(paths, GAME)
    damaged.write_bytes(b"rubbish")
    videos.start(damaged, 0)
    _wait_for_message(videos)
    assert damaged.name in messages[0]


def test_missing_package_is_explained_before_the_key_is_pressed(
    paths: DataPaths, messages: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video_export_module.importlib.util, "find_spec", lambda _name: None)
    videos = VideoExport(paths, lambda text, _severity: messages.append(text), is_locked=lambda: False)
    assert "install the program again" in videos.key_text
    videos.start(save_replay(paths, GAME), 0)
    assert messages == ["Videos need a complete installation: install the program again"]


def test_video_needs_no_extra(paths: DataPaths, messages: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow belongs to the installation, the encoder of MP4 files does not."""
    dependencies = tomllib.loads(PYPROJECT.read_text())["project"]["dependencies"]
    assert any(name.startswith("pillow") for name in dependencies)
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        video_export_module.importlib.util,
        "find_spec",
        lambda name: None if name == "imageio_ffmpeg" else find_spec(name),
    )
    videos = VideoExport(paths, lambda text, _severity: messages.append(text), is_locked=lambda: False)
    videos.start(save_replay(paths, GAME), 290)
    _wait_for_message(videos)
    (file,) = _video_files(paths)
    assert file.suffix == ".gif"
    assert messages == [f"Video saved: videos/{file.name}"]


def test_locked_export_saves_nothing(paths: DataPaths, messages: list[str]) -> None:
    videos = VideoExport(paths, lambda text, _severity: messages.append(text), is_locked=lambda: True)
    videos.start(save_replay(paths, GAME), 0)
    assert messages == ["Videos cannot be saved here"]
    assert (videos.is_busy, videos.key_text) == (False, "")
