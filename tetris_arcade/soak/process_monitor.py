"""Memory, descriptors and threads of the window and its trainer, sampled from the operating system."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

import psutil

from tetris_arcade.soak.statistics import LowWaterGrowth, MedianTrend
from tetris_arcade.worker.shared.segments import SEGMENT_NAME

_SEGMENT_LINK = f"/memfd:{SEGMENT_NAME} "
_WARM_UP = 1 / 3


class ProcessMonitor:
    """Maxima of one process's memory, descriptors and threads, and their growth after a warm-up.

    Growth is computed only from comparable samples. A process with another pid starts a new measurement.
    """

    def __init__(self) -> None:
        self._process: psutil.Process | None = None
        self._clear()

    def _clear(self) -> None:
        self._memory = MedianTrend()
        self._lowest_memory = LowWaterGrowth()
        self._descriptors, self._threads = LowWaterGrowth(), LowWaterGrowth()
        self._max_memory = self._num_comparable = 0

    def sample(self, pid: int | None, minutes: float, share: float, is_comparable: bool = True) -> None:
        """Take one sample, `share` (0..1) of the whole duration after the start.

        is_comparable: whether the process is in the same state as at the other comparable samples.
        """
        if pid is None:
            return
        try:
            if self._process is None or self._process.pid != pid:
                self._clear()
                self._process = psutil.Process(pid)
            with self._process.oneshot():
                memory, threads = self._process.memory_info().rss, self._process.num_threads()
            descriptors = _count_descriptors(self._process)
        except psutil.Error:
            return  # It has just ended.
        self._max_memory = max(self._max_memory, memory)
        self._threads.update_max(threads)
        if descriptors is not None:
            self._descriptors.update_max(descriptors)
        if not is_comparable or share < _WARM_UP:
            return
        self._num_comparable += 1
        self._memory.add(minutes, memory / 1e3)
        self._lowest_memory.add(share, memory // 1000)
        self._threads.add(share, threads)
        if descriptors is not None:
            self._descriptors.add(share, descriptors)

    def report(self, name: str) -> dict[str, Any]:
        """The statistics, prefixed with `name`; None = not available on this system, or too few samples."""
        trend = self._memory.per_minute
        return {
            f"{name}_memory_kb_per_minute": None if trend is None else round(trend, 1),
            # With few samples that vary, the lowest ones tell more than a trend.
            f"{name}_lowest_memory_grown_kb": self._lowest_memory.amount,
            f"{name}_readings": self._num_comparable,
            f"{name}_memory_max_mb": round(self._max_memory / 1e6, 1),
            f"{name}_descriptors_grown": self._descriptors.amount,
            f"{name}_descriptors_max": self._descriptors.max or None,
            f"{name}_threads_grown": self._threads.amount,
            f"{name}_threads_max": self._threads.max,
        }


class SegmentMonitor:
    """The number of shared memory segments that this process has open, if they can be listed."""

    def __init__(self) -> None:
        self._growth = LowWaterGrowth()

    def sample(self, share: float) -> None:
        number = count_segments(os.getpid())
        if number is not None:
            self._growth.add(share, number)

    def report(self) -> dict[str, Any]:
        return {"segments_grown": self._growth.amount, "segments_max": self._growth.max or None}


def count_segments(pid: int) -> int | None:
    """The number of segments that a process has open; None if the system does not tell (all but Linux)."""
    folder = Path(f"/proc/{pid}/fd")
    if not folder.is_dir():
        return None
    found = set()
    for descriptor in folder.iterdir():
        with contextlib.suppress(OSError):  # It has just been closed.
            if os.readlink(descriptor).startswith(_SEGMENT_LINK):
                found.add(os.stat(descriptor).st_ino)
    return len(found)


def _count_descriptors(process: psutil.Process) -> int | None:
    """Open files, pipes and sockets, or handles on Windows; None if the system does not tell."""
    count = getattr(process, "num_fds", None) or getattr(process, "num_handles", None)
    return None if count is None else int(count())
