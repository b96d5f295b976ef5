"""What the worker shows while it works: records in shared memory that need no lock.

FRAME (counters and boards) changes up to sixty times a second, SERIES (graphs) a few times. Both cross by a
mailbox that a reader never finds torn; single numbers that must be seen at once are cells of their own.
"""

from __future__ import annotations

import enum
import zlib
from dataclasses import dataclass
from multiprocessing.shared_memory import SharedMemory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.board_view import BoardView
from tetris_arcade.engine.tetromino import NUM_COLS
from tetris_arcade.worker.shared.board_record import BOARD, write_board
from tetris_arcade.worker.shared.segments import new_segment_name, reserve_room

MAX_BOARDS = 2
_EMPTY_HEIGHT = 20
SERIES_LENGTH = 512
SERIES_NAMES = (
    "lines",
    "smoothed_lines",
    "evaluated_lines",
    "reward",
    "loss",
    "epsilon",
    "mean_value",
    "holes",
    "max_height",
    "bumpiness",
    "timesteps_per_second",
)
"""Graphs over timesteps: the lines of single games, their mean over the last hundred, and so on."""

Record = NDArray[np.void]
"""A structured array of shape (1,), or a view of one element."""

COUNTERS = np.dtype(
    [
        ("timesteps", "i8"),  # placements over all environments, of the whole run
        ("timesteps_asked", "i8"),  # 0 = until stopped
        ("episodes", "i8"),
        ("updates", "i8"),
        ("last_lines", "i8"),  # of the last finished game
        ("best_lines", "i8"),  # of the best game
        ("timesteps_per_second", "f8"),
        ("updates_per_second", "f8"),
        ("best_eval_lines", "f8"),  # NaN = nothing evaluated yet
        ("mean_lines_100", "f8"),  # NaN = no game finished yet
        ("epsilon", "f8"),
        ("loss", "f8"),  # NaN = no update yet
        ("mean_value", "f8"),
        ("reward_mean", "f8"),  # a game's, over the last hundred
        ("seconds", "f8"),  # at work in this process, pauses left out
        ("saved_at", "f8"),  # time.time() of the last save, 0 = none in this run
        ("unsaved_since", "f8"),  # time.time() of the first save of the run that failed since, 0 = none
    ],
    align=True,
)

FRAME = np.dtype([("counters", COUNTERS), ("boards", BOARD, (MAX_BOARDS,)), ("num_boards", "i8")], align=True)

GRAPH = np.dtype(
    [
        ("count", "i8"),  # how many points there are, from the front
        ("stride", "i8"),  # of so many points added one is kept, 0 = of each one
        ("timesteps", "f8", (SERIES_LENGTH,)),
        ("values", "f4", (SERIES_LENGTH,)),
    ],
    align=True,
)
SERIES = np.dtype([(name, GRAPH) for name in SERIES_NAMES], align=True)


class SharedCell(enum.IntEnum):
    """Places of single numbers; the first eight are the viewer's to write, the others the worker's."""

    PAUSE = 0
    STOP = 1
    SPEED = 2  # millionths of a piece per second, 0 = unthrottled
    VISUALS = 3
    STEPS = 4  # single steps granted, ever
    COMMANDS = 5  # commands put into the pipe of the present process
    STATE = 8  # WorkerState
    HEARTBEAT = 9  # ticks while the process can run at all
    PROGRESS = 10  # ticks while the work itself goes on, or stands still on purpose
    PAUSED_AT = 11  # time.monotonic_ns() when the last pause took hold


_NUM_CELLS = 16
_CELLS_SIZE = _NUM_CELLS * 8
_LINE = 64
"""Records begin on cache lines of their own."""


