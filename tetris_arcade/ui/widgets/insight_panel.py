"""The agent's view beside the board: the best placements, why one is better than another, the network, and
what came of the last move."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pygame
from pygame import Rect

from tetris_arcade.config.features import FEATURES
from tetris_arcade.config.settings import Wording
from tetris_arcade.engine.insight import Insight, Outcome
from tetris_arcade.languages import _, format_number
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import centered, cols, cut_bottom, cut_left, cut_top
from tetris_arcade.ui.text_fitting import fit_size
from tetris_arcade.ui.theme import Color, blend
from tetris_arcade.ui.widgets.board_model import LETTERS, BoardModel
from tetris_arcade.ui.widgets.indicator import draw_play_indicator
from tetris_arcade.ui.widgets.insight_texts import FEATURE_NAMES, NAMES, REASONS, format_value

_MIN_NETWORK_LINES, _MAX_NETWORK_LINES = 4, 11
_MAX_REASONS = 7
_OUTCOME_LINES = 5
_MIN_BARS, _MIN_REASON_LINES = 2, 4
_FEATURE_COLUMNS = 3
_NUM_SHADES = 16
_NUM_PICTURES = 64
"""Of layers: two per layer and move that is shown, and some for a look back."""
_LIGHTING_SHARE = 0.3
"""The share of a move's time in which the layers light up, one after the other."""


@dataclass(frozen=True)
class InsightView:
    """What is shown: a board, the progress of its move, the candidate to compare with, and the wording."""

    board: BoardModel
    progress: float
    other: int
    wording: Wording


