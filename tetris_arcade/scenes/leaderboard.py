"""The page of the attract mode with the best players, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pygame import Rect

from tetris_arcade.config.evaluation import STANDARD_TEST
from tetris_arcade.languages import _, format_number, ngettext
from tetris_arcade.scenes.model_info import CAPPED_MARK, conditions_text, mean_text, test_text
from tetris_arcade.storage.slots import ModelEntry, rank_key
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import centered, cut_left, cut_top, is_portrait
from tetris_arcade.ui.text_fitting import fit_size
from tetris_arcade.ui.widgets.identicon import draw_identicon

_MAX_MODELS = 10
_WIDTH_UNITS = 580
_IDENTICON_UNITS = 64
_NAME_SIZE = 1.5
_STILL_SHARE = 0.2
"""Of the time, before the list scrolls and after it has."""
_WIDEST_NUMBERS = "00 00,000.0"
"""The rank and the result of a line."""


@dataclass(frozen=True)
class _Leader:
    """A line of the leaderboard; `lines` is None for a model that is not ranked."""

    rank: int
    name: str
    display_name: str
    lines: float | None
    result: str
    details: str


def rank_models(models: Sequence[ModelEntry]) -> list[ModelEntry]:
    """The models that can play, ranked by the standard test, then the others."""
    usable = [model for model in models if model.error is None and model.kind != "checkpoint"]
    return sorted(usable, key=rank_key)[:_MAX_MODELS]


def draw_leaderboard(canvas: Canvas, area: Rect, models: Sequence[ModelEntry], share: float = 0.0) -> None:
    """Draw ranked models; if they do not all fit, they scroll by while `share` goes from 0 to 1."""
    units = canvas.units
    table = centered(area, min(area.width, units(_WIDTH_UNITS)), area.height)
    normal = canvas.at_text_size(1.0)
    captions = _captions()
    text = next((text for text in captions if normal.text_width(text) <= table.width), captions[-1])
    used = canvas.paragraph(text, table, canvas.theme.text_dim, align="right")
    _, table = cut_top(table, used, units(2))
    min_height = canvas.line_height(_NAME_SIZE) + canvas.line_height() + units(4)
    count = min(max(1, table.height // min_height), len(models))
    # In portrait there is room for higher lines.
    max_height = (3 if is_portrait(area) else 2) * min_height
    row_height = min(max(min_height, table.height // max(1, count)), max_height)
    max_lines = max((_mean_lines(model) or 0.0 for model in models), default=0.0)
    free = table.width - canvas.text_width(_WIDEST_NUMBERS, _NAME_SIZE) - units(36)
    identicon = min(row_height - units(6), units(_IDENTICON_UNITS))
    if (
        max((canvas.text_width(model.display_name, _NAME_SIZE) for model in models), default=0) + identicon
        > free
    ):
        identicon = 0
    hidden = len(models) - count
    scrolled = hidden * min(max((share - _STILL_SHARE) / (1.0 - 2.0 * _STILL_SHARE), 0.0), 1.0)
    row = Rect(table.x, table.y, table.width, row_height)
    clip = canvas.surface.get_clip()
    canvas.surface.set_clip(Rect(table.x, table.y, table.width, count * row_height))
    for leader in _make_leaders(canvas, models, free - identicon):
        offset = leader.rank - (round(scrolled) if canvas.reduced_motion else scrolled)
        if -1.0 < offset < count:
            place = row.move(0, round(offset * row_height))
            _draw_leader(canvas, place.inflate(0, units(-2)), leader, max_lines, identicon)
    canvas.surface.set_clip(clip)


def _draw_leader(canvas: Canvas, row: Rect, leader: _Leader, max_lines: float, identicon: int) -> None:
    """Draw a model's line, over a bar in proportion to its result.

    identicon: the side of the identicon in pixels; 0 for none.
    """
    theme, units, lines = canvas.theme, canvas.units, leader.lines
    canvas.draw_rounded(row, theme.panel)
    if lines is not None and max_lines > 0:
        bar = Rect(row.x, row.y, max(units(3), round(row.width * lines / max_lines)), row.height)
        canvas.draw_rounded(bar, theme.focus)
        piece = theme.pieces[leader.rank % len(theme.pieces)]
        canvas.fill(Rect(bar.x, bar.y + units(1), units(3), bar.height - units(2)), piece)
    rank, row = cut_left(row.inflate(units(-20), 0), canvas.text_width("00 ", _NAME_SIZE))
    is_best = leader.rank == 0 and lines is not None
    color = theme.accent if is_best else theme.text
    place = "-" if leader.lines is None else f"{leader.rank + 1}"
    canvas.text_in(place, rank, theme.text_dim, _NAME_SIZE, "left")
    if identicon:
        picture, row = cut_left(row, identicon, units(8))
        draw_identicon(canvas, picture, leader.name, color if is_best else theme.panel_edge)
    result = canvas.text_in(leader.result, row, color, _NAME_SIZE, "right")
    row.width = max(0, result.x - row.x - units(8))
    details = canvas.wrap(leader.details, row.width)
    height = canvas.line_height(_NAME_SIZE) + len(details) * canvas.line_height()
    if leader.details and row.height >= height:
        row, below = cut_top(centered(row, row.width, height), canvas.line_height(_NAME_SIZE))
        canvas.paragraph(leader.details, below, theme.text_dim)
    size = fit_size(canvas, leader.display_name, row.width, _NAME_SIZE, 1.0)
    canvas.text_in(leader.display_name, row, color, size, "left")


def _captions() -> tuple[str, ...]:
    """The conditions of every ranked result, in forms that get shorter."""
    test, conditions = test_text(STANDARD_TEST), conditions_text(STANDARD_TEST)
    return (
        _("lines per game of the test: {test}; {mark} limit reached ").format(test=test, mark=CAPPED_MARK),
        _("lines per game: {test} ").format(test=test),
        _("lines per game: {test} ").format(test=conditions),
    )


def _make_leaders(canvas: Canvas, models: Sequence[ModelEntry], width: int) -> list[_Leader]:
    """The models' lines, with as many details as fit beside each of them."""
    for describe in (_conditions_and_practice, _conditions):
        details = [describe(model) for model in models]
        if all(canvas.text_width(text) <= width for text in details):
            break
    else:
        details = [_conditions(model) for model in models]
    return [
        _Leader(rank, model.name, model.display_name, _mean_lines(model), _result(model), text)
        for rank, (model, text) in enumerate(zip(models, details, strict=True))
    ]


