"""Polls a worker client frame by frame, as a viewer does, until a condition holds."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psutil

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.soak.process_monitor import count_segments
from tetris_arcade.worker.shared.messages import Report, WorkerState
from tetris_arcade.worker.viewer.client import WorkerClient
from tetris_arcade.worker.viewer.supervision import Timeouts

ReportT = TypeVar("ReportT", bound=Report)

SHORT_TIMEOUTS = Timeouts(
    heartbeat=1.5, progress=2.5, first_delay=0.05, longest_delay=0.4, save=1.0, terminate=0.3
)
START_UP_SECONDS = 180.0
"""How long a task that has to compile the kernels may take to start."""
FRAME_SECONDS = 1 / 120


class Poller:
    """Polls a client and keeps its reports.

    longest_poll, longest_work: the longest poll in wall-clock and in CPU seconds. The latter does not depend
    on how busy the machine is.
    """

    def __init__(self, client: WorkerClient) -> None:
        self.client = client
        self.reports: list[Report] = []
        self.longest_poll = self.longest_work = 0.0

    def frame(self) -> list[Report]:
        started_at, work = time.perf_counter(), time.thread_time()
        reports = self.client.poll()
        self.longest_poll = max(self.longest_poll, time.perf_counter() - started_at)
        self.longest_work = max(self.longest_work, time.thread_time() - work)
        self.reports += reports
        time.sleep(FRAME_SECONDS)
        return reports

    def until(self, condition: Callable[[], bool], seconds: float = 20.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, (self.client.state, self.client.message, self.reports[-5:])
            self.frame()

    def until_state(self, state: WorkerState, seconds: float = 20.0) -> None:
        self.until(lambda: self.client.state is state, seconds)

    def frames(self, number: int) -> None:
        for _ in range(number):
            self.frame()

    def of(self, kind: type[ReportT]) -> list[ReportT]:
        """The reports of one kind."""
        return [report for report in self.reports if isinstance(report, kind)]

    @property
    def timesteps(self) -> int:
        return int(self.client.frame["counters"]["timesteps"])


@contextmanager
def polled_client(timeouts: Timeouts = SHORT_TIMEOUTS, paths: DataPaths | None = None) -> Iterator[Poller]:
    """A client that is closed after the block. Without `paths`, only for tasks that need none."""
    client = WorkerClient(paths, timeouts=timeouts)  # type: ignore[arg-type]
    try:
        yield Poller(client)
    finally:
        client.close()


def resource_counts() -> tuple[int, int, int]:
    """(descriptors, threads, shared memory segments) of this process."""
    process = psutil.Process()
    return process.num_fds(), threading.active_count(), count_segments(os.getpid()) or 0
