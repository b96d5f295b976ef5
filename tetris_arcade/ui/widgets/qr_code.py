"""A QR code of a web address, with the address below it."""

from __future__ import annotations

import pygame
from pygame import Rect, Surface

from tetris_arcade.languages import N_, _
from tetris_arcade.ui.canvas import Canvas

_DARK, _LIGHT = (0, 0, 0), (255, 255, 255)
"""Of every palette: not every camera reads other colours."""
_EDGE_MODULES = 4
"""The light edge that the standard asks for, in modules."""
_NUM_MODULES = 41
"""Of an address of about 60 characters, with the edge."""
_MIN_MODULE_PIXELS = 3
_TEXT_LETTERS = 14
_HEADING = N_("Watch in a browser")


def qr_panel_width(canvas: Canvas) -> int:
    """A width in pixels at which a phone reads the code of an address, and the address takes few lines."""
    code = _NUM_MODULES * max(_MIN_MODULE_PIXELS, canvas.units(2))
    return max(code, canvas.text_width("0" * _TEXT_LETTERS)) + canvas.units(10)


def qr_panel_height(canvas: Canvas, address: str, width: int) -> int:
    """The height in pixels with which a panel of that width has no empty space."""
    inside = width - canvas.units(10)
    lines = len(canvas.wrap(_(_HEADING), inside)) + len(_break(canvas, address, inside))
    code = _code(canvas, address).get_width()
    return lines * canvas.line_height() + inside // code * code + canvas.units(15)


def draw_qr_panel(canvas: Canvas, rect: Rect, address: str) -> None:
    """Draw a panel with the code, as large as it fits, and the address as text below it."""
    inside = canvas.panel(rect)
    gap, line = canvas.units(3), canvas.line_height()
    heading, text = canvas.wrap(_(_HEADING), inside.width), _break(canvas, address, inside.width)
    code = _code(canvas, address)
    room = inside.height - len(text) * line - 2 * gap
    if room - len(heading) * line < _MIN_MODULE_PIXELS * code.get_height():
        heading = []
    room -= len(heading) * line
    module = max(1, min(inside.width, room) // code.get_width())
    side = module * code.get_width()
    y = inside.y + max(0, room - side) // 2
    for words in heading:
        canvas.text(words, (inside.centerx, y), canvas.theme.accent, align="center")
        y += line
    picture = canvas.cache.get(("qr", address, module), lambda: pygame.transform.scale(code, (side, side)))
    canvas.draw_images([(picture, (inside.centerx - side // 2, y + gap))])
    y += side + 2 * gap
    for words in text:
        canvas.text(words, (inside.centerx, y), canvas.theme.text, align="center")
        y += line


def _break(canvas: Canvas, address: str, width: int) -> list[str]:
    """The address in lines, broken anywhere."""
    lines = [""]
    for letter in address:
        if canvas.text_width(lines[-1] + letter) > width:
            lines.append("")
        lines[-1] += letter
    return lines


def _code(canvas: Canvas, address: str) -> Surface:
    return canvas.cache.get(("qr", address), lambda: _render(address))


def _render(address: str) -> Surface:
    """The code with a pixel a module, and its light edge."""
    import segno  # of the extra `web`, without which there is no address

    code = segno.make_qr(address, error="m")
    side = code.symbol_size(border=_EDGE_MODULES)[0]
    surface = Surface((side, side))
    surface.fill(_LIGHT)
    for row, modules in enumerate(code.matrix_iter(border=_EDGE_MODULES)):
        for col, is_dark in enumerate(modules):
            if is_dark:
                surface.set_at((col, row), _DARK)
    return surface
