"""A person gets the pieces that a model gets in the placement game of the same seed."""

from __future__ import annotations

import pytest

from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import FALLBACK_ACTION
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


def test_no_bag_is_like_the_one_before() -> None:
    bag = SevenBag(5)
    bags = [tuple(bag.take() for _ in range(7)) for _ in range(100)]
    assert all(sorted(pieces) == list(range(7)) for pieces in bags)
    assert len(set(bags)) > 90
