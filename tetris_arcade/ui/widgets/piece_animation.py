"""The animation of a move: the pose of the falling piece at each moment, in cells, without drawing."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tetris_arcade.engine.tetromino import NUM_COLS, decode_action, orientation
from tetris_arcade.ui.widgets.board_model import BoardModel

_TURN_FROM, _TURN_TO = 0.06, 0.38
_FALL_FROM = 0.24
_LANDED = 0.84
_LANDED_BEFORE_CLEAR = 0.62
"""Shares of a move's time: when it rotates and shifts, when it falls, and when it has landed."""
_FLASH = 0.12


@dataclass(frozen=True)
class PiecePose:
    """The piece at a moment; `row` and `col` may be fractions.

    is_locked: whether the piece has landed. flash: 1..0 after it has locked. sweep: progress of the line
    clear, 0..1.
    """

    rotation: int
    row: float
    col: float
    is_locked: bool
    flash: float
    sweep: float


def pose(board: BoardModel, progress: float) -> PiecePose:
    """The pose of a board's piece when its move has progressed to `progress`, 0..1."""
    landing = board.landing
    if landing is None:
        return _spawn(board.piece)
    landed = _LANDED_BEFORE_CLEAR if board.cleared else _LANDED
    rotation, row, col = landing
    if progress >= landed:
        flash = max(0.0, 1.0 - (progress - landed) / _FLASH)
        return PiecePose(rotation, row, col, True, flash, (progress - landed) / (1.0 - landed))
    turn = _eased(_share(progress, _TURN_FROM, _TURN_TO))
    rotation_now = _rotation_at(rotation, turn)
    fall = _share(progress, _FALL_FROM, landed) ** 2.2
    return PiecePose(rotation_now, row * fall, _col_at(board, rotation_now, turn), False, 0.0, 0.0)


def sweep_seconds(board: BoardModel) -> float:
    """How long the full rows of a board take to vanish once its piece has landed."""
    return (1.0 - _LANDED_BEFORE_CLEAR) * board.move_seconds


def _spawn(piece: int) -> PiecePose:
    shape = orientation(piece, 0)
    return PiecePose(0, 0.0, float(NUM_COLS // 2 - shape.box_size // 2 + shape.box_col), False, 0.0, 0.0)


def _rotation_at(rotation: int, turn: float) -> int:
    """The rotation during a turn: one quarter turn after another, but three as one in the other direction."""
    if rotation == 3:
        return 3 if turn > 0.35 else 0
    return min(rotation, int(turn * (rotation + 1)))


def _col_at(board: BoardModel, rotation: int, turn: float) -> float:
    """The column of the piece: the centre of its box moves evenly from the spawn, whatever its rotation."""
    shape = orientation(board.piece, rotation)
    start, end = NUM_COLS // 2, decode_action(board.action)[0]
    col = start + (end - start) * turn - shape.box_size // 2 + shape.box_col
    return min(max(col, 0.0), float(NUM_COLS - shape.width))


def _share(progress: float, start: float, end: float) -> float:
    return min(1.0, max(0.0, (progress - start) / (end - start)))


def _eased(share: float) -> float:
    return share * share * (3.0 - 2.0 * share)


class MoveAnimation:
    """The progress of the displayed move. A pause stops it, except for a single step; a move that is first
    seen in a pause has been made.

    A paused board that shows the values of a decision shows it as it was made, before the piece is placed.
    """

    _STEP_SECONDS = 0.6
    _MIN_SECONDS = 0.06
    """Shorter moves are not animated."""

    def __init__(self) -> None:
        self._move: tuple[int, int] | None = None
        self._elapsed = 0.0
        self._is_step = False

    def advance(self, board: BoardModel, dt: float, *, is_paused: bool, shows_values: bool = False) -> float:
        """Advance by `dt` seconds; return the progress of the board's move, 0..1."""
        progress = self._advance(board, dt, is_paused)
        is_placed = self._is_step or (not board.is_empty and pose(board, progress).is_locked)
        return 0.0 if is_paused and shows_values and is_placed else progress

    def _advance(self, board: BoardModel, dt: float, is_paused: bool) -> float:
        move = (board.game, board.move)
        if move != self._move:
            self._is_step = is_paused
            self._elapsed = math.inf if is_paused and self._move is None else 0.0
            self._move = move
        elif not is_paused or self._is_step:
            self._elapsed += dt
        seconds = board.move_seconds
        if self._is_step:
            seconds = min(seconds, self._STEP_SECONDS) if seconds > 0.0 else self._STEP_SECONDS
        return min(1.0, self._elapsed / seconds) if seconds >= self._MIN_SECONDS else 1.0
