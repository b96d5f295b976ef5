"""A player of the tests' own: it drops pieces straight down where they leave the fewest holes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise

from tetris_arcade.engine.tetromino import NUM_COLS
from tetris_arcade.realtime.board import NUM_ROWS
from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.falling_piece import FallingPiece
from tetris_arcade.realtime.game import RealtimeGame

_ROTATIONS: dict[int, tuple[Control, ...]] = {
    0: (),
    1: (Control.ROTATE_RIGHT,),
    2: (Control.ROTATE_HALF,),
    3: (Control.ROTATE_LEFT,),
}


def plan(game: RealtimeGame, *, is_greedy: bool = False) -> tuple[Control, ...]:
    """The controls to press for the piece: rotation, moves, hard drop; the best by holes and height.

    is_greedy: whether only holes count, and how high the piece lies if they are equally many.
    """
    placed = min(_placements(game), key=lambda option: _cost(game, option[1], is_greedy=is_greedy))
    return (*placed[0], Control.HARD_DROP)


def play_piece(
    game: RealtimeGame,
    at_us: int,
    press_us: int = 0,
    *,
    misdrop: bool = False,
    rng: random.Random | None = None,
    is_greedy: bool = False,
) -> None:
    """Place one piece from a time on, with `press_us` from press to press; a misdrop lands a column aside."""
    game.advance(at_us)
    if game.is_over:
        return
    controls = plan(game, is_greedy=is_greedy)
    if misdrop and rng is not None:
        aside = rng.choice((Control.MOVE_LEFT, Control.MOVE_RIGHT))
        controls = (*controls[:-1], aside, Control.HARD_DROP)
    for control in controls:
        game.press(control)
        game.release(control)
        game.advance(game.now_us + press_us)


def _placements(game: RealtimeGame) -> Iterator[tuple[tuple[Control, ...], FallingPiece]]:
    """(controls, where the piece lands)."""
    assert game.piece is not None
    for turns, controls in _ROTATIONS.items():
        options = (game.piece,) if turns == 0 else game.piece.rotations(turns)
        turned = next((option for option in options if game.board.fits(option)), None)
        if turned is None:
            continue
        yield controls, game.board.dropped(turned)
        for right, control in ((-1, Control.MOVE_LEFT), (1, Control.MOVE_RIGHT)):
            moved, steps = turned, 0
            while game.board.fits(moved.moved(right=right)):
                moved, steps = moved.moved(right=right), steps + 1
                yield (*controls, *(control,) * steps), game.board.dropped(moved)


def _cost(game: RealtimeGame, piece: FallingPiece, *, is_greedy: bool) -> float:
    rows = [bytearray(cells) for cells in game.board._rows]
    for row, col in piece.cells:
        rows[row][col] = 1
    tops, holes = [], 0
    for column in map(bytes, zip(*rows, strict=True)):
        top = NUM_ROWS - len(column.lstrip(b"\0"))
        tops.append(top)
        holes += column.count(0) - top
    if is_greedy:
        return NUM_ROWS * holes - min(row for row, _col in piece.cells)
    bumps = sum(abs(left - right) for left, right in pairwise(tops))
    lines = sum(0 not in cells for cells in rows)
    return 8.0 * holes + 0.5 * (NUM_ROWS * NUM_COLS - sum(tops)) + 0.4 * bumps - 4.0 * lines
