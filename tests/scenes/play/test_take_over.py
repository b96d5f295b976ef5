"""A person takes a model's game over, plays on by keys, and gives it back."""

from __future__ import annotations

import pytest

from tests.fake_screens import open_demo
from tests.fakes import FakeWorkerClient, as_fake
from tests.hidden_app import key_events
from tests.pilot import OpenPilot, Pilot
from tests.screens import open_training
from tetris_arcade.config.game_position import GamePosition
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.person_scene import COUNTDOWN_SECONDS
from tetris_arcade.scenes.play.take_over import TakeOverScene
from tetris_arcade.storage.played_games import list_played_games
from tetris_arcade.worker.shared.messages import (
    HandedOver,
    HandOver,
    NewGame,
    Pause,
    PlayOn,
    PlayTask,
    Resume,
    Save,
)

POSITION = GamePosition("0" * 180 + "3300000000" + "3377700000", "0123456" * 20, 12, 40, 500)


def _take_over(pilot: Pilot, client: FakeWorkerClient, *, position: GamePosition = POSITION) -> None:
    pilot.press("o")
    assert HandOver() in client.sent
    client.reports.append(HandedOver(position))
    pilot.send()
    pilot.send()


def _demo(open_pilot: OpenPilot) -> tuple[Pilot, FakeWorkerClient]:
    pilot = open_pilot(open_demo, frame_seconds=1 / 60)
    return pilot, as_fake(pilot.app.context.player)


def _top(pilot: Pilot) -> TakeOverScene:
    scene = pilot.app.top
    assert isinstance(scene, TakeOverScene)
    return scene


def _drop(pilot: Pilot, count: int) -> None:
    for _ in range(count):
        pilot.press("space")


def test_one_key_hands_over_the_board_and_the_pieces(open_pilot: OpenPilot) -> None:
    pilot, player = _demo(open_pilot)
    _take_over(pilot, player)
    game = _top(pilot).game
    assert game.board.visible_cells().tobytes() == POSITION.cells.tobytes()
    assert game.piece is not None
    assert (game.piece.piece, *game.next_pieces) == (0, 1, 2, 3, 4, 5)
    assert Pause() in player.sent
    assert pilot.sees("Your turn")
    assert pilot.sees("give it back")


def test_the_same_key_gives_it_back_and_the_model_plays_on(open_pilot: OpenPilot) -> None:
    pilot, player = _demo(open_pilot)
    _take_over(pilot, player)
    pilot.advance(COUNTDOWN_SECONDS + 0.05)
    game = _top(pilot).game
    _drop(pilot, 3)
    assert game.tally.pieces == 3
    pilot.press("o")
    assert isinstance(pilot.app.top, DemoScene)
    (given,) = [command for command in player.sent if isinstance(command, PlayOn)]
    assert given.position.cells.tobytes() == game.board.visible_cells().tobytes()
    assert given.position.pieces_ahead[:20] == POSITION.pieces_ahead[3:23]
    assert (given.position.lines, given.position.pieces) == (12, 43)
    assert player.sent[-1] == Resume()


def test_a_demo_that_was_paused_stays_paused(open_pilot: OpenPilot) -> None:
    pilot, player = _demo(open_pilot)
    pilot.press("p")
    _take_over(pilot, player)
    pilot.press("o")
    assert isinstance(player.sent[-1], PlayOn)
    assert player.is_paused


def test_a_person_who_tops_out_gives_the_model_a_new_game(open_pilot: OpenPilot) -> None:
    pilot, player = _demo(open_pilot)
    _take_over(pilot, player)
    pilot.advance(COUNTDOWN_SECONDS + 0.05)
    _drop(pilot, 30)
    assert _top(pilot).game.is_over
    pilot.advance(2.5)
    assert isinstance(pilot.app.top, DemoScene)
    assert player.sent[-2:] == [NewGame(), Resume()]
    assert list_played_games(pilot.app.context.paths) == []


