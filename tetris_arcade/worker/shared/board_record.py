"""The BOARD record: a `DisplayedBoard` in shared memory. Only this module writes and reads its fields."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from tetris_arcade.config.env import MAX_HEIGHT
from tetris_arcade.engine.displayed_board import DisplayedBoard
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_COLS, QUEUE_SIZE
from tetris_arcade.worker.shared.insight_record import INSIGHT, read_insight, write_insight

BOARD = np.dtype(
    [
        ("height", "i4"),
        ("cells", "u1", (MAX_HEIGHT, NUM_COLS)),  # the first `height` rows count
        ("cleared", "?", (MAX_HEIGHT,)),  # by row
        ("next_pieces", "u1", (QUEUE_SIZE,)),
        ("values", "f4", (NUM_ACTIONS,)),
        ("piece", "i4"),
        ("action", "i4"),
        ("rotation", "i4"),
        ("row", "i4"),
        ("col", "i4"),
        ("lines", "i8"),
        ("pieces", "i8"),
        ("score", "i8"),
        ("game", "i8"),
        ("move", "i8"),
        ("move_seconds", "f8"),
        ("greedy", "?"),
        ("over", "?"),
        ("insight", INSIGHT),
    ],
    align=True,
)
"""`height`, and the fields of `DisplayedBoard` under the same names and with the same meaning."""

_SCALARS = tuple(
    name for name in BOARD.names or () if name not in ("height", "insight") and not BOARD[name].shape
)

View = TypeVar("View", bound=DisplayedBoard)


def write_board(record: Any, view: DisplayedBoard) -> None:
    """Fill in a BOARD record."""
    record["height"] = view.height
    record["cells"][: view.height] = view.cells
    record["cleared"] = False
    record["cleared"][list(view.cleared)] = True
    record["next_pieces"] = view.next_pieces
    record["values"] = view.values
    write_insight(record["insight"], view.insight)
    for name in _SCALARS:
        record[name] = getattr(view, name)


def read_board(record: Any, view_class: type[View]) -> View:
    """What a BOARD record holds; its arrays are views of the record."""
    height = int(record["height"])
    return view_class(
        cells=record["cells"][:height],
        cleared=tuple(np.flatnonzero(record["cleared"][:height]).tolist()),
        next_pieces=tuple(record["next_pieces"].tolist()),
        values=record["values"],
        insight=read_insight(record["insight"]),
        **{name: record[name].item() for name in _SCALARS},
    )
