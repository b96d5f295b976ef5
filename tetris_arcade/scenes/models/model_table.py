"""The columns of the table of models, and a model's row in it."""

from __future__ import annotations

from tetris_arcade.config.evaluation import STANDARD_TEST, Evaluation
from tetris_arcade.languages import N_, _, format_number
from tetris_arcade.scenes.model_info import (
    CAPPED_MARK,
    conditions_text,
    format_lines,
    mean_text,
    origin_label,
    test_text,
)
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.ui.widgets.stat_line import short_number
from tetris_arcade.ui.widgets.table import Column, Row

COLUMNS = (
    Column(N_("name"), 3.2),
    Column(N_("lines per game"), 2.8, is_number=True),
    Column(N_("kind"), 1.7),
    Column(N_("episodes"), 1.5, is_number=True),
    Column(N_("moves"), 1.4, is_number=True),
    Column(N_("best"), 1.5, is_number=True),
    Column(N_("saved"), 1.9),
)
LINES_COLUMN = 1
_UNKNOWN = "-"
_OTHER_TEST = N_("other test")


def table_captions() -> tuple[str, ...]:
    """The conditions of every ranked result, in forms that get shorter."""
    test, conditions = test_text(STANDARD_TEST), conditions_text(STANDARD_TEST)
    return (
        _("Test: {test}. {mark} limit reached").format(test=test, mark=CAPPED_MARK),
        _("Test: {test}").format(test=test),
        _("Test: {test}").format(test=conditions),
    )


def table_row(entry: ModelEntry, evaluation: Evaluation | None) -> Row:
    """A model's row."""
    metadata = entry.metadata
    kind = entry.error_summary if entry.error is not None else origin_label(entry)
    lines = evaluation.mean_lines if evaluation is not None and evaluation.is_ranked else None
    episodes = None if metadata is None else metadata.episodes
    best = None if metadata is None else metadata.best_lines
    timesteps = None if metadata is None else metadata.timesteps
    saved = "" if metadata is None else metadata.saved_at[:10]
    cells = (
        entry.display_name,
        _UNKNOWN if evaluation is None else _format_mean(evaluation),
        kind,
        _UNKNOWN if episodes is None else short_number(episodes),
        _UNKNOWN if timesteps is None else short_number(timesteps),
        _UNKNOWN if best is None else format_number(best),
        saved,
    )
    keys = (entry.display_name.lower(), lines, kind, episodes, timesteps, best, saved or None)
    return Row(entry.name, cells, keys, is_dim=entry.error is not None)


def _format_mean(evaluation: Evaluation) -> str:
    """The mean and half its interval; a result under other conditions is in the details, with them."""
    if not evaluation.is_ranked:
        return _(_OTHER_TEST)
    low, high = evaluation.ci95_lines
    return f"{mean_text(evaluation)} ±{format_lines((high - low) / 2, evaluation.mean_lines)}"
