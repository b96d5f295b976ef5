"""What screens say about the state of a worker, and about what its start is waiting for."""

from __future__ import annotations

import re

from tetris_arcade.languages import N_, _
from tetris_arcade.worker.shared.messages import Stage, WorkerState

STATE_NAMES = {
    WorkerState.IDLE: N_("NOT STARTED"),
    WorkerState.STARTING: N_("STARTING"),
    WorkerState.RUNNING: N_("TRAINING"),
    WorkerState.PAUSED: N_("PAUSED"),
    WorkerState.SAVING: N_("SAVING"),
    WorkerState.STOPPING: N_("STOPPING"),
    WorkerState.STOPPED: N_("STOPPED"),
    WorkerState.FAILED: N_("FAILED"),
    WorkerState.RESTARTING: N_("RESTARTING"),
}
"""The states of the trainer."""

_STAGES = {
    "importing": N_("Loading the learning library"),
    "compiling": N_("Compiling the game"),
    "building": N_("Building the network"),
    "learner": N_("Compiling the learner"),
    "loading": N_("Loading the saved run"),
    "training": N_("First moves"),
}
"""The stages of a start, in their order."""
_KERNEL = re.compile(r"kernel (\d+) of (\d+): .*")


def stage_text(stage: Stage | None) -> str:
    """What a start is waiting for."""
    if stage is None:
        return _("One moment")
    kernel = _KERNEL.fullmatch(stage.name)
    if kernel is None:
        return _(_STAGES.get(stage.name, stage.name))
    return _("Compiling the game, {number} of {count}").format(number=kernel[1], count=kernel[2])
