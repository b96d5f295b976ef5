"""The child's entry: what it is started with, and what it does around its task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tetris_arcade.worker.messages import Task

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from tetris_arcade.paths import DataPaths


@dataclass(frozen=True)
class Launch:
    """What a child process is given; `segment` is the name of the viewer's telemetry."""

    task: Task
    paths: DataPaths
    segment: str


def run_worker(launch: Launch, commands: Any, reports: Connection) -> None:
    """The child's whole life."""
