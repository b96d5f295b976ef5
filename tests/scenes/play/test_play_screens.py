"""Demo and duel with a pretended player: what keys ask of it, and what its reports come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pygame
import pytest
from pygame import Surface

from tests.fakes import FakeWorkerClient, as_fake
from tests.hidden_app import open_hidden, play_plan
from tests.sample_data import show_move
from tetris_arcade.app import App
from tetris_arcade.scenes.base import Pop
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.base import PlayScene
from tetris_arcade.scenes.play.challenges import CHALLENGES
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.duel import DuelScene
from tetris_arcade.scenes.play.duel_layout import DuelResult
from tetris_arcade.ui.canvas import Canvas, SurfaceCache
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.theme import COLOUR_SAFE
from tetris_arcade.ui.widgets.footer import Button
from tetris_arcade.worker.shared.messages import (
    GameEnded,
    NewGame,
    Pause,
    PlayTask,
    Report,
    SetLookahead,
    SetPlayers,
    SetSpeed,
    Started,
    Warned,
    WorkerState,
)

SIZES = [(320, 180), (800, 480), (1280, 720), (1080, 1920), (3840, 1080)]


@pytest.fixture
def demo(context: Context) -> DemoScene:
    scene = DemoScene(context, "dellacherie")
    scene.enter()
    return scene


@pytest.fixture
def duel(context: Context) -> DuelScene:
    scene = DuelScene(context, "dellacherie", "random")
    scene.enter()
    return scene


def _press(scene: PlayScene, *actions: Action) -> None:
    for action in actions:
        scene.handle(InputEvent(action=action))


def _hear(scene: PlayScene, *reports: Report) -> None:
    for report in reports:
        scene.on_report("player", report)


def _end(side: int, lines: int, seed: int, pieces: int = 100) -> GameEnded:
    return GameEnded(side, lines, pieces, 0, seed)


# --- Demo -------------------------------------------------------------------------------------------------


def test_keys_change_model_challenge_speed_and_look_ahead(demo: DemoScene, player: FakeWorkerClient) -> None:
    _press(demo, Action.RIGHT, Action.DOWN, Action.FASTER, Action.LOOKAHEAD)
    wanted = [SetPlayers(("bcts",)), NewGame(CHALLENGES[1].env), SetSpeed(8.0), SetLookahead(True)]
    assert player.sent == wanted


def test_arrows_challenges_and_look_ahead_are_touched_where_they_are_seen(
    demo: DemoScene, player: FakeWorkerClient
) -> None:
    demo.draw(Canvas(Surface((1280, 720)), COLOUR_SAFE, SurfaceCache()))
    places = {button.action: button.rect.center for button in demo._buttons}
    lines = {index: rect.center for index, rect in demo._lines}
    for place in (places[Action.RIGHT], lines[2], lines[0], places[Action.LOOKAHEAD], places[Action.LEFT]):
        demo.handle(InputEvent(position=place, clicked=True))
    assert player.sent == [
        SetPlayers(("bcts",)),
        NewGame(CHALLENGES[2].env),
        NewGame(CHALLENGES[0].env),
        SetLookahead(True),
        SetPlayers(("dellacherie",)),
    ]


def test_a_model_chosen_while_nobody_can_hear_is_what_is_started(
    demo: DemoScene, player: FakeWorkerClient
) -> None:
    player.state = player.state_after_start = WorkerState.STARTING
    _press(demo, Action.RIGHT, Action.DOWN)
    assert player.sent == []
    assert player.started[-1] == PlayTask(("bcts",), CHALLENGES[1].env, speed=4.0)


def test_look_ahead_and_challenge_are_part_of_the_game_that_is_started(
    demo: DemoScene, player: FakeWorkerClient
) -> None:
    player.state = player.state_after_start = WorkerState.STARTING
    _press(demo, Action.LOOKAHEAD, Action.UP, Action.UP)
    wanted = PlayTask(("dellacherie",), CHALLENGES[-2].env, speed=4.0, lookahead=True)
    assert player.started[-1] == wanted
    assert CHALLENGES[-2].env.garbage_every > 0
    _press(demo, Action.LOOKAHEAD)
    assert player.started[-1] == replace(wanted, lookahead=False)


def _by_key(app: App) -> None:
    play_plan(app, ["l"], is_real_time=False)


def _by_pad(app: App) -> None:
    x_button = 2
    app.frame([pygame.event.Event(pygame.CONTROLLERBUTTONDOWN, instance_id=3, button=x_button)], 0.0, 0.1)


def _by_touch(app: App) -> None:
    """By the help, which has what the foot has no room for."""
    _tap(app, app.router.buttons, Action.HELP)
    app.frame([], 0.0, 0.1)
    _tap(app, app.top._buttons, Action.LOOKAHEAD)  # type: ignore[attr-defined]


def _tap(app: App, buttons: list[Button], action: Action) -> None:
    place = next(button.rect.center for button in buttons if button.action is action)
    for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
        app.frame([pygame.event.Event(kind, button=1, pos=place, touch=True)], 0.0, 0.1)


@pytest.mark.parametrize("turn", [_by_key, _by_pad, _by_touch])
@pytest.mark.parametrize(
    "make", [lambda context: DemoScene(context, "bcts"), lambda context: DuelScene(context, "bcts", "random")]
)
def test_every_device_switches_look_ahead_on_and_off(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Context], PlayScene],
    turn: Callable[[App], None],
) -> None:
    monkeypatch.setattr("tetris_arcade.app.WorkerClient", FakeWorkerClient)
    app = open_hidden(tmp_path, (1280, 720), make)
    try:
        play_plan(app, [0.1], is_real_time=False)
        for wanted in (True, False):
            turn(app)
            app.frame([], 0.0, 0.1)
            switched = [
                messages
                for messages in as_fake(app.context.player).sent
                if isinstance(messages, SetLookahead)
            ]
            assert switched[-1] == SetLookahead(wanted)
            play_plan(app, [0.1], is_real_time=False)
    finally:
        app.close()


def test_speeds_go_from_a_piece_in_two_seconds_to_as_fast_as_it_goes(
    demo: DemoScene, player: FakeWorkerClient
) -> None:
    def turn(action: Action) -> None:
        player.sent.clear()
        _press(demo, action)
        (messages,) = player.sent
        assert isinstance(messages, SetSpeed)
        player.speed = messages.pieces_per_second

    for _ in range(12):
        turn(Action.SLOWER)
    assert player.speed == 0.5
    seen = [player.speed]
    while player.speed is not None:
        turn(Action.FASTER)
        seen.append(player.speed)
    assert seen == [*sorted(seen[:-1]), None]
    assert {1.0, 4.0, 16.0} < set(seen)


@pytest.mark.parametrize("name", ["demo", "duel"])
def test_the_stop_key_ends_what_is_played(
    name: str, request: pytest.FixtureRequest, player: FakeWorkerClient
) -> None:
    scene: PlayScene = request.getfixturevalue(name)
    assert isinstance(scene.handle(InputEvent(action=Action.STOP)), Pop)
    scene.close()
    assert player.stops == 1


def test_a_player_that_died_and_starts_again_is_told_what_was_chosen_since(
    demo: DemoScene, player: FakeWorkerClient
) -> None:
    player.task = player.started[-1]
    _press(demo, Action.RIGHT)
    player.sent.clear()
    _hear(demo, Started())
    assert player.sent == [SetPlayers(("bcts",))]


def test_a_player_that_starts_as_asked_is_told_nothing(demo: DemoScene, player: FakeWorkerClient) -> None:
    player.task = player.started[-1]
    _hear(demo, Started())
    assert player.sent == []


def test_a_step_pauses_first_and_confirm_starts_a_player_that_failed(
    demo: DemoScene, player: FakeWorkerClient
) -> None:
    _press(demo, Action.STEP)
    assert player.sent == [Pause()]
    player.state = WorkerState.FAILED
    _press(demo, Action.CONFIRM)
    assert len(player.started) == 2


def test_what_the_player_warns_of_is_told(demo: DemoScene, messages: list[str]) -> None:
    _hear(demo, Warned("there is no slot nobody"))
    assert messages == ["there is no slot nobody"]


def test_the_best_game_is_of_this_model_and_this_challenge(demo: DemoScene) -> None:
    _hear(demo, _end(0, 300, 1), _end(0, 120, 2))
    assert demo._best_lines == 300
    _press(demo, Action.DOWN)
    assert demo._best_lines == 0
    assert not demo._recent


def test_back_leaves_and_stops_the_player(demo: DemoScene, player: FakeWorkerClient) -> None:
    assert isinstance(demo.handle(InputEvent(action=Action.BACK)), Pop)
    demo.close()
    assert player.stops == 1


# --- Duel -------------------------------------------------------------------------------------------------


def test_more_lines_win_then_more_pieces(duel: DuelScene) -> None:
    _hear(duel, _end(0, 10, 1), _end(1, 4, 1), _end(1, 5, 2, pieces=90), _end(0, 5, 2, pieces=80))
    assert duel._wins == [1, 1]
    _hear(duel, _end(0, 5, 3), _end(1, 5, 3))
    assert duel._wins == [1, 1]
    assert [result.winner for result in duel._results] == [None, 1, 0]


def test_ends_of_different_games_are_no_result(duel: DuelScene) -> None:
    _hear(duel, _end(0, 10, 1), _end(1, 4, 2), _end(0, 3, 3), _end(1, 9, 3))
    assert list(duel._results) == [DuelResult((3, 9), 1)]


def test_a_swap_takes_the_wins_along(duel: DuelScene, player: FakeWorkerClient) -> None:
    _hear(duel, _end(0, 10, 1), _end(1, 4, 1))
    _press(duel, Action.LEFT)
    assert duel._wins == [0, 1]
    assert list(duel._results) == [DuelResult((4, 10), 1)]
    assert player.started[-1] == PlayTask(("random", "dellacherie"), CHALLENGES[2].env, speed=4.0)


def test_another_challenge_is_another_match(duel: DuelScene, player: FakeWorkerClient) -> None:
    _hear(duel, _end(0, 10, 1), _end(1, 4, 1))
    _press(duel, Action.DOWN)
    assert duel._wins == [0, 0]
    assert player.sent == [NewGame(CHALLENGES[3].env)]


def test_both_sides_look_ahead_or_none_in_a_match_of_its_own(
    duel: DuelScene, player: FakeWorkerClient
) -> None:
    _hear(duel, _end(0, 10, 1), _end(1, 4, 1))
    _press(duel, Action.LOOKAHEAD)
    assert duel._wins == [0, 0]
    assert player.sent == [SetLookahead(True), NewGame(CHALLENGES[2].env)]
    _press(duel, Action.LEFT)
    swapped = player.started[-1]
    assert isinstance(swapped, PlayTask)
    assert swapped.lookahead


def test_a_rematch_forgets_the_game_that_is_not_over(duel: DuelScene) -> None:
    _hear(duel, _end(0, 10, 1))
    _press(duel, Action.CONFIRM)
    _hear(duel, _end(1, 4, 1))
    assert duel._wins == [0, 0]


# --- Both -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "number"), [("demo", 1), ("duel", 2)])
def test_every_board_that_is_played_is_shown_and_heard(
    name: str,
    number: int,
    request: pytest.FixtureRequest,
    context: Context,
    player: FakeWorkerClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene: PlayScene = request.getfixturevalue(name)
    heard: list[str] = []
    monkeypatch.setattr(context.audio, "play", heard.append)
    show_move(player)
    player.frame["boards"][1], player.frame["num_boards"] = player.frame["boards"][0], number
    for _ in range(12):
        scene.update(0.0, 0.1)
    assert [playback.view.lines for playback in scene._playbacks] == [42] * number
    assert heard == ["lock"] * number


@pytest.mark.parametrize("name", ["demo", "duel"])
def test_the_pause_key_starts_a_player_that_failed(
    name: str, request: pytest.FixtureRequest, player: FakeWorkerClient
) -> None:
    scene: PlayScene = request.getfixturevalue(name)
    player.state, player.speed = WorkerState.FAILED, 16.0
    _press(scene, Action.PAUSE)
    assert player.started[1:] == [replace(player.started[0], speed=16.0)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", [WorkerState.STARTING, WorkerState.RUNNING, WorkerState.FAILED])
def test_every_size_and_state_is_drawn_and_drawing_changes_nothing(
    demo: DemoScene, duel: DuelScene, player: FakeWorkerClient, size: tuple[int, int], state: WorkerState
) -> None:
    player.state = state
    show_move(player)
    player.frame["num_boards"] = 2
    for scene in (demo, duel):
        _hear(scene, _end(0, 10, 1), _end(1, 4, 1))
        scene.update(1.0, 0.1)
        surface = Surface(size)
        scene.draw(Canvas(surface, COLOUR_SAFE, SurfaceCache()))
        first = pygame.image.tobytes(surface, "RGB")
        surface.fill((0, 0, 0))
        scene.draw(Canvas(surface, COLOUR_SAFE, SurfaceCache()))
        assert pygame.image.tobytes(surface, "RGB") == first
        assert any(first)
