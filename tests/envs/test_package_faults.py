"""The faults of tetris-gymnasium 0.3.1: each still exists, and we handle it as documented.

Kept, so that `features="classic"` equals the package bit for bit: the blank row 0, the zeros of a lost game,
the fall through a collision, the bounds after an illegal action. Fixed everywhere: float32, seed 0, the
picture, the arguments. Fixed by `features="afterstate"`: everything that the classic observation cannot show.
"""

from __future__ import annotations

import numpy as np
import pytest
from tetris_gymnasium.components.tetromino_randomizer import BagRandomizer, TrueRandomizer
from tetris_gymnasium.envs import Tetris

from tests.engine import reference_rules as reference
from tests.envs.tetris_gymnasium_oracle import make_package_env
from tetris_arcade.engine.tetromino import NUM_PIECES, orientation
from tetris_arcade.envs import EnvConfig, make_env, make_vec_env

I, O = 0, 1  # noqa: E741


def set_board(env, cells, piece):
    """Put a drawn board and a piece into the package's object."""
    tetris = env.unwrapped
    tetris.board[: len(cells), tetris.padding : -tetris.padding] = cells * 2
    tetris.active_tetromino = tetris.tetrominoes[piece]
    tetris.reset_tetromino_position()


def observe(cells, piece, features="classic"):
    """Return the package's observation and ours of a drawn board."""
    package, ours = make_package_env(len(cells)), make_env(EnvConfig(features=features, height=len(cells)))
    for env in (package, ours):
        env.reset(seed=1)
        set_board(env, cells, piece)
    ours._read_package()
    return package.observation(package.unwrapped._get_obs()), ours._observe(0)


def test_row_0_is_blank_only_in_classic():
    cells = reference.board(*["#........."] * 20)
    package, classic = observe(cells, O)
    assert package[20, 0] == classic[20, 0] == 19
    assert observe(cells, O, "afterstate")[1][20, 0] == 20


def test_lost_game_is_zeros_and_is_masked():
    cells = reference.board(*["#........."] * 20)
    package, classic = observe(cells, O)
    over_the_tower = 1 * 4
    assert not package[over_the_tower].any()
    assert not classic[over_the_tower].any()
    env = make_env(EnvConfig(features="classic"))
    env.reset(seed=1)
    set_board(env, cells, O)
    assert not env.action_masks()[over_the_tower]
    afterstate = observe(cells, O, "afterstate")[1]
    assert afterstate[20, -1] == 1
    assert not afterstate[over_the_tower].any()


def test_lost_game_is_legal_in_the_packages_mask():
    env = make_env(EnvConfig(features="classic"))
    env.reset(seed=1)
    set_board(env, reference.board(*["#........."] * 20), O)
    assert env._info(0, 0)["action_mask"][4] == 1
    assert env.action_masks()[4] == 0


def test_piece_falls_through_a_collision_only_in_the_observation():
    cells = reference.board("....##....", *[".........."] * 19)  # they float where the O spawns
    package, classic = observe(cells, O)
    assert (package == classic).all()
    assert classic[5 * 4].any(), "observed as if it had landed below"
    env = make_env(EnvConfig(features="classic", reward="score"))
    env.reset(seed=1)
    set_board(env, cells, O)
    _, reward, terminated, _, _ = env.step(5 * 4)
    assert (reward, terminated) == (0.0, True)


def test_illegal_action_shows_the_bounds_of_the_space():
    package, ours = make_package_env(), make_env(EnvConfig(features="classic"))
    illegal = next(a for a, legal in enumerate(package.reset(seed=1)[1]["action_mask"]) if not legal)
    ours.reset(seed=1)
    theirs, mine = package.step(illegal)[0], ours.step(illegal)[0]
    assert theirs.dtype == np.float64
    assert mine.dtype == np.float32
    assert (theirs == mine).all()
    assert (mine == 200).all()


def test_dtype_is_that_of_the_space():
    package = make_package_env()
    assert package.reset(seed=1)[0].dtype == np.uint8 != package.observation_space.dtype
    for features in ("classic", "afterstate"):
        config = EnvConfig(features=features)
        assert (
            make_env(config).reset(seed=1)[0].dtype == make_env(config).observation_space.dtype == np.float32
        )
        assert make_vec_env(config).reset().dtype == np.float32


@pytest.mark.parametrize("randomizer", [BagRandomizer, TrueRandomizer])
def test_seed_0_is_ignored_only_by_the_package(randomizer):
    def pieces():
        mine = randomizer(NUM_PIECES)
        mine.reset(seed=0)
        return [int(mine.get_next_tetromino()) for _ in range(30)]

    assert len({tuple(pieces()) for _ in range(5)}) > 1
    assert (make_env().reset(seed=0)[0] == make_env().reset(seed=0)[0]).all()


@pytest.mark.parametrize("argument", ["queue", "holder", "randomizer"])
def test_randomizer_arguments_fail_only_in_the_package(argument):
    with pytest.raises(AttributeError):
        Tetris(**{argument: BagRandomizer(NUM_PIECES)}).reset(seed=1)
    env = make_env(EnvConfig(pieces="uniform"))
    assert type(env.unwrapped.randomizer) is TrueRandomizer
    assert env.unwrapped.queue.randomizer is env.unwrapped.randomizer


def test_clockwise_is_counter_clockwise():
    tetris = Tetris()
    rotated = tetris.rotate(tetris.tetrominoes[3], clockwise=True).matrix > 0
    assert (rotated == np.rot90(tetris.tetrominoes[3].matrix > 0)).all()
    shape = orientation(3, 1)
    assert (rotated[:, shape.box_col : shape.box_col + shape.width][: shape.height] == shape.cells).all()


def test_rendering_fails_only_in_the_package():
    tetris = Tetris(render_mode="rgb_array")
    tetris.reset(seed=1)
    with pytest.raises(TypeError):
        tetris.render()
    env = make_env(render_mode="rgb_array")
    env.reset(seed=1)
    assert env.render().dtype == np.uint8


@pytest.mark.parametrize(("piece", "legal", "distinct"), [(O, 36, 9), (I, 33, 17)])
def test_equivalent_actions_have_equal_rows(piece, legal, distinct):
    cells = reference.board("#.#.##..#.")
    rows = observe(cells, piece, "afterstate")[1]
    assert (rows[:, -1] == 1).sum() == legal
    boards = {reference.afterstate(cells, piece, int(a))[0].tobytes() for a in np.flatnonzero(rows[:, -1])}
    assert len(boards) == distinct


def test_every_piece_reaches_column_0():
    for piece in range(NUM_PIECES):
        rows = observe(reference.board(), piece, "afterstate")[1]
        assert (rows[:, 0] > 0).any()
