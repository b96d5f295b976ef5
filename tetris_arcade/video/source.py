"""What is filmed: a model at a new game, or a game that was kept."""

from __future__ import annotations

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.engine.single_game import Game
from tetris_arcade.training.replay_player import ReplayPlayer, load_game_player
from tetris_arcade.video.renderer import PacedGame

_SEED = 1


def paced_game_from_name(
    slot: str, paths: DataPaths, speed: float, lookahead: bool, seed: int | None
) -> tuple[PacedGame, str, int]:
    """The game to film, who plays it, and the rows of its board. UnknownModelError where there is no such
    model."""
    player = load_game_player(slot, paths)
    if isinstance(player, ReplayPlayer):
        game = player.new_game()
    else:
        game = Game(seed=_SEED if seed is None else seed)
    return PacedGame(game, player, speed, lookahead), player.name, game.height
