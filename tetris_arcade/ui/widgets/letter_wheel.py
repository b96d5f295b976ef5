"""Letters to turn and to take, as at the end of an arcade game; each can be touched too."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-_"
_ROOM_UNITS = 20


class LetterWheel:
    """A row of signs; the one in the middle is taken. Two signs stand for rubbing out and being done."""

    RUB_OUT = "←"
    DONE = "✓"

    def __init__(self, letters: str = LETTERS) -> None:
        self._signs: tuple[str, ...] = (*letters, self.RUB_OUT, self.DONE)
        self._index = 0
        self._places: list[tuple[Rect, int]] = []

    @property
    def sign(self) -> str:
        """The sign in the middle."""
        return self._signs[self._index]

    def turn(self, by: int) -> None:
        self._index = (self._index + by) % len(self._signs)

    def click(self, position: tuple[int, int]) -> str:
        """Turn to the sign at a position and return it; "" where there is none."""
        for place, index in self._places:
            if place.collidepoint(position):
                self._index = index
                return self.sign
        return ""

    def height(self, canvas: Canvas) -> int:
        return canvas.text_height(2.0) + canvas.units(16)

    def draw(self, canvas: Canvas, rect: Rect) -> None:
        """Draw as many signs as fit, the chosen one large in the middle."""
        theme = canvas.theme
        room = max(canvas.units(_ROOM_UNITS), canvas.text_width("m", 2.0) + canvas.units(6))
        reach = max(1, (rect.width // room - 1) // 2)
        band = Rect(rect.x, rect.y, rect.width, self.height(canvas))
        self._places = []
        frame = Rect(0, 0, room + canvas.units(2), band.height)
        frame.center = band.center
        canvas.draw_rounded(frame, theme.focus)
        for offset in range(-reach, reach + 1):
            index = (self._index + offset) % len(self._signs)
            place = Rect(band.centerx + offset * room - room // 2, band.y, room, band.height)
            color = theme.accent if offset == 0 else theme.text if abs(offset) < 3 else theme.text_dim
            canvas.text_in(self._signs[index], place, color, 2.0 if offset == 0 else 1.0)
            self._places.append((place, index))
