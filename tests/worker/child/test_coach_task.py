"""The coach's process: advice on boards, and the review of a game."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.realtime.boards import play, random_inputs
from tests.worker.polling import START_UP_SECONDS, Poller
from tetris_arcade.config.game_review import PlacedPiece
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import MARATHON
from tetris_arcade.realtime.stored_games import stored_game
from tetris_arcade.storage.played_games import encode_played_game
from tetris_arcade.storage.replays import Replay, encode_replay
from tetris_arcade.worker.shared.messages import (
    Advice,
    Advise,
    CoachTask,
    Failed,
    PlayTask,
    Progress,
    Reviewed,
    ReviewTask,
    WorkerState,
)

EMPTY = PlacedPiece("0" * 200, 0, 1, ())
FULL = PlacedPiece("0" * 10 + "0111111111" * 19, 1, 1, ())


def _review(poller: Poller) -> Reviewed:
    (reviewed,) = poller.of(Reviewed)
    assert isinstance(reviewed, Reviewed)
    return reviewed


def test_advice_comes_for_each_board_and_a_game_can_follow(process_poller: Poller) -> None:
    client = process_poller.client
    client.start(CoachTask("dellacherie"))
    process_poller.until_state(WorkerState.RUNNING, START_UP_SECONDS)
    for number, position in enumerate((EMPTY, FULL, EMPTY)):
        client.send(Advise(number, position))
    process_poller.until(lambda: len(process_poller.of(Advice)) == 3, 5)
    first, none, again = process_poller.of(Advice)
    assert isinstance(first, Advice)
    assert isinstance(none, Advice)
    assert isinstance(again, Advice)
    assert [first.number, none.number, again.number] == [0, 1, 2]
    assert len(first.placements) == 3
    assert first.placements == again.placements
    assert none.placements == ()
    pid = client.pid
    client.start(PlayTask(("bcts",), speed=None))
    process_poller.until_state(WorkerState.RUNNING, 5)
    assert client.pid == pid


def test_a_persons_game_and_a_models_are_reviewed(process_poller: Poller, tmp_path: Path) -> None:
    game = play(RealtimeGame(MARATHON, 4), random_inputs(4, 300, 100_000))
    client = process_poller.client
    file = tmp_path / "game.json"
    file.write_bytes(encode_played_game(stored_game(game)))
    client.start(ReviewTask("bcts", str(file)))
    process_poller.until_state(WorkerState.STOPPED, START_UP_SECONDS)
    review = _review(process_poller).review
    assert (review.model, review.placements) == ("bcts", game.tally.pieces)
    assert len(review.costliest) == 3
    assert process_poller.of(Progress)
    process_poller.reports.clear()
    replay = Replay({"height": 20}, 3, bytes([16, 20, 8, 4, 24]), 0, 5, "dt10")
    client.start(ReviewTask("dt20", content=encode_replay(replay).decode()))
    process_poller.until_state(WorkerState.STOPPED, 10)
    assert _review(process_poller).review.placements == 5


def test_a_review_that_is_stopped_has_no_result(process_poller: Poller) -> None:
    replay = Replay({"height": 20}, 3, bytes([16, 20, 8, 4, 24, 12, 0, 36] * 1_000), 0, 5, "dt10")
    client = process_poller.client
    client.start(ReviewTask("dt20", content=encode_replay(replay).decode()))
    process_poller.until_state(WorkerState.RUNNING, START_UP_SECONDS)
    client.rest()
    process_poller.frames(20)
    assert process_poller.of(Reviewed) == []


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        (CoachTask("random"), "rates no placements"),
        (CoachTask("nobody"), "no slot"),
        (ReviewTask("bcts", content="{"), "damaged"),
    ],
)
def test_a_fault_is_told(task: CoachTask | ReviewTask, reason: str, poller: Poller) -> None:
    poller.client.start(task)
    poller.until_state(WorkerState.FAILED, START_UP_SECONDS)
    (failed,) = poller.of(Failed)
    assert isinstance(failed, Failed)
    assert reason in failed.reason
