"""The page's style sheet of palettes, made of the window's: `tetris_arcade.ui.theme` names the colours."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import tetris_arcade.web
from tetris_arcade.ui.theme import COLOUR_SAFE, THEMES, Color, Theme

PATH = Path(tetris_arcade.web.__file__).parent / "static" / "palettes.css"
_HEAD = "/* The window's palettes: `pytest tests/web/page/test_static.py --update-references` */\n"


def palettes_css() -> str:
    """One rule a palette, with its colours as custom properties; pieces are numbered as cells: 1 I to 7 L.

    The first rule is that of the default palette; the others have the colours that differ from it.
    """
    return _HEAD + "".join(_rule(theme) for theme in THEMES.values())


def _rule(theme: Theme) -> str:
    is_default = theme is COLOUR_SAFE
    selector = ":root" if is_default else f'[data-palette="{theme.name}"]'
    default = {} if is_default else dict(_colors(COLOUR_SAFE))
    changed = [(name, color) for name, color in _colors(theme) if default.get(name) != color]
    lines = [f"  --{name}: {_hexadecimal(color)};\n" for name, color in changed]
    return f"{selector} {{\n{''.join(lines)}}}\n"


def _colors(theme: Theme) -> list[tuple[str, Color]]:
    values = {field.name.replace("_", "-"): getattr(theme, field.name) for field in fields(theme)}
    single = [(name, value) for name, value in values.items() if isinstance(value, tuple) and len(value) == 3]
    pieces = [(f"piece-{number}", color) for number, color in enumerate(theme.pieces, 1)]
    graph = [(f"graph-{number}", color) for number, color in enumerate(theme.graph, 1)]
    return single + pieces + graph


def _hexadecimal(color: Color) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)
