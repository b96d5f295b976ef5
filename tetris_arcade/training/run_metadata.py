"""The metadata of a run's checkpoints, and the learning curve in it."""

from __future__ import annotations

import logging
import platform
from dataclasses import asdict, dataclass, field
from importlib.metadata import version

from tetris_arcade.config.changes import MAX_NOTES, Note
from tetris_arcade.config.evaluation import STANDARD_TEST, Evaluation
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
    """What a run's metadata keeps of its past.

    learning_curve: (timesteps, lines per game of the standard test), a bounded number of points. notes: what
    people wrote, the last ones.
    """

    learning_curve: list[tuple[int, float]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @classmethod
    def from_metadata(cls, metadata: Metadata) -> RunHistory:
        """Return the history of a run that is resumed."""
        curve = [(int(timesteps), float(lines)) for timesteps, lines in metadata.learning_curve]
        return cls(curve, list(metadata.notes))

    def add_point(self, timesteps: int, mean_lines: float) -> None:
        """Add an evaluation to the learning curve."""
        self.learning_curve = downsample_curve([*self.learning_curve, (timesteps, mean_lines)])

    def add_note(self, note: Note) -> None:
        """Keep a note; the oldest gives way if there are too many."""
        self.notes = [*self.notes, note][-MAX_NOTES:]

    def metadata(
        self, name: str, config: TrainConfig, progress: RunProgress, evaluation: Evaluation | None = None
    ) -> Metadata:
        """Return the metadata of the current model, saved under `name`."""
        return Metadata(
            name=name,
            origin="trained",
            timesteps=progress.timesteps,
            timesteps_asked=config.total_timesteps,
            episodes=progress.episodes,
            best_lines=progress.best_game_lines,
            best_eval_lines=progress.best_eval_lines or None,
            mean_lines_last_100=progress.mean_lines_last_100,
            seed=config.seed,
            env=asdict(config.env),
            training=config.to_dict(),
            versions=package_versions(),
            wall_seconds=progress.seconds,
            saved_at=now_iso(),
            learning_curve=tuple(self.learning_curve),
            notes=tuple(self.notes),
            test=STANDARD_TEST,
            evaluation=evaluation,
        )


def save_evaluation(paths: DataPaths, slot: str, evaluation: Evaluation) -> None:
    """Write an evaluation to the metadata of a user's slot; other models are left unchanged."""
    try:
        save_slot_evaluation(paths, slot, evaluation.summary())
    except (StorageError, ValueError):
        logger.info("the evaluation of %s is not saved: it is not a slot that can be changed", slot)


def package_versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that a model depends on."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}
