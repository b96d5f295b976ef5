"""The INSIGHT record: an `Insight` in shared memory. Only this module writes and reads its fields."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tetris_arcade.engine.insight import (
    MAX_CANDIDATES,
    MAX_LAYERS,
    MAX_UNITS,
    NUM_REASONS,
    Insight,
    Outcome,
)

INSIGHT = np.dtype(
    [
        ("count", "i4"),  # candidates, 0 = there is no insight
        ("chosen", "i4"),
        ("actions", "i4", (MAX_CANDIDATES,)),
        ("values", "f4", (MAX_CANDIDATES,)),
        ("features", "f4", (MAX_CANDIDATES, NUM_REASONS)),
        ("contributions", "f4", (MAX_CANDIDATES, NUM_REASONS)),
        ("layers", "i4", (MAX_LAYERS,)),  # the units of each hidden layer, 0 after the last
        ("units", "f4", (MAX_LAYERS, MAX_UNITS)),
        ("weights", "f4", (NUM_REASONS,)),  # the first one NaN = not a weighted sum
        ("expected", "f4"),  # of the move before, NaN = its outcome is not known
        ("reward", "f4"),
        ("to_come", "f4"),
    ],
    align=True,
)


def write_insight(record: Any, insight: Insight | None) -> None:
    """Fill in an INSIGHT record; what it does not use of its arrays keeps its values."""
    count = record["count"] = 0 if insight is None else len(insight.actions)
    record["expected"] = math.nan
    if insight is None:
        return
    record["chosen"] = insight.chosen
    for name in ("actions", "values", "features", "contributions") if count else ():
        record[name][:count] = getattr(insight, name)
    record["layers"] = 0
    for layer, units in enumerate(insight.units):
        record["layers"][layer] = units.size
        record["units"][layer, : units.size] = units
    record["weights"] = math.nan if insight.weights is None else insight.weights
    outcome = insight.outcome
    if outcome is not None:
        record["expected"] = outcome.expected
        record["reward"], record["to_come"] = outcome.reward, outcome.to_come


def read_insight(record: Any) -> Insight | None:
    """What an INSIGHT record holds; its arrays are views of the record."""
    count, expected = int(record["count"]), float(record["expected"])
    if not count and math.isnan(expected):
        return None
    outcome = None
    if not math.isnan(expected):
        outcome = Outcome(expected, float(record["reward"]), float(record["to_come"]))
    return Insight(
        actions=tuple(record["actions"][:count].tolist()),
        values=tuple(record["values"][:count].tolist()),
        chosen=int(record["chosen"]),
        features=record["features"][:count],
        contributions=record["contributions"][:count],
        units=tuple(
            record["units"][layer, :size] for layer, size in enumerate(record["layers"].tolist()) if size
        ),
        weights=None if math.isnan(record["weights"][0]) else record["weights"],
        outcome=outcome,
    )
