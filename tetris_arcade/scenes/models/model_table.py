"""The columns of the table of models, and a model's row in it."""

from __future__ import annotations

from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.scenes.model_info import conditions_text, origin_label
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.ui.widgets.stat_line import short_number
from tetris_arcade.ui.widgets.table import Column, Row

COLUMNS = (
    Column("name", 3.2),
    Column("kind", 1.7, min_units=220),
    Column("tested on", 1.9, min_units=360),
    Column("lines per game", 2.8, is_number=True),
    Column("best", 1.5, is_number=True, min_units=330),
    Column("moves", 1.4, is_number=True, min_units=300),
    Column("saved", 1.9, min_units=400),
)
LINES_COLUMN = 3
_UNKNOWN = "-"
_WHOLE_NUMBERS_FROM = 10


def table_row(entry: ModelEntry, evaluation: Evaluation | None) -> Row:
    """A model's row."""
    metadata = entry.metadata
    kind = entry.error_summary if entry.error is not None else origin_label(entry)
    conditions = _UNKNOWN if evaluation is None else conditions_text(evaluation)
    lines = None if evaluation is None else evaluation.mean_lines
    best = None if metadata is None else metadata.best_lines
    timesteps = None if metadata is None else metadata.timesteps
    saved = "" if metadata is None else metadata.saved_at[:10]
    cells = (
        entry.display_name,
        kind,
        conditions,
        _UNKNOWN if evaluation is None else _format_mean(evaluation),
        _UNKNOWN if best is None else f"{best:,}",
        _UNKNOWN if timesteps is None else short_number(timesteps),
        saved,
    )
    keys = (entry.display_name.lower(), kind, conditions, lines, best, timesteps, saved or None)
    return Row(entry.name, cells, keys, is_dim=entry.error is not None)


def _format_mean(evaluation: Evaluation) -> str:
    """The mean and half its interval, with one decimal below ten lines."""
    low, high = evaluation.ci95_lines
    digits = 0 if evaluation.mean_lines >= _WHOLE_NUMBERS_FROM else 1
    return f"{evaluation.mean_lines:,.{digits}f} ±{(high - low) / 2:,.{digits}f}"
