"""Draws pieces from numpy's PCG64 stream, compiled, so that a seed gives the same pieces as tetris-gymnasium.

A generator is a row of `GENERATOR_WORDS` uint64: state (high, low), increment (high, low), and the buffered
half word (whether there is one, its value).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.jit import inlined, int64, kernel, multiply_high
from tetris_arcade.engine.rules import UNIFORM
from tetris_arcade.engine.tetromino import NUM_COLS, NUM_PIECES

GENERATOR_WORDS = 6

_U = np.uint64
_MULTIPLIER_HIGH, _MULTIPLIER_LOW = _U(2549297995355413924), _U(4865540595714422341)
_LOW_HALF = _U(0xFFFFFFFF)
_WORD = 2**64


def seed_generator(seed: int | list[int]) -> NDArray[np.uint64]:
    """Return a generator, (6,) uint64, in the state of numpy's `PCG64(SeedSequence(seed))`; 0 is a seed."""
    return generator_from_state(np.random.PCG64(np.random.SeedSequence(seed)).state)


def generator_from_state(state: Any) -> NDArray[np.uint64]:
    """Convert numpy's `PCG64.state` to a generator, (6,) uint64.

    Raises ValueError if it is not such a state.
    """
    generator = np.random.PCG64()
    try:
        generator.state = state  # numpy's own check
        checked: Any = generator.state
        halves = [*divmod(checked["state"]["state"], _WORD), *divmod(checked["state"]["inc"], _WORD)]
        row = np.array([*halves, checked["has_uint32"], checked["uinteger"]], dtype=np.uint64)
    except (TypeError, KeyError, OverflowError) as error:
        raise ValueError(f"a saved generator is invalid: {error}") from error
    check_generators(row[np.newaxis])
    return row


def check_generators(generators: NDArray[np.uint64]) -> None:
    """Raise ValueError if an (N, 6) generator's half word is invalid: it would draw a nonexistent piece."""
    if generators.size and (generators[:, 4].max() > 1 or generators[:, 5].max() > _LOW_HALF):
        raise ValueError("a saved generator has an invalid buffered half word")


def generator_state(generator: NDArray[np.uint64]) -> dict[str, Any]:
    """Convert a generator back to numpy's `PCG64.state`."""
    high, low, inc_high, inc_low, has_half, half = (int(word) for word in generator)
    return {
        "bit_generator": "PCG64",
        "state": {"state": high * _WORD + low, "inc": inc_high * _WORD + inc_low},
        "has_uint32": has_half,
        "uinteger": half,
    }


@inlined
def _next_word(generator: Any) -> Any:
    """64 random bits: one step of PCG XSL RR 128/64 (O'Neill 2014)."""
    high, low = generator[0], generator[1]
    new_low = low * _MULTIPLIER_LOW
    new_high = multiply_high(low, _MULTIPLIER_LOW) + high * _MULTIPLIER_LOW + low * _MULTIPLIER_HIGH
    sum_low = new_low + generator[3]
    sum_high = new_high + generator[2] + (_U(1) if sum_low < new_low else _U(0))
    generator[0], generator[1] = sum_high, sum_low
    mixed, rotation = sum_high ^ sum_low, sum_high >> _U(58)
    return (mixed >> rotation) | (mixed << ((_U(64) - rotation) & _U(63)))


@inlined
def _next_half_word(generator: Any) -> Any:
    """32 random bits; like numpy, uses the lower half of a word first and buffers the upper one."""
    if generator[4] != _U(0):
        generator[4] = _U(0)
        return generator[5]
    word = _next_word(generator)
    generator[4], generator[5] = _U(1), word >> _U(32)
    return word & _LOW_HALF


@kernel
def random_below(generator: Any, bound: int) -> int:
    """Draw an integer 0..bound-1 as numpy's Generator does (Lemire 2019)."""
    exclusive = _U(bound)
    product = _next_half_word(generator) * exclusive
    if (product & _LOW_HALF) < exclusive:
        threshold = (_LOW_HALF - (exclusive - _U(1))) % exclusive
        while (product & _LOW_HALF) < threshold:
            product = _next_half_word(generator) * exclusive
    return int64(product >> _U(32))


@inlined
def random_fraction(generator: Any) -> float:
    """Draw a float 0 <= x < 1 as numpy's Generator does: 53 bits of a word."""
    return float(_next_word(generator) >> _U(11)) * (1.0 / 9007199254740992.0)


@kernel
def _fill_with_fractions(generator: Any, numbers: Any) -> None:
    for k in range(numbers.shape[0]):
        numbers[k] = random_fraction(generator)


def draw_fractions(generator: NDArray[np.uint64], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Draw floats 0 <= x < 1 in an array of `shape`, as numpy's `Generator.random` does."""
    numbers = np.empty(math.prod(shape))
    _fill_with_fractions(generator, numbers)
    return numbers.reshape(shape)


@inlined
def _random_up_to(generator: Any, maximum: int) -> int:
    """Draw an integer 0..maximum (at most 7) as numpy's `shuffle` does: bits, rejected until they fit."""
    mask = _U(7) if maximum > 3 else _U(3) if maximum > 1 else _U(1)
    while True:
        number = int64(_next_half_word(generator) & mask)
        if number <= maximum:
            return number


@inlined
def _shuffle_bag(generator: Any, bag: Any) -> None:
    """Shuffle (8,) int8 `bag`, whose last entry is the next draw's position (Fisher-Yates, as numpy)."""
    for i in range(NUM_PIECES - 1, 0, -1):
        j = _random_up_to(generator, i)
        bag[i], bag[j] = bag[j], bag[i]
    bag[NUM_PIECES] = 0


@inlined
def reset_bag(generator: Any, bag: Any, randomizer: int) -> None:
    """Start a game's piece sequence: an ordered bag, shuffled once; uniform pieces use no bag."""
    if randomizer == UNIFORM:
        return
    for i in range(NUM_PIECES):
        bag[i] = i
    _shuffle_bag(generator, bag)


@inlined
def draw_piece(generator: Any, bag: Any, randomizer: int) -> int:
    """Draw the next piece, 0..6; an empty bag is reshuffled immediately, as in tetris-gymnasium."""
    if randomizer == UNIFORM:
        return random_below(generator, NUM_PIECES)
    piece = int64(bag[bag[NUM_PIECES]])
    bag[NUM_PIECES] += 1
    if bag[NUM_PIECES] == NUM_PIECES:
        _shuffle_bag(generator, bag)
    return piece


@kernel
def draw_garbage_hole(counter: Any) -> int:
    """Draw the column of a garbage row's hole from a (1,) uint64 counter.

    The counter is separate from the generator, so that garbage does not change the pieces.
    Source: SplitMix64 (Steele, Lea, Flood 2014).
    """
    counter[0] += _U(0x9E3779B97F4A7C15)
    mixed = counter[0]
    mixed = (mixed ^ (mixed >> _U(30))) * _U(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> _U(27))) * _U(0x94D049BB133111EB)
    mixed = mixed ^ (mixed >> _U(31))
    return int64(((mixed >> _U(32)) * _U(NUM_COLS)) >> _U(32))
