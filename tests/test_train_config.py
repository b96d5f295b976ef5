"""`train --resume`: what stays as it was saved, what may change, and what is refused."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tetris_arcade.cli import main, make_parser
from tetris_arcade.commands.errors import CommandError
from tetris_arcade.commands.train_config import config_from_options
from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.evaluation import STANDARD_TEST
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.storage.checkpoints import save_checkpoint
from tetris_arcade.storage.metadata import Metadata

SAVED = TrainConfig(env=EnvConfig(height=12, pieces="uniform"), seed=5, learning_rate=1e-3, batch_size=64)


def _options(*arguments: str) -> argparse.Namespace:
    return make_parser().parse_args(["train", *arguments])


def _resume(root: Path, saved: TrainConfig, *arguments: str) -> TrainConfig:
    """What `train --resume` trains after 1,000 timesteps, 30 seconds and a test of 50 lines per game."""
    done = Metadata(
        "latest",
        timesteps=1_000,
        wall_seconds=30.0,
        best_eval_lines=50.0,
        test=STANDARD_TEST,
        training=saved.to_dict(),
    )
    save_checkpoint(DataPaths(root), "latest", {"model.zip": b"x"}, done)
    return config_from_options(_options("--resume", *arguments), DataPaths(root))


def _file(root: Path, text: str) -> list[str]:
    (root / "run.toml").write_text(text)
    return ["--config", str(root / "run.toml")]


@pytest.mark.parametrize(
    "limit", [{"total_timesteps": 2_000}, {"max_seconds": 60.0}, {"goal_lines": 80.0}, {}]
)
def test_resumed_run_keeps_what_was_saved(tmp_path: Path, limit: dict[str, Any]) -> None:
    saved = replace(SAVED, checkpoint_seconds=7.0, **limit)
    assert _resume(tmp_path, saved) == saved


@pytest.mark.parametrize(
    ("arguments", "change"),
    [
        (["--steps", "3000"], {"total_timesteps": 3_000, "max_seconds": None}),
        (["--minutes", "2"], {"total_timesteps": None, "max_seconds": 150.0}),
        (["--goal-lines", "90"], {"goal_lines": 90.0}),
    ],
)
def test_option_replaces_the_saved_limit(
    tmp_path: Path, arguments: list[str], change: dict[str, Any]
) -> None:
    saved = replace(SAVED, total_timesteps=2_000, max_seconds=60.0, goal_lines=80.0)
    assert _resume(tmp_path, saved, *arguments) == replace(saved, **change)


def test_file_changes_the_limits_of_a_resumed_run(tmp_path: Path) -> None:
    text = "total_timesteps = 5000\nbest_eval_seconds = 3.0\nbatch_size = 64\n[env]\nheight = 12\n"
    resumed = _resume(tmp_path, replace(SAVED, total_timesteps=2_000), *_file(tmp_path, text))
    assert resumed == replace(SAVED, total_timesteps=5_000, best_eval_seconds=3.0)


def test_option_overrides_the_file(tmp_path: Path) -> None:
    text = "total_timesteps = 5000\nmax_seconds = 9.0\ngoal_lines = 7.0\n"
    options = _options(*_file(tmp_path, text), "--steps", "800", "--seed", "4")
    assert config_from_options(options, DataPaths(tmp_path)) == TrainConfig(
        total_timesteps=800, goal_lines=7.0, seed=4
    )


def test_file_sets_the_limits_of_a_new_run(tmp_path: Path) -> None:
    text = "total_timesteps = 5000\nmax_seconds = 9.0\ngoal_lines = 7.0\n"
    assert config_from_options(_options(*_file(tmp_path, text)), DataPaths(tmp_path)) == TrainConfig(
        total_timesteps=5_000, max_seconds=9.0, goal_lines=7.0
    )


@pytest.mark.parametrize(
    ("text", "options", "field"),
    [
        ("learning_rate = 0.5\n", [], "learning_rate"),
        ("net_arch = [8]\n", [], "net_arch"),
        ("[env]\nmax_pieces = 30\n", [], "max_pieces"),
        ("[env.shaping]\nholes = 3.0\n", [], "shaping"),
        ("", ["--seed", "6"], "seed"),
        ("", ["--height", "20"], "height"),
        ("", ["--pieces", "bag"], "pieces"),
        ("", ["--reward", "score"], "reward"),
    ],
)
def test_any_other_change_is_misuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, options: list[str], field: str
) -> None:
    _resume(tmp_path, SAVED)
    arguments = [*_file(tmp_path, text), *options, "--data-dir", str(tmp_path)]
    assert main(["train", "--resume", *arguments]) == 2
    assert f"was trained with {field} " in capsys.readouterr().err


@pytest.mark.parametrize("limit", [{"total_timesteps": 1_000}, {"max_seconds": 30.0}, {"goal_lines": 50.0}])
def test_run_at_its_end_asks_for_a_new_one(tmp_path: Path, limit: dict[str, Any]) -> None:
    (name,) = limit
    saved = replace(SAVED, **limit)
    with pytest.raises(CommandError, match=rf"reached its end \({name} \d+\).*--steps") as error:
        _resume(tmp_path, saved)
    assert error.value.exit_code == 2
    assert _resume(tmp_path, saved, "--minutes", "1") == replace(SAVED, max_seconds=90.0)
    assert _resume(tmp_path, saved, *_file(tmp_path, "goal_lines = 60.0")) == replace(SAVED, goal_lines=60.0)


def test_fields_of_earlier_versions_have_no_effect(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "best_eval_games = 200\nbest_eval_max_pieces = 2500\nseed = 4\n"
    assert config_from_options(_options(*_file(tmp_path, text)), DataPaths(tmp_path)) == TrainConfig(seed=4)
    assert "best_eval_games has no effect" in capsys.readouterr().err
    stored = {**SAVED.to_dict(), "best_eval_games": 10, "best_eval_max_pieces": 1_000}
    assert TrainConfig.from_dict(stored) == SAVED


@pytest.mark.parametrize("goal", ["20001", "0", "none"])
def test_goal_that_no_test_can_reach_is_misuse(goal: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        _options("--goal-lines", goal)
    assert end.value.code == 2
