"""The panel beside the table of models: test result, training, learning curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pygame import Rect

from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.languages import N_, _, format_number, get_language
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
    "afterstate": (N_("the board after each move"), N_("each move's board")),
    "classic": (N_("13 numbers per move"), N_("13 numbers")),
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
        used = canvas.paragraph(_(player.description) if player else "", rect, canvas.theme.text_dim)
        rest = cut_top(rect, used + gap)[1]
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
        rect = cut_top(rect, draw_stats(canvas, rect, stats) + gap)[1]
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

    key = (
        "curve",
        metadata.name,
        metadata.saved_at,
        metadata.timesteps,
        rect.size,
        canvas.theme.name,
        get_language(),
    )
    canvas.surface.blit(canvas.cache.get(key, make), rect)


def _evaluation_stats(evaluation: Evaluation | None) -> list[Stat]:
    if evaluation is None:
        return [Stat(_("test"), _("not yet"))]
    low, high = evaluation.ci95_lines
    share = evaluation.share_of_fours
    limit = _("none") if evaluation.max_pieces is None else format_number(evaluation.max_pieces)
    capped = (
        _(", {games} at the limit").format(games=evaluation.capped_games) if evaluation.capped_games else ""
    )
    mark = CAPPED_MARK if evaluation.capped_games else ""
    return [
        Stat(_("lines per game"), f"{format_number(evaluation.mean_lines, ',.1f')}{mark}"),
        Stat(
            _("95% range"),
            _("{low} to {high}").format(low=format_number(low, ",.1f"), high=format_number(high, ",.1f")),
        ),
        Stat(_("test games"), f"{evaluation.games}{capped}"),
        Stat(_("tested on"), board_label(evaluation.pieces, evaluation.height)),
        Stat(_("piece limit"), limit),
        *([] if evaluation.is_ranked else [Stat(_("ranked"), _("no, another test"))]),
        Stat(_("look-ahead"), _("one piece") if evaluation.lookahead else _("off")),
        *([] if evaluation.rules == "package" else [Stat(_("rules"), evaluation.rules)]),
        *(
            []
            if share is None
            else [Stat(_("tetrises"), _("{share} of lines").format(share=format_number(share, ".0%")))]
        ),
    ]


def _training_stats(canvas: Canvas, width: int, metadata: Metadata) -> list[Stat]:
    env, training = metadata.env, metadata.training
    minutes = metadata.wall_seconds / 60
    stats = [
        Stat(_("trained on"), env_text(env)),
        Stat(_("reward"), _(_text(env, "reward"))),
        Stat(_("sees"), _features_text(canvas, width, _text(env, "features"))),
        Stat(_("time"), _("{minutes} min").format(minutes=format_number(minutes, ",.1f"))),
        Stat(_("games"), format_number(metadata.episodes)),
        Stat(_("seed"), "-" if metadata.seed is None else str(metadata.seed)),
        Stat(_("network"), " x ".join(str(units) for units in training.get("net_arch", ()))),
        Stat(_("learning rate"), _text(training, "learning_rate")),
        Stat(_("discount"), _text(training, "gamma")),
        Stat(_("batch size"), _text(training, "batch_size")),
    ]
    return [stat for stat in stats if stat.value]


def _features_text(canvas: Canvas, width: int, features: str) -> str:
    """What the network sees, in the longest form that fits."""
    forms = tuple(map(_, _FEATURES.get(features, (features,))))
    return next((text for text in forms if canvas.text_width(text) <= width), forms[-1])


def _text(table: Mapping[str, Any], name: str) -> str:
    return str(table.get(name, "-"))
