"""Positions that every training values again and again, so that the value of one position then and now can
be compared."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Probe:
    """A position: the highest rows of its stack first, "#" filled, and the piece that comes, 0..6.

    Its value is that of the best placement. `series` is the name of its graph.
    """

    series: str
    name: str
    rows: tuple[str, ...]
    piece: int


_I, _T = 0, 2
PROBES = (
    Probe("value_empty", "Empty board", (), _T),
    Probe("value_tidy", "Four lines at once", ("#########.",) * 4, _I),
    Probe(
        "value_holes",
        "Covered holes",
        ("###...####", "#####.####", "##.#######", "####.##.##", "#.########"),
        _T,
    ),
    Probe("value_tower", "A tower", ("####......",) * 7, _T),
)
"""On a low board, the lowest rows that leave three rows free."""
