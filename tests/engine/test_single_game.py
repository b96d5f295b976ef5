from __future__ import annotations

import hashlib

import numpy as np
import pytest

from tests.engine import reference_rules as reference
from tests.engine.helpers import careful_values
from tetris_arcade.config.env import MAX_HEIGHT, MIN_HEIGHT
from tetris_arcade.engine.board import cells_from_columns
from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import FALLBACK_ACTION, GARBAGE, NUM_ACTIONS


def careful_action(game):
    values = careful_values(game.observation())
    values[~game.action_mask()] = -1e9
    return int(values.argmax())


def wandering_action(game):
    """A surviving placement that varies from piece to piece and is the same on every machine."""
    choices = np.flatnonzero(game.action_mask())
    return int(choices[(7 * game.pieces**2 + 3 * game.pieces) % len(choices)])


def fingerprint(game):
    return hashlib.sha256(game.cells.tobytes()).hexdigest()[:16]


GOLDEN = {
    # (seed, height, pieces, player, moves): (pieces, lines, score, hash of the cells)
    (1, 20, "bag", "careful", 300): (300, 119, 2030, "d89b2c7c8b799455"),
    (0, 20, "bag", "wandering", 300): (26, 0, 26, "6cb7a114b7515916"),
    (7, 10, "uniform", "careful", 300): (300, 114, 1980, "54bb86ff08dbcbf3"),
    (2026, 40, "uniform", "wandering", 300): (54, 0, 54, "5b976a527fed89c4"),
    (3, 4, "uniform", "careful", 300): (7, 1, 17, "6bd028983d2a334f"),
}
"""Recorded games that must never change; tetris-gymnasium plays them alike, except for seed 0."""


@pytest.mark.parametrize("setting", GOLDEN)
def test_golden_games_are_unchanged(setting):
    seed, height, pieces, player, moves = setting
    game = Game(height, pieces, seed)
    choose = careful_action if player == "careful" else wandering_action
    while not game.is_over and game.pieces < moves:
        game.step(choose(game))
    assert (game.pieces, game.lines, game.score, fingerprint(game)) == GOLDEN[setting]


@pytest.mark.parametrize("garbage_every", [None, 4])
def test_colors_agree_with_the_bits(garbage_every):
    game = Game(12, "uniform", seed=5, garbage_every=garbage_every)
    while not game.is_over and game.pieces < 200:
        before, piece = game.cells.copy(), game.piece
        move = game.step(wandering_action(game) if game.pieces % 9 == 0 else careful_action(game))
        assert ((game.cells > 0) == cells_from_columns(game.games.columns[0], 12)).all()
        assert (move.piece, move.lines) == (piece, len(move.cleared_rows))
        if move.lines == 0 and move.row is not None and not garbage_every:
            assert set(game.cells[before != game.cells].tolist()) == {piece + 1}
    assert game.lines > 5
    assert (game.cells == GARBAGE).any() == bool(garbage_every and game.cells.any())


def test_step_reports_where_the_piece_locked():
    game = Game(20, "uniform", seed=5)
    moves = [game.step(careful_action(game)) for _ in range(120)]
    cells = np.zeros((20, 10), bool)
    for move in moves:
        top = reference.landing_row(cells, move.piece, move.action)
        locked, own = reference.lock(cells, move.piece, move.action, top)
        cells, full = reference.clear(locked)
        assert (move.row, move.col) == (top, int(np.flatnonzero(own.any(axis=0))[0]))
        assert move.cleared_rows == tuple(full)


def test_illegal_placement_ends_the_game():
    game = Game(20, seed=1)
    move = game.step(next(a for a in range(NUM_ACTIONS) if not reference.is_legal(game.piece, a)))
    assert (move.row, move.col, move.cleared_rows) == (None, None, ())
    assert game.is_over
    assert game.is_topped_out


def test_max_pieces_ends_the_game_without_topping_out():
    game = Game(seed=1, max_pieces=3)
    for _ in range(3):
        game.step(careful_action(game))
    assert game.is_over
    assert not game.is_topped_out


def test_step_after_game_over_is_rejected():
    game = Game(seed=1, max_pieces=1)
    game.step(careful_action(game))
    with pytest.raises(ValueError, match="the game is over"):
        game.step(20)


@pytest.mark.parametrize("action", [-1, 40, 1000])
def test_action_out_of_range_is_rejected(action):
    game = Game(seed=1)
    with pytest.raises(ValueError, match=rf"action must be 0..39, got {action}"):
        game.step(action)
    assert game.pieces == 0
    assert not game.cells.any()


@pytest.mark.parametrize("height", [MIN_HEIGHT - 1, MAX_HEIGHT + 1, -5, "20", 20.0, None])
def test_invalid_heights_are_rejected(height):
    with pytest.raises(ValueError, match=r"height must be 4\.\.40, got "):
        Game(height=height)


def test_seed_determines_the_pieces():
    sequences = [
        [game.piece, *game.next_pieces] for game in (Game(seed=s) for s in (0, 0, 1, 2**40, 2**64 + 1))
    ]
    assert sequences[0] == sequences[1]
    assert len({tuple(s) for s in sequences}) == 4


def test_garbage_is_pushed_in_from_below() -> None:
    game = Game(seed=3)
    game.step(FALLBACK_ACTION)
    before = game.cells.copy()
    game.push_garbage([2, 7])
    assert np.array_equal(game.cells[:-2], before[2:])
    assert [np.flatnonzero(row == 0).tolist() for row in game.cells[-2:]] == [[2], [7]]
    assert not game.is_over
    game.push_garbage([0] * 18)
    assert game.is_topped_out
    with pytest.raises(ValueError, match="over"):
        game.push_garbage([0])
