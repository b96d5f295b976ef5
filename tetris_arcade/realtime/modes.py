"""The forms of the game for one player, and the gravity of their levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tetris_arcade.languages import N_

SECOND = 1_000_000
"""Times of the game are whole microseconds."""
MAX_LEVEL = 20
LINES_PER_LEVEL = 10


@dataclass(frozen=True)
class GameMode:
    """When a game ends, and what counts.

    goal_lines: None for no goal. limit_us: the time at which it ends, None for none. is_faster_by_level:
    whether the level rises every ten lines. ranked_by: what the better game has more of, or for "time" less.
    has_attacks: whether lines send garbage to the other side.
    """

    key: str
    name: str
    description: str
    ranked_by: Literal["score", "time", "lines", "sent"]
    goal_lines: int | None = None
    limit_us: int | None = None
    is_faster_by_level: bool = False
    has_attacks: bool = False


MARATHON = GameMode(
    "marathon",
    N_("Marathon"),
    N_("150 lines. Every 10 lines are a level, and faster."),
    "score",
    150,
    None,
    True,
)
SPRINT = GameMode("sprint", N_("40 lines"), N_("Clear 40 lines as fast as you can."), "time", 40)
ULTRA = GameMode(
    "ultra", N_("2 minutes"), N_("As many points as you can in two minutes."), "score", limit_us=120 * SECOND
)
RACE_BY_TIME = GameMode(
    "race_time", N_("90 seconds"), N_("Who clears more lines in 90 seconds?"), "lines", limit_us=90 * SECOND
)
RACE_TO_GOAL = GameMode("race_goal", N_("First to 40 lines"), N_("Who clears 40 lines first?"), "time", 40)
ATTACK = GameMode(
    "attack",
    N_("Attack"),
    N_("Two lines or more at once send garbage. Whoever tops out loses."),
    "sent",
    has_attacks=True,
)
VERSUS_MODES = {mode.key: mode for mode in (RACE_BY_TIME, RACE_TO_GOAL, ATTACK)}
"""For two sides with the same pieces."""
MODES = {mode.key: mode for mode in (MARATHON, SPRINT, ULTRA)}
"""For one person."""
TWO_PEOPLE = "two_"
"""How the names of forms for two people begin in the settings."""
FORM_NAMES = (*MODES, *VERSUS_MODES, *(TWO_PEOPLE + key for key in VERSUS_MODES))
"""All that can be played, as the settings name it: alone, against the machine, and by two people."""


def fall_interval(level: int) -> int:
    """Microseconds per row at a level from 1; the guideline's curve: https://tetris.wiki/Marathon."""
    steps = min(level, MAX_LEVEL) - 1
    return round((0.8 - steps * 0.007) ** steps * SECOND)
