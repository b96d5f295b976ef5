"""Kept games on the screen: a list, a replay that goes back and forward, films made beside it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import psutil
import pytest
from pygame import Surface

from tests.fakes import FakeWorkerClient
from tests.recording_canvas import RecordingCanvas
from tests.sample_data import show_move
from tetris_arcade.scenes.base import Pop, Push
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.replay import ReplayScene
from tetris_arcade.scenes.play.replay_list import ReplaysScene, ReplaySummary
from tetris_arcade.services import video_export as filming_module
from tetris_arcade.storage.atomic import temp_file
from tetris_arcade.storage.replays import Replay, list_replays, save_replay
from tetris_arcade.ui.canvas import Canvas, SurfaceCache
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.theme import COLOUR_SAFE
from tetris_arcade.worker.shared.messages import (
    GameSaved,
    Pause,
    PlayTask,
    SaveGame,
    Seek,
    SetPlayers,
    SetSpeed,
    Started,
)

SIZES = [(320, 180), (800, 480), (1280, 720), (1920, 1080), (1080, 1920)]
GAME = Replay({"height": 20, "pieces": "bag"}, 3, bytes([16, 20, 8, 4, 24, 12] * 50), 0, 300, "bcts")


def _press(scene: ReplaysScene | ReplayScene | DemoScene, *actions: Action) -> object:
    result = None
    for action in actions:
        result = scene.handle(InputEvent(action=action))
    return result


def _draw(scene: ReplaysScene | ReplayScene, size: tuple[int, int]) -> Canvas:
    canvas = Canvas(Surface(size), COLOUR_SAFE, SurfaceCache())
    scene.draw(canvas)
    return canvas


def _replay(context: Context, number: int = 1) -> ReplayScene:
    games = [ReplaySummary(save_replay(context.paths, GAME), "bcts", pieces=300) for _ in range(number)]
    scene = ReplayScene(context, games, 0)
    scene.enter()
    return scene


def _opened(context: Context) -> ReplayScene:
    """The replay of the list's first game."""
    scene = ReplaysScene(context)
    scene.enter()
    opened = _press(scene, Action.CONFIRM)
    assert isinstance(opened, Push)
    assert isinstance(opened.scene, ReplayScene)
    opened.scene.enter()
    return opened.scene


def test_the_newest_game_is_on_top_and_enter_watches_it(context: Context, player: FakeWorkerClient) -> None:
    save_replay(context.paths, GAME)
    newest = save_replay(context.paths, GAME)
    _opened(context)
    task = player.started[-1]
    assert isinstance(task, PlayTask)
    assert task.players == (str(newest),)


def test_where_no_game_is_kept_enter_goes_to_a_demo(context: Context) -> None:
    scene = ReplaysScene(context)
    scene.enter()
    _draw(scene, (800, 480))
    assert [hint.keys for hint in scene.hints()] == ["ENTER", "ESC", "F1"]
    opened = _press(scene, Action.STOP, Action.PAUSE, Action.CONFIRM)
    assert isinstance(opened, Push)
    assert isinstance(opened.scene, DemoScene)


def test_the_arrows_beside_the_name_change_the_game(context: Context, player: FakeWorkerClient) -> None:
    scene = _replay(context, 3)
    _draw(scene, (800, 480))
    for arrow in (scene._arrows[1], scene._arrows[0], scene._arrows[0]):
        scene.handle(InputEvent(position=arrow.rect.center, clicked=True))
    chosen = [sent.names[0] for sent in player.sent if isinstance(sent, SetPlayers)]
    assert chosen == [str(scene._games[index].path) for index in (1, 0, 2)]


def test_a_damaged_game_is_listed_and_says_why(context: Context, messages: list[str]) -> None:
    save_replay(context.paths, GAME).write_bytes(b"{half a fi")
    scene = ReplaysScene(context)
    scene.enter()
    assert _press(scene, Action.CONFIRM) is None
    assert "damaged" in messages[0]


