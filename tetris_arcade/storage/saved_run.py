"""The run in `latest`, or one that was set aside, as it is continued."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import (
    LIMITS,
    IncompatibleCheckpointError,
    TrainConfig,
    without_reached_limits,
)
from tetris_arcade.storage.checkpoint_names import checkpoint_folder
from tetris_arcade.storage.checkpoints import load_checkpoint
from tetris_arcade.storage.errors import StorageError, UnknownModelError
from tetris_arcade.storage.metadata import Metadata


@dataclass(frozen=True)
class SavedRun:
    """A saved run. config: how it was trained, None if it cannot continue; problem: why it cannot."""

    metadata: Metadata | None = None
    config: TrainConfig | None = None
    problem: str | None = None

    def continued(self, goal_lines: float | None) -> TrainConfig:
        """The configuration with which the run continues: a limit or goal that it has reached is dropped."""
        assert self.config is not None
        config = replace(self.config, goal_lines=goal_lines)
        if self.metadata is None:
            return config
        return without_reached_limits(
            config,
            timesteps=self.metadata.timesteps,
            seconds=self.metadata.wall_seconds,
            best_test_lines=self.metadata.best_test_lines,
        )

    def is_at_its_end(self, goal_lines: float | None) -> bool:
        """Whether it continues without a limit or goal, because that is reached."""
        before, after = (
            replace(self.config or TrainConfig(), goal_lines=goal_lines),
            self.continued(goal_lines),
        )
        return any(getattr(before, name) != getattr(after, name) for name in LIMITS)


def load_saved_run(paths: DataPaths, name: str = "latest") -> SavedRun:
    """Read what is saved in a checkpoint; if it cannot be used or continued, the result has a `problem`."""
    try:
        metadata = load_checkpoint(checkpoint_folder(paths, name)).metadata
    except UnknownModelError:
        return SavedRun()
    except StorageError as error:
        return SavedRun(problem=f"{error}.")
    try:
        return SavedRun(metadata, TrainConfig.from_dict(metadata.training))
    except IncompatibleCheckpointError as error:
        return SavedRun(metadata, problem=f"The saved run cannot be continued: {error}.")