class Mailbox:
    """A record that one process overwrites and another reads, never torn, though neither ever waits.

    Two buffers: the writer fills the one that is not current, then raises the counter. What was read counts
    only if the counter is unchanged afterwards; a checksum stands in for memory barriers on processors that
    reorder writes. A writer that dies at any point leaves the last whole record.
    """

    _TRIES = 4

    def __init__(self, buffer: memoryview, offset: int, dtype: np.dtype[np.void]) -> None:
        # The counter, and the checksums of the two buffers.
        self._marks: NDArray[np.int64] = np.ndarray((3,), np.int64, buffer, offset)
        # As bytes: a copy of structured values leaves out the padding, and so would not keep the checksum.
        self._buffers: NDArray[np.uint8] = np.ndarray((2, dtype.itemsize), np.uint8, buffer, offset + _LINE)
        self._dtype = dtype
        self._seen = 0

    @staticmethod
    def size(dtype: np.dtype[np.void]) -> int:
        """Bytes that a mailbox takes, up to the next cache line."""
        return -(-(_LINE + 2 * dtype.itemsize) // _LINE) * _LINE

    def write(self, record: Record) -> None:
        """Publish a record of shape (1,); it is copied."""
        count = int(self._marks[0]) + 1
        data = record.view(np.uint8)
        self._buffers[count & 1] = data
        self._marks[1 + (count & 1)] = zlib.crc32(data.data)
        self._marks[0] = count

    def read(self) -> Record | None:
        """A copy, (1,), of a record not read before; None when there is none or it has to be tried later."""
        for _ in range(self._TRIES):
            count = int(self._marks[0])
            if count == self._seen:
                return None
            data = self._buffers[count & 1].copy()
            checksum = int(self._marks[1 + (count & 1)])
            if int(self._marks[0]) == count and zlib.crc32(data.data) == checksum:
                self._seen = count
                record: Record = data.view(self._dtype)
                return record
        return None

    def clear(self) -> None:
        """Forget everything; only while nobody writes."""
        self._marks[:] = 0
        self._buffers[:] = 0
        self._seen = 0


@dataclass
class Telemetry:
    """One shared segment: cells, the FRAME mailbox and the SERIES mailbox.

    The viewer creates it and is the only one to remove it; a worker attaches. Both close it before they end.
    """

    cells: NDArray[np.int64]
    frame: Mailbox
    series: Mailbox
    _segment: SharedMemory

    @classmethod
    def create(cls) -> Telemetry:
        """A new, zeroed segment that carries this process's id in its name; raises OSError where there is no
        room for it."""
        size = _CELLS_SIZE + Mailbox.size(FRAME) + Mailbox.size(SERIES)
        segment = SharedMemory(new_segment_name(), create=True, size=size)
        try:
            reserve_room(segment.name, size)
        except OSError:
            segment.close()
            segment.unlink()
            raise
        return cls._over(segment)

    @classmethod
    def attach(cls, name: str) -> Telemetry:
        """The segment that the viewer created.

        The resource tracker is told of it a second time, to no effect: a spawned child shares its parent's.
        """
        return cls._over(SharedMemory(name))

    @classmethod
    def _over(cls, segment: SharedMemory) -> Telemetry:
        buffer = segment.buf
        assert buffer is not None
        cells: NDArray[np.int64] = np.ndarray((_NUM_CELLS,), np.int64, buffer)
        frame = Mailbox(buffer, _CELLS_SIZE, FRAME)
        series = Mailbox(buffer, _CELLS_SIZE + Mailbox.size(FRAME), SERIES)
        return cls(cells, frame, series, segment)

    @property
    def name(self) -> str:
        return self._segment.name

    def clear(self) -> None:
        """Make it as new; only while no worker is attached."""
        self.cells[:] = 0
        self.frame.clear()
        self.series.clear()

    def close(self) -> None:
        """Let go of the memory; nothing here may be used afterwards."""
        del self.cells, self.frame, self.series
        self._segment.close()

    def remove(self) -> None:
        """Close it and take its name away, once no worker can attach any more."""
        self.close()
        self._segment.unlink()


def empty_frame() -> Record:
    """A FRAME, (1,), that shows nothing yet."""
    frame = np.zeros(1, FRAME)
    for name in ("best_eval_lines", "mean_lines_100", "loss", "mean_value", "reward_mean"):
        frame["counters"][name] = np.nan
    for board in frame["boards"][0]:
        write_board(board, BoardView(np.zeros((_EMPTY_HEIGHT, NUM_COLS), np.uint8)))
    return frame


def empty_series() -> Record:
    """A SERIES, (1,), without a point."""
    return np.zeros(1, SERIES)


def series_points(series: Any, name: str) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """(timesteps, values) of one graph of a SERIES record, oldest first, both (count,)."""
    graph = series[name]
    count = int(graph["count"])
    return graph["timesteps"][:count], graph["values"][:count]