def test_a_game_is_forgotten_when_that_is_meant(context: Context, messages: list[str]) -> None:
    save_replay(context.paths, GAME)
    scene = ReplaysScene(context)
    scene.enter()
    asked = _press(scene, Action.STOP)
    assert isinstance(asked, Push)
    assert isinstance(asked.scene, ChoiceDialog)
    assert isinstance(_press(asked.scene, Action.CONFIRM), Pop)  # type: ignore[arg-type]
    assert len(list_replays(context.paths)) == 1
    _press(asked.scene, Action.DOWN, Action.CONFIRM)  # type: ignore[arg-type]
    for _ in range(200):
        context.jobs.update()
        if messages:
            break
        time.sleep(0.01)
    assert messages == ["the game is forgotten"]
    assert not list_replays(context.paths)


def test_in_a_kiosk_nothing_is_forgotten_kept_or_filmed(context: Context, messages: list[str]) -> None:
    context.is_kiosk = True
    save_replay(context.paths, GAME)
    scene = ReplaysScene(context)
    scene.enter()
    assert _press(scene, Action.STOP) is None
    _press(_replay(context), Action.RECORD)
    _press(DemoScene(context, "bcts"), Action.SAVE)
    assert [text.split()[0] for text in messages] == ["nothing", "nothing"]


def test_keys_go_back_and_forward_and_change_the_speed(context: Context, player: FakeWorkerClient) -> None:
    show_move(player)
    player.frame["boards"][0]["pieces"] = 100
    scene = _replay(context)
    scene.update(0.0, 0.1)
    _press(scene, Action.DOWN, Action.UP, Action.CONFIRM, Action.FASTER, Action.STEP)
    assert player.sent == [Seek(110), Seek(90), Seek(0), SetSpeed(8.0), Pause()]


def test_the_stop_key_ends_a_replay(context: Context, player: FakeWorkerClient) -> None:
    scene = _replay(context)
    assert isinstance(_press(scene, Action.STOP), Pop)
    scene.close()
    assert player.stops == 1


def test_left_and_right_go_through_the_kept_games_without_a_new_start(
    context: Context, player: FakeWorkerClient
) -> None:
    scene = _replay(context, 3)
    files = [str(game.path) for game in scene._games]
    _press(scene, Action.RIGHT, Action.RIGHT, Action.RIGHT, Action.LEFT)
    assert player.sent == [SetPlayers((files[index],)) for index in (1, 2, 0, 2)]
    assert len(player.started) == 1


def test_a_damaged_game_is_passed_over_while_watching(context: Context, player: FakeWorkerClient) -> None:
    files = [save_replay(context.paths, GAME) for _ in range(3)]
    files[1].write_bytes(b"{half a fi")
    scene = _opened(context)
    _press(scene, Action.RIGHT)
    assert player.sent == [SetPlayers((str(files[0]),))]


def test_with_one_kept_game_there_is_no_other(context: Context, player: FakeWorkerClient) -> None:
    _press(_replay(context), Action.RIGHT)
    assert player.sent == []


def test_a_player_that_was_started_again_is_told_which_game_is_watched(
    context: Context, player: FakeWorkerClient
) -> None:
    scene = _replay(context, 2)
    player.task = player.started[0]
    _press(scene, Action.RIGHT)
    player.sent.clear()
    scene.on_report("player", Started())
    assert player.sent == [SetPlayers((str(scene._games[1].path),))]


