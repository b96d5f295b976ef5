"""The duel: results, wins, and what restarts the match."""

from __future__ import annotations

from tests.fakes import FakeWorkerClient
from tests.scenes.actions import press
from tetris_arcade.scenes.play.challenges import CHALLENGES, DUEL_CHALLENGE
from tetris_arcade.scenes.play.duel import DuelScene
from tetris_arcade.scenes.play.duel_layout import DuelResult
from tetris_arcade.ui.input import Action
from tetris_arcade.worker.shared.messages import GameEnded, NewGame, PlayTask, SetLookahead


def _end_games(duel: DuelScene, *ends: GameEnded) -> None:
    for end in ends:
        duel.on_report("player", end)


def _end(side: int, lines: int, seed: int, pieces: int = 100) -> GameEnded:
    return GameEnded(side, lines, pieces, 0, seed)


def test_more_lines_win_then_more_pieces(duel: DuelScene) -> None:
    _end_games(duel, _end(0, 10, 1), _end(1, 4, 1), _end(1, 5, 2, pieces=90), _end(0, 5, 2, pieces=80))
    assert duel._wins == [1, 1]
    _end_games(duel, _end(0, 5, 3), _end(1, 5, 3))
    assert duel._wins == [1, 1]
    assert [result.winner for result in duel._results] == [None, 1, 0]


def test_ends_of_different_games_make_no_result(duel: DuelScene) -> None:
    _end_games(duel, _end(0, 10, 1), _end(1, 4, 2), _end(0, 3, 3), _end(1, 9, 3))
    assert list(duel._results) == [DuelResult((3, 9), 1)]


def test_swap_keeps_the_wins(duel: DuelScene, player: FakeWorkerClient) -> None:
    _end_games(duel, _end(0, 10, 1), _end(1, 4, 1))
    press(duel, Action.LEFT)
    assert duel._wins == [0, 1]
    assert list(duel._results) == [DuelResult((4, 10), 1)]
    env = CHALLENGES[DUEL_CHALLENGE].env
    assert player.started[-1] == PlayTask(("random", "dellacherie"), env, speed=4.0)


def test_another_challenge_starts_a_new_match(duel: DuelScene, player: FakeWorkerClient) -> None:
    _end_games(duel, _end(0, 10, 1), _end(1, 4, 1))
    press(duel, Action.DOWN)
    assert (duel._wins, list(duel._results)) == ([0, 0], [])
    assert player.sent == [NewGame(CHALLENGES[DUEL_CHALLENGE + 1].env)]


def test_lookahead_starts_a_new_match(duel: DuelScene, player: FakeWorkerClient) -> None:
    _end_games(duel, _end(0, 10, 1), _end(1, 4, 1))
    press(duel, Action.LOOKAHEAD)
    assert duel._wins == [0, 0]
    assert player.sent == [SetLookahead(True), NewGame(CHALLENGES[DUEL_CHALLENGE].env)]
    press(duel, Action.LEFT)
    swapped = player.started[-1]
    assert isinstance(swapped, PlayTask)
    assert swapped.lookahead


def test_rematch_drops_the_unfinished_game(duel: DuelScene) -> None:
    _end_games(duel, _end(0, 10, 1))
    press(duel, Action.CONFIRM)
    _end_games(duel, _end(1, 4, 1))
    assert duel._wins == [0, 0]
