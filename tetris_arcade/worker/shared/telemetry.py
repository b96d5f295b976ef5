"""Telemetry of a worker: records in shared memory that need no lock.

FRAME (counters and boards) changes up to 60 times per second, SERIES (graphs) and LEARNER (a training's
quantities, see `config.learner_record`) up to four times. Each is exchanged through a `Mailbox`. Single
numbers that must be seen at once are cells, see `SharedCell`.
"""

from __future__ import annotations

import enum
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.learner_record import LEARNER
from tetris_arcade.config.probes import PROBES
from tetris_arcade.engine.displayed_board import DisplayedBoard
from tetris_arcade.engine.tetromino import NUM_COLS
from tetris_arcade.worker.shared.board_record import BOARD, write_board
from tetris_arcade.worker.shared.milestones import MILESTONES
from tetris_arcade.worker.shared.segments import Segment

MAX_BOARDS = 2
MAX_GAMES = 64
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
    "td_error",
    "gradient_norm",
    "target_distance",
    "exploration_share",
    *(probe.series for probe in PROBES),
)
"""Graphs over timesteps. `lines` and `reward`: one point per game; `smoothed_lines`: mean of the last 100."""

Record = NDArray[np.void]
"""A structured array of shape (1,), or a view of one element."""

COUNTERS = np.dtype(
    [
        ("timesteps", "i8"),  # placements in all environments, of the whole run
        ("timesteps_asked", "i8"),  # 0 = until stopped
        ("episodes", "i8"),
        ("updates", "i8"),
        ("last_lines", "i8"),  # of the last finished game
        ("best_lines", "i8"),  # of the best training game
        ("timesteps_per_second", "f8"),
        ("updates_per_second", "f8"),
        ("best_eval_lines", "f8"),  # mean lines of the best model; NaN or 0 = none yet
        ("mean_lines_100", "f8"),  # of the last 100 games; NaN or 0 = none yet
        ("epsilon", "f8"),
        ("loss", "f8"),  # NaN = no update yet
        ("mean_value", "f8"),
        ("reward_mean", "f8"),  # per game, of the last 100; NaN = none yet
        ("seconds", "f8"),  # of training in the whole run, without pauses
        ("saved_at", "f8"),  # time.time() of the last save, 0 = none in this run
        ("unsaved_since", "f8"),  # time.time() of the first save of the run that failed since, 0 = none
    ],
    align=True,
)

GAMES = np.dtype(
    [
        ("count", "i8"),  # number of games, at most MAX_GAMES of those of the training
        ("height", "i8"),
        ("columns", "i8", (MAX_GAMES, NUM_COLS)),  # bit y set where the cell y rows above the floor is filled
        ("lines", "i8", (MAX_GAMES,)),  # of the running game
    ],
    align=True,
)
"""The games that a training plays, without colors; updated four times a second, and with each shown move."""

FRAME = np.dtype(
    [("counters", COUNTERS), ("boards", BOARD, (MAX_BOARDS,)), ("num_boards", "i8"), ("games", GAMES)],
    align=True,
)

GRAPH = np.dtype(
    [
        ("count", "i8"),  # number of points
        ("stride", "i8"),  # one in `stride` added points is kept; 0 = every point
        ("timesteps", "f8", (SERIES_LENGTH,)),
        ("values", "f4", (SERIES_LENGTH,)),
        # The lowest and the highest of the values added since the point before it, this one included.
        ("low", "f4", (SERIES_LENGTH,)),
        ("high", "f4", (SERIES_LENGTH,)),
    ],
    align=True,
)
SERIES = np.dtype(
    [
        *((name, GRAPH) for name in SERIES_NAMES),
        ("milestones", "f8", (len(MILESTONES),)),  # timesteps at which each was reached, 0 = not yet
    ],
    align=True,
)


class SharedCell(enum.IntEnum):
    """Indices of single numbers. The viewer writes the first eight, the worker the others."""

    PAUSE = 0
    STOP = 1
    SPEED = 2  # millionths of a piece per second, 0 = unthrottled
    VISUALS = 3
    STEPS = 4  # single steps granted since the task started
    COMMANDS = 5  # commands sent to the current process
    PRESENTED_AT = 6  # time.monotonic_ns() when the window last presented a frame, 0 = there is none to see
    IN_STEP = 7  # whether a training waits for what is shown
    STATE = 8  # WorkerState
    HEARTBEAT = 9  # incremented while the process is scheduled
    PROGRESS = 10  # incremented while the work advances or is paused
    PAUSED_AT = 11  # time.monotonic_ns() when the last pause took effect


_NUM_CELLS = 16
_CELLS_BYTES = _NUM_CELLS * 8
_CACHE_LINE = 64
"""Records are aligned to cache lines."""