def draw_insight(canvas: Canvas, rect: Rect, view: InsightView) -> list[tuple[int, Rect]]:
    """Draw the agent's view; returns the rectangles of the candidates' bars, by their index.

    What does not fit is left out: first the network, then the reasons.
    """
    inside = canvas.panel(rect, _("Agent's view"))
    columns = (
        cols(inside, [1.0, 1.0], canvas.units(10)) if inside.width > inside.height * 5 // 4 else [inside]
    )
    left, right = columns[0], columns[-1]
    is_wide = len(columns) > 1
    line, count = canvas.line_height(), len(view.board.candidates)
    # The reasons come before the lesser candidates.
    num_bars = min(count, max(_MIN_BARS, left.height // line - 1 - _MIN_REASON_LINES))
    bars_height = (num_bars + 1) * line
    bars, left = cut_top(left, bars_height, canvas.units(4))
    found = _draw_candidates(canvas, bars, view)
    insight = view.board.insight
    if insight is None:
        text = _("No reasons: it looks ahead, plays without values, or moves too fast to follow.")
        canvas.paragraph(text, left, canvas.theme.text_dim)
        return found
    if not is_wide:
        right = left
    outcome_height = _OUTCOME_LINES * canvas.line_height() if insight.outcome is not None else 0
    if is_wide:
        _draw_reasons(canvas, left, view, insight)
        outcome, rest = cut_top(right, outcome_height, canvas.units(4))
    else:
        count = len(reasons(insight, view.other, view.wording)) + 1
        why, rest = cut_top(left, min(count * canvas.line_height(), left.height), canvas.units(4))
        _draw_reasons(canvas, why, view, insight)
        outcome, rest = cut_top(rest, min(outcome_height, rest.height), canvas.units(4))
    if insight.outcome is not None and outcome.height >= _OUTCOME_LINES * canvas.line_height():
        _draw_outcome(canvas, outcome, insight.outcome, view.wording)
    if rest.height >= _MIN_NETWORK_LINES * canvas.line_height() and insight.actions:
        if insight.weights is not None:
            _draw_weighted_sum(canvas, rest, insight)
        else:
            _draw_network(canvas, rest, insight, view.progress)
    return found


# --- The best placements ---


def _draw_candidates(canvas: Canvas, rect: Rect, view: InsightView) -> list[tuple[int, Rect]]:
    board, theme, line = view.board, canvas.theme, canvas.line_height()
    head, rest = cut_top(rect, line)
    if not board.is_empty:
        draw_play_indicator(canvas, head, greedy=board.greedy, throw=board.move % 6 + 1)
    values = [board.values[action] for action in board.candidates]
    if not values:
        return []
    low, high = min(values), max(values)
    found = []
    for index, (action, value) in enumerate(zip(board.candidates, values, strict=True)):
        if rest.height < line:
            break
        row, rest = cut_top(rest, line)
        found.append((index, row))
        color = theme.accent if action == board.action else theme.text
        if index == view.other and action != board.action:
            canvas.fill(row, theme.focus)
        canvas.text_in(LETTERS[index], row, color, align="left")
        number = format_value(float(value))
        canvas.text_in(number, row, color, align="right")
        start = row.x + canvas.text_width("A  ")
        width = row.right - start - canvas.text_width("-00,000.00 ")
        share = 1.0 if high <= low else 0.12 + 0.88 * (value - low) / (high - low)
        height = canvas.text_height() - canvas.units(2)
        bar = Rect(start, row.centery - height // 2, round(max(0, width) * share), height)
        canvas.fill(bar, blend(theme.heat_low, theme.heat_high, 0.25 + 0.75 * share))
        if action == board.action:
            canvas.draw_border(bar.inflate(canvas.units(2), canvas.units(2)), theme.accent, canvas.hairline)
    return found


# --- Why ---


def reasons(insight: Insight, other: int, wording: Wording) -> list[tuple[str, float]]:
    """What contributes to the gap, by name, the largest first; for visitors in groups, and without zeros.

    The numbers sum to the gap.
    """
    if not 0 <= other < len(insight.actions):
        return []
    sums: dict[str, float] = {}
    for name, value in zip(NAMES, insight.contributions[other].tolist(), strict=True):
        label = _label(name, wording)
        sums[label] = sums.get(label, 0.0) + value
    found = sorted(sums.items(), key=lambda pair: -abs(pair[1]))
    known = [(label, value) for label, value in found if value]
    if len(known) <= _MAX_REASONS:
        return known
    rest = sum(value for _label_, value in known[_MAX_REASONS - 1 :])
    return [*known[: _MAX_REASONS - 1], (_("all else"), rest)]


def _label(name: str, wording: Wording) -> str:
    if wording == "student":
        return _(FEATURE_NAMES[name])
    return _(next(label for label, names in REASONS if name in names))


def _draw_reasons(canvas: Canvas, rect: Rect, view: InsightView, insight: Insight) -> None:
    """Draw the gap to the other placement, and what it is made of."""
    theme, line = canvas.theme, canvas.line_height()
    if not 0 <= view.other < len(insight.actions) or view.other == insight.chosen:
        return
    head, rest = cut_top(rect, line)
    title = _("WHY {this}, NOT {other}").format(this=LETTERS[insight.chosen], other=LETTERS[view.other])
    gap = format_value(insight.gap(view.other), signed=True)
    canvas.text_in(gap, head, theme.text, align="right")
    available = head.width - canvas.text_width(gap + " ")
    size = fit_size(canvas, title, available, 1.0, 1.0 / canvas.text_scale)
    canvas.text_in(canvas.fit(title, available, size), head, theme.accent, size, "left")
    found = reasons(insight, view.other, view.wording)
    most = max((abs(value) for _name, value in found), default=1.0)
    label_width = max((canvas.text_width(name) for name, _value in found), default=0) + canvas.units(3)
    for name, value in found[: rest.height // line]:
        row, rest = cut_top(rest, line)
        _draw_reason(canvas, row, name, value, most, max(label_width, row.width * 46 // 100))


def _draw_reason(canvas: Canvas, row: Rect, name: str, value: float, most: float, label_width: int) -> None:
    """Draw a name, a bar to the right for a reason in favour or to the left against, and its number."""
    theme = canvas.theme
    number = format_value(value, signed=True)
    number_width = canvas.text_width("+00.00 ")
    canvas.text_in(number, row, theme.text, align="right")
    label, bars = cut_left(row, min(label_width, row.width - canvas.text_width(number + " ")))
    canvas.text_in(canvas.fit(name, label.width), label, theme.text_dim, align="left")
    half = max(0, bars.width - number_width) // 2
    length = round(half * abs(value) / most)
    height = canvas.text_height() - canvas.units(2)
    y = row.centery - height // 2
    x = bars.x + half if value > 0 else bars.x + half - length
    canvas.fill(Rect(x, y, length, height), theme.success if value > 0 else theme.error)
    canvas.fill(Rect(bars.x + half, row.y, canvas.hairline, row.height), theme.text_faint)


# --- What came of the last move ---


def _draw_outcome(canvas: Canvas, rect: Rect, outcome: Outcome, wording: Wording) -> None:
    """Draw what the last move was expected to be worth, what it was worth, and the correction."""
    theme, line = canvas.theme, canvas.line_height()
    head, rest = cut_top(rect, line)
    is_student = wording == "student"
    canvas.text_in(_("LAST MOVE"), head, theme.accent, align="left")
    texts = (
        (_("value") if is_student else _("guessed"), format_value(outcome.expected), theme.text),
        (_("reward") if is_student else _("got at once"), format_value(outcome.reward), theme.text),
        (
            _("discounted next value") if is_student else _("to come"),
            format_value(outcome.to_come),
            theme.text,
        ),
        (
            _("TD error") if is_student else _("correction"),
            format_value(outcome.correction, signed=True),
            theme.success if outcome.correction >= 0.0 else theme.error,
        ),
    )
    for label, number, color in texts:
        row, rest = cut_top(rest, line)
        width = max(0, row.width - canvas.text_width(number + " "))
        canvas.text_in(canvas.fit(label, width), row, theme.text_dim, align="left")
        canvas.text_in(number, row, color, align="right")


# --- The network ---


def _draw_network(canvas: Canvas, rect: Rect, insight: Insight, progress: float) -> None:
    """Draw the features, the units of each layer and the value, as bright as they are large."""
    theme = canvas.theme
    rect, _rest = cut_top(rect, min(rect.height, _MAX_NETWORK_LINES * canvas.line_height()))
    area = cut_bottom(rect, canvas.line_height())[1]
    scales = np.array([feature.scale for feature in FEATURES])
    features = np.abs(insight.features[insight.chosen, : len(FEATURES)]) / scales
    layers = [np.minimum(features, 1.0), *(_relative(units) for units in insight.units)]
    places = cols(area, [0.55, *[1.0] * len(insight.units), 0.9], canvas.units(14))
    columns = [_FEATURE_COLUMNS, *(math.isqrt(max(1, units.size) - 1) + 1 for units in insight.units)]
    squares = [
        _layer_square(place, width, -(-layer.size // width))
        for place, width, layer in zip(places, columns, layers, strict=False)
    ]
    bottom = max(square.bottom for square in squares)
    value = places[-1]
    target = Rect(value.x, value.centery - canvas.text_height(), value.width, 2 * canvas.text_height())
    _draw_links(canvas, [*squares, target])
    reach = 1.0 if canvas.reduced_motion else progress / _LIGHTING_SHARE * (len(layers) + 1)
    for index, (square, width, levels) in enumerate(zip(squares, columns, layers, strict=True)):
        is_lit = canvas.reduced_motion or reach > index
        _draw_layer(canvas, square, width, levels if is_lit else levels * 0.0)
    _draw_captions(canvas, places, bottom + canvas.units(3), [layer.size for layer in layers])
    number = format_value(insight.values[insight.chosen])
    size = fit_size(canvas, number, value.width, 1.5, 1.0, 1.0 / canvas.text_scale, 0.5)
    canvas.text_in(number, value, theme.heat_high, size)


def _draw_captions(canvas: Canvas, places: Sequence[Rect], y: int, sizes: Sequence[int]) -> None:
    """Draw below each layer how many features or units it has."""
    for size, place in zip(sizes, places, strict=False):
        text = format_number(size)
        canvas.text(text, (place.centerx, y), canvas.theme.text_faint, align="center")


def _relative(units: np.ndarray) -> np.ndarray:
    """The outputs of a layer as shares of the largest one."""
    most = float(units.max(initial=0.0))
    return units / most if most > 0.0 else units


def _layer_square(place: Rect, columns: int, rows: int) -> Rect:
    """Where the units of a layer are drawn: whole pixels per unit."""
    cell = max(1, min(place.width // columns, place.height // rows))
    return centered(place, columns * cell, rows * cell)


def _draw_layer(canvas: Canvas, square: Rect, columns: int, levels: np.ndarray) -> None:
    theme = canvas.theme
    shades = np.round(levels * (_NUM_SHADES - 1)).astype(np.uint8).tobytes()
    colors = tuple(
        blend(theme.heat_low, theme.heat_high, shade / (_NUM_SHADES - 1)) for shade in range(_NUM_SHADES)
    )
    picture = _layer_picture(shades, columns, square.size, colors, theme.well)
    canvas.surface.blit(picture, square.inflate(2, 2))


@lru_cache(_NUM_PICTURES)
def _layer_picture(
    shades: bytes, columns: int, size: tuple[int, int], colors: tuple[Color, ...], back: Color
) -> pygame.Surface:
    """The units of a layer row by row, each in the color of its shade; a pixel wider than `size` all around.

    Kept, because it stays the same during a move.
    """
    picture = pygame.Surface((size[0] + 2, size[1] + 2))
    picture.fill(back)
    cell = size[0] // columns
    gap = 1 if cell > 2 else 0
    for index, shade in enumerate(shades):
        row, col = divmod(index, columns)
        picture.fill(colors[shade], (1 + col * cell, 1 + row * cell, cell - gap, cell - gap))
    return picture


def _draw_links(canvas: Canvas, places: Sequence[Rect]) -> None:
    """Draw a few thin lines from each layer to the next: every unit is connected with all of the next."""
    color = blend(canvas.theme.panel, canvas.theme.panel_edge, 0.8)
    for one, next_one in itertools.pairwise(places):
        for start in range(4):
            for end in range(4):
                points = (
                    (one.right, one.y + one.height * (2 * start + 1) // 8),
                    (next_one.x, next_one.y + next_one.height * (2 * end + 1) // 8),
                )
                pygame.draw.line(canvas.surface, color, *points, canvas.hairline)


def _draw_weighted_sum(canvas: Canvas, rect: Rect, insight: Insight) -> None:
    """Draw the sum of a classic player: each feature of the chosen placement times its weight."""
    theme, line = canvas.theme, canvas.line_height()
    assert insight.weights is not None
    head, rest = cut_top(rect, line)
    title = _("THE SUM OF {this}").format(this=LETTERS[insight.chosen])
    canvas.text_in(title, head, theme.accent, align="left")
    canvas.text_in(format_value(insight.values[insight.chosen]), head, theme.text, align="right")
    features = insight.features[insight.chosen].tolist()
    for name, weight, feature in zip(NAMES, insight.weights.tolist(), features, strict=True):
        if not weight or rest.height < line:
            continue
        row, rest = cut_top(rest, line)
        number = f"{feature:g} x {format_value(weight)} = {format_value(feature * weight)}"
        width = max(0, row.width - canvas.text_width(number + " "))
        canvas.text_in(canvas.fit(_(FEATURE_NAMES[name]), width), row, theme.text_dim, align="left")
        canvas.text_in(number, row, theme.text, align="right")
