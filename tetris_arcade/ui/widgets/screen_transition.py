"""The transition between two screens: the old picture falls away in as many columns as a board has."""

from __future__ import annotations

from pygame import Rect, Surface

from tetris_arcade.engine.tetromino import NUM_COLS
from tetris_arcade.ui.canvas import Canvas

TRANSITION_SECONDS = 0.34
_STAGGER = 0.45
"""The delay of the last column after the first, as a share of the time."""


def draw_screen_transition(canvas: Canvas, old: Surface, age: float) -> None:
    """Draw what is still visible of the old picture; `age` is 0..1."""
    width, height = canvas.surface.get_size()
    for col in range(NUM_COLS):
        # Columns start from the middle outwards.
        delay = abs(2 * col + 1 - NUM_COLS) / NUM_COLS * _STAGGER
        share = min(max((age - delay) / (1.0 - _STAGGER), 0.0), 1.0)
        fallen = round(height * share * share)
        left, right = width * col // NUM_COLS, width * (col + 1) // NUM_COLS
        if fallen < height:
            canvas.surface.blit(old, (left, fallen), Rect(left, 0, right - left, height - fallen))


class ScreenTransition:
    """The transition of one window; its time starts with the first `update` after `start`."""

    def __init__(self) -> None:
        self._old: Surface | None = None
        self._started_at: float | None = None
        self._age = 0.0

    @property
    def is_running(self) -> bool:
        """Whether a part of the old picture is still visible."""
        return self._old is not None

    def start(self, picture: Surface) -> None:
        """Start a transition away from a picture of the window."""
        self._old, self._started_at, self._age = picture.copy(), None, 0.0

    def update(self, now: float) -> None:
        if self._old is None:
            return
        if self._started_at is None:
            self._started_at = now
        self._age = (now - self._started_at) / TRANSITION_SECONDS
        if self._age >= 1.0:
            self._old = None

    def draw(self, canvas: Canvas) -> None:
        """Draw what is still visible; nothing if the size of the window has changed."""
        if self._old is not None and self._old.get_size() == canvas.surface.get_size():
            draw_screen_transition(canvas, self._old, self._age)
