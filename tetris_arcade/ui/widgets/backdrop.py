"""The background of all screens: dark, with a quiet pattern of cells."""

from __future__ import annotations

from pygame import Rect, Surface

from tetris_arcade.ui.canvas import Canvas


def draw_backdrop(canvas: Canvas) -> None:
    """Fill the whole canvas."""
    theme, k = canvas.theme, canvas.k

    def make() -> Surface:
        image = Surface(canvas.rect.size)
        image.fill(theme.background)
        step = 20 * k
        for y in range(0, canvas.rect.height, step):
            for x in range((y // step % 2) * step, canvas.rect.width, 2 * step):
                image.fill(theme.backdrop, Rect(x + k, y + k, step - 2 * k, step - 2 * k))
        return image

    canvas.surface.blit(canvas.cache.get(("backdrop", canvas.rect.size, theme.name, k), make), (0, 0))
