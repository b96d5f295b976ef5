from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.engine import reference_rules as reference
from tetris_arcade.engine.board import (
    DEAD,
    WALLED,
    add_walls,
    cells_from_columns,
    columns_from_cells,
    full_rows,
    push_garbage,
    remove_rows,
    survives,
)
from tetris_arcade.engine.jit import bit_length, kernel, popcount
from tetris_arcade.engine.piece_tables import GROUPS
from tetris_arcade.engine.placements import list_placements, new_workspace
from tetris_arcade.engine.tetromino import NUM_ACTIONS, orientation

BOARDS = st.one_of(
    st.integers(4, 40).flatmap(lambda height: arrays(np.bool_, (height, 10))),
    st.builds(
        reference.random_board, st.integers(4, 40), st.integers(0, 2**32), st.floats(0.5, 1), st.floats(0, 1)
    ),
)
PIECES = st.integers(0, 6)


def columns_from(cells):
    columns = np.zeros(10, np.int64)
    columns_from_cells(cells.astype(np.uint8), columns)
    return columns


@kernel
def _count_bits(number):
    return popcount(number), bit_length(number)


@kernel
def _list_placements(columns, height, piece, workspace):
    add_walls(columns, height, workspace.walled)
    return list_placements(height, piece, workspace)


@kernel
def _clear(columns, height, walled):
    add_walls(columns, height, walled)
    full = full_rows(walled)
    for c in range(10):
        columns[c] = remove_rows(columns[c], full)
    return full


@kernel
def _survives(columns, height, next_piece, garbage_due, walled):
    add_walls(columns, height, walled)
    return survives(walled, height, next_piece, garbage_due), survives(walled, height, next_piece, False)


def list_landings(cells, piece):
    """Return {action: landing height above the floor, or DEAD} and the number of listed placements."""
    workspace, landings = new_workspace(), {}
    count = _list_placements(columns_from(cells), len(cells), piece, workspace)
    for _, _, y, action, group in workspace.placements[:count].tolist():
        actions = [action] if group < 0 else [a for a in GROUPS[piece, group].tolist() if a >= 0]
        assert action == min(actions)
        for each in actions:
            assert each not in landings, "listed twice"
            landings[each] = y
    return landings, count


@given(st.integers(0, 2**62))
def test_popcount_and_bit_length(number):
    assert _count_bits(number) == (number.bit_count(), number.bit_length())


@given(BOARDS)
def test_cells_from_columns_inverts_columns_from_cells(cells):
    assert (cells_from_columns(columns_from(cells), len(cells)) == cells).all()


@given(BOARDS, PIECES)
def test_landings_equal_the_reference(cells, piece):
    landings, count = list_landings(cells, piece)
    assert sorted(landings) == [action for action in range(NUM_ACTIONS) if reference.is_legal(piece, action)]
    boards, tops = set(), {}
    for action, y in landings.items():
        tops[action] = top = reference.landing_row(cells, piece, action)
        if top is None:
            assert y == DEAD
            continue
        assert y == len(cells) - top - orientation(piece, action % 4).height
        boards.add(reference.lock(cells, piece, action, top)[0].tobytes())
    if None not in tops.values() and max(reference.column_heights(cells.tolist())) < len(cells) - 4:
        assert count == len(boards)


@given(BOARDS, st.integers(0, 9), st.lists(st.integers(0, 39), max_size=6))
def test_line_clears_equal_the_reference(cells, col, rows):
    cells = cells.copy()
    cells[:, col] = False
    for row in rows:
        cells[row % len(cells)] = True
    columns = columns_from(cells)
    full = _clear(columns, len(cells), np.zeros(WALLED, np.int64))
    after, removed = reference.clear(cells)
    assert full.bit_count() == len(removed)
    assert (cells_from_columns(columns, len(cells)) == after).all()


@given(BOARDS, st.integers(0, 9))
def test_garbage_pushes_the_board_up(cells, hole):
    columns = columns_from(cells)
    fits = push_garbage(columns, len(cells), hole)
    after, expected_fits = reference.push_garbage(cells, hole)
    assert fits == expected_fits
    assert (cells_from_columns(columns, len(cells)) == after).all()


@given(BOARDS, PIECES)
def test_survival_equals_the_reference(cells, next_piece):
    columns = columns_from(cells)
    for due in (False, True):
        is_surviving, is_spawning = _survives(
            columns, len(cells), next_piece, due, np.zeros(WALLED, np.int64)
        )
        assert is_surviving == reference.survives(cells, next_piece, due)
        assert is_spawning == reference.can_spawn(cells, next_piece)


@pytest.mark.parametrize("piece", range(7))
def test_every_piece_reaches_every_column(piece):
    empty, covered = np.zeros((20, 10), bool), np.zeros(10, bool)
    landings, _ = list_landings(empty, piece)
    for action in landings:
        covered |= reference.lock(empty, piece, action, reference.landing_row(empty, piece, action))[1].any(
            axis=0
        )
    assert covered.all()
