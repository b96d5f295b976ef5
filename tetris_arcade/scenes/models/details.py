"""What is known of a model: its line in the table, and its panel with the learning curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pygame import Rect

from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cut_bottom, cut_top
from tetris_arcade.ui.widgets.graph import Curve, Graph, render_graph
from tetris_arcade.ui.widgets.identicon import draw_identicon
from tetris_arcade.ui.widgets.stat_line import Stat, draw_stats, short_number
from tetris_arcade.ui.widgets.table import Row

_FEW_LINES = 10
_EMBLEM_UNITS = (40, 96)
"""The least and the most that an emblem takes of what is left."""


@dataclass(frozen=True)
class _Reference:
    """A reference player: where it comes from, and how it plays."""

    about: str
    evaluation: Evaluation


def _measured(mean: float, median: float, ci95: tuple[float, float], fours: float) -> Evaluation:
    """As `evaluate NAME --games 200 --height 10 --pieces uniform --max-pieces 50000 --seed 77` finds it."""
    return Evaluation(
        200, mean, median, ci95, 0, 77, max_pieces=50_000, pieces="uniform", height=10, share_of_fours=fours
    )


_REFERENCES = {
    "dellacherie": _Reference(
        "Six weights, made by hand by Pierre Dellacherie in 2003.",
        _measured(1_099.1, 848.0, (963.1, 1_251.9), 0.001),
    ),
    "bcts": _Reference(
        "Eight weights, found by noisy cross-entropy search: Thiery and Scherrer 2009.",
        _measured(1_216.3, 893.0, (1_062.9, 1_380.8), 0.001),
    ),
    "random": _Reference(
        "Any placement after which the game goes on.", _measured(0.135, 0.0, (0.075, 0.2), 0.0)
    ),
}


def get_evaluation(entry: ModelEntry) -> Evaluation | None:
    """How well a model is known to play; None where nobody has measured it."""
    if entry.metadata is not None:
        return entry.metadata.evaluation
    reference = _REFERENCES.get(entry.name) if entry.kind == "reference" else None
    return None if reference is None else reference.evaluation


def table_row(entry: ModelEntry, evaluation: Evaluation | None) -> Row:
    """A model's line in the table."""
    metadata = entry.metadata
    lines = None if evaluation is None else evaluation.mean_lines
    best = metadata.best_lines if metadata is not None else None
    timesteps = metadata.timesteps if metadata is not None else None
    saved = metadata.saved_at[:10] if metadata is not None else ""
    kind = "damaged" if entry.error is not None else origin_label(entry)
    shown = "-" if evaluation is None else _mean(evaluation)
    return Row(
        entry.name,
        (
            entry.display_name,
            kind,
            _conditions(evaluation),
            shown,
            _count(best),
            "-" if timesteps is None else short_number(timesteps),
            saved,
        ),
        (entry.display_name.lower(), kind, _conditions(evaluation), lines, best, timesteps, saved or None),
        is_dim=entry.error is not None,
    )


def origin_label(entry: ModelEntry) -> str:
    """Where a model comes from, in a word."""
    if entry.kind == "slot" and entry.metadata is not None and entry.metadata.origin == "imported":
        return "import"
    return {"checkpoint": "run", "reference": "classic", "shipped": "shipped", "slot": "slot"}[entry.kind]


def _conditions(evaluation: Evaluation | None) -> str:
    """What was played: figures compare only where this is the same."""
    return "-" if evaluation is None else f"{evaluation.pieces} {evaluation.height}"


def _mean(evaluation: Evaluation) -> str:
    """The mean and half its interval; of few lines a tenth counts."""
    low, high = evaluation.ci95_lines
    digits = 0 if evaluation.mean_lines >= _FEW_LINES else 1
    return f"{evaluation.mean_lines:,.{digits}f} ±{(high - low) / 2:,.{digits}f}"


