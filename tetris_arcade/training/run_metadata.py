"""What a run remembers for its checkpoints' metadata: its learning curve, and how long it has worked in
all."""

from __future__ import annotations

import logging
import platform
from dataclasses import asdict, dataclass, field
from importlib.metadata import version

from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.metadata import Metadata, downsample_curve, now_iso
from tetris_arcade.storage.slots import save_slot_evaluation
from tetris_arcade.training.run_listener import RunProgress

logger = logging.getLogger(__name__)

_PACKAGES = ("tetris-gymnasium", "gymnasium", "stable-baselines3", "torch", "numpy", "numba", "pygame-ce")


@dataclass
class RunHistory:
    """The part of a run's history that its metadata keeps."""

    learning_curve: list[tuple[int, float]] = field(default_factory=list)
    """(timesteps, mean lines on held-out pieces), a bounded number."""

    @classmethod
    def from_metadata(cls, metadata: Metadata) -> RunHistory:
        """The record of a run that is resumed."""
        return cls([(int(timesteps), float(lines)) for timesteps, lines in metadata.learning_curve])

    def add_point(self, timesteps: int, mean_lines: float) -> None:
        """Add one evaluation to the curve."""
        self.learning_curve = downsample_curve([*self.learning_curve, (timesteps, mean_lines)])

    def metadata(
        self, name: str, config: TrainConfig, counters: RunProgress, evaluation: Evaluation | None
    ) -> Metadata:
        """What is known of the model as it is now."""
        return Metadata(
            name=name,
            origin="trained",
            timesteps=counters.timesteps,
            timesteps_asked=config.total_timesteps,
            episodes=counters.episodes,
            best_lines=counters.best_game_lines,
            best_eval_lines=counters.best_eval_lines or None,
            mean_lines_last_100=counters.mean_lines_last_100,
            seed=config.seed,
            env=asdict(config.env),
            training=config.to_dict(),
            versions=package_versions(),
            wall_seconds=counters.seconds,
            saved_at=now_iso(),
            evaluation=None if evaluation is None else evaluation.summary(),
            learning_curve=tuple(self.learning_curve),
        )


def save_evaluation(paths: DataPaths, slot: str, evaluation: Evaluation) -> None:
    """Write the figures into the slot's metadata; what is no slot of the user's own stays as it is."""
    try:
        save_slot_evaluation(paths, slot, evaluation.summary())
    except (StorageError, ValueError):
        logger.info("the evaluation of %s is not kept: it is no slot that can be changed", slot)


def package_versions() -> dict[str, str]:
    """The versions that a model was made with."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}
