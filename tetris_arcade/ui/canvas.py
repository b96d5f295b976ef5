"""The canvas that scenes and widgets draw on: a surface, its unit of length, its theme and a cache."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Literal, NamedTuple

import pygame
from pygame import Rect, Surface

from tetris_arcade.ui.font import GLYPH_SIZE, render_text, text_cols
from tetris_arcade.ui.layout import unit_from_size
from tetris_arcade.ui.line_breaks import split_at_breaks
from tetris_arcade.ui.text_order import is_right_to_left
from tetris_arcade.ui.theme import Color, Theme, blend

Align = Literal["left", "center", "right"]
_MAX_SURFACES = 1_500
_MAX_BYTES = 32 * 1024 * 1024
_MAX_UNUSED_SECONDS = 5.0
_MIN_ROUNDED_PIXELS = 3.0
_MIN_LINE_SPACING = 1.25
"""Of a line of text, in heights of its letters: 1.5 at the normal text size, less for larger text."""
_DIGITS = re.compile("([0-9])")


class SurfaceCache:
    """Rendered surfaces, by keys that name what they show.

    The least recently used surfaces are evicted when there are too many or too many bytes: while a window is
    resized, many large ones are rendered. `evict_unused` evicts surfaces that were not used for some seconds.
    """

    def __init__(self, max_surfaces: int = _MAX_SURFACES, max_bytes: int = _MAX_BYTES) -> None:
        self._max_surfaces, self._max_bytes = max_surfaces, max_bytes
        # The least recently used first, each with the time of its last use.
        self._surfaces: OrderedDict[Hashable, tuple[Surface, float]] = OrderedDict()
        self._bytes = 0
        self._now = 0.0

    def __len__(self) -> int:
        return len(self._surfaces)

    def get(self, key: Hashable, make: Callable[[], Surface]) -> Surface:
        """Return the surface of a key; call `make` if it is not cached."""
        cached = self._surfaces.get(key)
        surface = make() if cached is None else cached[0]
        # `make` may have cached other surfaces meanwhile.
        self._surfaces[key] = surface, self._now
        self._surfaces.move_to_end(key)
        if cached is None:
            self._bytes += _size_bytes(surface)
            while len(self) > self._max_surfaces or (self._bytes > self._max_bytes and len(self) > 1):
                self._evict_oldest()
        return surface

    def evict_unused(self, now: float) -> None:
        """Evict surfaces that were not used for some seconds; call this once per frame, `now` in seconds."""
        self._now = now
        while self._surfaces and next(iter(self._surfaces.values()))[1] < now - _MAX_UNUSED_SECONDS:
            self._evict_oldest()

    def _evict_oldest(self) -> None:
        _, (surface, _) = self._surfaces.popitem(last=False)
        self._bytes -= _size_bytes(surface)


def _anchor(rect: Rect, align: Align) -> int:
    """The x coordinate in a rectangle to which text is aligned."""
    return rect.x if align == "left" else rect.right if align == "right" else rect.centerx


def _left(x: int, width: int, align: Align) -> int:
    """The left end of text that is aligned to `x`."""
    return x if align == "left" else x - width if align == "right" else x - width // 2


def _size_bytes(surface: Surface) -> int:
    return surface.get_width() * surface.get_height() * surface.get_bytesize()


class Explanation(NamedTuple):
    """A part of the screen, and what it is, for the help."""

    part: Rect
    text: str


class Canvas:
    """A frame that is being drawn. Text sizes are rounded to whole multiples of the 8x8 font if possible.

    Drawing twice gives the same picture: a canvas keeps only rendered surfaces, and what was explained.

    counters: where the lines of a game are counted, as noted by what draws them. text_size: the user's factor
    for all texts. unit_px: the pixels per unit, by default from the size of the
    surface. hairline: the pixels of a thin line.
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
        # Larger text has closer lines, so that more of it has room.
        self._line_spacing = max(_MIN_LINE_SPACING, 2.0 - 0.5 * text_size)
        self.reduced_motion = reduced_motion
        self.explanations: list[Explanation] = []
        self.counters: list[Rect] = []
        self._later: list[Callable[[], None]] = []

    def draw_later(self, draw: Callable[[], None]) -> None:
        """Draw something over the scene once all else of it is drawn."""
        self._later.append(draw)

    def finish_scene(self) -> None:
        """All else of a scene is drawn."""
        for draw in self._later:
            draw()
        self._later.clear()
        self.counters.clear()

    def explain(self, part: Rect, text: str) -> None:
        """Let the help explain a part of the screen; an empty one is not explained."""
        visible = part.clip(self.rect)
        if visible.width and visible.height:
            self.explanations.append(Explanation(visible, text))

    def at_text_size(self, text_size: float) -> Canvas:
        """The same canvas for a user with another text size: what fits there may decide on sizes here."""
        other = Canvas(self.surface, self.theme, self.cache, text_size, self.reduced_motion, self.unit_px)
        other.rect = self.rect
        return other

    def units(self, count: float) -> int:
        """The pixels of `count` units."""
        return round(count * self.unit_px)

    def line_height(self, size: float = 1.0) -> int:
        """The pixels from the top of a line of text to the top of the next."""
        return round(self._pixel(size) * GLYPH_SIZE * self._line_spacing)

    def text_width(self, text: str, size: float = 1.0) -> int:
        """The width of a line of text in pixels."""
        return round(text_cols(text) * self._pixel(size))

    def text_height(self, size: float = 1.0) -> int:
        """The pixels from the top of the capitals to the bottom of the descenders."""
        return round(GLYPH_SIZE * self._pixel(size))

    def lines_height(self, count: int, size: float = 1.0) -> int:
        """The pixels from the top of the first of `count` lines to the descenders of the last."""
        return (count - 1) * self.line_height(size) + self.text_height(size)

    def text(
        self,
        text: str,
        at: tuple[int, int],
        color: Color | None = None,
        size: float = 1.0,
        align: Align = "left",
        max_width: int | None = None,
        shadow: Color | None = None,
    ) -> Rect:
        """Draw a line of text with its top left (or top center, top right) at `at`; return its rectangle.

        Text wider than `max_width` pixels is cut with "…". shadow: the colour of a copy below and right of
        it, None for none. Digits are cached one by one, because a number often changes in the next frame and
        a surface of the whole text would be of no more use.
        """
        if max_width is not None:
            text = self.fit(text, max_width, size)
        text_color, pixel, width = color or self.theme.text, self._pixel(size), self.text_width(text, size)
        line = Rect(_left(at[0], width, align), at[1], width, self.text_height(size))
        cols, images = 0, []
        for part in [text] if is_right_to_left(text) else _DIGITS.split(text):
            if part:
                x = line.x + round(cols * pixel)
                if shadow is not None:
                    behind = self._text_image(part, shadow, pixel)
                    images.append((behind, (x + self.unit_px, line.y + self.unit_px)))
                images.append((self._text_image(part, text_color, pixel), (x, line.y)))
                cols += text_cols(part) + 1
        self.draw_images(images)
        return line

    def text_in(
        self,
        text: str,
        rect: Rect,
        color: Color | None = None,
        size: float = 1.0,
        align: Align = "center",
        shadow: Color | None = None,
    ) -> Rect:
        """Draw a line of text at half the height of a rectangle, cut to its width; return its rectangle."""
        x = _anchor(rect, align)
        y = rect.y + (rect.height - self.text_height(size)) // 2
        return self.text(text, (x, y), color, size, align, rect.width, shadow)

    def lines_in(
        self, lines: Sequence[str], rect: Rect, color: Color | None = None, size: float = 1.0
    ) -> Rect:
        """Draw centred lines of text at half the height of a rectangle; return the rectangle of all lines."""
        step = self.line_height(size)
        y = rect.y + (rect.height - self.lines_height(len(lines), size)) // 2
        covered = Rect(rect.centerx, y, 0, 0)
        for number, line in enumerate(lines):
            covered.union_ip(self.text(line, (rect.centerx, y + number * step), color, size, "center"))
        return covered

    def paragraph(
        self, text: str, rect: Rect, color: Color | None = None, size: float = 1.0, align: Align = "left"
    ) -> int:
        """Draw wrapped text from the top of a rectangle; return its height in pixels.

        Lines below the bottom of the rectangle are left out.
        """
        y = rect.y
        x = _anchor(rect, align)
        for line in self.wrap(text, rect.width, size):
            if y + self.text_height(size) > rect.bottom:
                break
            self.text(line, (x, y), color, size, align)
            y += self.line_height(size)
        return y - rect.y

    def wrap(self, text: str, width: int, size: float = 1.0) -> list[str]:
        """Wrap text into lines of at most `width` pixels; longer words are cut with "…"."""
        lines: list[str] = []
        for part in text.split("\n"):
            line = ""
            for gap, word in split_at_breaks(part):
                longer = f"{line}{gap}{word}" if line else word
                if self.text_width(longer, size) <= width:
                    line = longer
                    continue
                if line:
                    lines.append(line)
                line = self.fit(word, width, size)
            lines.append(line)
        return lines

    def fit(self, text: str, width: int, size: float = 1.0) -> str:
        """Cut text with "…" if it is wider than `width` pixels."""
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
        """Draw a panel with an edge and, above a thin line, a title; return the rectangle inside."""
        units, theme = self.units, self.theme
        self.draw_rounded(rect, theme.panel_edge)
        self.draw_rounded(rect.inflate(units(-2), units(-2)), theme.panel)
        # The top edge is lighter, as if lit by the header.
        light = blend(theme.panel_edge, theme.text, 0.22)
        self.fill(Rect(rect.x + units(1), rect.y, max(0, rect.width - units(2)), self.hairline), light)
        width, height = max(0, rect.width - units(10)), max(0, rect.height - units(9))
        inside = Rect(rect.x + units(5), rect.y + units(5), width, height)
        if title is None:
            return inside
        self.text(title.upper(), (inside.x, inside.y), theme.accent, max_width=inside.width)
        title_height = self.line_height()
        line = Rect(inside.x, inside.y + self.text_height() + units(1), inside.width, self.hairline)
        self.fill(line, theme.panel_edge)
        return Rect(inside.x, inside.y + title_height, inside.width, max(0, inside.height - title_height))

    def dim(self, rect: Rect, color: Color, alpha: int) -> None:
        """Cover a rectangle with a translucent colour; `alpha` is 0..255."""
        if rect.width <= 0 or rect.height <= 0:
            return

        def make() -> Surface:
            cover = Surface(rect.size, pygame.SRCALPHA)
            cover.fill((*color, alpha))
            return cover

        self.surface.blit(self.cache.get(("dim", rect.size, color, alpha), make), rect)

    def _text_image(self, text: str, color: Color, pixel: float) -> Surface:
        return self.cache.get(("text", text, color, pixel), lambda: render_text(text, color, pixel))

    def _pixel(self, size: float) -> float:
        """The pixels per column of the font: whole, or whole and a half, but for small text that is enlarged.

        Most strokes are two columns wide. Each text size of the user must give another one, also where a
        column has a pixel or two.
        """
        at_normal_size = int(self.unit_px * size + 0.5) if size >= 1.0 else self.unit_px * size
        pixel = at_normal_size * self.text_scale
        return pixel if pixel < _MIN_ROUNDED_PIXELS else int(2 * pixel + 0.5) / 2
