"""The child's main function: sets the process up, runs its task under a watchdog and reports the outcome."""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import signal
import sys
import traceback
from multiprocessing import parent_process
from typing import TYPE_CHECKING

from tetris_arcade.process.malloc import tune_malloc_for_trainer
from tetris_arcade.process.parent import die_with_parent
from tetris_arcade.process.signals import termination_signals
from tetris_arcade.worker.child.channel import Channel, TaskReplacedError
from tetris_arcade.worker.child.watchdog import Watchdog
from tetris_arcade.worker.shared import status_text
from tetris_arcade.worker.shared.launch import LaunchSpec
from tetris_arcade.worker.shared.messages import Failed, Finished, IdleTask, Stopped, Task
from tetris_arcade.worker.shared.telemetry import Telemetry

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from tetris_arcade.config.paths import DataPaths
    from tetris_arcade.worker.shared.segments import Segment

logger = logging.getLogger(__name__)

_NICENESS = 10
_SWITCH_SECONDS = 0.0005
"""A tenth of Python's default: the training must not wait that long for a save in another thread."""


class TaskError(Exception):
    """A task cannot be done. The message is shown on the screen.

    is_final: whether a retry would not help.
    """

    def __init__(self, message: str, *, is_final: bool = True) -> None:
        super().__init__(message)
        self.is_final = is_final


def run_worker(
    launch: LaunchSpec,
    segment: Segment,
    commands: Connection,
    reports: Connection,
    on_started: Callable[[], None],
) -> None:
    """Lower the priority, die with the parent, run the task, report the outcome.

    on_started: called when the work starts, after the imports.
    """
    parent = parent_process()
    die_with_parent(None if parent is None else parent.pid)
    _lower_priority()
    tune_malloc_for_trainer()
    channel = Channel(Telemetry.attach(segment), commands, reports, on_started)
    if not _run_supervised(launch, channel):
        raise SystemExit(1)
    _exit_immediately()


def _exit_immediately() -> None:
    """End the process without exit handlers: torch's take seconds, and a closing window waits for them."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(0)


def _run_supervised(launch: LaunchSpec, channel: Channel) -> bool:
    """Run the task with a watchdog and signal handlers; False if it failed."""
    watchdog = Watchdog(channel)
    watchdog.start()
    signals = termination_signals()
    for number in signals:
        signal.signal(number, lambda *_: channel.request_stop())
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(
            signal.SIG_UNBLOCK, signals
        )  # The viewer starts the process with them blocked.
    has_succeeded = _run_task(launch, channel)
    for number in signals:
        signal.signal(number, signal.SIG_IGN)  # A late signal must not turn the outcome into a failure.
    watchdog.stop()
    return has_succeeded


def _lower_priority() -> None:
    """Give the viewer precedence. Torch uses one thread, because a second one slows this training down."""
    os.environ["OMP_NUM_THREADS"] = "1"
    sys.setswitchinterval(_SWITCH_SECONDS)
    if hasattr(os, "nice"):
        try:
            os.nice(_NICENESS)
        except OSError as error:  # A hardened service may not even lower it.
            logger.warning("the priority stays as it is: %s", error)


def _run_task(launch: LaunchSpec, channel: Channel) -> bool:
    """Run the task, and those that replace it; report the last one's outcome; False if it failed.

    A process that can take another task waits for one when it is done.
    """
    task = launch.task
    while True:
        try:
            reason = _call_runner(task, launch.paths, channel)
        except TaskReplacedError as replaced:
            task = replaced.task
        except TaskError as error:
            channel.report(Failed(str(error), "", is_final=error.is_final))
            return False
        except Exception as error:
            channel.report(Failed(status_text.crashed(task, error), traceback.format_exc()))
            return False
        else:
            if not task.shares_process or channel.is_stopping:
                channel.report(Stopped(reason))
                return True
            channel.report(Finished(reason))
            task = IdleTask()


def _call_runner(task: Task, paths: DataPaths, channel: Channel) -> str:
    """Do the task; returns why it ended."""
    module, _, name = task.runner.partition(":")
    return str(getattr(importlib.import_module(module), name)(task, paths, channel))
