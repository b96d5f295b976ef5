"""The panels of a review: how often a model agrees, and what makes the difference of two placements."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.config.game_review import CostlyPlacement, GameReview
from tetris_arcade.languages import N_, _, format_number
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cut_top
from tetris_arcade.ui.widgets.stat_line import Stat, draw_big_stat, draw_stat, draw_stats

_GROUP_NAMES = {
    "holes": N_("holes"),
    "wells": N_("wells"),
    "bumpiness": N_("bumpiness"),
    "transitions": N_("gaps"),
    "height": N_("height"),
    "landing height": N_("landing"),
    "lines": N_("lines"),
}
"""The groups of features, by their names in `training.contributions`."""
_BAR_UNITS, _GAP_UNITS = 2, 2
_MAX_REASONS = 4
"""More of them are added up."""
_SUMMARY_LINES, _SUM_LINES = 5, 2
"""Of the numbers below the first one, and of the rest and the sum below the reasons."""


def summary_height(canvas: Canvas) -> int:
    """The height in pixels of the panel of `draw_summary`."""
    head = canvas.line_height() + canvas.text_height(2.0) + canvas.units(6)
    return head + (_SUMMARY_LINES + 1) * canvas.line_height() + canvas.units(9)


def draw_summary(canvas: Canvas, rect: Rect, review: GameReview, shown: int) -> None:
    """Draw how many placements are the same, and the numbers of the one that is shown."""
    theme, units = canvas.theme, canvas.units
    head, rest = cut_top(rect, canvas.line_height() + canvas.text_height(2.0), units(6))
    same = _("{same} of {total}").format(
        same=format_number(review.same), total=format_number(review.placements)
    )
    share = format_number(review.same / review.placements if review.placements else 0.0, ".0%")
    draw_big_stat(canvas, head, Stat(_("do the same: {share}").format(share=share), same, theme.accent))
    if not review.costliest:
        return
    costly = review.costliest[shown]
    place = _("{number} of {total}").format(number=shown + 1, total=len(review.costliest))
    values = (format_number(rated.value, ",.2f") for rated in (costly.placed, costly.best))
    stats = [
        Stat(_("costliest move"), place, short_label=_("costliest")),
        Stat(_("move"), format_number(costly.number)),
        Stat(_("values"), " / ".join(values)),
        Stat(_("cost"), format_number(costly.cost, ",.2f"), theme.warning),
    ]
    draw_stats(canvas, rest, stats)


def draw_reasons(canvas: Canvas, rect: Rect, costly: CostlyPlacement) -> None:
    """Draw what each group of features contributes, and the sum, which is the cost.

    Bars to the right speak for the model's placement, bars to the left for the other one. They are left out
    where the reasons need the space.
    """
    reasons = costly.reasons
    available = rect.height - _SUM_LINES * canvas.line_height()
    step = canvas.line_height() + canvas.units(_BAR_UNITS + _GAP_UNITS)
    count = min(len(reasons), _MAX_REASONS)
    has_bars = count * step <= available
    step = step if has_bars else canvas.line_height()
    room = max(1, min(count, available // step))
    shown, others = reasons[:room], sum(value for _name, value in reasons[room:])
    largest = max(abs(value) for _name, value in reasons) if reasons else 1.0
    for name, value in shown:
        line, rect = cut_top(rect, step)
        text, bar = cut_top(line, canvas.line_height())
        draw_stat(canvas, text, Stat(_(_GROUP_NAMES.get(name, name)), _signed(value)))
        if has_bars:
            _draw_bar(canvas, bar, value / largest)
    rest = [Stat(_("others"), _signed(others))] if others else []
    draw_stats(canvas, rect, [*rest, Stat(_("together"), _signed(costly.cost), canvas.theme.warning)])


def _draw_bar(canvas: Canvas, rect: Rect, share: float) -> None:
    """Draw a bar from the middle, to the right for a positive share of its greatest length."""
    length = max(1, round(rect.width / 2 * abs(share)))
    left = rect.centerx if share > 0 else rect.centerx - length
    color = canvas.theme.success if share > 0 else canvas.theme.error
    canvas.fill(Rect(left, rect.y, length, canvas.units(_BAR_UNITS)), color)


def _signed(value: float) -> str:
    return format_number(value, "+,.2f")
