"""Pictures of keys, gamepad buttons, cabinet buttons and touches, each with a short text."""

from __future__ import annotations

import pygame
from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.key_names import DIRECTION_SIGNS, Shape
from tetris_arcade.ui.theme import Color, blend

_ROUND: tuple[Shape, ...] = ("face", "button")


def icon_width(canvas: Canvas, shape: Shape, text: str) -> int:
    """The width in pixels of an icon, which is `icon_height` high."""
    around = canvas.units(10 if shape in ("shoulder", "pill", "touch") else 6)
    width = canvas.text_width(text) + around
    if shape in _ROUND:
        return max(icon_height(canvas), width)
    return icon_height(canvas) if shape in ("pad", "stick") and text in DIRECTION_SIGNS else width


def icon_height(canvas: Canvas) -> int:
    return canvas.text_height() + canvas.units(4)


def draw_icon(canvas: Canvas, rect: Rect, shape: Shape, text: str) -> None:
    """Draw an icon in a rectangle of its size."""
    direction = DIRECTION_SIGNS.get(text)
    if shape == "pad" and direction is not None:
        _draw_cross(canvas, rect, direction)
    elif shape == "stick" and direction is not None:
        _draw_stick(canvas, rect, direction)
    else:
        _draw_plate(canvas, rect, shape, text)
        canvas.text_in(text, rect, canvas.theme.accent)


def _draw_plate(canvas: Canvas, rect: Rect, shape: Shape, text: str) -> None:
    """Draw what is behind a text."""
    theme, line = canvas.theme, max(1, canvas.units(1))
    edge = _face_color(canvas, text) if shape == "face" else theme.accent_dim
    if shape in ("key", "shoulder", "pad", "stick"):
        canvas.draw_rounded(rect.move(0, canvas.units(1)), blend(theme.focus, theme.background, 0.6))
        canvas.draw_rounded(rect, theme.focus)
        if shape == "shoulder":  # the upper edge of a pad
            canvas.fill(Rect(rect.x + line, rect.y, rect.width - 2 * line, line), theme.accent_dim)
        return
    radius = rect.height // 2
    pygame.draw.rect(canvas.surface, theme.focus, rect, border_radius=radius)
    pygame.draw.rect(canvas.surface, edge, rect, line, border_radius=radius)
    if shape == "button":  # of a cabinet: a ring around a plunger
        pygame.draw.rect(canvas.surface, theme.text_faint, rect, line, border_radius=radius)
        inner = rect.inflate(-4 * line, -4 * line)
        pygame.draw.rect(canvas.surface, theme.well, inner, border_radius=inner.height // 2)


def _face_color(canvas: Canvas, text: str) -> Color:
    """The colour that a button usually has; its letter says the same."""
    theme = canvas.theme
    return {"A": theme.success, "B": theme.error, "X": theme.greedy, "Y": theme.warning}.get(
        text, theme.accent_dim
    )


def _draw_cross(canvas: Canvas, rect: Rect, direction: tuple[int, int]) -> None:
    """Draw a gamepad's cross with one arm lit."""
    theme = canvas.theme
    arm = max(2, rect.height // 3)
    side = 3 * arm
    left, top = rect.centerx - side // 2, rect.centery - side // 2
    for col, row in ((0, 0), *DIRECTION_SIGNS.values()):
        is_lit = (col, row) == direction
        color = theme.accent if is_lit else theme.text_faint
        canvas.fill(Rect(left + (col + 1) * arm, top + (row + 1) * arm, arm, arm), color)


def _draw_stick(canvas: Canvas, rect: Rect, direction: tuple[int, int]) -> None:
    """Draw a cabinet's stick from above: its ball is where it is pushed to."""
    theme, line = canvas.theme, max(1, canvas.units(1))
    radius = rect.height // 2
    pygame.draw.circle(canvas.surface, theme.focus, rect.center, radius)
    pygame.draw.circle(canvas.surface, theme.text_faint, rect.center, radius, line)
    shift = radius - max(2, rect.height // 5)
    ball = (rect.centerx + direction[0] * shift, rect.centery + direction[1] * shift)
    pygame.draw.line(canvas.surface, theme.text_dim, rect.center, ball, 2 * line)
    pygame.draw.circle(canvas.surface, theme.accent, ball, max(2, rect.height // 4))
