"""What screens say about a model: its origin, how well it plays and on which board, how it learned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tetris_arcade.config.evaluation import Evaluation, EvaluationConditions
from tetris_arcade.config.reference_players import REFERENCE_PLAYERS, ReferencePlayer
from tetris_arcade.languages import N_, _, format_number
from tetris_arcade.storage.checkpoint_names import run_number
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.ui.widgets.graph import Curve, Graph

_ORIGINS = {
    "checkpoint": N_("training"),
    "reference": N_("hand-made"),
    "shipped": N_("built in"),
    "slot": N_("saved copy"),
}
PIECES_NAMES = {"bag": N_("bag"), "uniform": N_("random")}
_PIECES_PHRASES = {"bag": N_("bag pieces"), "uniform": N_("random pieces")}
CAPPED_MARK = "*"
"""Behind a result whose games were ended by the limit on the pieces, so that it is too low."""
_WHOLE_NUMBERS_FROM = 10


def origin_label(entry: ModelEntry) -> str:
    """Where a model comes from, in one or two words."""
    if entry.kind == "slot" and entry.metadata is not None and entry.metadata.origin == "imported":
        return _("imported")
    if run_number(entry.name) is not None and entry.kind == "checkpoint":
        return _("earlier run")
    return _(_ORIGINS[entry.kind])


def conditions_text(conditions: EvaluationConditions) -> str:
    """Conditions of a test in few words, such as "random, 10 rows, max 50,000"."""
    limit = (
        _("no limit")
        if conditions.max_pieces is None
        else _("max {pieces}").format(pieces=format_number(conditions.max_pieces))
    )
    lookahead = _(", look-ahead") if conditions.lookahead else ""
    return f"{board_label(conditions.pieces, conditions.height)}, {limit}{lookahead}"


def test_text(conditions: EvaluationConditions) -> str:
    """Conditions of a test as a phrase, such as "100 games, 10 rows, random pieces, at most 50,000 each"."""
    limit = (
        ""
        if conditions.max_pieces is None
        else _(", at most {pieces} each").format(pieces=format_number(conditions.max_pieces))
    )
    pieces = pieces_phrase(conditions.pieces)
    lookahead = _(", look-ahead") if conditions.lookahead else ""
    return _("{games} games, {height} rows, {pieces}{limit}{lookahead}").format(
        games=conditions.games, height=conditions.height, pieces=pieces, limit=limit, lookahead=lookahead
    )


def format_lines(value: float, mean: float) -> str:
    """A number of lines per game, or the width of its interval: with one decimal if the mean is below ten."""
    return format_number(value, ",.0f" if mean >= _WHOLE_NUMBERS_FROM else ",.1f")


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
    name = PIECES_NAMES.get(str(pieces), str(pieces))
    return _("{pieces}, {height} rows").format(pieces=_(name), height=height)


def board_text(pieces: object, height: object) -> str:
    """Pieces and board as a phrase, such as "bag pieces, 20 rows"."""
    return _("{pieces}, {height} rows").format(pieces=pieces_phrase(str(pieces)), height=height)


def pieces_phrase(pieces: str) -> str:
    """Which pieces come, as a phrase, such as "bag pieces"."""
    return _(_PIECES_PHRASES.get(pieces, pieces))


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
    return Graph(_("TEST: LINES PER GAME"), (Curve(label, points[:, 0], points[:, 1].astype(np.float32)),))
