"""One training run as a plain function of its configuration."""

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
    """Train as configured and leave `latest`, and `best` and `final`, in the data folder; see `Trainer`."""
    # Here, not at the top: it loads torch, which players and evaluations do without.
    from tetris_arcade.training.trainer import Trainer

    return Trainer(config, paths or resolve_data_dir(None), listener, resume, log_formats).run()
