from __future__ import annotations

import pytest

from tests.engine import reference_rules as reference
from tests.engine.helpers import board_batch
from tetris_arcade.config.rewards import REWARDS
from tetris_arcade.engine.game_state import RUNNING, TERMINATED
from tetris_arcade.engine.tetromino import encode_action

I, O = 0, 1  # noqa: E741
TOWER = reference.board(*["....##...."] * 19)


def reward_for(cells, action, **rules):
    """The reward of one placement of an I."""
    rewards, status = board_batch(cells, I, O, **rules).step([action])
    assert status[0] == RUNNING
    return rewards[0]


@pytest.mark.parametrize("lines", range(5))
@pytest.mark.parametrize("spec", REWARDS.values(), ids=REWARDS)
def test_line_rewards_are_those_of_the_registry(spec, lines):
    cells = reference.board(*["#########."] * lines, *["########.."] * (4 - lines))
    assert reward_for(cells, encode_action(9, 3), reward=spec.name) == spec.line_rewards[lines]


def test_score_is_the_packages_reward():
    assert REWARDS["score"].line_rewards == tuple(10 * lines**2 + 1 for lines in range(5))


def test_shaping_rewards_a_lower_and_smoother_board():
    cells, shaping = reference.board("######...."), (1.0, 0.5, 0.25)
    assert reward_for(cells, encode_action(8, 0), reward="shaped", shaping=shaping) == 11 + 0.5 + 0.25


def test_shaping_penalizes_new_holes():
    cells = reference.board("#.........")
    assert reward_for(cells, encode_action(2, 0), reward="shaped", shaping=(2.0, 0.0, 0.0)) == 1 - 2.0 * 3


@pytest.mark.parametrize("reward", REWARDS)
def test_every_preset_subtracts_the_game_over_penalty(reward):
    for action, expected in ((encode_action(5, 0), -40.0), (encode_action(0, 0), -40.1)):
        batch = board_batch(TOWER, O, O, reward=reward, game_over_penalty=40.0)
        rewards, status = batch.step([action])
        assert rewards[0] == pytest.approx(expected)
        assert status[0] == TERMINATED


@pytest.mark.parametrize("spec", REWARDS.values(), ids=REWARDS)
def test_lost_game_keeps_its_last_reward_only_if_registered(spec):
    cells = reference.board(*["....##...."] * 19, "######....")
    batch = board_batch(cells, I, O, reward=spec.name, garbage_every=1)
    rewards, status = batch.step([encode_action(8, 0)])
    assert (status[0], batch.ended.lines[0]) == (TERMINATED, 1)
    assert rewards[0] == (spec.line_rewards[1] if spec.is_kept_at_end else 0.0)
