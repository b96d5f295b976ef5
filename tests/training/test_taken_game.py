"""A game changes hands: from a model to a person, and back."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from tests.realtime.scripted_player import plan
from tetris_arcade.config.game_position import GamePosition
from tetris_arcade.config.handling import Handling
from tetris_arcade.engine.game_state_io import save_games
from tetris_arcade.engine.single_game import Game
from tetris_arcade.realtime.taken_game import give_back, take_over
from tetris_arcade.training.players import load_player
from tetris_arcade.training.taken_game import GivenPieces, position_of


def _play(game: Game, pieces: int) -> list[int]:
    """Let a model play; returns the pieces that it placed."""
    player, values, placed = load_player("dellacherie"), np.zeros(40, np.float32), []
    for _ in range(pieces):
        placed.append(game.piece)
        game.step(player.choose(game, False, values))
    return placed


def _position(game: Game) -> GamePosition:
    return position_of(game.games, game.rules, 0, game.cells)


@pytest.mark.parametrize("pieces", ["bag", "uniform"])
@pytest.mark.parametrize("garbage_every", [None, 8])
def test_the_pieces_ahead_are_those_that_the_model_would_get(pieces: str, garbage_every: int | None) -> None:
    game = Game(pieces=pieces, seed=11, garbage_every=garbage_every)
    _play(game, 23)
    before = save_games(game.games)
    position = _position(game)
    after = save_games(game.games)
    assert all(np.array_equal(before[name], after[name]) for name in before)
    assert list(position.piece_numbers[:60]) == _play(game, 60)


def test_a_person_plays_on_that_board_with_those_pieces() -> None:
    game = Game(seed=4)
    _play(game, 30)
    position = _position(game)
    taken = take_over(position, 9, Handling())
    assert taken.piece is not None
    assert np.array_equal(taken.board.visible_cells(), game.cells)
    assert (taken.piece.piece, *taken.peek_pieces(40)) == position.piece_numbers[:41]


def test_a_model_plays_on_from_what_the_person_leaves() -> None:
    game = Game(seed=4)
    _play(game, 30)
    position = _position(game)
    taken = take_over(position, 9, Handling())
    for _ in range(12):
        for control in plan(taken):
            taken.press(control)
            taken.release(control)
    back = cast(GamePosition, give_back(taken, position))
    assert back.pieces_ahead[:50] == position.pieces_ahead[12:62]
    assert back.lines == position.lines + taken.tally.lines
    assert back.pieces == position.pieces + 12
    again, given = Game(seed=77), GivenPieces(back)
    given.start(again, back)
    assert np.array_equal(again.cells, taken.board.visible_cells())
    player, values, placed = load_player("dellacherie"), np.zeros(40, np.float32), []
    for _ in range(40):
        placed.append(again.piece)
        again.step(player.choose(again, False, values))
        given.after_move(again)
    assert placed == list(position.piece_numbers[12:52])
    assert again.pieces == back.pieces + 40
    assert not again.is_over


def test_pieces_go_on_after_those_that_are_known() -> None:
    position = GamePosition("0" * 200, "0123")
    game, given = Game(seed=3), GivenPieces(position)
    given.start(game, position)
    placed = []
    for _ in range(8):
        placed.append(game.piece)
        game.step(int(np.flatnonzero(game.action_mask())[0]))
        given.after_move(game)
    assert placed[:4] == [0, 1, 2, 3]


def test_a_game_that_is_over_is_not_given_back() -> None:
    position = GamePosition("0" * 200, "012345601234560123456")
    taken = take_over(position, 9, Handling())
    while not taken.is_over:
        control = plan(taken)[-1]
        taken.press(control)
        taken.release(control)
    assert give_back(taken, position) is None


@pytest.mark.parametrize(
    ("board", "pieces"), [("", "0"), ("0" * 199, "0"), ("9" * 200, "0"), ("0" * 200, ""), ("0" * 200, "7")]
)
def test_an_impossible_position_is_refused(board: str, pieces: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        GamePosition(board, pieces)
