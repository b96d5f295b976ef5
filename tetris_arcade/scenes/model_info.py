"""What screens say about a model: its origin, how well it plays and on which board, how it learned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.reference_players import REFERENCE_PLAYERS, ReferencePlayer
from tetris_arcade.storage.checkpoint_names import run_number
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.ui.widgets.graph import Curve, Graph

_ORIGINS = {"checkpoint": "training", "reference": "hand-made", "shipped": "built in", "slot": "saved copy"}
PIECES_NAMES = {"bag": "bag", "uniform": "random"}


def origin_label(entry: ModelEntry) -> str:
    """Where a model comes from, in one or two words."""
    if entry.kind == "slot" and entry.metadata is not None and entry.metadata.origin == "imported":
        return "imported"
    if run_number(entry.name) is not None and entry.kind == "checkpoint":
        return "earlier run"
    return _ORIGINS[entry.kind]


def conditions_text(evaluation: Evaluation) -> str:
    """The pieces and the board of an evaluation; only results with the same conditions compare."""
    return _short_board_text(evaluation.pieces, evaluation.height)


def env_text(env: Mapping[str, Any]) -> str:
    """The pieces and the board of a stored environment configuration, such as "bag, 20 rows"."""
    return _short_board_text(env.get("pieces", "bag"), env.get("height", 20))


def board_text(pieces: object, height: object) -> str:
    """Pieces and board as a phrase, such as "bag pieces, 20 rows"."""
    return f"{PIECES_NAMES.get(str(pieces), pieces)} pieces, {height} rows"


def _short_board_text(pieces: object, height: object) -> str:
    return f"{PIECES_NAMES.get(str(pieces), pieces)}, {height} rows"


def reference_player(entry: ModelEntry) -> ReferencePlayer | None:
    """The reference player behind an entry; None for a model."""
    return REFERENCE_PLAYERS.get(entry.name) if entry.kind == "reference" else None


def learning_curve(metadata: Metadata) -> Graph | None:
    """The graph of lines per test game over training time; None if the model was never tested."""
    if not metadata.learning_curve:
        return None
    points = np.array(metadata.learning_curve, np.float64).reshape(-1, 2)
    return Graph("LEARNING", (Curve("tests", points[:, 0], points[:, 1].astype(np.float32)),))
