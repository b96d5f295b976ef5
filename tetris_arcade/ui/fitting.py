"""Words that may be wider than their room, as strangers give names to files and models."""

from __future__ import annotations

import re

from tetris_arcade.ui.canvas import Canvas

_PARTS = re.compile(r"[^-_.]*[-_.]*")


def fitting_size(canvas: Canvas, text: str, width: int, *sizes: float) -> float:
    """The first of the sizes in which a line is no wider than `width` pixels, else the last."""
    return next((size for size in sizes if canvas.text_width(text, size) <= width), sizes[-1])


def part_long_words(canvas: Canvas, text: str, width: int, size: float = 1.0) -> str:
    """The text with a space in each word that is wider than `width` pixels, wherever it has to go on in the
    next line: behind a sign that parts its syllables, else anywhere."""

    def is_narrow(part: str) -> bool:
        return canvas.text_width(part, size) <= width

    def part_word(word: str) -> str:
        lines = [""]
        for part in _PARTS.findall(word):
            if is_narrow(lines[-1] + part):
                lines[-1] += part
                continue
            lines.append("")
            for sign in part:
                if not is_narrow(lines[-1] + sign):
                    lines.append("")
                lines[-1] += sign
        return " ".join(line for line in lines if line)

    return re.sub(r"[^ \n]+", lambda found: part_word(found[0]), text)