def _conditions_and_practice(model: ModelEntry) -> str:
    practice = (
        ""
        if model.metadata is None
        else _("{moves} moves practised").format(moves=_long_number(model.metadata.timesteps))
    )
    return ", ".join(filter(None, (_conditions(model), practice)))


def _conditions(model: ModelEntry) -> str:
    """The conditions of a result that is not ranked; the ranked ones have those of the caption."""
    evaluation = model.evaluation
    if evaluation is None:
        return _("Not tested yet")
    return "" if evaluation.is_ranked else _("Another test: {result}").format(result=mean_text(evaluation))


def _result(model: ModelEntry) -> str:
    evaluation = model.evaluation
    if evaluation is None or not evaluation.is_ranked:
        return "--"
    mark = CAPPED_MARK if evaluation.capped_games else ""
    return f"{format_number(evaluation.mean_lines, ',.1f')}{mark}"


def _long_number(value: int) -> str:
    """A number as text: 74,496 or 12 million."""
    if value < 1_000_000:
        return format_number(value)
    millions = value / 1e6
    count = 1 if millions == 1.0 else 2
    return ngettext("{n} million", "{n} million", count).format(n=format_number(millions, ".3g"))


def _mean_lines(model: ModelEntry) -> float | None:
    evaluation = model.evaluation
    return evaluation.mean_lines if evaluation is not None and evaluation.is_ranked else None
