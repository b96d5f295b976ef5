"""A menu in the middle of the screen, with a note below it."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.scenes.menu_scene import MenuEntry
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import centered, cut_bottom
from tetris_arcade.ui.widgets.menu import Menu

_PANEL_UNITS, _ENTRY_UNITS = 360, 80


def draw_menu_with_note(canvas: Canvas, menu: Menu[MenuEntry], text: str) -> tuple[Rect, Rect]:
    """Draw both; returns the rectangles of the menu and of the note."""
    units = canvas.units
    widest = max(canvas.text_width(entry.label + entry.value) for entry in menu.entries)
    width = min(canvas.rect.width - units(16), max(units(_PANEL_UNITS), widest + units(_ENTRY_UNITS)))
    note_height = len(canvas.wrap(text, width - units(24))) * canvas.line_height()
    height = min(canvas.rect.height - units(8), menu.height(canvas) + note_height + units(28))
    inside = canvas.panel(centered(canvas.rect, width, height)).inflate(units(-4), units(-8))
    note, area = cut_bottom(inside, note_height, units(4))
    menu.draw(canvas, area)
    canvas.paragraph(text, note.inflate(units(-12), 0), canvas.theme.text_dim)
    return area, note
