"""From settings, a TOML file and the command line to one training configuration."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from tetris_arcade.commands.errors import MISUSED, CommandError
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.plain_data import from_plain
from tetris_arcade.config.training import (
    LIMITS,
    RETIRED_FIELDS,
    IncompatibleCheckpointError,
    TrainConfig,
    check_resumable,
    config_from_settings,
    with_little_exploration,
    without_reached_limits,
)
from tetris_arcade.storage.atomic import read_file
from tetris_arcade.storage.checkpoint_names import checkpoint_folder
from tetris_arcade.storage.checkpoints import load_checkpoint
from tetris_arcade.storage.errors import StorageError, printable_path
from tetris_arcade.storage.settings_file import load_settings
from tetris_arcade.storage.strict_toml import MAX_TOML_BYTES, parse_toml


def config_from_options(options: argparse.Namespace, paths: DataPaths) -> TrainConfig:
    """The run that `train`'s options describe: an option overrides the file's field.

    Fields that neither sets come from the saved run when resuming, else from the defaults with a file, else
    from the settings.
    """
    if options.resume is not None:
        return _resumed_config(options, paths)
    adapt = with_little_exploration if options.start_from is not None else lambda config: config
    if options.config is not None:
        base = adapt(TrainConfig())
        return _apply_options(read_config(Path(options.config), base), options)
    settings = load_settings(paths.settings_file)[0].training
    return _apply_options(adapt(config_from_settings(settings)), options)


def _resumed_config(options: argparse.Namespace, paths: DataPaths) -> TrainConfig:
    """The saved run's configuration with the changes that a resumed run may make.

    Raises CommandError for any other change, and if the run has reached its end and no new one is set.
    """
    metadata = load_checkpoint(checkpoint_folder(paths, options.resume)).metadata
    saved = TrainConfig.from_dict(metadata.training)
    unfinished = without_reached_limits(
        saved,
        timesteps=metadata.timesteps,
        seconds=metadata.wall_seconds,
        best_test_lines=metadata.best_test_lines,
    )
    config = unfinished
    if options.config is not None:
        config = read_config(Path(options.config), base=unfinished)
    config = _apply_options(config, options, seconds_done=metadata.wall_seconds)
    try:
        check_resumable(saved, config)
    except IncompatibleCheckpointError as error:
        raise CommandError(str(error), MISUSED) from error
    reached = [
        f"{name} {_limit(saved, name):g}"
        for name in LIMITS
        if _limit(saved, name) != _limit(unfinished, name)
    ]
    if reached and all(_limit(config, name) == _limit(unfinished, name) for name in LIMITS):
        raise CommandError(
            f"the saved run has reached its end ({', '.join(reached)}): "
            "give --steps, --minutes or --goal-lines to train it further",
            MISUSED,
        )
    return config


def _limit(config: TrainConfig, name: str) -> Any:
    return getattr(config, name)


def _apply_options(
    config: TrainConfig, options: argparse.Namespace, seconds_done: float = 0.0
) -> TrainConfig:
    """`--minutes` counts from now on, and a limit of the command line replaces the others."""
    given = {name: getattr(options, name) for name in ("height", "pieces", "reward")}
    env = replace(config.env, **{name: value for name, value in given.items() if value is not None})
    config = replace(config, env=env)
    if options.seed is not None:
        config = replace(config, seed=options.seed)
    if options.goal_lines is not None:
        config = replace(config, goal_lines=options.goal_lines)
    if options.minutes is None and options.steps is None:
        return config
    max_seconds = None if options.minutes is None else seconds_done + options.minutes * 60.0
    return replace(config, max_seconds=max_seconds, total_timesteps=options.steps)


def read_config(file: Path, base: TrainConfig | None = None) -> TrainConfig:
    """Read a TOML file with the fields of TrainConfig, the environment's under [env].

    Fields that are not given are those of `base`, or else the defaults.
    """
    try:
        # The user named the file, so a symbolic link is followed. A pipe is refused: it could block forever.
        table = parse_toml(read_file(file.resolve(), MAX_TOML_BYTES))
        for name in RETIRED_FIELDS:
            if table.pop(name, None) is not None:
                print(f"{name} has no effect: every test is the standard one", file=sys.stderr)
        return from_plain(TrainConfig, table) if base is None else base.changed(table)
    except (OSError, RuntimeError, StorageError, ValueError) as error:
        raise CommandError(
            f"{printable_path(file)} is not a training configuration: {error}", MISUSED
        ) from error
