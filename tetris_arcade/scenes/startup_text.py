"""What screens say about the state of a worker, and about what its start is waiting for."""

from __future__ import annotations

import re

from tetris_arcade.worker.shared.messages import Stage, WorkerState

STATE_NAMES = {
    WorkerState.IDLE: "NOT STARTED",
    WorkerState.STARTING: "STARTING",
    WorkerState.RUNNING: "TRAINING",
    WorkerState.PAUSED: "PAUSED",
    WorkerState.SAVING: "SAVING",
    WorkerState.STOPPING: "STOPPING",
    WorkerState.STOPPED: "STOPPED",
    WorkerState.FAILED: "FAILED",
    WorkerState.RESTARTING: "RESTARTING",
}
"""The states of the trainer."""

_STAGES = {
    "importing": "Loading the learning library",
    "compiling": "Compiling the game",
    "building": "Building the network",
    "learner": "Compiling the learner",
    "loading": "Loading the saved run",
    "training": "First moves",
}
"""The stages of a start, in their order."""
_KERNEL = re.compile(r"kernel (\d+ of \d+): .*")


def stage_text(stage: Stage | None) -> str:
    """What a start is waiting for."""
    if stage is None:
        return "One moment"
    kernel = _KERNEL.fullmatch(stage.name)
    return _STAGES.get(stage.name, stage.name) if kernel is None else f"Compiling the game, {kernel[1]}"
