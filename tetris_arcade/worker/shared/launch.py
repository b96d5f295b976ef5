"""What a child process is started with, and the function that it runs."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tetris_arcade.worker.shared.messages import Task

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from tetris_arcade.config.paths import DataPaths

_CHILD = "tetris_arcade.worker.child.main"


@dataclass(frozen=True)
class LaunchSpec:
    """`segment` is the name of the viewer's shared memory segment, see `Telemetry`."""

    task: Task
    paths: DataPaths
    segment: str


def run_child(launch: LaunchSpec, commands: Connection, reports: Connection) -> None:
    """Run the child's code, which is imported here, in the child, and never by the viewer."""
    importlib.import_module(_CHILD).run_worker(launch, commands, reports)
