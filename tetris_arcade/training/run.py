"""A training run as a function of its configuration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tetris_arcade.config.paths import DataPaths, resolve_data_dir
from tetris_arcade.config.training import TrainConfig

if TYPE_CHECKING:
    from tetris_arcade.training.run_listener import RunListener
    from tetris_arcade.training.trainer import TrainResult


def train(
    config: TrainConfig,
    paths: DataPaths | None = None,
    listener: RunListener | None = None,
    resume: bool = False,
    log_formats: Sequence[str] = (),
) -> TrainResult:
    """Train as configured, and save the checkpoints `latest`, `best` and `final` in the data folder.

    paths: the data folder, None for the default one. resume: continue `latest`; `config` must be that of the
    saved run, except for its limits and for how often it saves and is tested. log_formats: "csv" and
    "tensorboard". For the listener and the errors raised, see `Trainer`.
    """
    # Not at the top: this imports torch, which players and evaluations do not need.
    from tetris_arcade.training.trainer import Trainer

    return Trainer(config, paths or resolve_data_dir(None), listener, resume, log_formats).run()
