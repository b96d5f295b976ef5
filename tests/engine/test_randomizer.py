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

RANDOMIZERS = {BAG: BagRandomizer, UNIFORM: TrueRandomizer}


@kernel
def _draw(generator, bag, randomizer, pieces):
    reset_bag(generator, bag, randomizer)
    for k in range(pieces.shape[0]):
        pieces[k] = draw_piece(generator, bag, randomizer)


def draw_pieces(generator, randomizer, count=3000):
    pieces = np.zeros(count, np.int64)
    _draw(generator, np.zeros(8, np.int8), randomizer, pieces)
    return pieces.tolist()


@pytest.mark.parametrize("seed", [1, 2, 3, 77, 2**31 - 1, 12345678901])
@pytest.mark.parametrize("randomizer", RANDOMIZERS)
def test_pieces_equal_the_packages(randomizer, seed):
    theirs = RANDOMIZERS[randomizer](7)
    theirs.reset(seed=seed)
    ours = seed_generator(seed)
    assert draw_pieces(ours, randomizer) == [int(theirs.get_next_tetromino()) for _ in range(3000)]
    assert generator_state(ours) == {**theirs.rng.bit_generator.state, "bit_generator": "PCG64"}


@pytest.mark.parametrize("randomizer", RANDOMIZERS)
def test_seed_0_is_a_seed(randomizer):
    assert draw_pieces(seed_generator(0), randomizer) == draw_pieces(seed_generator(0), randomizer)
    assert draw_pieces(seed_generator(0), randomizer) != draw_pieces(seed_generator(1), randomizer)


@pytest.mark.parametrize("bound", [1, 2, 3, 7, 10, 1000, 2**31 + 11])
def test_random_below_equals_numpy(bound):
    numpys, ours = np.random.Generator(np.random.PCG64(np.random.SeedSequence(5))), seed_generator(5)
    assert [int(numpys.integers(0, bound)) for _ in range(300)] == [
        # numpy draws nothing if there is only one choice
        random_below(ours, bound) if bound > 1 else 0
        for _ in range(300)
    ]


def test_bag_holds_each_piece_once():
    pieces = draw_pieces(seed_generator(4), BAG, count=700)
    assert all(sorted(pieces[k : k + 7]) == list(range(7)) for k in range(0, 700, 7))


def test_uniform_pieces_are_uniform():
    counts = np.bincount(draw_pieces(seed_generator(4), UNIFORM, count=70_000), minlength=7)
    assert abs(counts - 10_000).max() < 400  # four standard deviations are 370


def test_garbage_holes_are_uniform_and_independent():
    counter = np.array([9], np.uint64)
    holes = [draw_garbage_hole(counter) for _ in range(20_000)]
    assert min(holes) == 0
    assert max(holes) == 9
    assert abs(np.bincount(holes) - 2000).max() < 200
    assert np.mean(np.array(holes[1:]) == np.array(holes[:-1])) == pytest.approx(0.1, abs=0.01)
