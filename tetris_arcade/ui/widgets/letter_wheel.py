"""A letter wheel for entering a name without a keyboard, as in arcade high-score lists."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-_"
_CELL_UNITS = 20


class LetterWheel:
    """A row of characters that turns; the one in the middle is chosen, and each can be tapped.

    Two further characters delete the last letter and end the entry.
    """

    DELETE = "←"
    DONE = "✓"

    def __init__(self, letters: str = LETTERS) -> None:
        self._chars: tuple[str, ...] = (*letters, self.DELETE, self.DONE)
        self._index = 0
        self._places: list[tuple[Rect, int]] = []

    @property
    def char(self) -> str:
        """The character in the middle."""
        return self._chars[self._index]

    @property
    def num_chars(self) -> int:
        return len(self._chars)

    def turn_to(self, index: int) -> None:
        self._index = index

    def turn(self, by: int) -> None:
        self._index = (self._index + by) % len(self._chars)

    def click(self, position: tuple[int, int]) -> str:
        """Turn to the character at a position and return it, "" if there is none."""
        for place, index in self._places:
            if place.collidepoint(position):
                self._index = index
                return self.char
        return ""

    def height(self, canvas: Canvas) -> int:
        return canvas.text_height(2.0) + canvas.units(16)

    def draw(self, canvas: Canvas, rect: Rect) -> None:
        """Draw as many characters as fit, the chosen one large in the middle."""
        theme = canvas.theme
        width = max(canvas.units(_CELL_UNITS), canvas.text_width("m", 2.0) + canvas.units(6))
        reach = max(1, (rect.width // width - 1) // 2)
        band = Rect(rect.x, rect.y, rect.width, self.height(canvas))
        self._places = []
        frame = Rect(0, 0, width + canvas.units(2), band.height)
        frame.center = band.center
        canvas.draw_rounded(frame, theme.focus)
        for offset in range(-reach, reach + 1):
            index = (self._index + offset) % len(self._chars)
            place = Rect(band.centerx + offset * width - width // 2, band.y, width, band.height)
            color = theme.accent if offset == 0 else theme.text if abs(offset) < 3 else theme.text_dim
            canvas.text_in(self._chars[index], place, color, 2.0 if offset == 0 else 1.0)
            self._places.append((place, index))
