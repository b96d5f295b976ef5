"""Plays a replay to its end."""

from __future__ import annotations

import numpy as np

from tetris_arcade.engine.single_game import Game
from tetris_arcade.storage.replays import Replay
from tetris_arcade.training.replay_player import ReplayPlayer


def play_replay(replay: Replay) -> Game:
    player, values = ReplayPlayer(replay), np.zeros(40, np.float32)
    game = player.new_game()
    while not game.is_over:
        game.step(player.choose(game, False, values))
    return game
