"""What demo and duel share: keys, hidden boards, sounds, notices, and the player process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pygame
import pytest
from pygame import Surface

from tests.fakes import FakeWorkerClient
from tests.pilot import OpenPilot, Pilot
from tests.recording_canvas import RecordingCanvas
from tests.sample_data import show_move
from tests.scenes.actions import press
from tetris_arcade.scenes.base import Pop
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.base import PlayScene
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.duel import DuelScene
from tetris_arcade.ui.canvas import Canvas, SurfaceCache
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.theme import COLOUR_SAFE
from tetris_arcade.worker.shared.messages import (
    DuelEnded,
    GameEnded,
    Pause,
    Resume,
    SetPlayers,
    Started,
    Step,
    Warned,
    WorkerState,
)

SIZES = [(320, 180), (800, 480), (1280, 720), (1080, 1920), (3840, 1080)]
GAMEPAD_X = 2


def _draw(scene: PlayScene, size: tuple[int, int] = (800, 480)) -> RecordingCanvas:
    canvas = RecordingCanvas(Surface(size), COLOUR_SAFE, SurfaceCache())
    scene.draw(canvas)
    return canvas


# --- Keys ---


def test_speed_ladder_ends_at_full_speed(scene: PlayScene, player: FakeWorkerClient) -> None:
    press(scene, *[Action.SLOWER] * 12)
    assert player.speed == 0.5
    speeds = [player.speed]
    while player.speed is not None:
        press(scene, Action.FASTER)
        speeds.append(player.speed)
    assert speeds == [*sorted(speeds[:-1]), None]
    assert {1.0, 4.0, 16.0} < set(speeds)


def test_pause_key_resumes_too(scene: PlayScene, player: FakeWorkerClient) -> None:
    press(scene, Action.PAUSE, Action.PAUSE)
    assert player.sent == [Pause(), Resume()]


def test_step_key_pauses_first(scene: PlayScene, player: FakeWorkerClient) -> None:
    press(scene, Action.STEP, Action.STEP)
    assert player.sent == [Pause(), Step()]


@pytest.mark.parametrize("key", [Action.BACK, Action.STOP])
def test_leaving_keeps_the_process(scene: PlayScene, player: FakeWorkerClient, key: Action) -> None:
    assert press(scene, key) == Pop()
    scene.close()
    assert (player.rests, player.stops) == (1, 0)


def test_pause_key_restarts_a_failed_player(scene: PlayScene, player: FakeWorkerClient) -> None:
    press(scene, Action.FASTER, Action.FASTER)
    player.state = WorkerState.FAILED
    press(scene, Action.PAUSE)
    assert player.started[1:] == [replace(player.started[0], speed=16.0)]


def _by_key(pilot: Pilot) -> None:
    pilot.press("v")


def _by_gamepad(pilot: Pilot) -> None:
    pilot.press_pad(GAMEPAD_X)


def _by_touch(pilot: Pilot) -> None:
    """Touch the line on the help's second page, which lists what the footer has no space for."""
    pilot.tap("help")
    pilot.tap("keys")
    pilot.tap("the board")


@pytest.mark.parametrize("toggle", [_by_key, _by_gamepad, _by_touch])
@pytest.mark.parametrize("kind", [DemoScene, DuelScene])
def test_every_device_hides_and_shows_the_board(
    open_pilot: OpenPilot, kind: type[PlayScene], toggle: Callable[[Pilot], None]
) -> None:
    names = ("bcts",) if kind is DemoScene else ("bcts", "random")
    pilot = open_pilot(lambda context: kind(context, *names))
    for is_hidden in (True, False):
        toggle(pilot)
        assert pilot.sees("BOARD HIDDEN") is is_hidden
        assert pilot.sees("to show it.") is is_hidden


