from __future__ import annotations

import functools
import operator

import numpy as np
import pytest
from tetris_gymnasium.envs import Tetris

from tetris_arcade.engine.piece_tables import (
    BITS,
    BOTTOM,
    ENTRY_ROW,
    GROUP_DEPTH,
    GROUPS,
    HEIGHT,
    IS_LEGAL,
    LEFT,
    NUM_GROUPS,
    SPAWN_LEFT,
    WIDTH,
)
from tetris_arcade.engine.tetromino import (
    NUM_ACTIONS,
    NUM_PIECES,
    NUM_ROTATIONS,
    decode_action,
    encode_action,
    orientation,
    placement_col,
    spawn_col,
)

ALL_SHAPES = [(piece, rotation) for piece in range(NUM_PIECES) for rotation in range(NUM_ROTATIONS)]


@pytest.mark.parametrize(("piece", "rotation"), ALL_SHAPES)
def test_orientations_equal_the_packages(piece, rotation):
    box = np.rot90(Tetris.TETROMINOES[piece].matrix, k=rotation) > 0
    ours = np.zeros_like(box)
    shape = orientation(piece, rotation)
    assert shape.box_size == len(box)
    ours[shape.box_row : shape.box_row + shape.height, shape.box_col : shape.box_col + shape.width] = (
        shape.cells
    )
    assert (ours == box).all()


@pytest.mark.parametrize(("piece", "rotation"), ALL_SHAPES)
def test_kernel_tables_equal_the_orientations(piece, rotation):
    shape, index = orientation(piece, rotation), NUM_ROTATIONS * piece + rotation
    assert (WIDTH[index], HEIGHT[index], ENTRY_ROW[index]) == (shape.width, shape.height, shape.box_row)
    assert LEFT[index] == shape.box_col - shape.box_size // 2
    for col in range(shape.width):
        from_floor = shape.cells[::-1, col]
        assert BITS[index, col] == sum(1 << y for y in np.flatnonzero(from_floor))
        assert BOTTOM[index, col] == np.flatnonzero(from_floor)[0]


@pytest.mark.parametrize("piece", range(NUM_PIECES))
def test_pieces_spawn_where_the_packages_do(piece):
    env = Tetris()
    env.reset(seed=1)
    env.active_tetromino = env.tetrominoes[piece]
    env.reset_tetromino_position()
    assert spawn_col(piece) == SPAWN_LEFT[piece] == env.x - env.padding + orientation(piece, 0).box_col


@pytest.mark.parametrize("piece", range(NUM_PIECES))
def test_groups_are_the_distinct_placements(piece):
    groups = [
        [action for action in group if action >= 0] for group in GROUPS[piece, : NUM_GROUPS[piece]].tolist()
    ]
    legal = np.flatnonzero(IS_LEGAL[piece]).tolist()
    assert sorted(functools.reduce(operator.iadd, groups, [])) == legal
    cells = {
        action: (placement_col(piece, action), orientation(piece, action % 4).cells.tolist())
        for action in legal
    }
    group_by_cells = {str(cells[action]): group for group in groups for action in group}
    assert len(group_by_cells) == len(groups)
    for k, group in enumerate(groups):
        depths = [orientation(piece, a % 4).box_row + orientation(piece, a % 4).height for a in group]
        assert GROUP_DEPTH[piece, k] == max(depths)


def test_actions_encode_column_and_rotation():
    assert [decode_action(encode_action(*decode_action(action))) for action in range(NUM_ACTIONS)] == [
        divmod(action, 4) for action in range(NUM_ACTIONS)
    ]
    i_upright = encode_action(0, 1)
    assert placement_col(0, i_upright) == -1
    assert placement_col(0, encode_action(0, 3)) == 0
