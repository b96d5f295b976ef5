"""Landings for tests of effects."""

from __future__ import annotations

import numpy as np

from tetris_arcade.ui.effects.landing import Landing


def make_landing(lines: int = 0, *, free_rows: int = 12, combo: int = 0, **more: object) -> Landing:
    """An O that lands at the bottom left and completes rows, on a board that does not animate that."""
    rows = tuple(range(20 - lines, 20))
    values = np.tile(np.arange(10) % 7 + 1, (lines, 1)).astype(np.uint8)
    cells = ((18, 0), (18, 1), (19, 0), (19, 1))
    return Landing(cells, 2, rows, values, free_rows, 20, combo, is_great=lines == 4, **more)  # type: ignore[arg-type]
