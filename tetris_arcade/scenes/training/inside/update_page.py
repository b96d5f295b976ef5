"""One update worked through in numbers: from the replay buffer to the changed value."""

from __future__ import annotations

from typing import Any

import numpy as np
from pygame import Rect

from tetris_arcade.engine.displayed_board import DisplayedBoard
from tetris_arcade.languages import N_, _, format_number
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cut_bottom, cut_left, cut_top, is_portrait
from tetris_arcade.ui.widgets.board import board_size, draw_board
from tetris_arcade.ui.widgets.board_model import BoardModel

_GARBAGE = 8
_RUNNING, _TERMINATED = 0, 1
_TITLES = (
    N_("1  A move is drawn from the replay buffer"),
    N_("2  Its target: what came, and what should still come"),
    N_("3  The error: target - value"),
    N_("4  The gradient: which way to change"),
    N_("5  Adam changes every weight a little"),
    N_("6  The value afterwards"),
)
NUM_STEPS = len(_TITLES)


def update_texts(update: Any) -> list[str]:
    """What happens in each of the steps, with all numbers, from an UPDATE record."""
    return [
        _draw_text(update),
        _target_text(update),
        _("{target} - {value} = {error}").format(
            target=_n(update["target"]), value=_n(update["value"]), error=_n(update["td_error"], "+")
        ),
        _gradient_text(update),
        _weight_text(update),
        _after_text(update),
    ]


def _draw_text(update: Any) -> str:
    reward = _n(update["returns"])
    steps = int(update["steps"])
    came = (
        _("It brought a reward of {reward}.").format(reward=reward)
        if steps == 1
        else _("It and the {n} moves after it brought {reward}.").format(n=steps - 1, reward=reward)
    )
    stored = _("Number {row} of {size} that were drawn, stored {age} moves ago.").format(
        row=int(update["row"]) + 1,
        size=int(update["batch_size"]),
        age=format_number(int(update["age"])),
    )
    value = _("The board after it is worth {value}, says the network.").format(value=_n(update["value"]))
    return f"{stored} {came} {value}"


def _target_text(update: Any) -> str:
    if int(update["ending"]) == _TERMINATED:
        target = _n(update["target"])
        return _("The game was over: nothing comes after it. Target: {target}").format(target=target)
    best = _(
        "On the next board, {n} places are possible; the target network values the best one at {value}."
    ).format(n=int(update["num_placements"]), value=_n(update["next_value"]))
    formula = _("{reward} + {discount} x {value} = {target}").format(
        reward=_n(update["returns"]),
        discount=format_number(float(update["discount"]), ".4g"),
        value=_n(update["next_value"]),
        target=_n(update["target"]),
    )
    return f"{best}\n{formula}"


def _gradient_text(update: Any) -> str:
    norm, limit = float(update["gradient_norm"]), float(update["max_grad_norm"])
    clipped = (
        _("It is cut to {limit}.").format(limit=format_number(limit, ".3g"))
        if norm > limit
        else _("That is below {limit}, so it is not cut.").format(limit=format_number(limit, ".3g"))
    )
    length = _("All {size} errors give a loss of {loss}; its gradient has the length {norm}.").format(
        size=int(update["batch_size"]), loss=_n(update["loss"]), norm=_n(norm)
    )
    return f"{length} {clipped}"


def _weight_text(update: Any) -> str:
    which = _("For example weight {n} of the last layer, with the gradient {gradient}:").format(
        n=int(update["weight"]) + 1, gradient=_n(update["weight_gradient"], "+")
    )
    formula = _("{before} - {rate} x {first} / root of {second} = {after}").format(
        before=_n(update["weight_before"], "", 5),
        rate=format_number(float(update["learning_rate"]), ".3g"),
        first=format_number(float(update["first_moment"]), ".3g"),
        second=format_number(float(update["second_moment"]), ".3g"),
        after=_n(update["weight_after"], "", 5),
    )
    return f"{which}\n{formula}"


