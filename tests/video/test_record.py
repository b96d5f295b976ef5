"""`record` writes videos, or says in one sentence why it cannot, and leaves no incomplete file."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tetris_arcade.cli import main
from tetris_arcade.services.video_export import PROGRESS
from tetris_arcade.video.encoder import FRAMES_PER_SECOND

pytestmark = pytest.mark.system

ASSETS = Path(__file__).parents[2] / "assets"
Image = pytest.importorskip("PIL.Image", reason="videos are an extra: pip install tetris-arcade[record]")


def test_command_writes_a_gif_of_the_given_length(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "game.gif"
    arguments = ["record", "bcts", str(out), "--seconds", "1.5", "--size", "240"]
    assert main([*arguments, "--data-dir", str(tmp_path), "--json"]) == 0
    with Image.open(out) as gif:
        durations = []
        for frame in range(gif.n_frames):
            gif.seek(frame)
            durations.append(gif.info["duration"])
    assert sum(durations) == 1_500
    assert len(durations) > 10
    assert '"bytes"' in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["game.gif"]


def test_existing_file_is_replaced_only_if_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "game.gif"
    out.write_bytes(b"of yesterday")
    arguments = ["record", "bcts", str(out), "--seconds", "0.5", "--size", "240", "--data-dir", str(tmp_path)]
    assert main(arguments) == 2
    assert "game.gif exists already: give --force to replace it" in capsys.readouterr().err
    assert out.read_bytes() == b"of yesterday"
    assert main([*arguments, "--force"]) == 0
    assert out.read_bytes().startswith(b"GIF8")


def test_link_to_nowhere_and_folder_are_no_free_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "link.gif").symlink_to("nowhere.gif")
    (tmp_path / "folder.gif").mkdir()
    for name, message in (("link.gif", "--force"), ("folder.gif", "is a folder")):
        assert main(["record", "bcts", str(tmp_path / name), "--data-dir", str(tmp_path)]) == 2
        assert message in capsys.readouterr().err
    assert not (tmp_path / "nowhere.gif").exists()


def test_command_writes_an_mp4(tmp_path: Path) -> None:
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="videos are an extra")
    out = tmp_path / "game.mp4"
    assert (
        main(["record", "bcts", str(out), "--seconds", "1", "--size", "240", "--data-dir", str(tmp_path)])
        == 0
    )
    frames, seconds = imageio_ffmpeg.count_frames_and_secs(str(out))
    assert frames == FRAMES_PER_SECOND[".mp4"]
    assert seconds == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["bcts", "game.avi"], 2, ".gif or .mp4"),
        (["nobody", "game.gif"], 2, "nobody"),
        (["bcts", "nowhere/game.gif"], 2, "nowhere"),
    ],
)
def test_invalid_arguments_are_named(
    arguments: list[str], code: int, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slot, out = arguments
    assert main(["record", slot, str(tmp_path / out), "--data-dir", str(tmp_path)]) == code
    errors = capsys.readouterr().err
    assert message in errors
    assert "Traceback" not in errors


@contextmanager
def _recording(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A running recording that would take minutes."""
    arguments = ["record", "bcts", str(folder / "game.gif"), "--seconds", "600", "--size", "240"]
    arguments += ["--data-dir", str(folder), "--tell-progress"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tetris_arcade", *arguments], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        assert any(line.startswith(PROGRESS) for line in process.stderr)
        yield process
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_recording_ends_with_the_window_that_started_it(tmp_path: Path) -> None:
    with _recording(tmp_path) as process:
        assert process.stderr is not None
        process.stderr.close()
        assert process.wait(60.0) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no such signals here")
def test_recording_ended_by_a_signal_leaves_no_file(name: str, tmp_path: Path) -> None:
    with _recording(tmp_path) as process:
        process.send_signal(signal.Signals[name])
        assert process.wait(60.0) == 128 + signal.Signals[name]
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on a file's size here")
@pytest.mark.parametrize("max_bytes", [0, 4_096])
def test_full_disk_leaves_no_file_and_is_named(tmp_path: Path, max_bytes: int) -> None:
    pytest.importorskip("imageio_ffmpeg", reason="videos are an extra")
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({max_bytes}, {max_bytes}))\n"
        "from tetris_arcade.cli import main\n"
        "sys.exit(main())\n"
    )
    arguments = ["record", "bcts", str(tmp_path / "game.mp4"), "--seconds", "1", "--size", "240"]
    command = [sys.executable, "-B", "-c", script, *arguments, "--data-dir", str(tmp_path)]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False, timeout=120)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "tetris_arcade: the video could not be written: the file would be larger than allowed"
    )
    assert not list(tmp_path.iterdir())


def test_missing_package_names_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tetris_arcade.video.encoder.importlib.util.find_spec", lambda _name: None)
    for name, package in (("game.gif", "pillow"), ("game.mp4", "tetris-arcade[record]")):
        assert main(["record", "bcts", str(tmp_path / name), "--data-dir", str(tmp_path)]) == 1
        assert f'pip install "{package}"' in capsys.readouterr().err


def test_readme_picture_is_made_by_its_command(tmp_path: Path) -> None:
    lines = (ASSETS / "README.md").read_text().splitlines()
    (command,) = [line.split() for line in lines if line.startswith("    python -m tetris_arcade record")]
    shown = Path(command[5])
    with Image.open(ASSETS.parent / shown) as gif:
        size, first = gif.size, gif.convert("RGB").tobytes()
    assert (ASSETS.parent / shown).stat().st_size < 3_000_000
    made = tmp_path / shown.name
    arguments = [*command[3:5], str(made), *command[6:], "--seconds", "0.1", "--data-dir", str(tmp_path)]
    assert main(arguments) == 0
    with Image.open(made) as gif:
        assert gif.size == size
        is_same = gif.convert("RGB").tobytes() == first
    assert is_same
