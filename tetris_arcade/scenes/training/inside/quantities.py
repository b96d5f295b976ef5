"""The page of quantities: replay buffer, target network, errors, returns, rewards, exploration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pygame import Rect

from tetris_arcade.config.learner_record import REWARD_TERMS
from tetris_arcade.languages import N_, _, format_number, pgettext
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cols, cut_bottom, cut_top, is_portrait, rows
from tetris_arcade.ui.widgets.plots import draw_bar, draw_histogram, draw_marks, draw_scatter
from tetris_arcade.ui.widgets.stat_line import Stat, draw_stats, number, short_number

_TERM_NAMES = dict(
    zip(
        REWARD_TERMS,
        (
            N_("piece"),
            N_("lines"),
            N_("holes"),
            N_("height"),
            N_("bumpiness"),
            N_("game over"),
            N_("other"),
        ),
        strict=True,
    )
)


def draw_quantities(canvas: Canvas, rect: Rect, learner: Any) -> None:
    """Draw a LEARNER record as six panels."""
    panels = (_draw_buffer, _draw_errors, _draw_returns, _draw_target, _draw_gradient, _draw_reward)
    gap, across = canvas.units(canvas.theme.gap), 2 if is_portrait(rect) else 3
    lines = rows(rect, [1.0] * (len(panels) // across), gap)
    places = [place for line in lines for place in cols(line, [1.0] * across, gap)]
    for draw, place in zip(panels, places, strict=True):
        draw(canvas, place, learner)


def _draw_buffer(canvas: Canvas, rect: Rect, learner: Any) -> None:
    inside = canvas.panel(rect, _("replay buffer"))
    size, capacity = int(learner["buffer_size"]), int(learner["buffer_capacity"])
    stats = [
        Stat(_("STORED MOVES"), short_number(size), short_label=_("STORED")),
        Stat(_("ROOM FOR"), short_number(capacity)),
        Stat(_("OLDEST, MOVES AGO"), short_number(int(learner["oldest_age"])), short_label=_("OLDEST")),
    ]
    used = draw_stats(canvas, inside, stats)
    _line, rest = cut_top(inside, used + canvas.units(2))
    bar, rest = cut_top(rest, canvas.units(6), canvas.units(4))
    draw_bar(canvas, bar, size / max(capacity, 1), canvas.theme.graph[0])
    count = int(learner["num_drawn"])
    if not count:
        return
    drawn = _("Drawn for the last update, from new to old:")
    used = canvas.paragraph(drawn, rest, canvas.theme.text_dim)
    _line, rest = cut_top(rest, used)
    ages, rest = cut_top(rest, canvas.units(6), canvas.units(4))
    draw_bar(canvas, ages, 0.0, canvas.theme.graph[1])
    marks = learner["drawn_ages"][:count] / max(int(learner["oldest_age"]), 1)
    draw_marks(canvas, ages, marks, canvas.theme.graph[1])
    shares = [
        Stat(_("WITH A REWARD"), _percent(learner["drawn_rewarded"])),
        Stat(_("GAME OVER"), _percent(learner["drawn_ended"])),
    ]
    draw_stats(canvas, rest, shares)


def _draw_target(canvas: Canvas, rect: Rect, learner: Any) -> None:
    inside = canvas.panel(rect, _("target network"))
    stats = [
        Stat(_("MEAN AGE, MOVES"), short_number(float(learner["target_age"])), short_label=_("MEAN AGE")),
        Stat(_("DISTANCE"), _percent(learner["target_distance"], 2)),
        Stat(_("DISCOUNT"), number(float(learner["gamma"]), 3)),
    ]
    text = _("A slow copy of the network values the next board, so that the targets do not chase themselves.")
    _draw_stats_and_text(canvas, inside, stats, text)


def _draw_errors(canvas: Canvas, rect: Rect, learner: Any) -> None:
    inside = canvas.panel(rect, _("TD errors"))
    mean = Stat(_("MEAN SIZE"), number(float(learner["mean_abs_td_error"]), 3))
    _draw_plot(
        canvas,
        inside,
        [mean],
        _("target - value, of the last updates"),
        lambda plot: draw_histogram(
            canvas, plot, learner["td_errors"][: int(learner["num_errors"])], canvas.theme.graph[2]
        ),
    )


def _draw_returns(canvas: Canvas, rect: Rect, learner: Any) -> None:
    inside = canvas.panel(rect, _("predicted, and what came"))
    count = int(learner["num_pairs"])
    predicted, returned = learner["predicted"][:count], learner["returned"][:count]
    bias = float((predicted - returned).mean()) if count else float("nan")
    text = format_number(bias, "+.2f") if count else number(bias)
    _draw_plot(
        canvas,
        inside,
        [Stat(_("TOO HIGH BY"), text)],
        _("across: predicted; up: the real return"),
        lambda plot: draw_scatter(canvas, plot, predicted, returned, canvas.theme.graph[0]),
    )


def _draw_plot(
    canvas: Canvas, inside: Rect, stats: list[Stat], caption: str, draw: Callable[[Rect], None]
) -> None:
    """Draw statistics, a plot below them, and its caption if that leaves the plot enough room."""
    used = draw_stats(canvas, inside, stats)
    _top, rest = cut_top(inside, used + canvas.units(2))
    height = len(canvas.wrap(caption, rest.width)) * canvas.line_height()
    if rest.height - height > canvas.line_height() * 4:
        below, rest = cut_bottom(rest, height, canvas.units(3))
        canvas.paragraph(caption, below, canvas.theme.text_dim)
    draw(rest)


def _draw_gradient(canvas: Canvas, rect: Rect, learner: Any) -> None:
    inside = canvas.panel(rect, _("steps and exploration"))
    share = float(learner["exploration_share"])
    stats = [
        Stat(_("LEARNING RATE"), f"{float(learner['learning_rate']):.2g}"),
        Stat(_("GRADIENT LENGTH"), number(float(learner["gradient_norm"]), 2), short_label=_("GRADIENT")),
        Stat(_("CLIPPED AT"), number(float(learner["max_grad_norm"]), 1)),
        Stat(
            _("EXPLORATION RATE"),
            _percent(learner["exploration_rate"], 1),
            canvas.theme.exploring,
            _("EXPLORATION"),
        ),
        Stat(_("EXPLORED MOVES"), _percent(share, 1), canvas.theme.exploring, _("EXPLORED")),
    ]
    text = _("An explored move is drawn at random. The others follow the highest value.")
    _draw_stats_and_text(canvas, inside, stats, text)


def _draw_stats_and_text(canvas: Canvas, inside: Rect, stats: list[Stat], text: str) -> None:
    used = draw_stats(canvas, inside, stats)
    _top, rest = cut_top(inside, used + canvas.units(4))
    if len(canvas.wrap(text, rest.width)) * canvas.line_height() <= rest.height:
        canvas.paragraph(text, rest, canvas.theme.text_dim)


def _draw_reward(canvas: Canvas, rect: Rect, learner: Any) -> None:
    """Draw the reward's terms as a table: the last move, the game so far, the last game."""
    inside = canvas.panel(rect, _("the reward"))
    columns = [learner[name] for name in ("move_reward", "game_reward", "last_game_reward")]
    titles = (pgettext("of a reward", "MOVE"), _("GAME"), _("LAST"))
    texts = [*titles, *(_signed(float(value)) for column in columns for value in (*column, column.sum()))]
    width = max(map(canvas.text_width, texts)) + canvas.units(4)
    _draw_row(canvas, inside, "", titles, width)
    y = inside.y + canvas.line_height()
    for index, name in enumerate(REWARD_TERMS):
        values = [float(column[index]) for column in columns]
        if any(values):
            line = Rect(inside.x, y, inside.width, canvas.line_height())
            if line.bottom + canvas.line_height() > inside.bottom:
                break
            _draw_row(canvas, line, _(_TERM_NAMES[name]), [_signed(value) for value in values], width)
            y = line.bottom
    line = Rect(inside.x, y, inside.width, canvas.line_height())
    totals = [_signed(float(column.sum())) for column in columns]
    _draw_row(canvas, line, _("together"), totals, width, is_total=True)


def _draw_row(
    canvas: Canvas, rect: Rect, label: str, values: Any, width: int, *, is_total: bool = False
) -> None:
    theme = canvas.theme
    label_width = rect.width - len(values) * width
    canvas.text(canvas.fit(label, label_width), rect.topleft, theme.text if is_total else theme.text_dim)
    for number_, value in enumerate(values):
        x = rect.right - (len(values) - 1 - number_) * width
        canvas.text(value, (x, rect.y), theme.accent if is_total else theme.text, align="right")


def _signed(value: float) -> str:
    if abs(value) < 0.005:
        return "0"
    return format_number(value, "+,.0f" if abs(value) >= 100 or value == int(value) else "+.2f")


def _percent(share: Any, digits: int = 0) -> str:
    share = float(share)
    return number(share) if share != share else format_number(share, f".{digits}%")
