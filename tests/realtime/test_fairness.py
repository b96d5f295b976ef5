"""A person gets the pieces that a model gets in the placement game of the same seed."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import FALLBACK_ACTION
from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import ATTACK, SECOND
from tetris_arcade.realtime.seven_bag import SevenBag


@pytest.mark.parametrize("seed", [0, 1, 77, 2**32 - 1])
def test_both_sides_get_equal_pieces(seed: int) -> None:
    bag, game = SevenBag(seed), Game(height=20, pieces="bag", seed=seed)
    for _ in range(30):
        if game.is_over:
            break
        assert bag.take() == game.piece
        assert bag.peek(4) == game.next_pieces
        game.step(FALLBACK_ACTION)
    assert game.pieces > 7


@pytest.mark.parametrize("seed", [3, 2**31])
def test_garbage_and_holds_change_no_pieces(seed: int) -> None:
    """In an attack game the n-th piece is the same on both sides, whatever rises and whatever is held."""
    rng, game, person = random.Random(seed), Game(seed=seed), RealtimeGame(ATTACK, seed)
    bag, compared = SevenBag(seed), 0
    while not (game.is_over or person.is_over):
        assert (game.piece, *game.next_pieces) == bag.peek(5)
        bag.take()
        compared += 1
        game.step(int(rng.choice(np.flatnonzero(game.action_mask()).tolist())))
        if not game.is_over and rng.random() < 0.2:
            game.push_garbage((rng.randrange(10),))
            person.receive_garbage(1)
        for control in (Control.HOLD, rng.choice(list(Control)), Control.HARD_DROP):
            person.press(control)
            person.release(control)
        person.advance(person.now_us + SECOND)
        coming = SevenBag(seed)
        for _ in range(person.tally.pieces + (person.piece is not None) + (person.held_piece is not None)):
            coming.take()
        assert person.is_over or person.next_pieces == coming.peek(5)
    assert compared > 7


def test_no_bag_is_like_the_one_before() -> None:
    bag = SevenBag(5)
    bags = [tuple(bag.take() for _ in range(7)) for _ in range(100)]
    assert all(sorted(pieces) == list(range(7)) for pieces in bags)
    assert len(set(bags)) > 90
