"""Reviews a game: which placements a model would have made as well, which cost most, and why."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator

from tetris_arcade.config.game_position import digits
from tetris_arcade.config.game_review import NUM_COSTLY, CostlyPlacement, GameReview, PlacedPiece
from tetris_arcade.storage.replays import Replay
from tetris_arcade.training.contributions import contributions, grouped
from tetris_arcade.training.placement_rater import PlacementRater, Rated, placement_cells
from tetris_arcade.training.players import NetworkPlayer
from tetris_arcade.training.replay_player import ReplayPlayer

_Costly = tuple[float, int, PlacedPiece, Rated, Rated]


def review_game(player: NetworkPlayer, positions: Iterable[PlacedPiece]) -> GameReview:
    """Compare each placement of a game with the one that the player would have made.

    A placement is not counted if the player could make none there.
    """
    rater = PlacementRater(player)
    placements = same = 0
    costliest: list[_Costly] = []
    for number, position in enumerate(positions, start=1):
        pair = rater.compare(position)
        if pair is None:
            continue
        placed, best = pair
        placements += 1
        if placed.cells == best.cells:
            same += 1
        elif best.value > placed.value:
            costly = (best.value - placed.value, -number, position, placed, best)
            costliest = heapq.nlargest(NUM_COSTLY, [*costliest, costly], key=lambda entry: entry[:2])
    return GameReview(player.name, placements, same, tuple(_explain(player, costly) for costly in costliest))


def _explain(player: NetworkPlayer, costly: _Costly) -> CostlyPlacement:
    _, number, position, placed, best = costly
    reasons = grouped(contributions(player.network, best.row, placed.row))
    return CostlyPlacement(-number, position, placed.placement, best.placement, tuple(reasons.items()))


def positions_of_replay(replay: Replay) -> Iterator[PlacedPiece]:
    """The placements of a model's game; raises StorageError if the replay describes no possible game."""
    game = ReplayPlayer(replay).new_game()
    for action in replay.actions:
        if game.is_over:
            return
        board, piece, next_piece = digits(game.cells), game.piece, game.next_pieces[0]
        placed = game.step(action)
        if placed.row is not None and placed.col is not None:
            cells = placement_cells(piece, action % 4, placed.row, placed.col)
            yield PlacedPiece(board, piece, next_piece, cells)
