"""A handicapped player takes its second and third best placements as often as it should."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tetris_arcade.config.machine_levels import (
    ATTACK_LEVELS,
    MACHINE_LEVELS,
    NUM_LEVELS,
    Handicap,
    MachineLevel,
    machine_level,
)
from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.training.players import load_player
from tetris_arcade.worker.child.handicap import HandicappedPlayer


def _ranks(handicap: Handicap, seed: int, moves: int = 300) -> list[int]:
    """The rank of each chosen placement by the player's values, 0 for the best."""
    player = HandicappedPlayer(load_player("bcts"), handicap, seed)
    game, values, ranks = Game(seed=seed), np.full(NUM_ACTIONS, np.nan, np.float32), []
    for number in range(moves):
        action = player.choose(game, False, values)
        if not np.isfinite(values).any():  # it has lost
            game = Game(seed=seed + number)
            action = player.choose(game, False, values)
        distinct = np.unique(values[np.isfinite(values)])[::-1]
        ranks.append(int(np.flatnonzero(distinct == values[action])[0]))
        game.step(action)
    return ranks


def test_without_a_handicap_the_best_is_taken() -> None:
    assert set(_ranks(Handicap(), 1)) == {0}


def test_the_shares_are_kept() -> None:
    ranks = _ranks(Handicap(0.3, 0.1), 2, 600)
    assert ranks.count(1) / 600 == pytest.approx(0.3, abs=0.06)
    assert ranks.count(2) / 600 == pytest.approx(0.1, abs=0.04)
    assert set(ranks) == {0, 1, 2}


def test_the_same_seed_makes_the_same_mistakes() -> None:
    handicap = Handicap(0.3, 0.1)
    assert _ranks(handicap, 3) == _ranks(handicap, 3)
    assert _ranks(handicap, 3) != _ranks(handicap, 4)


@pytest.mark.parametrize("levels", [MACHINE_LEVELS, ATTACK_LEVELS], ids=["race", "attack"])
def test_levels_rise(levels: tuple[MachineLevel, ...]) -> None:
    assert len(levels) == NUM_LEVELS == 9
    for lower, higher in itertools.pairwise(levels):
        assert lower.pieces_per_second <= higher.pieces_per_second
        assert _mistakes(lower) > _mistakes(higher)
        assert lower.handicap.third_best >= higher.handicap.third_best


def _mistakes(level: MachineLevel) -> float:
    return level.handicap.second_best + level.handicap.third_best


def test_each_kind_of_game_has_levels_of_its_own() -> None:
    assert machine_level(2) is MACHINE_LEVELS[1]
    assert machine_level(2, is_attack=True) is ATTACK_LEVELS[1]
    with pytest.raises(ValueError, match=r"1\.\.9, got 10"):
        machine_level(10)


def test_shares_of_more_than_all_moves_are_refused() -> None:
    with pytest.raises(ValueError, match="shares of the same moves"):
        Handicap(0.7, 0.4)
