"""The page of the attract mode that explains in three steps how a model plays and learns."""

from __future__ import annotations

from functools import cache

import numpy as np
from pygame import Rect

from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_ROTATIONS, placement_col
from tetris_arcade.languages import N_, _
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import centered, cols, cut_bottom, cut_left, inset, is_portrait, rows
from tetris_arcade.ui.widgets.board import BoardModel, draw_board

_STEPS = (
    (N_("1  LOOK"), N_("It tries every place the piece could go: up to 34.")),
    (N_("2  RATE"), N_("A small network scores each place. Bright means good.")),
    (
        N_("3  LEARN"),
        N_("It plays the best one, sees what happens and corrects its scores, thousands of times."),
    ),
)
_PICTURE_PERCENTS = (56, 46, 38)
"""The widths of a picture to try beside its text."""
_LETTERS = ".IOTSZJL"
_STACK = (
    "..........",
    "..........",
    "..........",
    "..........",
    "J........L",
    "JJ.ZSS.LLL",
    "OO.SSTZZIL",
    "OO.TTTSZZI",
)
_WELL_COL = 2


def draw_steps(canvas: Canvas, area: Rect, now: float) -> None:
    """Draw the three steps side by side, in portrait one below the other."""
    split = rows if is_portrait(area) else cols
    for step, rect in enumerate(split(area, [1.0] * len(_STEPS), canvas.units(6))):
        _draw_step(canvas, rect, step, now)


def _draw_step(canvas: Canvas, rect: Rect, step: int, now: float) -> None:
    title, text = map(_, _STEPS[step])
    inside = inset(canvas.panel(rect, title), canvas.units(3))
    text_rect, picture = _split_step(canvas, inside, text)
    canvas.paragraph(text, text_rect, canvas.theme.text)
    if step == 0:
        progress = 0.30
    elif step == 1:
        progress = 0.05
    else:
        progress = 0.5 if canvas.reduced_motion else now % 3.0 / 3.0
    draw_board(canvas, picture, _example_board(), progress, show_values=step == 1)


def _split_step(canvas: Canvas, inside: Rect, text: str) -> tuple[Rect, Rect]:
    """(text, picture) of a step: side by side if it is wide, with the largest picture that leaves room."""
    for percent in _PICTURE_PERCENTS if inside.width > inside.height * 3 // 2 else ():
        picture, beside = cut_left(inside, inside.width * percent // 100, canvas.units(6))
        height = len(canvas.wrap(text, beside.width)) * canvas.line_height()
        if height <= beside.height:
            return centered(beside, beside.width, height), picture
    lines = len(canvas.wrap(text, inside.width)) + 1
    return cut_bottom(inside, lines * canvas.line_height(), canvas.units(4))


@cache
def _example_board() -> BoardModel:
    """A board with one good place for an I piece, and values that prefer it."""
    cells = np.array([[_LETTERS.index(letter) for letter in row] for row in _STACK], np.uint8)
    action_cols = {action: placement_col(0, action) for action in range(NUM_ACTIONS)}
    upright = next(
        action for action, col in action_cols.items() if action % NUM_ROTATIONS == 1 and col == _WELL_COL
    )
    values = np.full(NUM_ACTIONS, np.nan, np.float32)
    for action, col in action_cols.items():
        if action % NUM_ROTATIONS < 2:
            values[action] = -abs(col - _WELL_COL) - 3.0 * (action % NUM_ROTATIONS)
    values[upright] = 9.0
    return BoardModel(
        cells, piece=0, action=upright, rotation=1, row=4, col=_WELL_COL, cleared=(6, 7), values=values
    )
