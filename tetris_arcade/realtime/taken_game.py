"""A game that a person takes over from a model, and gives back."""

from __future__ import annotations

from tetris_arcade.config.game_position import GamePosition, digits
from tetris_arcade.config.handling import Handling
from tetris_arcade.languages import N_
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import GameMode

TAKEN = GameMode("taken", N_("Your turn"), N_("Play on from where the model was."), "score")
_NUM_PIECES_AHEAD = 1_500


def take_over(position: GamePosition, seed: int, handling: Handling) -> RealtimeGame:
    """The position as a game in real time. seed: of the pieces after those of the position."""
    return RealtimeGame(TAKEN, seed, handling, start=position)


def give_back(game: RealtimeGame, before: GamePosition) -> GamePosition | None:
    """The position as a person leaves it, without the held piece; None if the game is over.

    before: as it was taken over. Its points stay: a model's are counted by other rules.
    """
    if game.piece is None:
        return None
    pieces = (game.piece.piece, *game.peek_pieces(_NUM_PIECES_AHEAD))
    tally = game.tally
    return GamePosition(
        digits(game.board.visible_cells()),
        digits(pieces),
        before.lines + tally.lines,
        before.pieces + tally.pieces,
        before.score,
    )