class Mailbox:
    """A record that one process overwrites and another reads, never torn and without blocking.

    There are two buffers: the writer fills the one that is not current, then increments the counter. A read
    is valid only if the counter has not changed during it. A checksum replaces memory barriers on processors
    that reorder writes. A writer that dies at any point leaves the last complete record readable.
    """

    _MAX_TRIES = 4

    def __init__(self, buffer: memoryview, offset: int, dtype: np.dtype[np.void]) -> None:
        # The counter, and the checksums of the two buffers.
        self._header: NDArray[np.int64] = np.ndarray((3,), np.int64, buffer, offset)
        # As bytes: copying structured values skips the padding, which would invalidate the checksum.
        self._buffers: NDArray[np.uint8] = np.ndarray(
            (2, dtype.itemsize), np.uint8, buffer, offset + _CACHE_LINE
        )
        self._dtype = dtype
        self._read_count = 0

    @staticmethod
    def size(dtype: np.dtype[np.void]) -> int:
        """Bytes of a mailbox, rounded up to a whole cache line."""
        return -(-(_CACHE_LINE + 2 * dtype.itemsize) // _CACHE_LINE) * _CACHE_LINE

    def write(self, record: Record) -> None:
        """Publish a copy of a record of shape (1,)."""
        count = int(self._header[0]) + 1
        data = record.view(np.uint8)
        self._buffers[count & 1] = data
        self._header[1 + (count & 1)] = zlib.crc32(data.data)
        self._header[0] = count

    def read(self) -> Record | None:
        """A copy, shape (1,), of a record not read before; None if there is none or all tries were torn."""
        for _ in range(self._MAX_TRIES):
            count = int(self._header[0])
            if count in (0, self._read_count):
                return None
            data = self._buffers[count & 1].copy()
            checksum = int(self._header[1 + (count & 1)])
            if int(self._header[0]) == count and zlib.crc32(data.data) == checksum:
                self._read_count = count
                record: Record = data.view(self._dtype)
                return record
        return None

    def rewind(self) -> None:
        """Return the record that is there now, even if it was read before."""
        self._read_count = 0

    def clear(self) -> None:
        """Discard everything. Call it only while there is no writer."""
        self._header[:] = 0
        self._buffers[:] = 0
        self._read_count = 0


@dataclass
class Telemetry:
    """One shared memory segment: cells, and the mailboxes for FRAME, SERIES and LEARNER.

    The viewer creates it; a worker attaches to it.
    """

    cells: NDArray[np.int64]
    frame: Mailbox
    series: Mailbox
    learner: Mailbox
    segment: Segment

    @classmethod
    def create(cls) -> Telemetry:
        """Create a zeroed segment; raises OSError if memory is full."""
        return cls.attach(Segment(cls.size()))

    @staticmethod
    def size() -> int:
        """Bytes of a segment."""
        return _CELLS_BYTES + sum(map(Mailbox.size, (FRAME, SERIES, LEARNER)))

    @classmethod
    def attach(cls, segment: Segment, *, read_only: bool = False) -> Telemetry:
        """Map the segment into this process."""
        buffer = memoryview(segment.map(read_only=read_only))
        cells: NDArray[np.int64] = np.ndarray((_NUM_CELLS,), np.int64, buffer)
        frame = Mailbox(buffer, _CELLS_BYTES, FRAME)
        series = Mailbox(buffer, _CELLS_BYTES + Mailbox.size(FRAME), SERIES)
        learner = Mailbox(buffer, _CELLS_BYTES + Mailbox.size(FRAME) + Mailbox.size(SERIES), LEARNER)
        return cls(cells, frame, series, learner, segment)

    def clear(self) -> None:
        """Zero everything. Call it only while no worker is attached."""
        self.cells[:] = 0
        self.frame.clear()
        self.series.clear()
        self.learner.clear()

    def close(self) -> None:
        """Let go of the memory; nothing here may be used afterwards."""
        del self.cells, self.frame, self.series, self.learner
        self.segment.close()


def empty_frame() -> Record:
    """A FRAME, shape (1,), with nothing to show yet."""
    frame = np.zeros(1, FRAME)
    for name in ("best_eval_lines", "mean_lines_100", "loss", "mean_value", "reward_mean"):
        frame["counters"][name] = np.nan
    for board in frame["boards"][0]:
        write_board(board, DisplayedBoard(np.zeros((_EMPTY_HEIGHT, NUM_COLS), np.uint8)))
    return frame


def empty_series() -> Record:
    """A SERIES, shape (1,), without points."""
    return np.zeros(1, SERIES)


def series_points(series: Any, name: str) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """(timesteps, values) of one graph of a SERIES record, oldest first, each of shape (count,)."""
    graph = series[name]
    count = int(graph["count"])
    return graph["timesteps"][:count], graph["values"][:count]


def series_band(series: Any, name: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(lowest, highest) of the values that each point of a graph stands for, each of shape (count,)."""
    graph = series[name]
    count = int(graph["count"])
    return graph["low"][:count], graph["high"][:count]
