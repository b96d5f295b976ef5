"""Filling in a BOARD record: a position, the move made on it, the numbers beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.color_board import PlacedPiece
from tetris_arcade.engine.tetromino import decode_action


def show_position(board: Any, cells: NDArray[np.uint8], piece: int, next_pieces: Sequence[int]) -> None:
    """Show a board, (H, 10) uint8, before anything is done on it; there is no move yet."""
    height = cells.shape[0]
    board["cells"][:height] = cells
    board["height"] = height
    board["piece"] = piece
    board["next"] = next_pieces
    board["cleared"] = False
    board["values"] = np.nan
    board["greedy"] = board["over"] = False
    for name in ("action", "rotation", "row", "col"):
        board[name] = -1


def show_move(board: Any, move: PlacedPiece, seconds: float) -> None:
    """Show what is done on the position that the record shows, and for how long that is to be seen."""
    board["piece"] = move.piece
    board["action"] = move.action
    board["rotation"] = decode_action(move.action)[1]
    board["row"] = -1 if move.row is None else move.row
    board["col"] = -1 if move.col is None else move.col
    board["cleared"][list(move.cleared_rows)] = True
    board["move_seconds"] = seconds
