"""The BOARD record holds a `DisplayedBoard`, field by field."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from tetris_arcade.engine.displayed_board import DisplayedBoard
from tetris_arcade.engine.single_game import Game
from tetris_arcade.worker.shared.board_record import BOARD, read_board, write_board


def _assert_equal(found: DisplayedBoard, expected: DisplayedBoard) -> None:
    assert found.insight is expected.insight is None
    for field in fields(DisplayedBoard):
        if field.name == "insight":
            continue
        assert np.array_equal(getattr(found, field.name), getattr(expected, field.name), equal_nan=True), (
            field.name
        )


def test_record_has_the_fields_of_displayed_board() -> None:
    assert set(BOARD.names or ()) == {"height", *(field.name for field in fields(DisplayedBoard))}


def test_view_is_read_as_written() -> None:
    game = Game(height=12, seed=3)
    view = DisplayedBoard.from_game(
        game,
        game=2,
        move=7,
        move_seconds=0.25,
        greedy=True,
        over=True,
        values=np.arange(40, dtype=np.float32),
    ).with_move(game.step(17), lines=1, pieces=2, score=3)
    record = np.zeros((), BOARD)
    write_board(record, view)
    _assert_equal(read_board(record, DisplayedBoard), view)


def test_lower_board_overwrites_a_higher_one() -> None:
    record = np.zeros((), BOARD)
    write_board(record, DisplayedBoard(np.full((20, 10), 3, np.uint8), piece=2, cleared=(19,), move=5))
    empty = DisplayedBoard(np.zeros((10, 10), np.uint8))
    write_board(record, empty)
    _assert_equal(read_board(record, DisplayedBoard), empty)
