"""The words of the agent's view: names of features and of groups of them, and numbers of values."""

from __future__ import annotations

from tetris_arcade.config.features import FEATURES
from tetris_arcade.languages import N_, format_number

REASONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("holes"), ("holes", "hole_depth", "rows_with_holes")),
    (N_("deep wells"), ("wells",)),
    (N_("bumps"), ("bumpiness", "pattern_diversity")),
    (N_("rough edges"), ("row_transitions", "column_transitions")),
    (N_("height"), (*(f"height_{col}" for col in range(10)), "max_height")),
    (N_("piece is low"), ("landing_height",)),
    (N_("cleared lines"), ("lines", "eroded_cells")),
)
"""What visitors read: features that tell of the same thing, under one name."""
FEATURE_NAMES = {
    **{f"height_{col}": N_("column heights") for col in range(10)},
    "max_height": N_("highest column"),
    "holes": N_("holes"),
    "bumpiness": N_("bumpiness"),
    "landing_height": N_("landing height"),
    "eroded_cells": N_("eroded cells"),
    "row_transitions": N_("row transitions"),
    "column_transitions": N_("column transitions"),
    "wells": N_("wells"),
    "hole_depth": N_("hole depth"),
    "rows_with_holes": N_("rows with holes"),
    "lines": N_("lines"),
    "pattern_diversity": N_("pattern diversity"),
}
"""What students read. The ten column heights are one name, and are added up."""
NAMES = (*(feature.name for feature in FEATURES), "pattern_diversity")
"""The features in the order of `Insight.contributions`."""


def format_value(value: float, *, signed: bool = False) -> str:
    """A value, or a difference of two with its sign, with about three digits."""
    decimals = 0 if abs(value) >= 1_000 else 1 if abs(value) >= 100 else 2
    return format_number(value, f"{'+' if signed else ''},.{decimals}f")
