"""What a child process is started with, and the function that it runs."""

from __future__ import annotations

import contextlib
import importlib
import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tetris_arcade.worker.shared.pipes import pickle_report, unpickle_message

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from tetris_arcade.config.paths import DataPaths
    from tetris_arcade.worker.shared.messages import Task
    from tetris_arcade.worker.shared.segments import Segment
    from tetris_arcade.worker.shared.startup_errors import StartupErrors

_CHILD = "tetris_arcade.worker.child.main"


@dataclass(frozen=True)
class LaunchSpec:
    """What a worker is to do, and with which data folder."""

    task: Task
    paths: DataPaths


@dataclass(frozen=True)
class StartFault:
    """A worker failed outside its task: its code could not be imported, or the system refused it something.

    sentence: for the screen. details: the traceback.
    """

    sentence: str
    details: str


def run_child(
    launch: bytes, segment: Segment, commands: Connection, reports: Connection, startup_errors: StartupErrors
) -> None:
    """Run the child's code, which is imported here, in the child, and never by the viewer.

    launch: a pickled LaunchSpec. It is unpickled here, so that a fault while its modules are imported is
    reported like all others.
    """
    try:
        run_worker = importlib.import_module(_CHILD).run_worker
        run_worker(unpickle_message(launch), segment, commands, reports, startup_errors.release)
    except Exception as error:
        _report_start_fault(error, reports)
        sys.exit(1)
    finally:
        startup_errors.release()


def _report_start_fault(error: Exception, reports: Connection) -> None:
    fault = StartFault(f"{type(error).__name__}: {error}", traceback.format_exc())
    with contextlib.suppress(OSError):  # The viewer is gone.
        reports.send_bytes(pickle_report(fault))
