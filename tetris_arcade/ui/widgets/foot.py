"""The foot line: the keys that are most useful here, as many as fit; each can be clicked."""

from __future__ import annotations

from collections.abc import Sequence

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas


def foot_height(canvas: Canvas) -> int:
    return canvas.text_height() + 6 * canvas.k


def draw_foot(canvas: Canvas, rect: Rect, hints: Sequence[tuple[str, str]]) -> None:
    """Draw (keys, what they do) from the left, whole or not at all."""
    theme, k = canvas.theme, canvas.k
    canvas.fill(rect, theme.panel)
    canvas.fill(Rect(rect.x, rect.y, rect.width, max(1, k // 2)), theme.panel_edge)
    x, y = rect.x + 6 * k, rect.y + (rect.height - canvas.text_height()) // 2
    for keys, does in hints:
        cap = canvas.text_width(keys) + 4 * k
        width = cap + 4 * k + canvas.text_width(does)
        if x + width > rect.right - 4 * k:
            break
        canvas.fill(Rect(x, y - 2 * k, cap, canvas.text_height() + 4 * k), theme.focus)
        canvas.text(keys, (x + 2 * k, y), theme.accent)
        canvas.text(does, (x + cap + 4 * k, y), theme.text_dim)
        x += width + 8 * k
