"""What players tell of their decisions."""

from __future__ import annotations

import numpy as np

from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.training.players import RandomPlayer


def test_random_player_rates_no_placement() -> None:
    """Equal values would show all placements as the best, and one of them as the one it plays."""
    game, values = Game(height=20, seed=3), np.zeros(NUM_ACTIONS, np.float32)
    action = RandomPlayer(1).choose(game, False, values)
    assert game.action_mask()[action]
    assert np.isnan(values).all()
