"""Names and points of placements: lines, T-spins, back-to-back, combos and all clears.

The points are those of the current guideline: https://tetris.wiki/Scoring.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from tetris_arcade.languages import N_, _

Spin = Literal["none", "mini", "full"]

SOFT_DROP_POINTS, HARD_DROP_POINTS = 1, 2
"""Per row."""
_LINE_POINTS = (0, 100, 300, 500, 800)
_MINI_POINTS = (100, 200, 400)
_FULL_POINTS = (400, 800, 1_200, 1_600)
_ALL_CLEAR_POINTS = (0, 800, 1_200, 1_800, 2_000)
_BACK_TO_BACK_ALL_CLEAR_POINTS = 3_200
_COMBO_POINTS = 50
_TETRIS_LINES = 4
_LINE_NAMES = ("", N_("SINGLE"), N_("DOUBLE"), N_("TRIPLE"), "TETRIS")
_SPIN_NAMES: dict[Spin, str] = {"none": "", "mini": N_("MINI T-SPIN"), "full": N_("T-SPIN")}


@dataclass(frozen=True)
class Placement:
    """What a locked piece achieved.

    lines: cleared, 0..4. combo: how many placements in a row cleared lines before this one; 0 for the first.
    back_to_back: whether it is a difficult clear whose predecessor was one, too. all_clear: whether the board
    is empty.
    """

    lines: int
    spin: Spin = "none"
    combo: int = 0
    back_to_back: bool = False
    all_clear: bool = False

    @property
    def is_difficult(self) -> bool:
        """Whether it keeps a back-to-back chain: four lines, or lines by a T-spin."""
        return self.lines == _TETRIS_LINES or (self.lines > 0 and self.spin != "none")

    def points(self, level: int) -> int:
        """The points at a level."""
        table = {"none": _LINE_POINTS, "mini": _MINI_POINTS, "full": _FULL_POINTS}[self.spin]
        points = table[self.lines]
        if self.back_to_back:
            points += points // 2
        if self.lines:
            points += _COMBO_POINTS * self.combo
        if self.all_clear:
            is_tetris = self.lines == _TETRIS_LINES and self.back_to_back
            points += _BACK_TO_BACK_ALL_CLEAR_POINTS if is_tetris else _ALL_CLEAR_POINTS[self.lines]
        return points * level

    @property
    def names(self) -> tuple[str, ...]:
        """What to call it, in the language of the texts, the most remarkable first; may be empty."""
        main = f"{_(_SPIN_NAMES[self.spin])} {_(_LINE_NAMES[self.lines])}".strip()
        return (
            *((_("ALL CLEAR"),) if self.all_clear else ()),
            *((main,) if main else ()),
            *((_("BACK-TO-BACK"),) if self.back_to_back else ()),
            *((_("{n} COMBO").format(n=self.combo),) if self.combo else ()),
        )


class ClearChain:
    """Judges the placements of a game in turn: combos and back-to-back depend on those before."""

    def __init__(self) -> None:
        self._combo = 0
        self._is_back_to_back = False

    def judge(self, lines: int, spin: Spin, *, all_clear: bool) -> Placement:
        """What a placement has achieved. all_clear: whether the board is empty after it."""
        placement = Placement(lines, spin, self._combo if lines else 0, all_clear=all_clear)
        self._combo = self._combo + 1 if lines else 0
        if not lines:
            return placement
        is_difficult, is_chained = placement.is_difficult, self._is_back_to_back
        self._is_back_to_back = is_difficult
        return replace(placement, back_to_back=is_difficult and is_chained)