@pytest.mark.parametrize("size", SIZES)
def test_a_touch_on_the_bar_goes_there(
    context: Context, player: FakeWorkerClient, size: tuple[int, int]
) -> None:
    show_move(player)
    scene = _replay(context)
    scene.update(0.0, 0.1)
    _draw(scene, size)
    rail = scene._bar._rail
    scene.handle(InputEvent(clicked=True, position=(rail.x + rail.width // 2, rail.centery)))
    scene.handle(InputEvent(clicked=True, position=(rail.x, rail.centery - size[1] // 2)))
    (sought,) = player.sent
    assert isinstance(sought, Seek)
    assert sought.pieces == pytest.approx(150, abs=3)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [0, 40])
def test_the_list_is_drawn_at_any_size(context: Context, size: tuple[int, int], count: int) -> None:
    for _ in range(count):
        save_replay(context.paths, GAME)
    scene = ReplaysScene(context)
    scene.enter()
    canvas = RecordingCanvas(Surface(size), COLOUR_SAFE, SurfaceCache())
    for _ in range(min(count, 12)):
        _press(scene, Action.DOWN)
    scene.draw(canvas)
    assert canvas.left_out == []  # that no game is kept yet
    rects = dict(scene._table._rects)
    assert (scene._table.chosen in rects) == bool(count)
    assert all(canvas.rect.contains(rect) for rect in rects.values())


def test_a_demos_game_is_kept_and_filmed_in_the_background(
    context: Context, player: FakeWorkerClient, messages: list[str]
) -> None:
    pytest.importorskip("PIL", reason="films are an extra")
    scene = DemoScene(context, "bcts")
    _press(scene, Action.RECORD)
    assert player.sent == [SaveGame()]
    file = save_replay(context.paths, GAME)
    scene.on_report("player", GameSaved(file.name, 0, 300))
    assert "Replays" in messages[0]
    deadline = time.monotonic() + 120
    while len(messages) < 2 and time.monotonic() < deadline:
        context.videos.update()
        time.sleep(0.05)
    assert messages[1].startswith("filmed: videos/")
    (film,) = (context.paths.root / "videos").iterdir()
    assert film.stat().st_size > 1_000


def _begin_film(context: Context) -> psutil.Process:
    """Begin a film of a game and wait until some of it is drawn."""
    context.videos.begin(save_replay(context.paths, GAME), 0)
    _wait_until(lambda: context.videos._share > 0.0)
    assert context.videos._process is not None
    return psutil.Process(context.videos._process.pid)


def _wait_until(is_true: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _told_when_over(context: Context) -> bool:
    context.videos.update()
    return not context.videos.is_busy


def test_nothing_is_left_of_a_film_that_is_given_up(
    context: Context, messages: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("PIL", reason="films are an extra")
    monkeypatch.setattr(filming_module, "_PATIENCE_SECONDS", 600.0)  # it ends by itself
    assert context.videos.hint is None
    process = _begin_film(context)
    # The first picture is drawn before there is a file, and a process, that takes it.
    _wait_until(lambda: any((context.paths.root / "videos").iterdir()))
    processes = [process, *process.children(recursive=True)]
    assert context.videos.hint is not None
    context.videos.give_up()
    context.videos.give_up()
    assert context.videos.hint is None
    _wait_until(lambda: _told_when_over(context))
    assert messages == ["the film is given up"]
    assert not list((context.paths.root / "videos").iterdir())
    assert not psutil.wait_procs(processes, timeout=10.0)[1]


def test_who_closes_the_window_leaves_no_film_behind(context: Context) -> None:
    pytest.importorskip("PIL", reason="films are an extra")
    process = _begin_film(context)
    context.videos.close()
    assert not process.is_running()
    assert not list((context.paths.root / "videos").iterdir())


def test_a_film_whose_process_does_not_listen_is_given_up_too(
    context: Context, messages: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("PIL", reason="films are an extra")
    deaf = (
        "import signal, sys, time; signal.signal(signal.SIGINT, signal.SIG_IGN);"
        "print('progress 0.5', file=sys.stderr, flush=True); time.sleep(60)"
    )
    monkeypatch.setattr(filming_module, "_PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(
        context.videos,
        "_start",
        lambda *_: subprocess.Popen([sys.executable, "-c", deaf], stderr=subprocess.PIPE, text=True),
    )
    process = _begin_film(context)
    half = temp_file(context.videos._file, process.pid)
    half.write_bytes(b"half")
    context.videos.give_up()
    _wait_until(lambda: _told_when_over(context))
    assert messages == ["the film is given up"]
    assert not process.is_running()
    assert not half.exists()


def test_a_film_that_fails_says_why(context: Context, messages: list[str]) -> None:
    pytest.importorskip("PIL", reason="films are an extra")
    broken = save_replay(context.paths, GAME)
    broken.write_bytes(b"rubbish")
    context.videos.begin(broken, 0)
    deadline = time.monotonic() + 60
    while not messages and time.monotonic() < deadline:
        context.videos.update()
        time.sleep(0.05)
    assert broken.name in messages[0]