def _count(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"


def draw_facts(canvas: Canvas, rect: Rect, entry: ModelEntry, evaluation: Evaluation | None) -> None:
    """The panel's inside: evaluation with its conditions, training, learning curve."""
    if entry.error is not None:
        canvas.paragraph(entry.error, rect, canvas.theme.error)
        return
    metadata, gap = entry.metadata, canvas.units(4)
    if metadata is None:
        reference = _REFERENCES.get(entry.name)
        used = canvas.paragraph(reference.about if reference else "", rect, canvas.theme.text_dim)
        _, rest = cut_top(rect, used + gap)
        used = draw_stats(canvas, rest, _evaluation_stats(evaluation))
        _draw_emblem(canvas, cut_top(rest, used, 2 * gap)[1], entry.name)
        return
    tall = min(rect.height // 3, canvas.units(90))
    if metadata.learning_curve and 2 * tall > 9 * canvas.line_height():
        graph, rect = cut_bottom(rect, tall, gap)
        _draw_curve(canvas, graph, metadata)
    used = draw_stats(canvas, rect, _evaluation_stats(evaluation))
    _, rest = cut_top(rect, used + gap)
    used = draw_stats(canvas, rest, _training_stats(metadata))
    _draw_emblem(canvas, cut_top(rest, used, 2 * gap)[1], entry.name)


def _draw_emblem(canvas: Canvas, rect: Rect, name: str) -> None:
    """The model's emblem, where there is room left for one."""
    least, most = map(canvas.units, _EMBLEM_UNITS)
    if rect.height >= least:
        draw_identicon(canvas, cut_bottom(rect, min(rect.height, most))[0], name, canvas.theme.panel_edge)


def curve_from_metadata(metadata: Metadata) -> Graph | None:
    """How a model learnt: the lines that it cleared on held-out pieces; None where nothing was tested."""
    if not metadata.learning_curve:
        return None
    points = np.array(metadata.learning_curve, np.float64).reshape(-1, 2)
    return Graph("LEARNING", (Curve("held-out", points[:, 0], points[:, 1].astype(np.float32)),))


def _draw_curve(canvas: Canvas, rect: Rect, metadata: Metadata) -> None:
    def make() -> Any:
        graph = curve_from_metadata(metadata)
        assert graph is not None
        return render_graph(canvas, rect.size, graph)

    key = ("curve", metadata.name, metadata.saved_at, metadata.timesteps, rect.size, canvas.theme.name)
    canvas.surface.blit(canvas.cache.get(key, make), rect)


def _evaluation_stats(evaluation: Evaluation | None) -> list[Stat]:
    if evaluation is None:
        return [Stat("evaluated", "not yet")]
    low, high = evaluation.ci95_lines
    fours = evaluation.share_of_fours
    most = "no limit" if evaluation.max_pieces is None else f"{evaluation.max_pieces:,} pieces"
    capped = f", {evaluation.capped_games} cut off" if evaluation.capped_games else ""
    return [
        Stat("lines a game", f"{evaluation.mean_lines:,.1f}"),
        Stat("95 % interval", f"{low:,.1f} to {high:,.1f}"),
        Stat("games", f"{evaluation.games}{capped}"),
        Stat("played", f"{evaluation.pieces}, height {evaluation.height}"),
        Stat("at most", most),
        Stat("look-ahead", "one piece" if evaluation.lookahead else "off"),
        *([] if fours is None else [Stat("four at a time", f"{fours:.0%} of the lines")]),
    ]


def _training_stats(metadata: Metadata) -> list[Stat]:
    env, training = metadata.env, metadata.training
    minutes = metadata.wall_seconds / 60
    stats = [
        Stat("learnt on", f"{_text(env, 'pieces')}, height {_text(env, 'height')}"),
        Stat("reward", _text(env, "reward")),
        Stat("features", _text(env, "features")),
        Stat("time", f"{minutes:,.1f} min"),
        Stat("games", f"{metadata.episodes:,}"),
        Stat("seed", "-" if metadata.seed is None else str(metadata.seed)),
        Stat("network", " x ".join(str(units) for units in training.get("net_arch", ()))),
        Stat("learning rate", _text(training, "learning_rate")),
        Stat("discount", _text(training, "gamma")),
        Stat("batch", _text(training, "batch_size")),
    ]
    return [stat for stat in stats if stat.value]


def _text(table: Mapping[str, Any], name: str) -> str:
    return str(table.get(name, "-"))