def test_hidden_board_is_still_and_silent(
    scene: PlayScene, context: Context, player: FakeWorkerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sounds: list[str] = []
    monkeypatch.setattr(context.audio, "play", sounds.append)
    show_move(player)
    scene.update(0.0, 0.1)
    press(scene, Action.VISUALS)
    before = pygame.image.tobytes(_draw(scene).surface, "RGB")
    show_move(player, ("IIII......",) * 7, move=2)
    for _ in range(12):
        scene.update(0.0, 0.1)
    assert sounds == []
    assert pygame.image.tobytes(_draw(scene).surface, "RGB") == before
    press(scene, Action.VISUALS)
    assert pygame.image.tobytes(_draw(scene).surface, "RGB") != before


# --- The player process ---


def test_help_over_the_screen_restarts_nothing(scene: PlayScene, player: FakeWorkerClient) -> None:
    scene.leave()
    scene.enter()
    assert len(player.started) == 1


def test_restarted_player_is_told_later_changes(demo: DemoScene, player: FakeWorkerClient) -> None:
    press(demo, Action.RIGHT)
    player.sent.clear()
    demo.on_report("player", Started())
    assert player.sent == [SetPlayers(("bcts",))]


def test_player_started_as_asked_is_told_nothing(scene: PlayScene, player: FakeWorkerClient) -> None:
    scene.on_report("player", Started())
    assert player.sent == []


def test_warnings_are_shown(scene: PlayScene, messages: list[str]) -> None:
    scene.on_report("player", Warned("there is no slot nobody"))
    assert messages == ["there is no slot nobody"]


def test_every_board_is_shown_and_sounds(
    scene: PlayScene, context: Context, player: FakeWorkerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sounds: list[str] = []
    monkeypatch.setattr(context.audio, "play", sounds.append)
    count = len(scene._boards)
    show_move(player)
    player.frame["boards"][1], player.frame["num_boards"] = player.frame["boards"][0], count
    for _ in range(12):
        scene.update(0.0, 0.1)
    assert [board.view.lines for board in scene._boards] == [42] * count
    assert sounds == ["lock"] * count


# --- Drawing ---


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (WorkerState.FAILED, "Press ENTER to try again."),
        (WorkerState.RESTARTING, "Restarting (details in the log)"),
        (WorkerState.STARTING, "GET READY"),
        (WorkerState.PAUSED, "PAUSED"),
    ],
)
def test_notice_says_why_nothing_moves(
    scene: PlayScene, player: FakeWorkerClient, state: WorkerState, text: str
) -> None:
    player.state, player.message = state, "The player has stopped with exit code 1."
    player.frame["num_boards"] = len(scene._boards)
    assert text in " ".join(_draw(scene, (1280, 720)).written)


def test_stored_game_is_played_during_a_slow_start(scene: PlayScene, player: FakeWorkerClient) -> None:
    player.state = WorkerState.STARTING
    scene.update(0.0, 0.1)
    assert not any("SAVED GAME" in text for text in _draw(scene).written)
    for _ in range(8):
        scene.update(0.0, 0.1)
    assert any("SAVED GAME" in text for text in _draw(scene).written)
    assert all(board.view.pieces > 1 for board in scene._boards)
    player.state = WorkerState.RUNNING
    show_move(player)
    scene.update(0.0, 0.1)
    assert not any("SAVED GAME" in text for text in _draw(scene).written)
    assert scene._boards[0].view.lines == 42


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", [WorkerState.STARTING, WorkerState.RUNNING, WorkerState.FAILED])
def test_drawing_changes_nothing(
    scene: PlayScene, player: FakeWorkerClient, size: tuple[int, int], state: WorkerState
) -> None:
    player.state = state
    show_move(player)
    player.frame["num_boards"] = 2
    scene.on_report("player", GameEnded(10, 100, 0))
    scene.on_report("player", DuelEnded((10, 4), 0, (1, 1)))
    scene.update(1.0, 0.1)
    pictures = []
    for _ in range(2):
        surface = Surface(size)
        scene.draw(Canvas(surface, COLOUR_SAFE, SurfaceCache()))
        pictures.append(pygame.image.tobytes(surface, "RGB"))
    assert pictures[0] == pictures[1]
    assert any(pictures[0])
