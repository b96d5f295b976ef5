"""The preview before a training is a legal game, though a poor one."""

from __future__ import annotations

import pytest

from tetris_arcade.scenes.training.untrained_game import UntrainedGame


@pytest.mark.parametrize(("pieces", "height"), [("bag", 20), ("uniform", 4), ("bag", 40)])
def test_pieces_land_and_full_rows_are_removed(pieces: str, height: int) -> None:
    game, before = UntrainedGame(pieces, height, seed=5), 0
    for _ in range(400):
        game.advance(0.0)
        game.advance(1.0)
        view = game.view
        filled = int((view.cells != 0).sum())
        assert view.cells.shape == (height, 10)
        assert view.landing is not None
        assert not view.cells.all(axis=1).any()
        # Four cells were added; rows were removed, or the game started again.
        assert filled == 0 or (filled - before - 4) % 10 == 0
        before = filled


def test_same_seed_gives_same_game() -> None:
    first, second = (UntrainedGame("bag", 20, seed=3, moves=30).view.cells for _ in range(2))
    assert first.any()
    assert (first == second).all()