def test_the_pause_menu_gives_it_back_so_that_a_cabinet_can(open_pilot: OpenPilot) -> None:
    pilot, player = _demo(open_pilot)
    _take_over(pilot, player)
    pilot.advance(COUNTDOWN_SECONDS + 0.05)
    pilot.press("1")
    assert pilot.title == "Paused"
    pilot.choose("Give it back")
    pilot.send()
    assert isinstance(pilot.app.top, DemoScene)
    assert any(isinstance(command, PlayOn) for command in player.sent)


def test_a_cabinet_takes_over_by_its_fourth_button(open_pilot: OpenPilot) -> None:
    pilot, player = _demo(open_pilot)
    pilot.press("1")
    pilot.send(*key_events("left shift"))
    pilot.advance(0.3)
    assert HandOver() in player.sent


def test_pad_and_touch_take_over(open_pilot: OpenPilot, monkeypatch: pytest.MonkeyPatch) -> None:
    pilot, player = _demo(open_pilot)
    monkeypatch.setattr(pilot.app._mapper._pads, "_has_shift", True)
    pilot.press_pad(6)
    assert player.sent.count(HandOver()) == 1
    large = open_pilot(open_demo, (1920, 1080))
    large.tap("take over")
    assert HandOver() in as_fake(large.app.context.player).sent


@pytest.mark.parametrize("height", [4, 10, 24])
def test_a_board_of_any_height_is_taken_over_and_given_back(open_pilot: OpenPilot, height: int) -> None:
    pilot, player = _demo(open_pilot)
    board = "0" * (10 * height - 20) + "3300000000" + "3377700000"
    _take_over(pilot, player, position=GamePosition(board, "0123456" * 20))
    pilot.advance(COUNTDOWN_SECONDS + 0.05)
    game = _top(pilot).game
    assert game.board.visible_cells().shape == (height, 10)
    _drop(pilot, 1)
    assert game.tally.pieces == 1
    pilot.press("o")
    (given,) = [command for command in player.sent if isinstance(command, PlayOn)]
    assert given.position.height == height
    assert given.position.cells.tobytes() == game.board.visible_cells().tobytes()


def test_a_low_ceiling_ends_a_game_that_reaches_above_it(open_pilot: OpenPilot) -> None:
    pilot, player = _demo(open_pilot)
    _take_over(pilot, player, position=GamePosition("0" * 60, "0123456" * 20))
    pilot.advance(COUNTDOWN_SECONDS + 0.05)
    _drop(pilot, 6)
    assert _top(pilot).game.is_over


def test_a_model_plays_on_from_a_trainings_low_board(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(open_training, frame_seconds=1 / 60)
    context = pilot.app.context
    _take_over(pilot, as_fake(context.trainer), position=GamePosition("0" * 100, "0123456" * 20))
    pilot.advance(COUNTDOWN_SECONDS + 0.05)
    pilot.press("o")
    task = as_fake(context.player).started[-1]
    assert isinstance(task, PlayTask)
    assert task.start is not None
    assert task.env.height == task.start.height == 10


def test_the_trainings_game_is_taken_over_and_the_training_is_left_alone(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(open_training, frame_seconds=1 / 60)
    trainer, player = as_fake(pilot.app.context.trainer), as_fake(pilot.app.context.player)
    _take_over(pilot, trainer)
    assert trainer.sent == [HandOver(), Save()]  # there is no network to play on with, yet
    pilot.advance(COUNTDOWN_SECONDS + 0.05)
    game = _top(pilot).game
    _drop(pilot, 2)
    pilot.press("o")
    assert isinstance(pilot.app.top, DemoScene)
    task = player.started[-1]
    assert isinstance(task, PlayTask)
    assert task.players == ("latest",)
    assert task.start is not None
    assert task.start.cells.tobytes() == game.board.visible_cells().tobytes()
    assert trainer.sent == [HandOver(), Save()]
    pilot.press("escape")
    assert pilot.title == "Training"


def test_another_challenge_starts_a_new_game(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(lambda context: DemoScene(context, "bcts", start=POSITION))
    pilot.press("down")
    player = as_fake(pilot.app.context.player)
    assert not any(isinstance(command, PlayOn) for command in player.sent)
    assert any(isinstance(command, NewGame) for command in player.sent)
