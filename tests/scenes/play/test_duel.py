"""The duel: results, the best of five, and what restarts the match."""

from __future__ import annotations

from collections.abc import Sequence

from tests.fakes import FakeWorkerClient
from tests.pilot import OpenPilot
from tests.sample_data import show_duel
from tests.scenes.actions import press
from tetris_arcade.scenes.play.challenges import CHALLENGES, DUEL_CHALLENGE
from tetris_arcade.scenes.play.duel import DuelScene
from tetris_arcade.scenes.play.match import DuelResult
from tetris_arcade.ui.input import Action
from tetris_arcade.worker.shared.messages import DuelEnded, NewGame, Pause, PlayTask, SetLookahead

ENV = CHALLENGES[DUEL_CHALLENGE].env


def _end(duel: DuelScene, *winners: int | None) -> None:
    """Games are decided, one after the other."""
    for winner in winners:
        number = len(duel._match.results) + 1
        lines = {0: (10, 4), 1: (4, 10), None: (7, 7)}[winner]
        duel.on_report("player", DuelEnded(lines, winner, (number, number)))


def _wait(duel: DuelScene, seconds: float) -> None:
    for _ in range(round(seconds * 10)):
        duel.update(0.0, 0.1)


def _new_games(player: FakeWorkerClient) -> int:
    return sum(isinstance(command, NewGame) for command in player.sent)


def test_results_count_for_their_winner(duel: DuelScene) -> None:
    _end(duel, 0, None, 1, 1)
    assert duel._match.wins == (1, 2)
    assert [result.winner for result in duel._match.results] == [1, 1, None, 0]


def test_next_game_follows_a_shown_result(duel: DuelScene, player: FakeWorkerClient) -> None:
    _end(duel, 0)
    _wait(duel, 1.5)
    assert _new_games(player) == 0
    _wait(duel, 3.0)
    assert player.sent == [NewGame(ENV)]


def test_paused_duel_waits_with_its_next_game(duel: DuelScene, player: FakeWorkerClient) -> None:
    press(duel, Action.PAUSE)
    _end(duel, 0)
    _wait(duel, 5.0)
    assert player.sent == [Pause()]


def _played_match(duel: DuelScene, winners: Sequence[int | None]) -> None:
    for winner in winners:
        assert not duel._match.is_over
        _end(duel, winner)
    assert duel._match.is_over


def test_three_wins_end_the_match(duel: DuelScene, player: FakeWorkerClient) -> None:
    _played_match(duel, [1, 0, 1, 1])
    assert duel._match.winner == 1
    _wait(duel, 10.0)
    assert _new_games(player) == 0
    press(duel, Action.CONFIRM)
    assert _new_games(player) == 1
    assert duel._match.wins == (0, 0)


def test_five_games_end_the_match(duel: DuelScene) -> None:
    _played_match(duel, [None, 0, None, 1, None])
    assert duel._match.winner is None


def test_end_of_a_dropped_game_is_no_result(duel: DuelScene, player: FakeWorkerClient) -> None:
    player.frame["num_boards"] = 2
    player.frame["boards"]["game"] = 1
    duel.update(0.0, 0.1)
    press(duel, Action.CONFIRM)
    duel.on_report("player", DuelEnded((10, 4), 0, (1, 1)))
    assert duel._match.wins == (0, 0)
    duel.on_report("player", DuelEnded((10, 4), 0, (2, 2)))
    assert duel._match.wins == (1, 0)


def test_swap_keeps_the_wins(duel: DuelScene, player: FakeWorkerClient) -> None:
    _end(duel, 0)
    press(duel, Action.LEFT)
    assert duel._match.wins == (0, 1)
    assert duel._match.results == (DuelResult((4, 10), 1),)
    assert player.started[-1] == PlayTask(("random", "dellacherie"), ENV, speed=4.0)


def test_another_challenge_starts_a_new_match(duel: DuelScene, player: FakeWorkerClient) -> None:
    _end(duel, 0)
    press(duel, Action.DOWN)
    assert duel._match.results == ()
    assert player.sent == [NewGame(CHALLENGES[DUEL_CHALLENGE + 1].env)]


def test_lookahead_starts_a_new_match(duel: DuelScene, player: FakeWorkerClient) -> None:
    _end(duel, 0)
    press(duel, Action.LOOKAHEAD)
    assert duel._match.wins == (0, 0)
    assert player.sent == [SetLookahead(True), NewGame(ENV)]
    press(duel, Action.LEFT)
    swapped = player.started[-1]
    assert isinstance(swapped, PlayTask)
    assert swapped.lookahead


def test_decided_game_and_match_are_announced(open_pilot: OpenPilot) -> None:
    def open_duel(context):
        show_duel(context, is_over=True)
        return DuelScene(context, "champion", "bcts")

    pilot = open_pilot(open_duel)
    pilot.advance(0.1)
    assert pilot.sees("WINS THE MATCH")
    assert pilot.sees("rematch")
