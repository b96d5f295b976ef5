"""A position and the move made on it, as the screens and videos show it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.insight import Insight
from tetris_arcade.engine.tetromino import NUM_ACTIONS, QUEUE_SIZE, decode_action

if TYPE_CHECKING:
    from tetris_arcade.engine.color_board import PlacedPiece
    from tetris_arcade.engine.single_game import Game


def _unknown_values() -> NDArray[np.float32]:
    return np.full(NUM_ACTIONS, np.nan, np.float32)


@dataclass(frozen=True, eq=False)
class DisplayedBoard:
    """A board before a move, the move, and the game's stats after it.

    cells: (H, 10) uint8, 0 empty, 1..7 piece + 1, 8 garbage. piece: 0..6, -1 = nothing to show yet.
    action: 0..39, -1 = no move (yet, or the game is over). row, col: top-left cell of the trimmed piece, or
    (-1, -1) if it could not be placed. cleared: rows that the move completes, with the piece on the board.
    lines, pieces, score: of the running game. game, move: serial numbers; a new pair is a new move.
    move_seconds: how long the move is shown, 0 = unthrottled. greedy: chosen by value, not by exploration.
    over: the game ended with this board. values: (40,) float32, one per action, NaN = unknown or masked.
    insight: why the move was chosen, None if it is not known.
    """

    cells: NDArray[np.uint8]
    piece: int = -1
    action: int = -1
    rotation: int = -1
    row: int = -1
    col: int = -1
    cleared: tuple[int, ...] = ()
    next_pieces: tuple[int, ...] = (0,) * QUEUE_SIZE
    lines: int = 0
    pieces: int = 0
    score: int = 0
    game: int = 0
    move: int = 0
    move_seconds: float = 0.0
    greedy: bool = False
    over: bool = False
    values: NDArray[np.float32] = field(default_factory=_unknown_values)
    insight: Insight | None = None

    @classmethod
    def from_game(cls, game: Game, /, **fields: Any) -> Self:
        """The position of a game, copied, without a move; `fields` sets what a game does not know."""
        return cls(
            cells=game.cells.copy(),
            piece=game.piece,
            next_pieces=game.next_pieces,
            lines=game.lines,
            pieces=game.pieces,
            score=game.score,
            **fields,
        )

    def with_move(self, placed: PlacedPiece, **fields: Any) -> Self:
        """The same position with a move made on it; `fields` replaces others, such as the stats after it."""
        return replace(
            self,
            piece=placed.piece,
            action=placed.action,
            rotation=decode_action(placed.action)[1],
            row=-1 if placed.row is None else placed.row,
            col=-1 if placed.col is None else placed.col,
            cleared=placed.cleared_rows,
            **fields,
        )

    @property
    def height(self) -> int:
        return int(self.cells.shape[0])

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show yet."""
        return self.piece < 0
