from __future__ import annotations

import os
import subprocess
import sys
import warnings

import gymnasium
import pytest
from gymnasium.utils.env_checker import check_env

from tetris_arcade.envs import make_env, register_envs

ORDERS = [
    "import gymnasium, tetris_arcade.envs",
    "import tetris_arcade.envs, gymnasium",
    "from tetris_arcade.config.env import EnvConfig; import gymnasium",
    "from tetris_arcade.envs import make_env; import gymnasium",
    "from tetris_arcade.envs import EnvConfig; from gymnasium.spaces import Box; import gymnasium",
]


@pytest.mark.parametrize("imports", ORDERS)
def test_it_is_found_by_name_in_whatever_order_it_was_imported(imports):
    code = f"{imports}; print(gymnasium.spec('TetrisArcade/Placement-v0').id)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert run.stdout.strip() == "TetrisArcade/Placement-v0"


def test_it_is_found_by_module_and_name():
    code = (
        "import gymnasium; print(gymnasium.make('tetris_arcade.envs:TetrisArcade/Placement-v0').action_space)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert run.stdout.strip() == "Discrete(40)"


def test_the_configurations_fields_are_its_keywords():
    env = gymnasium.make("TetrisArcade/Placement-v0", features="classic", height=10, max_pieces=5)
    assert env.observation_space.shape == (40, 13)
    assert env.get_wrapper_attr("config").max_pieces == 5
    with pytest.raises(ValueError, match=r"height must be 4\.\.40, got 3"):
        gymnasium.make("TetrisArcade/Placement-v0", height=3)


def test_an_environment_made_by_name_passes_the_checks_and_can_be_made_again():
    env = gymnasium.make("TetrisArcade/Placement-v0", height=10)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is wrapped
        check_env(env, skip_render_check=True)
    again = gymnasium.make(env.spec)
    assert (again.reset(seed=3)[0] == env.reset(seed=3)[0]).all()


def test_gymnasium_makes_many_of_them():
    envs = gymnasium.make_vec("TetrisArcade/Placement-v0", num_envs=2, vectorization_mode="sync")
    first, second = (make_env().reset(seed=seed)[0] for seed in (1, 2))
    assert (envs.reset(seed=1)[0] == [first, second]).all()


def test_registering_twice_does_no_harm():
    register_envs()
    known = gymnasium.registry["TetrisArcade/Placement-v0"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # as where one name would override another
        register_envs()
    assert gymnasium.registry["TetrisArcade/Placement-v0"] is known
    assert [name for name in gymnasium.registry if "TetrisArcade" in name] == [known.id]
    assert gymnasium.make(known.id).reset(seed=1)[0].shape == (40, 22)


def test_the_docstring_has_the_sections_that_gymnasiums_have():
    sections = [
        line.strip() for line in type(make_env()).__doc__.splitlines() if line.strip().startswith("## ")
    ]
    assert sections == [
        "## Description",
        "## Action Space",
        "## Observation Space",
        "## Rewards",
        "## Starting State",
        "## Episode End",
        "## Arguments",
    ]
