"""A face of a few pixels that shows a mood, and blinks; and a winner that hops and waves."""

from __future__ import annotations

import math
from typing import Literal, get_args

import pygame
from pygame import Rect, Surface

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import centered
from tetris_arcade.ui.theme import Color, blend

Mood = Literal["calm", "curious", "glad", "puzzled", "worried", "asleep"]
MOODS: tuple[Mood, ...] = get_args(Mood)
_BLINK_EVERY_SECONDS, _BLINK_SECONDS = 4.2, 0.14
_COLS, _ROWS = 11, 9
_WINNER_COLS, _WINNER_ROWS = 15, 15
_HOP_HZ, _HOP_ROWS = 1.2, 2
_HEAD_AT = (2, 4)
"""(col, row) of the winner's head, which has room to hop."""
_EYES = {
    "open": ("..O.....O..", "..O.....O.."),
    "shut": ("...........", ".OOO...OOO."),
    "glad": ("..O.....O..", ".O.O...O.O."),
    "wide": (".OO....OO..", ".OO....OO.."),
    "uneven": ("..O....OOO.", "..O.....O.."),
}
_MOUTHS = {
    "line": ("...........", "...OOOOO...", "..........."),
    "smile": ("..O.....O..", "...OOOOO...", "..........."),
    "laugh": ("..OOOOOOO..", "...OOOOO...", "....OOO...."),
    "round": ("....OOO....", "....O.O....", "....OOO...."),
    "wave": ("...O.O.....", "..O.O.O.O..", ".......O..."),
}
_FACES: dict[Mood, tuple[str, str]] = {
    "calm": ("open", "smile"),
    "curious": ("wide", "line"),
    "glad": ("glad", "laugh"),
    "puzzled": ("uneven", "wave"),
    "worried": ("wide", "round"),
    "asleep": ("shut", "line"),
}


def draw_face(canvas: Canvas, rect: Rect, mood: Mood, color: Color, now: float = 1.0) -> Rect:
    """Draw a face in the middle of a rectangle, as large as whole pixels allow; return its rectangle.

    now: a clock in seconds, by which it blinks unless motion is reduced.
    """
    pixel = min(rect.width // _COLS, rect.height // _ROWS)
    if pixel < 1:
        return Rect(rect.center, (0, 0))
    eyes, mouth = _FACES[mood]
    if not canvas.reduced_motion and now % _BLINK_EVERY_SECONDS < _BLINK_SECONDS:
        eyes = "shut"
    place = centered(rect, _COLS * pixel, _ROWS * pixel)
    key = ("face", eyes, mouth, color, pixel, canvas.theme.name)
    canvas.surface.blit(canvas.cache.get(key, lambda: _paint(canvas, eyes, mouth, color, pixel)), place)
    return place


def draw_winner(canvas: Canvas, rect: Rect, color: Color, now: float) -> Rect:
    """Draw a winner at the bottom of a rectangle, as large as whole pixels allow; return where it hops.

    now: a clock in seconds, by which it hops and waves unless motion is reduced.
    """
    pixel = min(rect.width // _WINNER_COLS, rect.height // _WINNER_ROWS)
    if pixel < 1:
        return Rect(rect.midbottom, (0, 0))
    place = Rect(0, 0, _WINNER_COLS * pixel, _WINNER_ROWS * pixel)
    place.midbottom = rect.midbottom
    hop = 0.0 if canvas.reduced_motion else abs(math.sin(math.pi * _HOP_HZ * now))
    is_waving = hop > 0.5
    key = ("winner", color, pixel, is_waving, canvas.theme.name)
    picture = canvas.cache.get(key, lambda: _paint_winner(canvas, color, pixel, is_waving=is_waving))
    canvas.surface.blit(picture, place.move(0, -round(hop * _HOP_ROWS * pixel)))
    return place


def _paint_winner(canvas: Canvas, color: Color, pixel: int, *, is_waving: bool) -> Surface:
    """A head with raised arms, and legs."""
    picture = Surface((_WINNER_COLS * pixel, _WINNER_ROWS * pixel), pygame.SRCALPHA)
    col, row = _HEAD_AT
    picture.blit(_paint(canvas, *_FACES["glad"], color, pixel), (col * pixel, row * pixel))
    top, last = row - (3 if is_waving else 0), _WINNER_COLS - 1
    for x, joint in ((0, 1), (last, last - 1)):
        picture.fill(color, Rect(x * pixel, top * pixel, pixel, (row + 5 - top) * pixel))
        picture.fill(color, Rect(joint * pixel, (row + 4) * pixel, pixel, pixel))
    for x in (col + 3, col + 6):
        picture.fill(color, Rect(x * pixel, (row + _ROWS) * pixel, 2 * pixel, 2 * pixel))
    return picture


def _paint(canvas: Canvas, eyes: str, mouth: str, color: Color, pixel: int) -> Surface:
    picture = Surface((_COLS * pixel, _ROWS * pixel), pygame.SRCALPHA)
    picture.fill(color, Rect(pixel, 0, (_COLS - 2) * pixel, _ROWS * pixel))
    picture.fill(color, Rect(0, pixel, _COLS * pixel, (_ROWS - 2) * pixel))
    picture.fill(blend(color, (255, 255, 255), 0.4), Rect(pixel, 0, (_COLS - 2) * pixel, max(1, pixel // 2)))
    for row, line in enumerate((*_EYES[eyes], "." * _COLS, *_MOUTHS[mouth]), 2):
        for col, letter in enumerate(line):
            if letter == "O":
                picture.fill(canvas.theme.well, Rect(col * pixel, row * pixel, pixel, pixel))
    return picture
