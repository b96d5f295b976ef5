from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine import reference_rules as reference
from tests.engine.helpers import SURVIVES, Batch, board_batch, cautious_actions
from tetris_arcade.config.features import NUM_CLASSIC, NUM_FEATURES
from tetris_arcade.engine.board import add_shape, add_walls, full_rows, remove_rows, remove_shape
from tetris_arcade.engine.jit import kernel
from tetris_arcade.engine.placements import COL, REST, SHAPE, list_placements, list_surviving, new_workspace
from tetris_arcade.engine.tetromino import NUM_ACTIONS, PIECE_NAMES

BOARDS = st.builds(
    reference.random_board, st.integers(4, 40), st.integers(0, 2**32), st.floats(0.5, 1), st.floats(0, 1)
)

DISTINCT_PLACEMENTS = {"I": 17, "O": 9, "T": 34, "S": 17, "Z": 17, "J": 34, "L": 34}
"""10 - width + 1 columns per distinct rotation: I 7 + 10, O 9, S and Z 8 + 9, T, J and L twice 8 + 9."""
DISTINCT_BOARDS = [162, 17_351, 1_598_460]
"""Number of boards that any 1, 2 and 3 pieces can leave on the empty board.

Enumerated twice: by the kernel below, and by forty lines of Python that share nothing with the engine (a
board is one integer of rows, a piece moves down one row at a time).
"""


@kernel
def _boards_after(boards, piece, height, workspace, after):
    """Write every board that a placement of `piece` leaves on (B, 10) boards into (B * 40, 10) `after`."""
    walled, placements = workspace.walled, workspace.placements
    count = 0
    for b in range(boards.shape[0]):
        add_walls(boards[b], height, walled)
        for p in range(list_placements(height, piece, workspace)):
            shape, left, y = placements[p, SHAPE], placements[p, COL], placements[p, REST]
            add_shape(walled, shape, left, y)
            full = full_rows(walled)
            for c in range(10):
                after[count, c] = remove_rows(walled[c + 1], full)
            remove_shape(walled, shape, left, y)
            count += 1
    return count


def _distinct(boards):
    # One word per board: three pieces reach at most 12 rows; two odd factors mix the two halves.
    low, high = (boards[:, k : k + 5] @ (1 << 12 * np.arange(5)) for k in (0, 5))
    words = low * 0x1E3779B97F4A7C15 + high * 0x2545F4914F6CDD1D
    return boards[np.unique(words ^ (words >> 29), return_index=True)[1]]


def test_number_of_distinct_placements():
    empty, after = np.zeros((1, 10), np.int64), np.zeros((40, 10), np.int64)
    for piece, name in enumerate(PIECE_NAMES):
        count = _boards_after(empty, piece, 20, new_workspace(), after)
        assert count == DISTINCT_PLACEMENTS[name] == len(_distinct(after[:count]))


def test_number_of_boards_after_three_pieces():
    boards = np.zeros((1, 10), np.int64)
    for expected in DISTINCT_BOARDS:
        found = []
        for piece in range(7):
            after = np.zeros((len(boards) * 40, 10), np.int64)
            found.append(_distinct(after[: _boards_after(boards, piece, 20, new_workspace(), after)]))
        boards = _distinct(np.concatenate(found))
        assert len(boards) == expected


@given(BOARDS, st.integers(0, 6), st.integers(0, 6), st.booleans())
def test_masks_equal_the_reference(cells, piece, next_piece, garbage):
    legal, surviving = board_batch(cells, piece, next_piece, garbage_every=1 if garbage else None).masks()
    assert legal[0].tolist() == [reference.is_legal(piece, action) for action in range(NUM_ACTIONS)]
    expected = reference.observation(cells, piece, next_piece, garbage)
    assert (surviving[0] == (expected[:, SURVIVES] == 1)).all()


@pytest.mark.parametrize("classic", [False, True])
def test_listed_placements_are_the_distinct_rows(classic):
    batch = Batch(range(32), height=10, pieces="uniform")
    generator = np.random.default_rng(1)
    for _ in range(12):
        batch.step(cautious_actions(batch.observations, generator))
    width, games = NUM_CLASSIC if classic else NUM_FEATURES, batch.games
    rows, ends = np.zeros((32 * NUM_ACTIONS, width), np.float32), np.zeros(32, np.int64)
    next_pieces, actions = games.queue[:, 0].copy(), np.zeros((32 * NUM_ACTIONS, 2), np.int64)
    due = np.zeros(32, np.bool_)
    count = list_surviving(
        games.columns, 10, games.piece, next_pieces, due, classic, new_workspace(), rows, actions, ends
    )
    assert count == ends[-1]
    observations = observe_as(batch, classic)
    for i, (start, stop) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
        surviving = batch.observations[i, :, SURVIVES] == 1
        listed = {row.tobytes() for row in rows[start:stop]}
        assert listed == {row.tobytes() for row in observations[i, surviving, :width]}
        assert stop - start <= DISTINCT_PLACEMENTS[PIECE_NAMES[games.piece[i]]]


def observe_as(batch, classic):
    """Observe the same games with the classic or the afterstate features."""
    from tetris_arcade.engine.simulation import observe_games

    rules = batch.rules._replace(classic=classic)
    observations = np.zeros(
        (len(batch.rewards), NUM_ACTIONS, NUM_CLASSIC if classic else NUM_FEATURES + 1), np.float32
    )
    observe_games(batch.games, rules, batch.workspace, observations)
    return observations
