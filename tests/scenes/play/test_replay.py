"""The replay: seeking, speed, and the way to the next replay."""

from __future__ import annotations

import pytest
from pygame import Surface

from tests.fakes import FakeWorkerClient
from tests.recording_canvas import RecordingCanvas
from tests.sample_data import show_move
from tests.scenes.actions import click, press
from tetris_arcade.scenes.base import Pop
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.replay import ReplayScene
from tetris_arcade.scenes.play.replay_summary import ReplaySummary
from tetris_arcade.ui.canvas import Canvas, SurfaceCache
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.theme import COLOUR_SAFE
from tetris_arcade.worker.shared.messages import Pause, PlayTask, Seek, SetPlayers, SetSpeed, Started

SIZES = [(320, 180), (800, 480), (1280, 720), (1920, 1080), (1080, 1920)]


def _open_replay(context: Context, count: int = 1) -> ReplayScene:
    """The first of some replays of 300 pieces."""
    folder = context.paths.replays
    replays = [ReplaySummary(folder / f"{number}.json", "bcts", pieces=300) for number in range(count)]
    scene = ReplayScene(context, replays, 0)
    scene.enter()
    return scene


def _draw(scene: ReplayScene, size: tuple[int, int]) -> None:
    scene.draw(Canvas(Surface(size), COLOUR_SAFE, SurfaceCache()))


def _files(scene: ReplayScene, *indices: int) -> list[SetPlayers]:
    """The commands that change to the replays at these indices."""
    return [SetPlayers((str(scene._replays[index].path),)) for index in indices]


def test_keys_seek_step_and_change_the_speed(context: Context, player: FakeWorkerClient) -> None:
    show_move(player)
    player.frame["boards"][0]["pieces"] = 100
    scene = _open_replay(context)
    scene.update(0.0, 0.1)
    press(scene, Action.RIGHT, Action.LEFT, Action.CONFIRM, Action.FASTER, Action.STEP)
    assert player.sent == [Seek(110), Seek(90), Seek(0), SetSpeed(8.0), Pause()]


@pytest.mark.parametrize("size", SIZES)
def test_click_on_the_bar_seeks(context: Context, player: FakeWorkerClient, size: tuple[int, int]) -> None:
    show_move(player)
    scene = _open_replay(context)
    scene.update(0.0, 0.1)
    _draw(scene, size)
    rail = scene._bar._bar
    click(scene, (rail.x + rail.width // 2, rail.centery))
    click(scene, (rail.x, rail.centery - size[1] // 2))
    (seek,) = player.sent
    assert isinstance(seek, Seek)
    assert seek.pieces == pytest.approx(150, abs=3)


def test_up_and_down_change_the_replay_without_a_restart(context: Context, player: FakeWorkerClient) -> None:
    scene = _open_replay(context, 3)
    press(scene, Action.DOWN, Action.DOWN, Action.DOWN, Action.UP)
    assert player.sent == _files(scene, 1, 2, 0, 2)
    assert len(player.started) == 1


def test_arrows_beside_the_name_change_the_replay(context: Context, player: FakeWorkerClient) -> None:
    scene = _open_replay(context, 3)
    _draw(scene, (800, 480))
    for arrow in (scene._arrows[1], scene._arrows[0], scene._arrows[0]):
        click(scene, arrow.rect.center)
    assert player.sent == _files(scene, 1, 0, 2)


def test_only_replay_has_no_next(context: Context, player: FakeWorkerClient, messages: list[str]) -> None:
    press(_open_replay(context), Action.DOWN)
    assert player.sent == []
    assert messages == ["There is no other replay"]


def test_restarted_player_is_told_the_replay(context: Context, player: FakeWorkerClient) -> None:
    scene = _open_replay(context, 2)
    press(scene, Action.DOWN)
    player.sent.clear()
    scene.on_report("player", Started())
    assert player.sent == _files(scene, 1)


def test_layout_stays_when_the_replay_changes(context: Context) -> None:
    names = ("bcts", "a champion with a very long name of its own"), (20, 10)
    replays = [
        ReplaySummary(context.paths.replays / f"{name}.json", name, pieces=300, height=height)
        for name, height in zip(*names, strict=True)
    ]
    places = []
    for index in range(2):
        canvas = RecordingCanvas(Surface((1280, 720)), COLOUR_SAFE, SurfaceCache())
        ReplayScene(context, replays, index).draw(canvas)
        places.append({text: tuple(place) for text, place in canvas.places if text in ("THIS GAME", "NEXT")})
    assert places[0] == places[1] != {}


def test_stop_key_leaves(context: Context, player: FakeWorkerClient) -> None:
    scene = _open_replay(context)
    task = player.started[0]
    assert isinstance(task, PlayTask)
    assert task.players == (str(scene._replays[0].path),)
    assert press(scene, Action.STOP) == Pop()
    scene.close()
    assert player.rests == 1


def test_video_starts_at_the_current_piece(
    context: Context, player: FakeWorkerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported: list[tuple[str, int]] = []
    monkeypatch.setattr(context.videos, "start", lambda path, piece: exported.append((path.name, piece)))
    show_move(player)
    player.frame["boards"][0]["pieces"] = 100
    scene = _open_replay(context)
    scene.update(0.0, 0.1)
    press(scene, Action.RECORD)
    assert exported == [("0.json", 100)]
