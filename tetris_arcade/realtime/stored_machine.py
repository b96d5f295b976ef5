"""A model's side of a game against a person as it is stored, and back."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.displayed_board import DisplayedBoard
from tetris_arcade.engine.tetromino import (
    GARBAGE,
    NUM_ACTIONS,
    NUM_COLS,
    NUM_PIECES,
    NUM_ROTATIONS,
    QUEUE_SIZE,
)
from tetris_arcade.realtime.board import VISIBLE_ROWS
from tetris_arcade.realtime.game import ReceivedGarbage
from tetris_arcade.realtime.machine_recording import TimedBoard
from tetris_arcade.realtime.machine_side import LandedPlacement, MachineInput
from tetris_arcade.realtime.modes import SECOND
from tetris_arcade.storage.errors import DamagedError

INPUT = struct.Struct("<qB")
"""The time of an input in microseconds, and a code: that of `garbage_code`; or the lines of a placement, with
_ALL_CLEAR if the board is empty after it."""
_GARBAGE, _MAX_ROWS = 128, 31
_MAX_LINES, _ALL_CLEAR = 4, 8
_BOARD = np.dtype(
    [
        ("time_us", "<i8"),
        ("cells", "u1", (VISIBLE_ROWS, NUM_COLS)),
        ("cleared", "u1", (VISIBLE_ROWS,)),
        ("next_pieces", "u1", (QUEUE_SIZE,)),
        *((name, "i1") for name in ("piece", "action", "rotation", "row", "col", "over")),
        *((name, "<u4") for name in ("lines", "pieces", "move_us")),
    ]
)
"""The fields of `DisplayedBoard` that a replay shows."""
_HIGHEST = {
    "cells": GARBAGE,
    "next_pieces": NUM_PIECES - 1,
    "piece": NUM_PIECES - 1,
    "action": NUM_ACTIONS - 1,
    "rotation": NUM_ROTATIONS - 1,
    "row": VISIBLE_ROWS - 1,
    "col": NUM_COLS - 1,
}
_NONE = -1
"""The lowest value of a signed field."""


def garbage_code(given: ReceivedGarbage) -> int:
    """The code of rows that the other side has sent, above those of all other inputs."""
    return _GARBAGE + min(given.rows, _MAX_ROWS)


def garbage_rows(code: int) -> int | None:
    """The inverse of `garbage_code`, None for the code of another input."""
    return code - _GARBAGE if _GARBAGE < code <= _GARBAGE + _MAX_ROWS else None


def pack_boards(boards: Iterable[TimedBoard]) -> bytes:
    """Boards as bytes."""
    listed = list(boards)
    records = np.zeros(len(listed), _BOARD)
    for record, timed in zip(records, listed, strict=True):
        board = timed.board
        record["time_us"], record["move_us"] = timed.time_us, round(board.move_seconds * SECOND)
        record["cleared"][list(board.cleared)] = 1
        for name in ("cells", "next_pieces", "piece", "action", "rotation", "row", "col", "over"):
            record[name] = getattr(board, name)
        record["lines"], record["pieces"] = board.lines, board.pieces
    return records.tobytes()


def unpack_boards(packed: bytes) -> tuple[TimedBoard, ...]:
    """The inverse of `pack_boards`; raises DamagedError if they are no possible boards."""
    try:
        records = np.frombuffer(packed, _BOARD)
    except ValueError as error:
        raise DamagedError("the replay is damaged: its boards cannot be read") from error
    if not _are_possible(records):
        raise DamagedError("the replay is damaged: its boards are impossible")
    return tuple(
        TimedBoard(int(record["time_us"]), _board(record, move)) for move, record in enumerate(records)
    )


def _are_possible(records: NDArray[Any]) -> bool:
    are_bounded = all(
        bool((records[name] <= highest).all() and (records[name].astype(np.int16) >= _NONE).all())
        for name, highest in _HIGHEST.items()
    )
    return are_bounded and bool((np.diff(records["time_us"], prepend=0) >= 0).all())


def _board(record: Any, move: int) -> DisplayedBoard:
    return DisplayedBoard(
        cells=record["cells"],
        cleared=tuple(np.flatnonzero(record["cleared"]).tolist()),
        next_pieces=tuple(record["next_pieces"].tolist()),
        move_seconds=record["move_us"].item() / SECOND,
        over=bool(record["over"]),
        game=1,
        move=move,
        **{
            name: record[name].item()
            for name in ("piece", "action", "rotation", "row", "col", "lines", "pieces")
        },
    )


def pack_machine_inputs(inputs: Iterable[MachineInput]) -> bytes:
    """Inputs as bytes."""
    return b"".join(INPUT.pack(given.time_us, _code(given)) for given in inputs)


def unpack_machine_inputs(packed: bytes) -> tuple[MachineInput, ...]:
    """The inverse of `pack_machine_inputs`; raises DamagedError if they are no possible inputs."""
    try:
        inputs = tuple(_decode(time_us, code) for time_us, code in INPUT.iter_unpack(packed))
    except (struct.error, ValueError) as error:
        raise DamagedError("the replay is damaged: the machine's side cannot be read") from error
    times = [0, *(given.time_us for given in inputs)]
    if times != sorted(times):
        raise DamagedError("the replay is damaged: the machine's side is not in order")
    return inputs


def _code(given: MachineInput) -> int:
    if isinstance(given, ReceivedGarbage):
        return garbage_code(given)
    return given.lines + (_ALL_CLEAR if given.all_clear else 0)


def _decode(time_us: int, code: int) -> MachineInput:
    if (rows := garbage_rows(code)) is not None:
        return ReceivedGarbage(time_us, rows)
    lines, is_all_clear = code % _ALL_CLEAR, code >= _ALL_CLEAR
    if code >= 2 * _ALL_CLEAR or lines > _MAX_LINES:
        raise ValueError(f"code {code} is unknown")
    return LandedPlacement(time_us, lines, is_all_clear)
