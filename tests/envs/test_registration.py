from __future__ import annotations

import os
import subprocess
import sys
import warnings

import gymnasium
import pytest
from gymnasium.utils.env_checker import check_env

from tetris_arcade.config.features import NUM_FEATURES
from tetris_arcade.envs import make_env, register_envs

ORDERS = [
    "import gymnasium, tetris_arcade.envs",
    "import tetris_arcade.envs, gymnasium",
    "from tetris_arcade.config.env import EnvConfig; import gymnasium, tetris_arcade.envs",
    "from tetris_arcade.envs import make_env; import gymnasium",
    "from tetris_arcade.envs import EnvConfig; from gymnasium.spaces import Box; import gymnasium",
]


@pytest.mark.parametrize("imports", ORDERS)
def test_name_is_found_for_any_import_order(imports):
    code = f"{imports}; print(gymnasium.spec('TetrisArcade/Placement-v0').id)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert run.stdout.strip() == "TetrisArcade/Placement-v0"


def test_module_prefix_needs_no_import():
    make = "gymnasium.make('tetris_arcade.envs:TetrisArcade/Placement-v0')"
    code = f"import gymnasium; print({make}.action_space)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert run.stdout.strip() == "Discrete(40)"


def test_fields_of_the_config_are_keywords():
    env = gymnasium.make("TetrisArcade/Placement-v0", features="classic", height=10, max_pieces=5)
    assert env.observation_space.shape == (40, 13)
    assert env.get_wrapper_attr("config").max_pieces == 5
    with pytest.raises(ValueError, match=r"height must be 4\.\.40, got 3"):
        gymnasium.make("TetrisArcade/Placement-v0", height=3)


def test_environment_passes_the_checks_and_can_be_remade():
    env = gymnasium.make("TetrisArcade/Placement-v0", height=10)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the wrapper
        check_env(env, skip_render_check=True)
    remade = gymnasium.make(env.spec)
    assert (remade.reset(seed=3)[0] == env.reset(seed=3)[0]).all()


def test_make_vec_works():
    envs = gymnasium.make_vec("TetrisArcade/Placement-v0", num_envs=2, vectorization_mode="sync")
    first, second = (make_env().reset(seed=seed)[0] for seed in (1, 2))
    assert (envs.reset(seed=1)[0] == [first, second]).all()


def test_registering_twice_is_harmless():
    register_envs()
    spec = gymnasium.registry["TetrisArcade/Placement-v0"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # such as gymnasium's about overriding a name
        register_envs()
    assert gymnasium.registry["TetrisArcade/Placement-v0"] is spec
    assert [name for name in gymnasium.registry if "TetrisArcade" in name] == [spec.id]
    assert gymnasium.make(spec.id).reset(seed=1)[0].shape == (40, NUM_FEATURES + 1)


def test_docstring_has_gymnasiums_sections():
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
