"""What the window's process and its trainer hold, read from the system every few seconds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import psutil

from tetris_arcade.soak.statistics import LowWaterGrowth, MedianTrend

_SHARED_MEMORY = Path("/dev/shm")
_WARM_UP = 1 / 3


class ProcessMonitor:
    """Memory, descriptors and threads of one process: how high they went, and what of them grew after a
    warm-up, by readings that compare. A process that takes the place of another is looked at anew."""

    def __init__(self) -> None:
        self._process: psutil.Process | None = None
        self._clear()

    def _clear(self) -> None:
        self._memory = MedianTrend()
        self._descriptors, self._threads, self._lowest_memory = (
            LowWaterGrowth(),
            LowWaterGrowth(),
            LowWaterGrowth(),
        )
        self._highest_memory = self._num_compared = 0

    def read(self, pid: int | None, minutes: float, share: float, compares: bool = True) -> None:
        """Take one reading; `share` is how much of the whole time has gone by, 0..1. What grew is told by
        those alone that are taken at moments of one kind: `compares`."""
        if pid is None:
            return
        try:
            if self._process is None or self._process.pid != pid:
                self._clear()
                self._process = psutil.Process(pid)
            with self._process.oneshot():
                memory, threads = self._process.memory_info().rss, self._process.num_threads()
            descriptors = _num_descriptors(self._process)
        except psutil.Error:
            return  # it has just ended
        self._highest_memory = max(self._highest_memory, memory)
        self._threads.note(threads)
        if descriptors is not None:
            self._descriptors.note(descriptors)
        if not compares or share < _WARM_UP:
            return
        self._num_compared += 1
        self._memory.add(minutes, memory / 1e3)
        self._lowest_memory.add(share, memory // 1000)
        self._threads.add(share, threads)
        if descriptors is not None:
            self._descriptors.add(share, descriptors)

    def report(self, name: str) -> dict[str, Any]:
        """The figures, named after the process; None = not to be had here, or too few readings."""
        slope = self._memory.per_minute
        return {
            f"{name}_memory_kb_per_minute": None if slope is None else round(slope, 1),
            # Of a few readings that swing a slope tells little, and the lowest ones more.
            f"{name}_lowest_memory_grown_kb": self._lowest_memory.amount,
            f"{name}_readings": self._num_compared,
            f"{name}_memory_max_mb": round(self._highest_memory / 1e6, 1),
            f"{name}_descriptors_grown": self._descriptors.amount,
            f"{name}_descriptors_max": self._descriptors.highest or None,
            f"{name}_threads_grown": self._threads.amount,
            f"{name}_threads_max": self._threads.highest,
        }


class SegmentMonitor:
    """The shared memory segments that this process has made, where they can be listed."""

    def __init__(self) -> None:
        self._growth = LowWaterGrowth()

    def read(self, share: float) -> None:
        number = num_segments(os.getpid())
        if number is not None:
            self._growth.add(share, number)

    def report(self) -> dict[str, Any]:
        return {"segments_grown": self._growth.amount, "segments_max": self._growth.highest or None}


def num_segments(pid: int) -> int | None:
    """How many segments a viewer holds; None where they are no files (all but Linux)."""
    if not _SHARED_MEMORY.is_dir():
        return None
    return sum(1 for path in _SHARED_MEMORY.iterdir() if path.name.startswith(f"tarcade_{pid}_"))


def _num_descriptors(process: psutil.Process) -> int | None:
    """Open files, pipes and sockets, on Windows handles; None where the system does not say."""
    count = getattr(process, "num_fds", None) or getattr(process, "num_handles", None)
    return None if count is None else int(count())
