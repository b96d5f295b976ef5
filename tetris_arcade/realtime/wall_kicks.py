"""The wall kicks of the Super Rotation System, as published: where a rotation is tried, in order.

Rotations are 0 (spawn), 1 (clockwise), 2 (half a turn), 3 (counter-clockwise). Offsets are (x, y) as in the
published tables: x to the right, y up. Quarter turns: https://tetris.wiki/Super_Rotation_System. The system
defines no half turns; theirs are the tables of TETR.IO: https://tetris.wiki/TETR.IO#Kick_tables.
"""

from __future__ import annotations

Kicks = tuple[tuple[int, int], ...]

_JLSTZ: dict[tuple[int, int], Kicks] = {
    (0, 1): ((0, 0), (-1, 0), (-1, 1), (0, -2), (-1, -2)),
    (1, 0): ((0, 0), (1, 0), (1, -1), (0, 2), (1, 2)),
    (1, 2): ((0, 0), (1, 0), (1, -1), (0, 2), (1, 2)),
    (2, 1): ((0, 0), (-1, 0), (-1, 1), (0, -2), (-1, -2)),
    (2, 3): ((0, 0), (1, 0), (1, 1), (0, -2), (1, -2)),
    (3, 2): ((0, 0), (-1, 0), (-1, -1), (0, 2), (-1, 2)),
    (3, 0): ((0, 0), (-1, 0), (-1, -1), (0, 2), (-1, 2)),
    (0, 3): ((0, 0), (1, 0), (1, 1), (0, -2), (1, -2)),
    (0, 2): ((0, 0), (0, 1), (1, 1), (-1, 1), (1, 0), (-1, 0)),
    (2, 0): ((0, 0), (0, -1), (-1, -1), (1, -1), (-1, 0), (1, 0)),
    (1, 3): ((0, 0), (1, 0), (1, 2), (1, 1), (0, 2), (0, 1)),
    (3, 1): ((0, 0), (-1, 0), (-1, 2), (-1, 1), (0, 2), (0, 1)),
}
_I: dict[tuple[int, int], Kicks] = {
    (0, 1): ((0, 0), (-2, 0), (1, 0), (-2, -1), (1, 2)),
    (1, 0): ((0, 0), (2, 0), (-1, 0), (2, 1), (-1, -2)),
    (1, 2): ((0, 0), (-1, 0), (2, 0), (-1, 2), (2, -1)),
    (2, 1): ((0, 0), (1, 0), (-2, 0), (1, -2), (-2, 1)),
    (2, 3): ((0, 0), (2, 0), (-1, 0), (2, 1), (-1, -2)),
    (3, 2): ((0, 0), (-2, 0), (1, 0), (-2, -1), (1, 2)),
    (3, 0): ((0, 0), (1, 0), (-2, 0), (1, -2), (-2, 1)),
    (0, 3): ((0, 0), (-1, 0), (2, 0), (-1, 2), (2, -1)),
    (0, 2): ((0, 0), (0, 1)),
    (2, 0): ((0, 0), (0, -1)),
    (1, 3): ((0, 0), (1, 0)),
    (3, 1): ((0, 0), (-1, 0)),
}
_O: Kicks = ((0, 0),)

QUARTER_TURN_TESTS = 5
"""Places that a quarter turn tries; the last one makes any T-spin a full one."""


def wall_kicks(piece_name: str, before: int, after: int) -> Kicks:
    """The offsets at which a piece, "I" to "L", is tried when it turns from one rotation to another."""
    if piece_name == "O":
        return _O
    return (_I if piece_name == "I" else _JLSTZ)[before, after]
