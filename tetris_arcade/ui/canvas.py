"""What scenes and widgets draw on: a surface, its unit, its theme, and texts that are rendered once."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Literal

import pygame
from pygame import Rect, Surface

from tetris_arcade.ui.font import GLYPH_SIZE, render_text, text_cols
from tetris_arcade.ui.layout import unit_from_size
from tetris_arcade.ui.theme import Color, Theme, blend

Align = Literal["left", "center", "right"]
_KEPT = 1_500
_KEPT_BYTES = 32 * 1024 * 1024
_KEPT_SECONDS = 5.0
_DIGITS = re.compile("([0-9])")


class SurfaceCache:
    """Surfaces by what they show; the least used are forgotten, by number and by bytes: a window that is
    dragged to another size leaves many large ones. `forget` lets go of those that nobody has seen lately:
    figures that ran by, and screens that were left."""

    def __init__(self, kept: int = _KEPT, kept_bytes: int = _KEPT_BYTES) -> None:
        self._kept, self._kept_bytes = kept, kept_bytes
        # The least used first, each with when it was used.
        self._surfaces: OrderedDict[Hashable, tuple[Surface, float]] = OrderedDict()
        self._bytes = 0
        self._now = 0.0

    def __len__(self) -> int:
        return len(self._surfaces)

    def get(self, key: Hashable, make: Callable[[], Surface]) -> Surface:
        found = self._surfaces.get(key)
        surface = make() if found is None else found[0]
        # Making it may have kept others.
        self._surfaces[key] = surface, self._now
        self._surfaces.move_to_end(key)
        if found is None:
            self._bytes += _size_bytes(surface)
            while len(self) > self._kept or (self._bytes > self._kept_bytes and len(self) > 1):
                self._forget_oldest()
        return surface

    def forget(self, now: float) -> None:
        """Let go of what was not used in the last seconds; once a frame, `now` in seconds."""
        self._now = now
        while self._surfaces and next(iter(self._surfaces.values()))[1] < now - _KEPT_SECONDS:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        _, (surface, _) = self._surfaces.popitem(last=False)
        self._bytes -= _size_bytes(surface)


def _anchor(rect: Rect, align: Align) -> int:
    """Where in a rectangle a text that is aligned so is fastened."""
    return rect.x if align == "left" else rect.right if align == "right" else rect.centerx


def _left(x: int, width: int, align: Align) -> int:
    """Where a text begins that is fastened at `x`."""
    return x if align == "left" else x - width if align == "right" else x - width // 2


def _size_bytes(surface: Surface) -> int:
    return surface.get_width() * surface.get_height() * surface.get_bytesize()


class Canvas:
    """A frame being drawn. `k` is the unit in pixels; texts come in whole multiples of the 8x8 face.

    Drawing twice gives the same picture: a canvas keeps nothing but rendered surfaces, and which places of
    this frame are not to be covered by what is drawn over it for a while, `toast_free_areas`.
    """

    def __init__(
        self,
        surface: Surface,
        theme: Theme,
        cache: SurfaceCache,
        text_size: float = 1.0,
        reduced_motion: bool = False,
        unit_px: int | None = None,
    ) -> None:
        self.surface = surface
        self.theme = theme
        self.cache = cache
        self.rect: Rect = surface.get_rect()
        self.unit_px = unit_from_size(*surface.get_size()) if unit_px is None else unit_px
        self.hairline = max(1, self.unit_px // 2)
        self.text_scale = text_size
        self.reduced_motion = reduced_motion
        self.toast_free_areas: list[Rect] = []

    def avoid_toasts(self, rect: Rect) -> None:
        """Have short messages appear elsewhere: here is a screen's head or somebody's name."""
        self.toast_free_areas.append(rect)

    def units(self, count: float) -> int:
        """The pixels of `count` units."""
        return round(count * self.unit_px)

    def line_height(self, size: float = 1.0) -> int:
        """Pixels from one line of text to the next."""
        return round(self._pixel(size) * GLYPH_SIZE * 1.5)

    def text_width(self, text: str, size: float = 1.0) -> int:
        """Pixels that a text takes."""
        return text_cols(text) * self._pixel(size)

    def text_height(self, size: float = 1.0) -> int:
        """Pixels from the top of the capitals to the descenders."""
        return GLYPH_SIZE * self._pixel(size)

    def lines_height(self, count: int, size: float = 1.0) -> int:
        """Pixels from the top of the first of so many lines to the descenders of the last."""
        return (count - 1) * self.line_height(size) + self.text_height(size)

    def text(
        self,
        text: str,
        at: tuple[int, int],
        color: Color | None = None,
        size: float = 1.0,
        align: Align = "left",
        max_width: int | None = None,
    ) -> Rect:
        """Draw one line with its top left (or center, right) at `at`; cut with "…" beyond `max_width`.

        Digits are drawn one by one: a figure is often another in the next frame, and a picture of the whole
        would be made for one frame and kept for nothing.
        """
        if max_width is not None:
            text = self.fit(text, max_width, size)
        ink, pixel, width = color or self.theme.text, self._pixel(size), self.text_width(text, size)
        line = Rect(_left(at[0], width, align), at[1], width, self.text_height(size))
        x, images = line.x, []
        for part in _DIGITS.split(text):
            if part:
                image = self._text_image(part, ink, pixel)
                images.append((image, (x, line.y)))
                x += image.get_width() + pixel
        self.draw_images(images)
        return line

    def text_in(
        self, text: str, rect: Rect, color: Color | None = None, size: float = 1.0, align: Align = "center"
    ) -> Rect:
        """Draw one line in the middle of a rectangle's height, cut to its width."""
        x = _anchor(rect, align)
        y = rect.y + (rect.height - self.text_height(size)) // 2
        return self.text(text, (x, y), color, size, align, rect.width)

    def lines_in(
        self, lines: Sequence[str], rect: Rect, color: Color | None = None, size: float = 1.0
    ) -> Rect:
        """Draw centred lines, one under the other, in the middle of a rectangle's height; returns what they
        cover."""
        step = self.line_height(size)
        y = rect.y + (rect.height - self.lines_height(len(lines), size)) // 2
        covered = Rect(rect.centerx, y, 0, 0)
        for number, line in enumerate(lines):
            covered.union_ip(self.text(line, (rect.centerx, y + number * step), color, size, "center"))
        return covered

    def paragraph(
        self, text: str, rect: Rect, color: Color | None = None, size: float = 1.0, align: Align = "left"
    ) -> int:
        """Draw text wrapped at spaces, from the top of a rectangle; returns the pixels it took, cut at the
        bottom."""
        y = rect.y
        x = _anchor(rect, align)
        for line in self.wrap(text, rect.width, size):
            if y + self.text_height(size) > rect.bottom:
                break
            self.text(line, (x, y), color, size, align)
            y += self.line_height(size)
        return y - rect.y

    def wrap(self, text: str, width: int, size: float = 1.0) -> list[str]:
        """The text in lines of at most `width` pixels."""
        lines: list[str] = []
        for part in text.split("\n"):
            line = ""
            for word in part.split(" "):
                longer = f"{line} {word}" if line else word
                if self.text_width(longer, size) <= width:
                    line = longer
                    continue
                if line:
                    lines.append(line)
                line = self.fit(word, width, size)
            lines.append(line)
        return lines

    def fit(self, text: str, width: int, size: float = 1.0) -> str:
        """The text, cut with "…" where it is wider than `width` pixels."""
        if self.text_width(text, size) <= width:
            return text
        end = len(text)
        while end and self.text_width(text[:end] + "…", size) > width:
            end -= 1
        return text[:end] + "…" if end else ""

    def fill(self, rect: Rect, color: Color) -> None:
        self.surface.fill(color, rect)

    def draw_border(self, rect: Rect, color: Color, thickness: int | None = None) -> None:
        """Draw a rectangle's outline, inside the rectangle; `thickness` in pixels, one unit by default."""
        pygame.draw.rect(self.surface, color, rect, self.unit_px if thickness is None else thickness)

    def draw_rounded(self, rect: Rect, color: Color) -> None:
        """Draw a filled rectangle without the square unit at each corner."""
        corner = self.unit_px
        self.fill(Rect(rect.x + corner, rect.y, max(0, rect.width - 2 * corner), rect.height), color)
        side = Rect(rect.x, rect.y + corner, min(corner, rect.width), max(0, rect.height - 2 * corner))
        self.fill(side, color)
        self.fill(side.move(rect.width - side.width, 0), color)

    def draw_images(self, images: Iterable[tuple[Surface, tuple[int, int] | Rect]]) -> None:
        """Draw many images in one call, each with its top left at a point or a rectangle."""
        self.surface.fblits(images)

    def panel(self, rect: Rect, title: str | None = None) -> Rect:
        """A panel with an edge, and a title over a thin line; returns the room inside."""
        units, theme = self.units, self.theme
        self.draw_rounded(rect, theme.panel_edge)
        self.draw_rounded(rect.inflate(units(-2), units(-2)), theme.panel)
        # The upper edge catches the light of the marquee.
        light = blend(theme.panel_edge, theme.text, 0.22)
        self.fill(Rect(rect.x + units(1), rect.y, max(0, rect.width - units(2)), self.hairline), light)
        inside = Rect(
            rect.x + units(5),
            rect.y + units(5),
            max(0, rect.width - units(10)),
            max(0, rect.height - units(9)),
        )
        if title is None:
            return inside
        self.text(title.upper(), (inside.x, inside.y), theme.accent, max_width=inside.width)
        taken = self.line_height()
        line = Rect(inside.x, inside.y + self.text_height() + units(1), inside.width, self.hairline)
        self.fill(line, theme.panel_edge)
        return Rect(inside.x, inside.y + taken, inside.width, max(0, inside.height - taken))

    def dim(self, rect: Rect, color: Color, alpha: int) -> None:
        """Lay a see-through colour over a rectangle, alpha 0..255."""
        if rect.width <= 0 or rect.height <= 0:
            return

        def make() -> Surface:
            veil = Surface(rect.size, pygame.SRCALPHA)
            veil.fill((*color, alpha))
            return veil

        self.surface.blit(self.cache.get(("dim", rect.size, color, alpha), make), rect)

    def _text_image(self, text: str, color: Color, pixel: int) -> Surface:
        return self.cache.get(("text", text, color, pixel), lambda: render_text(text, color, pixel))

    def _pixel(self, size: float) -> int:
        return max(1, int(self.unit_px * size * self.text_scale + 0.5))
