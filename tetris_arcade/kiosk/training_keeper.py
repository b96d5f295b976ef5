"""Keeps a training running for as long as the kiosk runs."""

from __future__ import annotations

import logging
from dataclasses import replace

from tetris_arcade.config.training import TrainConfig
from tetris_arcade.scenes.context import Context
from tetris_arcade.storage.saved_run import load_saved_run
from tetris_arcade.worker.shared.messages import (
    Resume,
    SetInStep,
    SetSpeed,
    SetVisuals,
    TrainTask,
    WorkerState,
)

logger = logging.getLogger(__name__)

_RESTART_SECONDS = 30.0
_CHECKPOINT_SECONDS = 300.0
"""A checkpoint has some 25 MB: every half minute they would wear out a memory card within months."""


class TrainingKeeper:
    """Starts the trainer and restarts it when it has ended; with `task` None, nothing is trained."""

    def __init__(self, context: Context, task: TrainTask | None) -> None:
        self._context, self._task = context, task
        self._next_start_at = 0.0

    def update(self, now: float) -> None:
        """Start the trainer if it should run and does not; call this once per frame."""
        trainer = self._context.trainer
        if self._task is None or self._context.another_program_writes:
            return
        if trainer.is_busy or now < self._next_start_at:
            return
        self._next_start_at = now + _RESTART_SECONDS
        if trainer.state is WorkerState.FAILED:
            logger.warning("restarting the training: %s", trainer.message)
        trainer.start(self._next_task(self._task))

    def change(self, task: TrainTask | None) -> None:
        """Use another task from the next start on; None stops the training."""
        self._task = task
        if task is None:
            self._context.trainer.stop()

    def restart(self) -> None:
        """Save, stop, and start a new trainer process at once."""
        self._context.trainer.stop()
        self._next_start_at = 0.0

    def undo_visitor_changes(self) -> None:
        """Undo a visitor's pause, speed, step mode and hidden board."""
        trainer, task = self._context.trainer, self._task
        if task is None:
            return
        for command in (Resume(), SetSpeed(task.speed), SetVisuals(task.visuals), SetInStep(False)):
            trainer.send(command)

    def _next_task(self, task: TrainTask) -> TrainTask:
        """The task that resumes the saved run, or one that starts a new run if there is none.

        The trainer handles a saved run with a problem: a damaged one is put aside, and a new run starts; one
        that cannot be read now is tried again.
        """
        saved = load_saved_run(self._context.paths)
        if saved.problem is not None:
            logger.warning("the saved run has a problem: %s", saved.problem)
        elif saved.config is None:
            return replace(task, config=_with_rare_checkpoints(task.config), resume=False)
        config = task.config if saved.config is None else saved.continued(saved.config.goal_lines)
        return replace(task, config=_with_rare_checkpoints(config), resume=True, is_restart=True)


def _with_rare_checkpoints(config: TrainConfig) -> TrainConfig:
    return replace(config, checkpoint_seconds=max(config.checkpoint_seconds, _CHECKPOINT_SECONDS))
