from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.engine import reference_rules as slow
from tetris_arcade.engine.board import (
    DEAD,
    WALLED,
    add_walls,
    can_spawn,
    cells_from_columns,
    columns_from_cells,
    full_rows,
    push_garbage,
    remove_rows,
    survives,
)
from tetris_arcade.engine.jit import bit_length, kernel, popcount
from tetris_arcade.engine.piece_tables import GROUPS
from tetris_arcade.engine.placements import list_placements, new_scratch
from tetris_arcade.engine.tetromino import NUM_ACTIONS, orientation

BOARDS = st.one_of(
    st.integers(4, 40).flatmap(lambda height: arrays(np.bool_, (height, 10))),
    st.builds(
        slow.random_board, st.integers(4, 40), st.integers(0, 2**32), st.floats(0.5, 1), st.floats(0, 1)
    ),
)
PIECES = st.integers(0, 6)


def columns_of(cells):
    columns = np.zeros(10, np.int64)
    columns_from_cells(cells.astype(np.uint8), columns)
    return columns


@kernel
def _count_bits(number):
    return popcount(number), bit_length(number)


@kernel
def _list(columns, height, piece, scratch):
    add_walls(columns, height, scratch.walled)
    return list_placements(height, piece, scratch)


@kernel
def _clear(columns, height, walled):
    add_walls(columns, height, walled)
    full = full_rows(walled)
    for c in range(10):
        columns[c] = remove_rows(columns[c], full)
    return full


@kernel
def _survives(columns, height, next_piece, garbage_is_due, walled):
    add_walls(columns, height, walled)
    return survives(walled, height, next_piece, garbage_is_due), can_spawn(walled, height, next_piece)


def placements_of(cells, piece):
    """{action: height above the floor where it lands, or DEAD}, and how many placements were listed."""
    scratch, landings = new_scratch(), {}
    count = _list(columns_of(cells), len(cells), piece, scratch)
    for _, _, y, action, group in scratch.places[:count].tolist():
        actions = [action] if group < 0 else [a for a in GROUPS[piece, group].tolist() if a >= 0]
        assert action == min(actions)
        for each in actions:
            assert each not in landings, "listed twice"
            landings[each] = y
    return landings, count


@given(st.integers(0, 2**62))
def test_bits_are_counted_by_the_machine(number):
    assert _count_bits(number) == (number.bit_count(), number.bit_length())


@given(BOARDS)
def test_cells_and_columns_undo_each_other(cells):
    assert (cells_from_columns(columns_of(cells), len(cells)) == cells).all()


@given(BOARDS, PIECES)
def test_pieces_land_where_a_slow_drop_lets_them(cells, piece):
    landings, count = placements_of(cells, piece)
    assert sorted(landings) == [action for action in range(NUM_ACTIONS) if slow.is_legal(piece, action)]
    boards, tops = set(), {}
    for action, y in landings.items():
        tops[action] = top = slow.landing_row(cells, piece, action)
        if top is None:
            assert y == DEAD
            continue
        assert y == len(cells) - top - orientation(piece, action % 4).height
        boards.add(slow.lock(cells, piece, action, top)[0].tobytes())
    if None not in tops.values() and max(slow.column_heights(cells)) < len(cells) - 4:
        assert count == len(boards)


@given(BOARDS, st.integers(0, 9), st.lists(st.integers(0, 39), max_size=6))
def test_full_rows_go_and_what_stood_above_comes_down(cells, col, rows):
    cells = cells.copy()
    cells[:, col] = False
    for row in rows:
        cells[row % len(cells)] = True
    columns = columns_of(cells)
    full = _clear(columns, len(cells), np.zeros(WALLED, np.int64))
    after, gone = slow.clear(cells)
    assert full.bit_count() == len(gone)
    assert (cells_from_columns(columns, len(cells)) == after).all()


@given(BOARDS, st.integers(0, 9))
def test_garbage_pushes_everything_up(cells, hole):
    columns = columns_of(cells)
    fits = push_garbage(columns, len(cells), hole)
    after, slow_fits = slow.push_garbage(cells, hole)
    assert fits == slow_fits
    assert (cells_from_columns(columns, len(cells)) == after).all()


@given(BOARDS, PIECES)
def test_a_board_survives_where_the_next_piece_can_enter(cells, next_piece):
    columns = columns_of(cells)
    for due in (False, True):
        lives, comes_in = _survives(columns, len(cells), next_piece, due, np.zeros(WALLED, np.int64))
        assert lives == slow.survives(cells, next_piece, due)
        assert comes_in == slow.can_spawn(cells, next_piece)


@pytest.mark.parametrize("piece", range(7))
def test_on_the_empty_board_every_piece_reaches_every_column(piece):
    empty, covered = np.zeros((20, 10), bool), np.zeros(10, bool)
    landings, _ = placements_of(empty, piece)
    for action in landings:
        covered |= slow.lock(empty, piece, action, slow.landing_row(empty, piece, action))[1].any(axis=0)
    assert covered.all()
