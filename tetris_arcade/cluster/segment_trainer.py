"""A trainer that leaves the tests to the sweep."""

from __future__ import annotations

from tetris_arcade.storage.checkpoint_names import Kind
from tetris_arcade.training.trainer import Trainer


class SegmentTrainer(Trainer):
    """Saves `latest` only, and takes no standard test: the sweep tests the model under its own conditions."""

    def save(self, kind: Kind) -> None:
        if kind == "latest":
            super().save(kind)

    def _start_evaluation(self) -> None:
        """Start none."""
