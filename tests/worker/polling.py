"""Looking after a client as a viewer does, frame by frame, until something is so."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tetris_arcade.worker.shared.messages import Report, WorkerState
from tetris_arcade.worker.viewer.client import WorkerClient
from tetris_arcade.worker.viewer.supervision import Timeouts

QUICK = Timeouts(heartbeat=1.5, progress=2.5, first_pause=0.05, longest_pause=0.4, save=1.0, terminate=0.3)
FRAME_SECONDS = 1 / 120


class Poller:
    """Polls a client, keeps what it reported, and the longest that a poll took: by the clock, and in
    work of the processor, which tells a slow poll from a busy machine."""

    def __init__(self, client: WorkerClient) -> None:
        self.client = client
        self.reports: list[Report] = []
        self.longest_poll = self.longest_work = 0.0

    def frame(self) -> list[Report]:
        begun_at, work = time.perf_counter(), time.thread_time()
        reports = self.client.poll()
        self.longest_poll = max(self.longest_poll, time.perf_counter() - begun_at)
        self.longest_work = max(self.longest_work, time.thread_time() - work)
        self.reports += reports
        time.sleep(FRAME_SECONDS)
        return reports

    def until(self, is_so: Callable[[], bool], seconds: float = 20.0) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < deadline, (self.client.state, self.client.message, self.reports[-5:])
            self.frame()

    def until_state(self, state: WorkerState, seconds: float = 20.0) -> None:
        self.until(lambda: self.client.state is state, seconds)

    def frames(self, number: int) -> None:
        for _ in range(number):
            self.frame()

    def of(self, kind: type) -> list[Report]:
        return [report for report in self.reports if isinstance(report, kind)]

    @property
    def timesteps(self) -> int:
        return int(self.client.frame["counters"]["timesteps"])


@contextmanager
def watched_client(limits: Timeouts = QUICK) -> Iterator[Poller]:
    """A client that is closed whatever happens. Its tasks need no paths."""
    client = WorkerClient(None, limits=limits)  # type: ignore[arg-type]
    try:
        yield Poller(client)
    finally:
        client.close()


def held() -> tuple[int, int, int]:
    """Descriptors, threads and shared segments of this process."""
    process = psutil.Process()
    segments = [path for path in Path("/dev/shm").iterdir() if f"_{os.getpid()}_" in path.name]
    return process.num_fds(), threading.active_count(), len(segments)
