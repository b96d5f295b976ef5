"""Runs a training under the viewer's eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import IncompatibleCheckpointError
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.child.main import TaskError
from tetris_arcade.worker.shared.messages import GOAL_REACHED, Stage, TrainTask, Warned

if TYPE_CHECKING:
    from tetris_arcade.training.trainer import TrainResult

_REASONS = {"limit": "its limit is reached", "goal": GOAL_REACHED, "stopped": "stopped by hand"}


def run_train_task(task: TrainTask, paths: DataPaths, channel: Channel) -> str:
    """Train until told to stop, or to the limits of the configuration; says why it ended.

    A worker that is started again after a fault begins anew where there is nothing sound to resume: what
    cannot be read has been put aside, and a screen that nobody attends must go on.
    """
    channel.report(Stage("importing", 0.0))
    import torch

    torch.set_num_threads(1)
    try:
        result = _train(task, task.resume, paths, channel)
    except (IncompatibleCheckpointError, StorageError) as error:
        if not task.is_restart:
            raise TaskError(str(error)) from error
        channel.report(Warned(f"A new training begins: {error}"))
        result = _train(task, False, paths, channel)
    return _REASONS[result.reason]


def _train(task: TrainTask, resume: bool, paths: DataPaths, channel: Channel) -> TrainResult:
    # Here, and not on top: these load torch, which the viewer should hear of first.
    from tetris_arcade.training.trainer import Trainer
    from tetris_arcade.worker.child.training_reporter import ViewerListener

    listener = ViewerListener(channel)
    trainer = Trainer(task.config, paths, listener, resume)
    listener.bind(trainer)
    return trainer.run()
