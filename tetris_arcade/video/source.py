"""The game in a video: a new game of a model, or a replay."""

from __future__ import annotations

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.engine.single_game import Game
from tetris_arcade.training.replay_player import ReplayPlayer, load_game_player
from tetris_arcade.video.renderer import PacedGame

_SEED = 1


def paced_game_from_name(
    slot: str, paths: DataPaths, speed: float, lookahead: bool, seed: int | None
) -> tuple[PacedGame, str, int]:
    """(the game of a video, the name of its player, the rows of its board).

    `slot` names a model, a reference player or a replay file. Raises UnknownModelError if there is none.
    """
    player = load_game_player(slot, paths)
    if isinstance(player, ReplayPlayer):
        game = player.new_game()
    else:
        game = Game(seed=_SEED if seed is None else seed)
    return PacedGame(game, player, speed, lookahead), player.name, game.height
