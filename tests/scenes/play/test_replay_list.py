"""The list of replays: watching, deleting, damaged files, and the way to a demo if it is empty."""

from __future__ import annotations

import time

import pytest
from pygame import Surface

from tests.fakes import FakeWorkerClient
from tests.recording_canvas import RecordingCanvas
from tests.scenes.actions import press
from tetris_arcade.scenes.base import Pop, Push
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.replay import ReplayScene
from tetris_arcade.scenes.play.replay_list import ReplaysScene
from tetris_arcade.storage.replays import Replay, list_replays, save_replay
from tetris_arcade.ui.canvas import SurfaceCache
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.theme import COLOUR_SAFE
from tetris_arcade.worker.shared.messages import SetPlayers

SIZES = [(320, 180), (800, 480), (1280, 720), (1920, 1080), (1080, 1920)]
GAME = Replay({"height": 20, "pieces": "bag"}, 3, bytes([16, 20, 8, 4, 24, 12] * 50), 0, 300, "bcts")


def _open_list(context: Context) -> ReplaysScene:
    scene = ReplaysScene(context)
    scene.enter()
    return scene


def _watch_first(context: Context) -> ReplayScene:
    """The replay that opens when the first of the list is confirmed."""
    opened = press(_open_list(context), Action.CONFIRM)
    assert isinstance(opened, Push)
    assert isinstance(opened.scene, ReplayScene)
    opened.scene.enter()
    return opened.scene


def test_newest_replay_is_first(context: Context) -> None:
    save_replay(context.paths, GAME)
    newest = save_replay(context.paths, GAME)
    replay = _watch_first(context)._replay
    assert replay.path == newest
    assert (replay.player, replay.pieces, replay.score) == ("bcts", 300, 300)
    assert replay.board == "bag, 20 rows"


def test_damaged_replay_is_listed_with_its_reason(context: Context, messages: list[str]) -> None:
    save_replay(context.paths, GAME).write_bytes(b"{half a fi")
    assert press(_open_list(context), Action.CONFIRM) is None
    assert "damaged" in messages[0]


def test_damaged_replay_is_skipped_while_watching(context: Context, player: FakeWorkerClient) -> None:
    files = [save_replay(context.paths, GAME) for _ in range(3)]
    files[1].write_bytes(b"{half a fi")
    press(_watch_first(context), Action.DOWN)
    assert player.sent == [SetPlayers((str(files[0]),))]


def test_empty_list_leads_to_a_demo(context: Context) -> None:
    scene = _open_list(context)
    assert [hint.actions for hint in scene.hints()] == [(Action.CONFIRM,), (Action.BACK,)]
    opened = press(scene, Action.STOP, Action.PAUSE, Action.CONFIRM)
    assert isinstance(opened, Push)
    assert isinstance(opened.scene, DemoScene)


def test_delete_asks_first(context: Context, messages: list[str]) -> None:
    save_replay(context.paths, GAME)
    asked = press(_open_list(context), Action.STOP)
    assert isinstance(asked, Push)
    assert isinstance(asked.scene, ChoiceDialog)
    assert press(asked.scene, Action.CONFIRM) == Pop()
    assert len(list_replays(context.paths)) == 1
    press(asked.scene, Action.DOWN, Action.CONFIRM)
    deadline = time.monotonic() + 20.0
    while not messages and time.monotonic() < deadline:
        context.jobs.update()
        time.sleep(0.005)
    assert messages == ["Replay deleted"]
    assert list_replays(context.paths) == []


def test_locked_list_deletes_nothing(context: Context, messages: list[str]) -> None:
    context.is_kiosk = True
    save_replay(context.paths, GAME)
    scene = _open_list(context)
    assert press(scene, Action.STOP) is None
    assert messages == ["Replays cannot be deleted here"]
    assert Action.STOP not in {action for hint in scene.hints() for action in hint.actions}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [0, 40])
def test_list_is_drawn_whole(context: Context, size: tuple[int, int], count: int) -> None:
    for _ in range(count):
        save_replay(context.paths, GAME)
    scene = _open_list(context)
    press(scene, *[Action.DOWN] * min(count, 12))
    canvas = RecordingCanvas(Surface(size), COLOUR_SAFE, SurfaceCache())
    scene.draw(canvas)
    assert canvas.left_out == []
    rects = dict(scene._table._rects)
    assert (scene._table.chosen in rects) == bool(count)
    assert all(canvas.rect.contains(rect) for rect in rects.values())
