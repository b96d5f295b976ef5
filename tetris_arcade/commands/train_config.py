"""From settings, a TOML file and the command line to one training configuration."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tetris_arcade.commands.errors import MISUSED, CommandError
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.plain_data import from_plain
from tetris_arcade.config.training import TrainConfig, config_from_settings
from tetris_arcade.storage.atomic import read_file
from tetris_arcade.storage.checkpoints import load_checkpoint
from tetris_arcade.storage.errors import StorageError, printable_path
from tetris_arcade.storage.settings_file import load_settings
from tetris_arcade.storage.strict_toml import MAX_TOML_BYTES, parse_toml


def train_config(
    paths: DataPaths,
    *,
    file: str | None,
    resume: bool,
    minutes: float | None,
    steps: int | None,
    goal_lines: float | None,
    seed: int | None,
    height: int | None,
    pieces: str | None,
    reward: str | None,
) -> TrainConfig:
    """The run that is asked for: the saved run's own configuration when resuming, else the file's, else the
    settings'."""
    if resume:
        config = TrainConfig.from_dict(load_checkpoint(paths.latest).metadata.training)
    elif file is not None:
        config = read_config(Path(file))
    else:
        config = config_from_settings(load_settings(paths.settings_file)[0].training)
    env = {"height": height, "pieces": pieces, "reward": reward}
    config = replace(config, env=replace(config.env, **{k: v for k, v in env.items() if v is not None}))  # type: ignore[arg-type]
    if seed is not None:
        if resume and seed != config.seed:
            raise CommandError(f"a resumed run keeps its seed {config.seed}, {seed} was asked for", MISUSED)
        config = replace(config, seed=seed)
    return replace(
        config,
        max_seconds=None if minutes is None else minutes * 60.0,
        total_timesteps=steps,
        goal_lines=goal_lines,
    )


def read_config(file: Path) -> TrainConfig:
    """A TOML file with the fields of TrainConfig, those of the environment under [env]; what is left out
    has its default."""
    try:
        # The user has named it: a link is as good as what it leads to. A pipe would be waited for, perhaps
        # for ever, and is refused.
        return from_plain(TrainConfig, parse_toml(read_file(file.resolve(), MAX_TOML_BYTES)))
    except (OSError, RuntimeError, StorageError, ValueError) as error:
        raise CommandError(
            f"{printable_path(file)} is no training configuration: {error}", MISUSED
        ) from error
