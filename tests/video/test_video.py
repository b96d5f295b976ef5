"""Films: as many pictures as seconds, each a game's, whole or absent."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest

from tetris_arcade.cli import main
from tetris_arcade.engine.single_game import Game
from tetris_arcade.services.video_export import PROGRESS
from tetris_arcade.training.players import load_player
from tetris_arcade.ui.theme import THEMES
from tetris_arcade.video.encoder import FRAMES_PER_SECOND, Picture, write_video
from tetris_arcade.video.renderer import PacedGame, VideoRenderer

Image = pytest.importorskip("PIL.Image", reason="films are an extra: pip install tetris-arcade[record]")


def _filmed(speed: float = 10.0, height: int = 20) -> PacedGame:
    return PacedGame(Game(height=height, seed=3), load_player("dellacherie"), speed)


def test_a_film_plays_at_its_pace() -> None:
    filmed = _filmed(speed=10.0)
    views = list(filmed.views(20, 2.0))
    assert len(views) == 40
    assert filmed.moves == 20
    assert [view.move for view, _ in views[:6]] == [1, 1, 2, 2, 3, 3]
    assert all(0.0 <= share <= 1.0 for _, share in views)


def test_more_moves_than_frames_are_played_between_them() -> None:
    filmed = _filmed(speed=100.0)
    assert len(list(filmed.views(20, 1.0))) == 20
    assert filmed.moves == pytest.approx(100, abs=6)


def test_a_film_ends_a_little_after_its_game() -> None:
    filmed = PacedGame(Game(height=4, seed=1), load_player("random"), 20.0)
    views = [view for view, _ in filmed.views(20, 60.0)]
    assert views[-1].over
    assert sum(view.over for view in views) == pytest.approx(30, abs=2)


@pytest.mark.parametrize("height_px", [240, 721, 1080])
def test_pictures_are_even_and_show_the_board(height_px: int) -> None:
    film = VideoRenderer("dellacherie", "TETRIS ARCADE", THEMES["colour-safe"], height_px, 20)
    view, share = list(_filmed().views(20, 1.0))[-1]
    picture = film.draw(view, share)
    assert picture.shape == (*film.size[::-1], 3)
    assert film.size[0] % 2 == film.size[1] % 2 == 0
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 12


def test_the_command_writes_a_gif_as_long_as_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "game.gif"
    arguments = ["record", "bcts", str(out), "--seconds", "1.5", "--size", "240"]
    assert main([*arguments, "--data-dir", str(tmp_path), "--json"]) == 0
    with Image.open(out) as film:
        durations = []
        for frame in range(film.n_frames):
            film.seek(frame)
            durations.append(film.info["duration"])
    assert sum(durations) == 1_500
    assert len(durations) > 10
    assert '"bytes"' in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["game.gif"]


def test_the_command_writes_an_mp4(tmp_path: Path) -> None:
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="films are an extra")
    out = tmp_path / "game.mp4"
    assert (
        main(["record", "bcts", str(out), "--seconds", "1", "--size", "240", "--data-dir", str(tmp_path)])
        == 0
    )
    frames, seconds = imageio_ffmpeg.count_frames_and_secs(str(out))
    assert frames == FRAMES_PER_SECOND[".mp4"]
    assert seconds == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["bcts", "game.avi"], 2, ".gif or .mp4"),
        (["nobody", "game.gif"], 2, "nobody"),
        (["bcts", "nowhere/game.gif"], 2, "nowhere"),
    ],
)
def test_what_cannot_be_filmed_is_told_in_a_sentence(
    arguments: list[str], code: int, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slot, out = arguments
    assert main(["record", slot, str(tmp_path / out), "--data-dir", str(tmp_path)]) == code
    told = capsys.readouterr().err
    assert word in told
    assert "Traceback" not in told


@contextmanager
def _recording(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A film on its way that would take minutes."""
    what = ["record", "bcts", str(folder / "game.gif"), "--seconds", "600", "--size", "240"]
    where = ["--data-dir", str(folder), "--tell-progress"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tetris_arcade", *what, *where], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        assert any(line.startswith(PROGRESS) for line in process.stderr)
        yield process
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_a_film_is_given_up_when_the_window_that_waits_for_it_is_gone(tmp_path: Path) -> None:
    with _recording(tmp_path) as process:
        assert process.stderr is not None
        process.stderr.close()
        assert process.wait(60.0) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no such signals here")
def test_a_film_that_a_signal_ends_leaves_no_file(name: str, tmp_path: Path) -> None:
    with _recording(tmp_path) as process:
        process.send_signal(signal.Signals[name])
        assert process.wait(60.0) == 128 + signal.Signals[name]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", [".gif", ".mp4"])
def test_a_film_that_breaks_off_leaves_no_file(tmp_path: Path, ending: str) -> None:
    if ending == ".mp4":
        pytest.importorskip("imageio_ffmpeg", reason="films are an extra")
    before = set(psutil.Process().children())

    def pictures() -> Iterator[Picture]:
        yield np.zeros((16, 16, 3), np.uint8)
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        write_video(tmp_path / f"game{ending}", pictures())
    assert not list(tmp_path.iterdir())
    begun = set(psutil.Process().children()) - before
    assert not psutil.wait_procs(begun, timeout=10.0)[1]


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on a file's size here")
@pytest.mark.parametrize("room_bytes", [0, 4_096])
def test_a_film_that_finds_no_room_is_absent_and_told_in_a_sentence(tmp_path: Path, room_bytes: int) -> None:
    pytest.importorskip("imageio_ffmpeg", reason="films are an extra")
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room_bytes}, {room_bytes}))\n"
        "from tetris_arcade.cli import main\n"
        "sys.exit(main())\n"
    )
    what = ["record", "bcts", str(tmp_path / "game.mp4"), "--seconds", "1", "--size", "240"]
    command = [sys.executable, "-B", "-c", script, *what, "--data-dir", str(tmp_path)]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False, timeout=120)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("tetris_arcade: the film could not be written")
    assert not list(tmp_path.iterdir())


def test_without_its_packages_a_film_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tetris_arcade.video.encoder.importlib.util.find_spec", lambda _name: None)
    assert main(["record", "bcts", str(tmp_path / "game.gif"), "--data-dir", str(tmp_path)]) == 1
    assert 'pip install "tetris-arcade[record]"' in capsys.readouterr().err
