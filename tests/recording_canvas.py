"""A canvas that records the texts that are drawn on it, and the texts that did not fit."""

from __future__ import annotations

from typing import Any

import pytest
from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.theme import Color


class RecordingCanvas(Canvas):
    """Records what one frame draws.

    `places`: each line of text, before it was shortened, with its rectangle. `written`: the lines as drawn.
    `cut`: lines that were shortened with "…". `left_out`: paragraphs of which some lines were not drawn.
    `focused`: rectangles in the colour of the chosen entry.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.places: list[tuple[str, Rect]] = []
        self.written: list[str] = []
        self.cut: list[str] = []
        self.left_out: list[str] = []
        self.focused: list[Rect] = []
        self._fitted = ""

    def at_text_size(self, text_size: float) -> RecordingCanvas:
        """What is drawn on the other canvas is recorded here."""
        other = RecordingCanvas(
            self.surface, self.theme, self.cache, text_size, self.reduced_motion, self.unit_px
        )
        other.rect = self.rect
        other.places, other.written, other.focused = self.places, self.written, self.focused
        other.cut, other.left_out = self.cut, self.left_out
        return other

    def text(self, text: str, *args: Any, **more: Any) -> Rect:
        self._fitted = text
        place = super().text(text, *args, **more)
        self.places.append((text, place))
        self.written.append(self._fitted)
        return place

    def paragraph(self, text: str, rect: Rect, *args: Any, **more: Any) -> int:
        used = super().paragraph(text, rect, *args, **more)
        if used < len(self.wrap(text, rect.width)) * self.line_height():
            self.left_out.append(text)
        return used

    def fit(self, text: str, *args: Any) -> str:
        fitted = super().fit(text, *args)
        if fitted != text:
            self.cut.append(text)
        self._fitted = fitted
        return fitted

    def fill(self, rect: Rect, color: Color) -> None:
        super().fill(rect, color)
        if color == self.theme.focus:
            self.focused.append(Rect(rect))

    def dim(self, rect: Rect, color: Color, alpha: int) -> None:
        super().dim(rect, color, alpha)
        if rect.contains(self.rect):  # An overlay: what was drawn before is no longer chosen.
            self.focused.clear()


def watch(monkeypatch: pytest.MonkeyPatch) -> list[RecordingCanvas]:
    """Make the program draw on recording canvases; returns the list they are added to, the newest last."""
    made: list[RecordingCanvas] = []

    def make(*args: Any) -> RecordingCanvas:
        made.append(RecordingCanvas(*args))
        return made[-1]

    monkeypatch.setattr("tetris_arcade.app.Canvas", make)
    return made
