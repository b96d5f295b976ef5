"""The child's entry: what it is started with, and what it does around its task."""

from __future__ import annotations

import contextlib
import gc
import importlib
import logging
import os
import signal
import sys
import traceback
from typing import TYPE_CHECKING

from tetris_arcade.process.malloc import tune_malloc_for_trainer
from tetris_arcade.process.signals import termination_signals
from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.child.watchdog import Watchdog, die_with_parent
from tetris_arcade.worker.shared import status_text
from tetris_arcade.worker.shared.launch import LaunchSpec
from tetris_arcade.worker.shared.messages import Failed, Stopped
from tetris_arcade.worker.shared.telemetry import Telemetry

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_NICENESS = 10
_SWITCH_SECONDS = 0.0005
"""A tenth of Python's own: a save in another thread must not make the training wait for its turn so long."""


class TaskError(Exception):
    """A task cannot be done, and trying again would be no use; the message is for the screen."""


def run_worker(launch: LaunchSpec, commands: Connection, reports: Connection) -> None:
    """The child's whole life: be a modest and mortal process, do the task, say how it ended."""
    die_with_parent()
    _lower_priority()
    tune_malloc_for_trainer()
    telemetry = Telemetry.attach(launch.segment)
    is_done = _run_supervised(launch, Channel(telemetry, commands, reports))
    gc.collect()  # a view of the shared memory that is left anywhere would keep it from being closed
    telemetry.close()
    if not is_done:
        raise SystemExit(1)
    _exit_immediately()


def _exit_immediately() -> None:
    """End a process whose work is done and written: torch's own way out takes seconds, in which a window that
    closes would have to wait for it."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(0)


def _run_supervised(launch: LaunchSpec, channel: Channel) -> bool:
    """Do the task, under watch and open to signals; False where it failed."""
    vigil = Watchdog(channel)
    vigil.start()
    ending = termination_signals()
    for number in ending:
        signal.signal(number, lambda *_: channel.stop())
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ending)
    is_done = _run_task(launch, channel)
    for number in ending:
        signal.signal(number, signal.SIG_IGN)
    vigil.end()
    return is_done


def _lower_priority() -> None:
    """Leave the processor to the viewer; a second thread of torch's would slow down the training itself."""
    os.environ["OMP_NUM_THREADS"] = "1"
    sys.setswitchinterval(_SWITCH_SECONDS)
    if hasattr(os, "nice"):
        os.nice(_NICENESS)


def _run_task(launch: LaunchSpec, channel: Channel) -> bool:
    """Run the task, report its end; False where it failed."""
    try:
        module, _, name = launch.task.runner.partition(":")
        reason = getattr(importlib.import_module(module), name)(launch.task, launch.paths, channel)
    except TaskError as error:
        channel.report(Failed(str(error), "", is_final=True))
        return False
    except Exception as error:
        channel.report(Failed(status_text.crashed(launch.task, error), traceback.format_exc()))
        return False
    channel.report(Stopped(reason))
    return True
