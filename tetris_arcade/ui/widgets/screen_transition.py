"""From one screen to the next: the old picture falls away column by column, as wide as a board's."""

from __future__ import annotations

from pygame import Rect, Surface

from tetris_arcade.engine.tetromino import NUM_COLS
from tetris_arcade.ui.canvas import Canvas

CURTAIN_SECONDS = 0.34
_STAGGER = 0.45
"""The share of the time by which the last column starts after the first."""


def draw_screen_transition(canvas: Canvas, old: Surface, age: float) -> None:
    """Draw what is still seen of the old picture; age 0..1."""
    width, height = canvas.surface.get_size()
    for col in range(NUM_COLS):
        # Columns start from the middle outwards.
        late = abs(2 * col + 1 - NUM_COLS) / NUM_COLS * _STAGGER
        share = min(max((age - late) / (1.0 - _STAGGER), 0.0), 1.0)
        fallen = round(height * share * share)
        left, right = width * col // NUM_COLS, width * (col + 1) // NUM_COLS
        if fallen < height:
            canvas.surface.blit(old, (left, fallen), Rect(left, 0, right - left, height - fallen))


class ScreenTransition:
    """A curtain that is started with what the screen shows; its time begins with the next frame."""

    def __init__(self) -> None:
        self._old: Surface | None = None
        self._since: float | None = None
        self._age = 0.0

    @property
    def is_running(self) -> bool:
        """Whether a part of the old picture is still visible."""
        return self._old is not None

    def start(self, picture: Surface) -> None:
        self._old, self._since, self._age = picture.copy(), None, 0.0

    def update(self, now: float) -> None:
        if self._old is None:
            return
        if self._since is None:
            self._since = now
        self._age = (now - self._since) / CURTAIN_SECONDS
        if self._age >= 1.0:
            self._old = None

    def draw(self, canvas: Canvas) -> None:
        """Draw what is still seen; nothing once the window has another size."""
        if self._old is not None and self._old.get_size() == canvas.surface.get_size():
            draw_screen_transition(canvas, self._old, self._age)