def _after_text(update: Any) -> str:
    change, error = float(update["value_after"]) - float(update["value"]), float(update["td_error"])
    return _("{before} has become {after}: {change}, {share} of the error.").format(
        before=_n(update["value"]),
        after=_n(update["value_after"]),
        change=_n(change, "+"),
        share=format_number(change / error if error else 0.0, ".1%"),
    )


def _n(value: Any, sign: str = "", digits: int = 3) -> str:
    return format_number(float(value), f"{sign},.{digits}f")


def draw_update(canvas: Canvas, rect: Rect, update: Any, step: int) -> list[Rect]:
    """Draw an update; `step` is the one that is explained now. Returns the rectangles of the steps."""
    gap = canvas.units(canvas.theme.gap)
    board = update_board(update)
    if is_portrait(rect):
        picture, text = cut_top(rect, rect.height * 34 // 100, gap)
    else:
        width = min(board_size(canvas, rect, board.height)[0] + gap, rect.width * 38 // 100)
        picture, text = cut_left(rect, width, gap)
    _draw_board(canvas, picture, board, shows_target=step == 1)
    return _draw_steps(canvas, text, update_texts(update), step)


def _draw_board(canvas: Canvas, rect: Rect, board: BoardModel, *, shows_target: bool) -> None:
    caption, picture = cut_bottom(rect, 2 * canvas.line_height())
    draw_board(canvas, picture, board, 0.0, show_values=shows_target)
    text = _("What the target network thinks of it") if shows_target else _("The board after the move")
    canvas.paragraph(text, caption, canvas.theme.text_dim, align="center")


def update_board(update: Any) -> BoardModel:
    """The board after the move, with the piece that comes next on its best place."""
    height = int(update["height"])
    up = np.arange(height - 1, -1, -1)[:, np.newaxis]
    cells = np.where(update["columns"] >> up & 1, _GARBAGE, 0).astype(np.uint8)
    values = np.full(DisplayedBoard(cells).values.shape, np.nan, np.float32)
    count = int(update["num_placements"])
    actions = update["actions"][:count]
    values[actions] = update["values"][:count]
    piece = int(update["piece"])
    if not count:
        return BoardModel(cells)
    action = int(actions[update["values"][:count].argmax()])
    rotation, row, col = BoardModel(cells, piece, values=values).drop(action)
    return BoardModel(cells, piece, action, rotation, row, col, values=values, move=1, greedy=True)


def _draw_steps(canvas: Canvas, rect: Rect, texts: list[str], step: int) -> list[Rect]:
    """Draw the steps as panels: the chosen one with its text, the others too as far as there is room."""
    theme, gap, line = canvas.theme, canvas.units(2), canvas.line_height()
    padding = canvas.units(5)
    width = rect.width - canvas.units(12)
    titles = [canvas.wrap(_(title), width) for title in _TITLES]
    bodies = [canvas.wrap(text, width) for text in texts]
    shown = _fitting_steps(
        [padding + len(title) * line for title in titles],
        [len(body) * line for body in bodies],
        rect.height - gap * (len(texts) - 1),
        step,
    )
    rects, y = [], rect.y
    for number, (title, body) in enumerate(zip(titles, bodies, strict=True)):
        is_now = number == step
        lines = [*title, *(body if number in shown else [])]
        place = Rect(rect.x, y, rect.width, padding + len(lines) * line)
        canvas.draw_rounded(place, theme.focus if is_now else theme.panel)
        for index, text in enumerate(lines):
            is_title = index < len(title)
            bright = theme.accent if is_title and is_now else theme.text
            color = bright if is_now or is_title else theme.text_dim
            at = (place.x + canvas.units(6), place.y + canvas.units(3) + index * line)
            canvas.text(text, at, color)
        rects.append(place)
        y = place.bottom + gap
    return rects


def _fitting_steps(titles: list[int], bodies: list[int], height: int, step: int) -> set[int]:
    """Which steps have room for their text: the chosen one, then those before it, then those after it."""
    free = height - sum(titles)
    shown: set[int] = set()
    for number in (step, *reversed(range(step)), *range(step + 1, len(titles))):
        if bodies[number] > free:
            break
        free -= bodies[number]
        shown.add(number)
    return shown | {step}
