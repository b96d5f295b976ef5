"""What screens say about a model: its origin, how well it plays and on which board, how it learned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tetris_arcade.config.evaluation import Evaluation, EvaluationConditions
from tetris_arcade.config.reference_players import REFERENCE_PLAYERS, ReferencePlayer
from tetris_arcade.storage.checkpoint_names import run_number
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.ui.widgets.graph import Curve, Graph

_ORIGINS = {"checkpoint": "training", "reference": "hand-made", "shipped": "built in", "slot": "saved copy"}
PIECES_NAMES = {"bag": "bag", "uniform": "random"}
CAPPED_MARK = "*"
"""Behind a result whose games were ended by the limit on the pieces, so that it is too low."""
_WHOLE_NUMBERS_FROM = 10


def origin_label(entry: ModelEntry) -> str:
    """Where a model comes from, in one or two words."""
    if entry.kind == "slot" and entry.metadata is not None and entry.metadata.origin == "imported":
        return "imported"
    if run_number(entry.name) is not None and entry.kind == "checkpoint":
        return "earlier run"
    return _ORIGINS[entry.kind]


def conditions_text(conditions: EvaluationConditions) -> str:
    """Conditions of a test in few words, such as "random, 10 rows, max 50,000"."""
    limit = "no limit" if conditions.max_pieces is None else f"max {conditions.max_pieces:,}"
    lookahead = ", look-ahead" if conditions.lookahead else ""
    return f"{board_label(conditions.pieces, conditions.height)}, {limit}{lookahead}"


def test_text(conditions: EvaluationConditions) -> str:
    """Conditions of a test as a phrase, such as "100 games, 10 rows, random pieces, at most 50,000 each"."""
    limit = "" if conditions.max_pieces is None else f", at most {conditions.max_pieces:,} each"
    pieces = PIECES_NAMES.get(conditions.pieces, conditions.pieces)
    lookahead = ", look-ahead" if conditions.lookahead else ""
    return f"{conditions.games} games, {conditions.height} rows, {pieces} pieces{limit}{lookahead}"


def format_lines(value: float, mean: float) -> str:
    """A number of lines per game, or the width of its interval: with one decimal if the mean is below ten."""
    return f"{value:,.{0 if mean >= _WHOLE_NUMBERS_FROM else 1}f}"


def mean_text(evaluation: Evaluation) -> str:
    """Lines per game: with a mark if the limit ended games, and with the conditions if it is not ranked."""
    mean = format_lines(evaluation.mean_lines, evaluation.mean_lines)
    mark = CAPPED_MARK if evaluation.capped_games else ""
    conditions = "" if evaluation.is_ranked else f" ({conditions_text(evaluation.conditions)})"
    return f"{mean}{mark}{conditions}"


def env_text(env: Mapping[str, Any]) -> str:
    """The pieces and the board of a stored environment configuration, such as "bag, 20 rows"."""
    return board_label(env.get("pieces", "bag"), env.get("height", 20))


def board_label(pieces: object, height: object) -> str:
    """Pieces and board in few words, such as "bag, 20 rows"."""
    return f"{PIECES_NAMES.get(str(pieces), pieces)}, {height} rows"


def board_text(pieces: object, height: object) -> str:
    """Pieces and board as a phrase, such as "bag pieces, 20 rows"."""
    return f"{PIECES_NAMES.get(str(pieces), pieces)} pieces, {height} rows"


def reference_player(entry: ModelEntry) -> ReferencePlayer | None:
    """The reference player behind an entry; None for a model."""
    return REFERENCE_PLAYERS.get(entry.name) if entry.kind == "reference" else None


def learning_curve(metadata: Metadata) -> Graph | None:
    """The graph of the tests over training time, with their conditions; None if it was never tested."""
    if not metadata.learning_curve:
        return None
    points = np.array(metadata.learning_curve, np.float64).reshape(-1, 2)
    conditions = metadata.curve_conditions
    label = "" if conditions is None else f"{board_label(conditions.pieces, conditions.height)}"
    return Graph("TEST: LINES PER GAME", (Curve(label, points[:, 0], points[:, 1].astype(np.float32)),))
