"""From settings, a TOML file and the command line to one training configuration."""

from __future__ import annotations

import argparse
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


def config_from_options(options: argparse.Namespace, paths: DataPaths) -> TrainConfig:
    """The run that `train`'s options describe.

    It starts from the saved run's own configuration when resuming, else from the file's, else from the
    settings'.
    """
    if options.resume:
        config = TrainConfig.from_dict(load_checkpoint(paths.latest).metadata.training)
    elif options.config is not None:
        config = read_config(Path(options.config))
    else:
        config = config_from_settings(load_settings(paths.settings_file)[0].training)
    given = {name: getattr(options, name) for name in ("height", "pieces", "reward")}
    env = replace(config.env, **{name: value for name, value in given.items() if value is not None})
    if options.seed is not None:
        if options.resume and options.seed != config.seed:
            raise CommandError(
                f"a resumed run keeps its seed {config.seed}, {options.seed} was asked for", MISUSED
            )
        config = replace(config, seed=options.seed)
    return replace(
        config,
        env=env,
        max_seconds=None if options.minutes is None else options.minutes * 60.0,
        total_timesteps=options.steps,
        goal_lines=options.goal_lines,
    )


def read_config(file: Path) -> TrainConfig:
    """Read a TOML file with the fields of TrainConfig, the environment's under [env]; others get defaults."""
    try:
        # The user named the file, so a symbolic link is followed. A pipe is refused: it could block forever.
        return from_plain(TrainConfig, parse_toml(read_file(file.resolve(), MAX_TOML_BYTES)))
    except (OSError, RuntimeError, StorageError, ValueError) as error:
        raise CommandError(
            f"{printable_path(file)} is not a training configuration: {error}", MISUSED
        ) from error
