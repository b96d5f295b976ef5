"""The demo: keys, clicks, the list of finished games, and saved replays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pygame import Surface

from tests.fakes import FakeWorkerClient
from tests.recording_canvas import RecordingCanvas
from tests.scenes.actions import click, press
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.challenges import CHALLENGES
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.services.video_export import LAST_PIECES
from tetris_arcade.ui.canvas import Canvas, SurfaceCache
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.theme import COLOUR_SAFE
from tetris_arcade.worker.shared.messages import (
    GameEnded,
    GameSaved,
    NewGame,
    PlayTask,
    SaveGame,
    SetLookahead,
    SetPlayers,
    SetSpeed,
    WorkerState,
)


def test_keys_send_commands(demo: DemoScene, player: FakeWorkerClient) -> None:
    press(demo, Action.RIGHT, Action.DOWN, Action.FASTER, Action.LOOKAHEAD, Action.LOOKAHEAD)
    assert player.sent == [
        SetPlayers(("bcts",)),
        NewGame(CHALLENGES[1].env),
        SetSpeed(8.0),
        SetLookahead(True),
        SetLookahead(False),
    ]


def test_clicks_send_commands(demo: DemoScene, player: FakeWorkerClient) -> None:
    demo.draw(Canvas(Surface((1280, 720)), COLOUR_SAFE, SurfaceCache()))
    buttons = {button.action: button.rect.center for button in demo._buttons}
    challenges = {index: rect.center for index, rect in demo._challenge_rects}
    for position in (
        buttons[Action.RIGHT],
        challenges[2],
        challenges[0],
        buttons[Action.LOOKAHEAD],
        buttons[Action.LEFT],
    ):
        click(demo, position)
    assert player.sent == [
        SetPlayers(("bcts",)),
        NewGame(CHALLENGES[2].env),
        NewGame(CHALLENGES[0].env),
        SetLookahead(True),
        SetPlayers(("dellacherie",)),
    ]


@pytest.mark.parametrize("text_size", [1.0, 1.5])
@pytest.mark.parametrize("size", [(800, 480), (1280, 720), (1920, 1080), (1080, 1920)])
def test_every_challenge_is_described_in_full(
    demo: DemoScene, size: tuple[int, int], text_size: float
) -> None:
    for _ in CHALLENGES:
        press(demo, Action.DOWN)
        canvas = RecordingCanvas(Surface(size), COLOUR_SAFE, SurfaceCache(), text_size)
        demo.draw(canvas)
        assert canvas.left_out == []


def test_changes_during_start_restart_the_player(demo: DemoScene, player: FakeWorkerClient) -> None:
    task = PlayTask(("bcts",), CHALLENGES[-2].env, speed=4.0, lookahead=True)
    for action in (Action.LOOKAHEAD, Action.UP, Action.UP, Action.RIGHT):
        player.state = WorkerState.STARTING
        press(demo, action)
    assert player.sent == []
    assert player.started[-1] == task
    player.state = WorkerState.STARTING
    press(demo, Action.LOOKAHEAD)
    assert player.started[-1] == replace(task, lookahead=False)


def test_confirm_key_restarts_a_failed_player(demo: DemoScene, player: FakeWorkerClient) -> None:
    player.state = WorkerState.FAILED
    press(demo, Action.CONFIRM)
    assert len(player.started) == 2


@pytest.mark.parametrize("change", [Action.DOWN, Action.RIGHT])
def test_finished_games_are_of_one_model_and_challenge(demo: DemoScene, change: Action) -> None:
    for lines in (300, 120):
        demo.on_report("player", GameEnded(lines, 100, 0))
    assert [game.lines for game in demo._recent] == [120, 300]
    assert demo._best_lines == 300
    press(demo, change)
    assert (list(demo._recent), demo._best_lines) == ([], 0)


@pytest.mark.parametrize(("key", "exports"), [(Action.SAVE, False), (Action.RECORD, True)])
def test_saved_game_is_exported_if_asked(
    demo: DemoScene,
    context: Context,
    player: FakeWorkerClient,
    messages: list[str],
    monkeypatch: pytest.MonkeyPatch,
    key: Action,
    exports: bool,
) -> None:
    exported: list[tuple[str, int]] = []
    monkeypatch.setattr(context.videos, "start", lambda path, piece: exported.append((path.name, piece)))
    press(demo, key)
    assert player.sent == [SaveGame()]
    demo.on_report("player", GameSaved("game.json", 22, LAST_PIECES + 30))
    assert messages == ["Saved to Replays (22 lines)"]
    assert exported == ([("game.json", 30)] if exports else [])


def test_locked_demo_saves_nothing(demo: DemoScene, player: FakeWorkerClient, messages: list[str]) -> None:
    demo.context.is_kiosk = True
    press(demo, Action.SAVE, Action.RECORD)
    assert messages == ["Games cannot be saved here"] * 2
    assert player.sent == []
    assert "save replay" not in [hint.description for hint in demo.hints()]
