"""The spec of a sweep: what it says, and what is refused."""

from __future__ import annotations

import pytest

from tetris_arcade.cluster.spec import Parameter, parse_spec
from tetris_arcade.config.training import TrainConfig

SPEC = """
trials = 8
seeds = 3
steps = 10000
evaluations = 4
num_envs = 8

[env]
height = 10

[space]
learning_rate = { log_uniform = [2e-4, 5e-3] }
n_steps = { integers = [1, 3] }
net_arch = [[64, 64], [32]]

[space.env]
game_over_penalty = { uniform = [10, 100] }

[score]
games = 20
height = 10

[early_stopping]
reduction = 2
"""


def test_a_spec_is_a_training_configuration_with_a_space() -> None:
    spec = parse_spec(SPEC.encode())
    assert spec.base.num_envs == 8
    assert spec.base.env.height == 10
    assert spec.base.env.game_over_penalty == TrainConfig().env.game_over_penalty
    assert spec.space == (
        Parameter("learning_rate", "log_uniform", (2e-4, 5e-3)),
        Parameter("n_steps", "integers", (1, 3)),
        Parameter("net_arch", "choices", ([64, 64], [32])),
        Parameter("env.game_over_penalty", "uniform", (10, 100)),
    )
    assert spec.plan.score.conditions.games == 20
    assert spec.plan.score.conditions.pieces == "uniform"


def test_a_trial_trains_its_values_on_each_seed_in_equal_parts() -> None:
    spec = parse_spec(SPEC.encode())
    values = {"learning_rate": 1e-3, "n_steps": 2, "net_arch": [32], "env.game_over_penalty": 50.0}
    first, last = spec.config(values, 0, 1), spec.config(values, 2, 4)
    assert (first.seed, first.total_timesteps) == (0, 2_500)
    assert (last.seed, last.total_timesteps) == (2, 10_000)
    assert (last.net_arch, last.env.game_over_penalty, last.env.height) == ((32,), 50.0, 10)


def test_minutes_are_seconds_of_training() -> None:
    spec = parse_spec(SPEC.replace("steps = 10000", "minutes = 2").encode())
    config = spec.config({}, 0, 1)
    assert (config.max_seconds, config.total_timesteps) == (30.0, None)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("num_envs", "nun_envs", "nun_envs is not known"),
        ("learning_rate =", "learning_rat =", "learning_rat is not known"),
        ("game_over_penalty =", "penalty =", "env.penalty is not known"),
        ("trials = 8", "", "trials is missing"),
        ("trials = 8", "trials = 0", "trials must be"),
        ("steps = 10000", "", "either as steps or as minutes"),
        ("steps = 10000", "steps = 10000\nminutes = 1", "either as steps or as minutes"),
        ("steps = 10000", "total_timesteps = 10000", "total_timesteps is not for sweeps"),
        ("[2e-4, 5e-3]", "[2e-4, 5]", "learning_rate must be 0..1"),
        ("[2e-4, 5e-3]", "[0, 5e-3]", "starts above 0"),
        ("[2e-4, 5e-3]", "[5e-3, 2e-4]", "must be below"),
        ("[2e-4, 5e-3]", "[5e-3]", "two numbers"),
        ("[1, 3]", "[1, 3.5]", "two whole numbers"),
        ("{ log_uniform", "{ log_normal", "learning_rate must be a list"),
        ("[[64, 64], [32]]", "[]", "net_arch must be a list"),
        ("[[64, 64], [32]]", '[[64, 64], "x"]', "net_arch"),
        ("[space]", "[space]\nseed = [1, 2]", "space.seed cannot be searched"),
        ("games = 20", "gams = 20", "score.gams is not known"),
        ("height = 10\n\n[early", "height = 3\n\n[early", "height must be 4..40"),
        ("reduction = 2", "reduction = 1", "reduction must be 2..100"),
        ("[space]", "[space", "at line"),
    ],
)
def test_a_wrong_spec_is_refused_by_name(old: str, new: str, message: str) -> None:
    assert old in SPEC
    with pytest.raises(ValueError, match=message):
        parse_spec(SPEC.replace(old, new).encode())


def test_an_empty_space_is_refused() -> None:
    for text in (
        "trials = 2\nsteps = 10\n",
        "trials = 2\nsteps = 10\n[space]\n",
        "trials = 2\nsteps = 10\n[space.env]\n",
    ):
        with pytest.raises(ValueError, match="space is empty"):
            parse_spec(text.encode())
