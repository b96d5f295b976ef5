"""A canvas that knows what it was to write, and which words it had no room for."""

from __future__ import annotations

from typing import Any

import pytest
from pygame import Rect

from tetris_arcade.ui.canvas import Canvas


class RecordingCanvas(Canvas):
    """`written`: lines, as they were drawn, `places`: and where. `left_out`: paragraphs of which not all
    lines were drawn. `cut`: lines that end in "…"."""

    written: list[str]
    places: list[tuple[str, Rect]]
    left_out: list[str]
    cut: list[str]

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.written, self.places, self.left_out, self.cut = [], [], [], []
        self._fitted = ""

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


def watch(monkeypatch: pytest.MonkeyPatch) -> list[RecordingCanvas]:
    """Have the program draw on watched canvases; returns where they come to be, the newest last."""
    made: list[RecordingCanvas] = []

    def make(*args: Any) -> RecordingCanvas:
        made.append(RecordingCanvas(*args))
        return made[-1]

    monkeypatch.setattr("tetris_arcade.app.Canvas", make)
    return made
