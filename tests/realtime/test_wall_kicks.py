"""Every entry of the published tables moves a piece to where it says, and only if no earlier one does."""

from __future__ import annotations

import pytest

from tests.realtime.boards import game_with, put
from tetris_arcade.engine.tetromino import NUM_COLS
from tetris_arcade.realtime.board import NUM_ROWS
from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.falling_piece import FallingPiece
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.wall_kicks import wall_kicks

# As tetris.wiki prints them: rotations 0, R, 2, L; x to the right, y up.
_PUBLISHED = {
    "JLSTZ": """
        0R ( 0, 0) (-1, 0) (-1,+1) ( 0,-2) (-1,-2)
        R0 ( 0, 0) (+1, 0) (+1,-1) ( 0,+2) (+1,+2)
        R2 ( 0, 0) (+1, 0) (+1,-1) ( 0,+2) (+1,+2)
        2R ( 0, 0) (-1, 0) (-1,+1) ( 0,-2) (-1,-2)
        2L ( 0, 0) (+1, 0) (+1,+1) ( 0,-2) (+1,-2)
        L2 ( 0, 0) (-1, 0) (-1,-1) ( 0,+2) (-1,+2)
        L0 ( 0, 0) (-1, 0) (-1,-1) ( 0,+2) (-1,+2)
        0L ( 0, 0) (+1, 0) (+1,+1) ( 0,-2) (+1,-2)
        02 ( 0, 0) ( 0,+1) (+1,+1) (-1,+1) (+1, 0) (-1, 0)
        20 ( 0, 0) ( 0,-1) (-1,-1) (+1,-1) (-1, 0) (+1, 0)
        RL ( 0, 0) (+1, 0) (+1,+2) (+1,+1) ( 0,+2) ( 0,+1)
        LR ( 0, 0) (-1, 0) (-1,+2) (-1,+1) ( 0,+2) ( 0,+1)
    """,
    "I": """
        0R ( 0, 0) (-2, 0) (+1, 0) (-2,-1) (+1,+2)
        R0 ( 0, 0) (+2, 0) (-1, 0) (+2,+1) (-1,-2)
        R2 ( 0, 0) (-1, 0) (+2, 0) (-1,+2) (+2,-1)
        2R ( 0, 0) (+1, 0) (-2, 0) (+1,-2) (-2,+1)
        2L ( 0, 0) (+2, 0) (-1, 0) (+2,+1) (-1,-2)
        L2 ( 0, 0) (-2, 0) (+1, 0) (-2,-1) (+1,+2)
        L0 ( 0, 0) (+1, 0) (-2, 0) (+1,-2) (-2,+1)
        0L ( 0, 0) (-1, 0) (+2, 0) (-1,+2) (+2,-1)
        02 ( 0, 0) ( 0,+1)
        20 ( 0, 0) ( 0,-1)
        RL ( 0, 0) (+1, 0)
        LR ( 0, 0) (-1, 0)
    """,
}
_TURNS = {1: Control.ROTATE_RIGHT, 2: Control.ROTATE_HALF, 3: Control.ROTATE_LEFT}


def _published_entries() -> list[tuple[str, int, int, int, tuple[int, int]]]:
    """(piece, rotation before, rotation after, number of the test, offset)."""
    entries = []
    for pieces, table in _PUBLISHED.items():
        for line in table.strip().splitlines():
            before, after = ("0R2L".index(char) for char in line.split()[0])
            offsets = line.replace("( ", "(").strip()[3:].replace(" ", "").strip("()").split(")(")
            for number, offset in enumerate(offsets):
                x, y = (int(part) for part in offset.split(","))
                entries += [(piece, before, after, number, (x, y)) for piece in pieces]
    return entries


_ENTRIES = _published_entries()


def test_the_tables_are_complete() -> None:
    assert len(_ENTRIES) == 5 * (8 * 5 + 4 * 6) + 8 * 5 + 4 * 2


@pytest.mark.parametrize(
    ("piece", "before", "after", "number", "offset"), _ENTRIES, ids=lambda value: str(value).replace(" ", "")
)
def test_an_entry_is_where_a_piece_goes(
    piece: str, before: int, after: int, number: int, offset: tuple[int, int]
) -> None:
    game = game_with(piece)
    put(game, 12, 3, before)
    start = game.piece
    assert start is not None
    wanted = FallingPiece(start.piece, start.row - offset[1], start.col + offset[0], after)
    _fill_all_but(game, {*start.cells, *wanted.cells})
    earlier = [
        FallingPiece(start.piece, start.row - up, start.col + right, after)
        for right, up in wall_kicks(piece, before, after)[:number]
    ]
    expected = next((place for place in earlier if game.board.fits(place)), wanted)
    game.press(_TURNS[(after - before) % 4])
    assert game.piece == expected
    # Some entries can never be used: an earlier one needs only cells of the start and of this place.
    is_reachable = not any({*place.cells} <= {*start.cells, *wanted.cells} for place in earlier)
    assert (expected is wanted) == is_reachable


def test_an_o_does_not_move_when_it_turns() -> None:
    game = game_with("O")
    before = game.piece
    assert before is not None
    cells = before.cells
    for control in _TURNS.values():
        game.press(control)
        assert game.piece is not None
        assert game.piece.cells == cells


def test_a_piece_that_fits_nowhere_stays() -> None:
    game = game_with("T")
    put(game, 12, 3)
    start = game.piece
    assert start is not None
    _fill_all_but(game, set(start.cells))
    game.press(Control.ROTATE_RIGHT)
    assert game.piece == start


def _fill_all_but(game: RealtimeGame, free: set[tuple[int, int]]) -> None:
    cells = {(row, col) for row in range(NUM_ROWS) for col in range(NUM_COLS)}
    game.board.place(tuple(cells), 8)
    game.board.place(tuple(free), 0)
