from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine import reference_rules as reference
from tests.engine.helpers import Batch, board_batch, cautious_actions, features_by_name
from tetris_arcade.config.features import FEATURES, NUM_FEATURES
from tetris_arcade.engine.tetromino import NUM_ACTIONS, encode_action

I, O, T, S, Z, J, L = range(7)  # noqa: E741
UPRIGHT, FLAT = 1, 0

PIECES = st.integers(0, 6)
BOARDS = st.builds(
    reference.random_board, st.integers(4, 40), st.integers(0, 2**32), st.floats(0.5, 1), st.floats(0, 0.8)
)


@given(BOARDS, PIECES, PIECES, st.booleans())
def test_features_equal_the_reference_on_random_boards(cells, piece, next_piece, garbage):
    batch = board_batch(cells, piece, next_piece, garbage_every=1 if garbage else None)
    expected = reference.observation(cells, piece, next_piece, garbage)
    np.testing.assert_array_equal(batch.observations[0], expected)


@pytest.mark.parametrize("height", [4, 10, 20, 40])
@pytest.mark.parametrize("pieces", ["bag", "uniform"])
def test_features_equal_the_reference_in_games(height, pieces):
    generator = np.random.default_rng(height)
    batch = Batch(range(3), height=height, pieces=pieces)
    for move in range(40):
        if move % 4 == 0:
            for i in range(3):
                piece, next_piece = int(batch.games.piece[i]), int(batch.games.queue[i, 0])
                np.testing.assert_array_equal(
                    batch.observations[i], reference.observation(batch.cells(i), piece, next_piece)
                )
        batch.step(cautious_actions(batch.observations, generator))


@given(BOARDS, PIECES)
def test_features_stay_in_range(cells, piece):
    rows = board_batch(cells, piece, 1).observations[0]
    surviving = rows[rows[:, NUM_FEATURES] == 1]
    for k, feature in enumerate(FEATURES):
        low, _, high = feature.range.partition(", ")[0].partition("..")
        low, high = (eval(bound, {"H": len(cells)}) for bound in (low, high))
        assert (surviving[:, k] >= low).all(), feature.name
        assert (surviving[:, k] <= high).all(), feature.name


def test_every_feature_is_described():
    assert len({feature.name for feature in FEATURES}) == NUM_FEATURES
    assert all(f.definition and f.range and f.source and f.scale > 0 for f in FEATURES)


# --- Examples, drawn ---


def place(*rows, piece, col, rotation=FLAT, height=20):
    """The features after dropping a piece with its box centered on a column of a drawn board."""
    batch = board_batch(reference.board(*rows, height=height), piece, next_piece=O)
    return features_by_name(batch.observations[0], encode_action(col, rotation))


def test_eroded_cells_are_lines_times_own_cells():
    after = place("####....##", "####....##", piece=O, col=5)
    assert (after.lines, after.eroded_cells) == (0, 0)
    after = place("######....", piece=I, col=8)
    assert (after.lines, after.eroded_cells, after.max_height) == (1, 4, 0)
    after = place(*["#########."] * 4, piece=I, col=9, rotation=3)
    assert (after.lines, after.eroded_cells) == (4, 16)


def test_landing_height_is_the_middle_of_the_piece():
    assert place(piece=I, col=4).landing_height == 0
    assert place(piece=O, col=4).landing_height == 0.5
    assert place(piece=I, col=4, rotation=UPRIGHT).landing_height == 1.5
    assert place("#.........", piece=O, col=1).landing_height == 1.5


def test_covered_cell_is_a_hole_with_a_depth():
    after = place("....#.....", "....#.....", piece=I, col=4)
    assert (after.holes, after.rows_with_holes) == (6, 2)
    assert after.hole_depth == 3  # one filled cell, the I, directly above each of three columns of holes


def test_empty_row_counts_2_and_empty_column_1():
    after = place(piece=O, col=1)
    assert after.row_transitions == 2 * 20
    assert after.column_transitions == 10


def test_well_counts_each_cell_and_those_below():
    after = place("#.#.......", "#.#.......", "#.#.......", piece=O, col=9)
    assert after.wells == 3 + 2 + 1


def test_walls_count_as_filled():
    after = place(".#........", ".#........", piece=O, col=5)
    assert after.wells == 2 + 1


def test_heights_bumpiness_and_maximum():
    after = place("#.........", "#.........", "##........", piece=O, col=5)
    assert [getattr(after, f"height_{c}") for c in range(10)] == [3, 1, 0, 0, 2, 2, 0, 0, 0, 0]
    assert (after.max_height, after.bumpiness) == (3, 2 + 1 + 0 + 2 + 0 + 2)


def test_dead_and_illegal_placements_are_zeros():
    full_to_the_top = ["####....##"] * 18
    rows = board_batch(reference.board(*full_to_the_top), O, next_piece=O).observations[0]
    expected = reference.observation(reference.board(*full_to_the_top), O, O)
    assert (rows[:, NUM_FEATURES] == expected[:, NUM_FEATURES]).all()
    assert 0 < rows[:, NUM_FEATURES].sum() < NUM_ACTIONS
    assert not rows[rows[:, NUM_FEATURES] == 0].any()
