from __future__ import annotations

import numpy as np
import pytest
from tetris_gymnasium.components.tetromino_randomizer import BagRandomizer, TrueRandomizer

from tetris_arcade.engine.jit import kernel
from tetris_arcade.engine.randomizer import (
    draw_garbage_hole,
    draw_piece,
    generator_state,
    random_below,
    reset_bag,
    seed_generator,
)
from tetris_arcade.engine.rules import BAG, UNIFORM

KINDS = {BAG: BagRandomizer, UNIFORM: TrueRandomizer}


@kernel
def _draw(generator, bag, kind, pieces):
    reset_bag(generator, bag, kind)
    for k in range(pieces.shape[0]):
        pieces[k] = draw_piece(generator, bag, kind)


def _pieces(generator, kind, count=3000):
    pieces = np.zeros(count, np.int64)
    _draw(generator, np.zeros(8, np.int8), kind, pieces)
    return pieces.tolist()


@pytest.mark.parametrize("seed", [1, 2, 3, 77, 2**31 - 1, 12345678901])
@pytest.mark.parametrize("kind", KINDS)
def test_pieces_are_the_packages_own_for_the_same_seed(kind, seed):
    theirs = KINDS[kind](7)
    theirs.reset(seed=seed)
    ours = seed_generator(seed)
    assert _pieces(ours, kind) == [int(theirs.get_next_tetromino()) for _ in range(3000)]
    assert generator_state(ours) == {**theirs.rng.bit_generator.state, "bit_generator": "PCG64"}


@pytest.mark.parametrize("kind", KINDS)
def test_seed_0_is_a_seed(kind):
    assert _pieces(seed_generator(0), kind) == _pieces(seed_generator(0), kind)
    assert _pieces(seed_generator(0), kind) != _pieces(seed_generator(1), kind)


@pytest.mark.parametrize("bound", [1, 2, 3, 7, 10, 1000, 2**31 + 11])
def test_numbers_below_a_bound_are_numpys(bound):
    numpys, ours = np.random.Generator(np.random.PCG64(np.random.SeedSequence(5))), seed_generator(5)
    assert [int(numpys.integers(0, bound)) for _ in range(300)] == [
        # numpy draws nothing where there is no choice
        random_below(ours, bound) if bound > 1 else 0
        for _ in range(300)
    ]


def test_a_bag_holds_each_piece_once():
    pieces = _pieces(seed_generator(4), BAG, count=700)
    assert all(sorted(pieces[k : k + 7]) == list(range(7)) for k in range(0, 700, 7))


def test_uniform_pieces_come_equally_often():
    counts = np.bincount(_pieces(seed_generator(4), UNIFORM, count=70_000), minlength=7)
    assert abs(counts - 10_000).max() < 400  # four standard deviations are 370


def test_garbage_holes_come_equally_often_and_from_a_stream_of_their_own():
    counter = np.array([9], np.uint64)
    holes = [draw_garbage_hole(counter) for _ in range(20_000)]
    assert min(holes) == 0
    assert max(holes) == 9
    assert abs(np.bincount(holes) - 2000).max() < 200
    assert np.mean(np.array(holes[1:]) == np.array(holes[:-1])) == pytest.approx(0.1, abs=0.01)
