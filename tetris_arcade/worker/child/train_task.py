"""The training task: runs a `Trainer` that reports to the viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import IncompatibleCheckpointError
from tetris_arcade.storage.errors import NewerVersionError, StorageError, UnreadableError
from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.child.main import TaskError
from tetris_arcade.worker.shared.messages import Stage, TrainTask, Warned

if TYPE_CHECKING:
    from tetris_arcade.training.trainer import TrainResult

END_REASONS = {
    "limit": "it reached its limit",
    "goal": "it reached its goal",
    "stopped": "it was stopped and saved",
}


def run_train_task(task: TrainTask, paths: DataPaths, channel: Channel) -> str:
    """Train until stopped or until a limit of the configuration is reached; return why it ended.

    A worker that is restarted after a failure, or is unattended, starts a new training if what it should
    resume is damaged: it has been set aside, and an unattended screen must continue. A run that cannot be
    read now is tried again.
    """
    channel.report(Stage("importing", 0.0))
    import torch

    torch.set_num_threads(1)
    try:
        result = _train(task, task.resume, paths, channel)
    except UnreadableError as error:
        raise TaskError(str(error), is_final=not task.is_restart) from error
    except (IncompatibleCheckpointError, StorageError) as error:
        if not task.is_restart or isinstance(error, NewerVersionError):
            raise TaskError(str(error)) from error
        channel.report(Warned(f"A new training was started: {error}"))
        result = _train(task, False, paths, channel)
    return END_REASONS[result.reason]


def _train(task: TrainTask, resume: bool, paths: DataPaths, channel: Channel) -> TrainResult:
    # Imported here, because they load torch: the viewer is told first.
    from tetris_arcade.training.trainer import Trainer
    from tetris_arcade.worker.child.training_reporter import ViewerListener

    listener = ViewerListener(channel)
    trainer = Trainer(
        task.config, paths, listener, resume, kept_run=task.kept_run, start_from=task.start_from
    )
    listener.bind(trainer)
    return trainer.run()
