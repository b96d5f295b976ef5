"""The training that a kiosk shows: it goes on for as long as the kiosk runs, whatever becomes of it."""

from __future__ import annotations

import logging
from dataclasses import replace

from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.training.setup import find_saved
from tetris_arcade.worker.shared.messages import Resume, SetSpeed, SetVisuals, TrainTask, WorkerState

logger = logging.getLogger(__name__)

_AGAIN_SECONDS = 30.0
_FAILURES = 3
"""After so many in a row the saved run is left aside, where it is kept, and a new one begins."""


class TrainingKeeper:
    """Starts the trainer, and starts it again; `task` None: nothing is trained."""

    def __init__(self, context: Context, task: TrainTask | None) -> None:
        self._context, self._task = context, task
        self._next_at = 0.0
        self._failures = 0

    def update(self, now: float) -> None:
        """To be called every frame."""
        trainer = self._context.trainer
        if trainer.state is WorkerState.RUNNING:
            self._failures = 0
        if (
            self._task is None
            or self._context.another_program_writes
            or trainer.is_busy
            or now < self._next_at
        ):
            return
        self._next_at = now + _AGAIN_SECONDS
        if trainer.state is WorkerState.FAILED:
            self._failures += 1
            logger.warning("the training is started again: %s", trainer.message)
        trainer.start(self._next_task(self._task))

    def change(self, task: TrainTask | None) -> None:
        """Train by other rules from the next start on; where nothing is to be trained, stop."""
        self._task = task
        if task is None:
            self._context.trainer.stop()

    def begin_again(self) -> None:
        """Save, end, and start the process anew, at once."""
        self._context.trainer.stop()
        self._next_at = 0.0

    def undo_visitor_changes(self) -> None:
        """Undo what a visitor did to the training: its pause, its speed, its visuals."""
        trainer, task = self._context.trainer, self._task
        if task is None:
            return
        for level in (Resume(), SetSpeed(task.speed), SetVisuals(task.visuals)):
            trainer.send(level)

    def _next_task(self, task: TrainTask) -> TrainTask:
        """The saved run goes on as it was begun, where it can; else a new one begins."""
        _, config, fault = find_saved(self._context)
        if fault is not None:
            logger.warning("a new run begins: %s", fault)
        if config is None or self._failures >= _FAILURES:
            self._failures = 0
            return replace(task, resume=False)
        return replace(task, config=config, resume=True)
