"""The panel beside the table of models: test result, training, learning curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pygame import Rect

from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.scenes.model_info import (
    CAPPED_MARK,
    board_label,
    env_text,
    learning_curve,
    reference_player,
)
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cut_bottom, cut_top
from tetris_arcade.ui.widgets.graph import render_graph
from tetris_arcade.ui.widgets.identicon import draw_identicon
from tetris_arcade.ui.widgets.stat_line import Stat, draw_stats, stats_lines

_IDENTICON_UNITS = (40, 96)
"""The minimum and maximum height of the identicon."""


_MIN_GRAPH_LINES = 9
"""A learning curve has at least half of this height, in lines of text."""
_FEATURES = {
    "afterstate": ("the board after each move", "each move's board"),
    "classic": ("13 numbers per move", "13 numbers"),
}
"""What a network sees, in a long and a short form."""


def draw_details(
    canvas: Canvas, rect: Rect, entry: ModelEntry, evaluation: Evaluation | None, page: int = 0
) -> int:
    """Draw the panel's inside: test result with its conditions, training, learning curve.

    What does not fit is on further pages; `page` counts on from the last to the first. Returns their number.
    """
    if entry.error is not None:
        canvas.paragraph(entry.error, rect, canvas.theme.error)
        return 1
    metadata, gap = entry.metadata, canvas.units(4)
    if metadata is None:
        player = reference_player(entry)
        used = canvas.paragraph(player.description if player else "", rect, canvas.theme.text_dim)
        _, rest = cut_top(rect, used + gap)
        used = draw_stats(canvas, rest, _evaluation_stats(evaluation))
        _draw_identicon(canvas, cut_top(rest, used, 2 * gap)[1], entry.name)
        return 1
    tested, trained = _evaluation_stats(evaluation), _training_stats(canvas, rect.width, metadata)
    graph_height = min(rect.height // 3, canvas.units(90))
    if not metadata.learning_curve or 2 * graph_height <= _MIN_GRAPH_LINES * canvas.line_height():
        graph_height = 0
    graph, above = cut_bottom(rect, graph_height, gap if graph_height else 0)
    pages = _pages(canvas, rect.width, (above.height, rect.height), [tested, trained])
    number = page % len(pages)
    if number == 0 and graph_height:
        rect = above
        _draw_curve(canvas, graph, metadata)
    for stats in pages[number]:
        _, rect = cut_top(rect, draw_stats(canvas, rect, stats) + gap)
    _draw_identicon(canvas, cut_top(rect, 0, gap)[1], entry.name)
    return len(pages)


def _pages(
    canvas: Canvas, width: int, heights: tuple[int, int], groups: Sequence[list[Stat]]
) -> list[list[list[Stat]]]:
    """The groups of statistics on each page, so that all of them fit.

    heights: in pixels, of the first page, which has the graph, and of the others.
    """
    pages: list[list[list[Stat]]] = [[]]
    used = 0
    for group in groups:
        pages[-1].append([])
        for stat in group:
            height = stats_lines(canvas, width, [stat]) * canvas.line_height()
            if used + height > heights[len(pages) > 1] and pages[-1] != [[]]:
                pages.append([[]])
                used = 0
            pages[-1][-1].append(stat)
            used += height
        used += canvas.units(4)
    return pages


def _draw_identicon(canvas: Canvas, rect: Rect, name: str) -> None:
    """Draw the model's identicon if there is space left for it."""
    smallest, largest = map(canvas.units, _IDENTICON_UNITS)
    if rect.height >= smallest:
        draw_identicon(canvas, cut_bottom(rect, min(rect.height, largest))[0], name, canvas.theme.panel_edge)


def _draw_curve(canvas: Canvas, rect: Rect, metadata: Metadata) -> None:
    def make() -> Any:
        graph = learning_curve(metadata)
        assert graph is not None
        return render_graph(canvas, rect.size, graph)

    key = ("curve", metadata.name, metadata.saved_at, metadata.timesteps, rect.size, canvas.theme.name)
    canvas.surface.blit(canvas.cache.get(key, make), rect)


def _evaluation_stats(evaluation: Evaluation | None) -> list[Stat]:
    if evaluation is None:
        return [Stat("test", "not yet")]
    low, high = evaluation.ci95_lines
    share = evaluation.share_of_fours
    limit = "none" if evaluation.max_pieces is None else f"{evaluation.max_pieces:,}"
    capped = f", {evaluation.capped_games} at the limit" if evaluation.capped_games else ""
    mark = CAPPED_MARK if evaluation.capped_games else ""
    return [
        Stat("lines per game", f"{evaluation.mean_lines:,.1f}{mark}"),
        Stat("95% range", f"{low:,.1f} to {high:,.1f}"),
        Stat("test games", f"{evaluation.games}{capped}"),
        Stat("tested on", board_label(evaluation.pieces, evaluation.height)),
        Stat("piece limit", limit),
        *([] if evaluation.is_ranked else [Stat("ranked", "no, another test")]),
        Stat("look-ahead", "one piece" if evaluation.lookahead else "off"),
        *([] if evaluation.rules == "package" else [Stat("rules", evaluation.rules)]),
        *([] if share is None else [Stat("tetrises", f"{share:.0%} of lines")]),
    ]


def _training_stats(canvas: Canvas, width: int, metadata: Metadata) -> list[Stat]:
    env, training = metadata.env, metadata.training
    minutes = metadata.wall_seconds / 60
    stats = [
        Stat("trained on", env_text(env)),
        Stat("reward", _text(env, "reward")),
        Stat("sees", _features_text(canvas, width, _text(env, "features"))),
        Stat("time", f"{minutes:,.1f} min"),
        Stat("games", f"{metadata.episodes:,}"),
        Stat("seed", "-" if metadata.seed is None else str(metadata.seed)),
        Stat("network", " x ".join(str(units) for units in training.get("net_arch", ()))),
        Stat("learning rate", _text(training, "learning_rate")),
        Stat("discount", _text(training, "gamma")),
        Stat("batch size", _text(training, "batch_size")),
    ]
    return [stat for stat in stats if stat.value]


def _features_text(canvas: Canvas, width: int, features: str) -> str:
    """What the network sees, in the longest form that fits."""
    forms = _FEATURES.get(features, (features,))
    return next((text for text in forms if canvas.text_width(text) <= width), forms[-1])


def _text(table: Mapping[str, Any], name: str) -> str:
    return str(table.get(name, "-"))
