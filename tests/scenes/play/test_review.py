"""The review of a game: its way there, its numbers, its two boards, and its reasons."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tests.fakes import FakeWorkerClient, as_fake
from tests.pilot import OpenPilot, Pilot
from tests.realtime.boards import play, random_inputs
from tests.sample_data import save_sample_replays
from tests.screens import SIZES
from tetris_arcade.config.game_review import CostlyPlacement, GameReview, PlacedPiece, RatedPlacement
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import MARATHON
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.realtime.stored_games import recording_from
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.game_replay import GameReplayScene
from tetris_arcade.scenes.play.person_scene import COUNTDOWN_SECONDS
from tetris_arcade.scenes.play.replay_list import ReplaysScene
from tetris_arcade.scenes.play.review import ReviewedGame, ReviewScene
from tetris_arcade.scenes.play.solo import SoloScene
from tetris_arcade.storage.played_games import parse_played_game
from tetris_arcade.worker.shared.messages import (
    Failed,
    PlayTask,
    Progress,
    Reviewed,
    ReviewTask,
    Seek,
    Started,
    WorkerState,
)

_BOARD = "0" * 180 + "1111111000" + "2222000222"


def _costly(number: int, cost: float) -> CostlyPlacement:
    return CostlyPlacement(
        number,
        PlacedPiece(_BOARD, 0, 1, ()),
        RatedPlacement(((17, 0), (17, 1), (17, 2), (17, 3)), 10.0 - cost),
        RatedPlacement(((15, 9), (16, 9), (17, 9), (18, 9)), 10.0),
        (("holes", cost + 1.0), ("wells", -1.5), ("bumpiness", 0.5)),
    )


REVIEW = GameReview("champion", 63, 41, tuple(_costly(n, c) for n, c in ((17, 7.25), (40, 4.5), (3, 2.0))))


def _open(open_pilot: OpenPilot, size: tuple[int, int] = (800, 480)) -> tuple[Pilot, FakeWorkerClient]:
    pilot = open_pilot(
        lambda context: ReviewScene(context, ReviewedGame("You", Path("a.json")), "bcts"), size
    )
    return pilot, as_fake(pilot.app.context.player)


def _finish(pilot: Pilot, player: FakeWorkerClient, review: GameReview = REVIEW) -> None:
    player.reports.append(Reviewed(review))
    player.state = WorkerState.STOPPED
    pilot.advance(0.1)


def test_it_shows_how_much_is_the_same_and_the_three_that_cost_most(open_pilot: OpenPilot) -> None:
    pilot, player = _open(open_pilot)
    assert player.started == [ReviewTask("bcts", "a.json")]
    _finish(pilot, player)
    for text in ("41 of 63", "65%", "1 of 3", "17", "2.75 / 10.00", "7.25", "+8.25", "-1.50", "+7.25"):
        assert pilot.sees(text)
    pilot.press("right")
    assert pilot.sees("2 of 3")
    assert pilot.sees("+4.50")
    pilot.press("left", "left")
    assert pilot.sees("3 of 3")


@pytest.mark.parametrize("size", SIZES)
def test_reasons_and_their_sum_are_shown_at_every_size(open_pilot: OpenPilot, size: tuple[int, int]) -> None:
    pilot, player = _open(open_pilot, size)
    _finish(pilot, player)
    for text in ("holes", "wells", "together", "+7.25", "You", "bcts"):
        assert pilot.sees(text)
    assert pilot.cut_texts() == []


def test_another_model_reviews_it_again(open_pilot: OpenPilot) -> None:
    pilot, player = _open(open_pilot)
    _finish(pilot, player)
    pilot.press("down")
    assert isinstance(player.started[-1], ReviewTask)
    assert player.started[-1].player not in ("bcts", "random")
    player.reports.append(Progress(0.5))
    pilot.send()
    assert pilot.sees("ONE MOMENT")


def test_a_fault_is_told_and_can_be_tried_again(open_pilot: OpenPilot) -> None:
    pilot, player = _open(open_pilot)
    player.reports.append(Failed("The replay is damaged.", ""))
    player.state, player.message = WorkerState.FAILED, "The replay is damaged."
    pilot.send()
    assert pilot.sees("The replay is damaged.")
    pilot.press("return")
    assert len(player.started) == 2


def test_a_perfect_game_has_no_costly_placement(open_pilot: OpenPilot) -> None:
    pilot, player = _open(open_pilot)
    _finish(pilot, player, dataclasses.replace(REVIEW, same=63, costliest=()))
    assert pilot.sees("It would have")
    pilot.press("right")
    assert pilot.title == "Review"


def test_the_list_of_replays_reviews_any_of_them(open_pilot: OpenPilot) -> None:
    def scene(context: Context) -> ReplaysScene:
        save_sample_replays(context)
        return ReplaysScene(context)

    pilot = open_pilot(scene)
    pilot.press("k")
    assert pilot.title == "Review"
    task = as_fake(pilot.app.context.player).started[-1]
    assert isinstance(task, ReviewTask)
    assert Path(task.file).is_file()


def test_a_replay_continues_where_it_was(open_pilot: OpenPilot) -> None:
    def scene(context: Context) -> ReplaysScene:
        save_sample_replays(context)
        return ReplaysScene(context)

    pilot = open_pilot(scene)
    player = as_fake(pilot.app.context.player)
    pilot.press("return")
    replay = pilot.app.top
    record = player.frame["boards"][0]
    player.frame["num_boards"], record["pieces"] = 1, 321
    pilot.advance(0.1)
    pilot.press("k")
    assert pilot.title == "Review"
    pilot.press("escape")
    assert pilot.app.top is replay
    assert isinstance(player.started[-1], PlayTask)
    player.reports.append(Started())
    pilot.advance(0.1)
    assert player.sent[-1] == Seek(321)


def test_a_game_that_was_not_saved_is_reviewed_as_well(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(
        lambda context: SoloScene(context, MARATHON, make_seed=lambda: 7), frame_seconds=1 / 60
    )
    scene = pilot.app.top
    assert isinstance(scene, SoloScene)
    pilot.advance(COUNTDOWN_SECONDS + 0.05)
    for _ in range(40):
        pilot.press("space")
    pilot.advance(2.0)
    pilot.press("escape")
    pilot.choose("What the model would do")
    task = as_fake(pilot.app.context.player).started[-1]
    assert isinstance(task, ReviewTask)
    assert task.file == ""
    again = recording_from(parse_played_game(task.content.encode())).play_back()
    assert again.board.digest == scene.game.board.digest


def test_the_replay_of_a_persons_game_is_reviewed(open_pilot: OpenPilot) -> None:
    game = play(RealtimeGame(MARATHON, 4), random_inputs(4, 100, 100_000))
    pilot = open_pilot(lambda context: GameReplayScene(context, Recording.of(game)))
    pilot.press("k")
    assert isinstance(as_fake(pilot.app.context.player).started[-1], ReviewTask)
    pilot.press("k")
    assert pilot.title == "Replay of your game"
