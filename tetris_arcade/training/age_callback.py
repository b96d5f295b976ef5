"""Copies the network at scheduled timesteps of a run, so that its ages can be compared."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tetris_arcade.config.network_shape import NETWORKS
from tetris_arcade.storage.ages import MAX_PARAMETERS, NetworkAge, scheduled_timesteps
from tetris_arcade.training.callbacks import PlacementCallback
from tetris_arcade.training.run_listener import RunProgress


class AgeCallback(PlacementCallback):
    """Copies the playing network before the first step at which the run is as old as the schedule says.

    ages: oldest first; of a run that is resumed, those that were saved with it.
    """

    def __init__(self, progress: RunProgress, ages: Iterable[NetworkAge] = ()) -> None:
        super().__init__()
        self.progress = progress
        self.ages = tuple(ages)

    def _on_training_start(self) -> None:
        reached = self.model.num_timesteps
        if self.ages:
            reached = max(reached, self.ages[-1].timesteps + 1)
        self._due = [timesteps for timesteps in scheduled_timesteps() if timesteps >= reached]
        if sum(parameter.numel() for parameter in self.model.q_net_target.parameters()) > MAX_PARAMETERS:
            self._due = []

    def _on_rollout_start(self) -> None:
        timesteps: int | None = None
        while self._due and self._due[0] <= self.model.num_timesteps:
            timesteps = self._due.pop(0)
        if timesteps is not None:
            self.ages = (*self.ages, self._copy(timesteps))

    def _copy(self, timesteps: int) -> NetworkAge:
        layers = self.model.q_net_target.q_net.state_dict()
        policy = {
            f"{NETWORKS[0]}.{name}": np.array(tensor.numpy(), order="C") for name, tensor in layers.items()
        }
        return NetworkAge(timesteps, self.progress.seconds, policy)
