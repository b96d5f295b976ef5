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
    GROUP_DROP,
    GROUPS,
    IS_LEGAL,
    LEFT,
    NUM_GROUPS,
    SPAWN_LEFT,
    TALL,
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

EVERY_SHAPE = [(piece, rotation) for piece in range(NUM_PIECES) for rotation in range(NUM_ROTATIONS)]


@pytest.mark.parametrize(("piece", "rotation"), EVERY_SHAPE)
def test_orientations_are_the_packages_turned_by_rot90(piece, rotation):
    box = np.rot90(Tetris.TETROMINOES[piece].matrix, k=rotation) > 0
    ours = np.zeros_like(box)
    shape = orientation(piece, rotation)
    assert shape.box_size == len(box)
    ours[shape.box_row : shape.box_row + shape.height, shape.box_col : shape.box_col + shape.width] = (
        shape.cells
    )
    assert (ours == box).all()


@pytest.mark.parametrize(("piece", "rotation"), EVERY_SHAPE)
def test_the_kernels_tables_tell_the_same_shapes(piece, rotation):
    shape, index = orientation(piece, rotation), NUM_ROTATIONS * piece + rotation
    assert (WIDTH[index], TALL[index], ENTRY_ROW[index]) == (shape.width, shape.height, shape.box_row)
    assert LEFT[index] == shape.box_col - shape.box_size // 2
    for col in range(shape.width):
        from_floor = shape.cells[::-1, col]
        assert BITS[index, col] == sum(1 << y for y in np.flatnonzero(from_floor))
        assert BOTTOM[index, col] == np.flatnonzero(from_floor)[0]


@pytest.mark.parametrize("piece", range(NUM_PIECES))
def test_a_piece_enters_where_the_package_lets_it_in(piece):
    env = Tetris()
    env.reset(seed=1)
    env.active_tetromino = env.tetrominoes[piece]
    env.reset_tetromino_position()
    assert spawn_col(piece) == SPAWN_LEFT[piece] == env.x - env.padding + orientation(piece, 0).box_col


@pytest.mark.parametrize("piece", range(NUM_PIECES))
def test_actions_of_a_group_fill_the_same_cells_and_those_of_two_groups_do_not(piece):
    groups = [
        [action for action in group if action >= 0] for group in GROUPS[piece, : NUM_GROUPS[piece]].tolist()
    ]
    legal = np.flatnonzero(IS_LEGAL[piece]).tolist()
    assert sorted(functools.reduce(operator.iadd, groups, [])) == legal
    cells = {
        action: (placement_col(piece, action), orientation(piece, action % 4).cells.tolist())
        for action in legal
    }
    told_by = {str(cells[action]): group for group in groups for action in group}
    assert len(told_by) == len(groups)
    for k, group in enumerate(groups):
        reach = [orientation(piece, a % 4).box_row + orientation(piece, a % 4).height for a in group]
        assert GROUP_DROP[piece, k] == max(reach)


def test_actions_name_the_column_of_the_box_and_the_rotation():
    assert [decode_action(encode_action(*decode_action(action))) for action in range(NUM_ACTIONS)] == [
        divmod(action, 4) for action in range(NUM_ACTIONS)
    ]
    i_upright = encode_action(0, 1)
    assert placement_col(0, i_upright) == -1
    assert placement_col(0, encode_action(0, 3)) == 0
