"""How many rows of garbage a placement sends to the other side.

The table is that of Jstris, which most players know: https://jstris.jezevec10.com/guide.
"""

from __future__ import annotations

from tetris_arcade.realtime.scoring import Placement, Spin

_ROWS: dict[Spin, tuple[int, ...]] = {"none": (0, 0, 1, 2, 4), "mini": (0, 0, 1), "full": (0, 2, 4, 6)}
"""By the lines of the placement."""
_ALL_CLEAR_ROWS = 10
_BACK_TO_BACK_ROWS = 1
_COMBO_ROWS = (0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 4, 5)
"""By the combo; a longer one adds what the last one adds."""


def attack_rows(placement: Placement) -> int:
    """The rows that a placement sends, before they cancel garbage that is on its way."""
    if not placement.lines:
        return 0
    rows = _ALL_CLEAR_ROWS if placement.all_clear else _ROWS[placement.spin][placement.lines]
    if placement.back_to_back:
        rows += _BACK_TO_BACK_ROWS
    return rows + _COMBO_ROWS[min(placement.combo, len(_COMBO_ROWS) - 1)]
