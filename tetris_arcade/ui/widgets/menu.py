"""A list of choices: keys, mouse and pad choose; an entry may carry a value that left and right change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.text_fitting import break_long_words
from tetris_arcade.ui.theme import blend
from tetris_arcade.ui.widgets.cell_sprites import cell_sprites

_ROW_ROOM_UNITS, _BESIDE_UNITS = 10, 8
"""Around a label: over and under it together, and on each side."""


@dataclass(frozen=True)
class Entry:
    """One line. `key` says which it is; `value` is shown on the right, `aside` in a column to the left of all
    values; `change(-1 or 1)` is called by left and right. A heading only names the entries under it."""

    key: str
    label: str
    value: str = ""
    change: Callable[[int], None] | None = None
    is_enabled: bool = True
    is_heading: bool = False
    aside: str = ""

    @property
    def can_be_chosen(self) -> bool:
        return self.is_enabled and not self.is_heading


EntryType = TypeVar("EntryType", bound=Entry)


def heading(label: str) -> Entry:
    """A line that only names those under it."""
    return Entry("", label, is_heading=True)


@dataclass
class Menu(Generic[EntryType]):
    """Entries and which one is chosen. `handle` returns an entry's key when it is confirmed.

    wraps: labels that are wider than the menu take more lines; for entries without values.
    """

    entries: list[EntryType]
    chosen: int = 0
    wraps: bool = False
    _rects: list[tuple[int, Rect]] = field(default_factory=list)
    _arrows: dict[int, Rect] = field(default_factory=dict)
    _first: int = 0
    _aside_end: int = 0

    def __post_init__(self) -> None:
        if not self.current.can_be_chosen:
            self._move(1)

    @property
    def current(self) -> EntryType:
        return self.entries[self.chosen]

    def replace(self, entries: list[EntryType]) -> None:
        """Take new entries; the choice stays where it is, as far as it can."""
        self.entries = entries
        self.chosen = min(self.chosen, len(entries) - 1)
        if not self.current.can_be_chosen:
            self._move(1)

    def handle(self, event: InputEvent) -> str | None:
        if event.action in (Action.UP, Action.DOWN):
            self._move(1 if event.action is Action.DOWN else -1)
        elif event.scroll:
            self._move(-event.scroll)
        elif event.action in (Action.LEFT, Action.RIGHT) and self.current.change is not None:
            self.current.change(1 if event.action is Action.RIGHT else -1)
        elif event.action is Action.CONFIRM:
            return self._confirm()
        elif event.position is not None:
            return self._point(event.position, event.clicked)
        return None

    def _move(self, by: int) -> None:
        for _ in self.entries:
            self.chosen = (self.chosen + (1 if by > 0 else -1)) % len(self.entries)
            if self.current.can_be_chosen:
                return

    def _confirm(self) -> str | None:
        if not self.current.can_be_chosen:
            return None
        if self.current.change is not None:
            self.current.change(1)
        return self.current.key

    def _point(self, position: tuple[int, int], clicked: bool) -> str | None:
        for index, rect in self._rects:
            if rect.collidepoint(position) and self.entries[index].can_be_chosen:
                self.chosen = index
                if clicked and self._is_on_left_arrow(index, position):
                    return self._turn_back()
                return self._confirm() if clicked else None
        return None

    def _is_on_left_arrow(self, index: int, position: tuple[int, int]) -> bool:
        return index in self._arrows and self._arrows[index].collidepoint(position)

    def _turn_back(self) -> str:
        assert self.current.change is not None
        self.current.change(-1)
        return self.current.key

    def height(self, canvas: Canvas, size: float = 1.0, width: int = 0) -> int:
        """Pixels that all entries take; a menu that wraps has to know its width."""
        return sum(self._row_heights(canvas, size, width))

    def draw(self, canvas: Canvas, rect: Rect, size: float = 1.0, centered: bool = False) -> None:
        """Draw as many entries as fit, the chosen one among them."""
        heights = self._row_heights(canvas, size, rect.width)
        self._first, self._rects, self._arrows = self._first_shown(heights, rect.height), [], {}
        self._aside_end, _ = self.value_columns(canvas, rect, size)
        used = 0
        for index in range(self._first, len(heights)):
            if used + heights[index] > rect.height and self._rects:
                break
            row = Rect(rect.x, rect.y + used, rect.width, heights[index] - canvas.units(2))
            self._rects.append((index, row))
            used += heights[index]
        for index, row in self._rects:
            self._draw_entry(canvas, row, index, size, centered)
        self._draw_more(canvas, rect, used)

    def _first_shown(self, heights: list[int], room: int) -> int:
        """As it was, but so that what is wanted is shown, and no room is left at the end."""
        first, last = min(self._first, len(heights) - 1), self._last_wanted()
        while first < self._first_wanted() and sum(heights[first : last + 1]) > room:
            first += 1
        first = min(first, self._first_wanted())
        while first > 0 and sum(heights[first - 1 :]) <= room:
            first -= 1
        return first

    def _first_wanted(self) -> int:
        """The chosen entry, and the heading over it."""
        above = self.chosen - 1
        return above if above >= 0 and self.entries[above].is_heading else self.chosen

    def _last_wanted(self) -> int:
        """The chosen entry, and the one under it, so that one sees that there is more."""
        return min(self.chosen + 1, len(self.entries) - 1)

    def _draw_more(self, canvas: Canvas, rect: Rect, used: int) -> None:
        """Arrows where there are entries beyond."""
        color = canvas.theme.accent
        if self._first > 0:
            canvas.text("▲", (rect.centerx, rect.y - canvas.units(4)), color, align="center")
        if self._first + len(self._rects) < len(self.entries):
            canvas.text("▼", (rect.centerx, rect.y + used - canvas.units(4)), color, align="center")

    def _draw_entry(self, canvas: Canvas, row: Rect, index: int, size: float, centered: bool) -> None:
        theme, units, entry = canvas.theme, canvas.units, self.entries[index]
        if entry.is_heading:
            self._draw_heading(canvas, row, entry.label)
            return
        is_chosen = index == self.chosen
        color = theme.text_faint if not entry.is_enabled else theme.accent if is_chosen else theme.text
        if is_chosen:
            canvas.draw_rounded(row, theme.focus)
        inside = Rect(
            row.x + units(_BESIDE_UNITS), row.y, max(0, row.width - units(2 * _BESIDE_UNITS)), row.height
        )
        if centered:
            word = canvas.text_in(entry.label, inside, color, size)
            if is_chosen:
                self._draw_cells(canvas, word, index)
            return
        if is_chosen:
            canvas.draw_rounded(Rect(row.x, row.y, units(3), row.height), theme.accent)
        taken = self._draw_value(canvas, inside, index, size)
        if entry.aside:
            keys = Rect(inside.x, inside.y, self._aside_end - inside.x, inside.height)
            ink = theme.accent if is_chosen else theme.text_dim
            taken = inside.right - canvas.text_in(entry.aside, keys, ink, size, "right").x + units(8)
        label = Rect(inside.x, inside.y, max(0, inside.width - taken), inside.height)
        if not self.wraps:
            canvas.text_in(entry.label, label, color, size, "left")
            return
        label.y += units(_ROW_ROOM_UNITS // 2 - 1)
        for line in self._lines(canvas, entry, label.width, size):
            canvas.text(line, label.topleft, color, size)
            label.y += canvas.line_height(size)

    def _draw_heading(self, canvas: Canvas, row: Rect, label: str) -> None:
        units = canvas.units
        y = row.bottom - canvas.text_height() - units(2)
        word = canvas.text(label.upper(), (row.x + units(2), y), canvas.theme.text_faint)
        line = Rect(
            word.right + units(4), word.centery, max(0, row.right - word.right - units(4)), canvas.hairline
        )
        canvas.fill(line, canvas.theme.panel_edge)

    def _draw_cells(self, canvas: Canvas, word: Rect, index: int) -> None:
        """A block of a piece on both sides of the chosen word."""
        side = word.height
        sprite = cell_sprites(canvas, side)[index % 7 + 1]
        assert sprite is not None
        for x in (word.x - 2 * side, word.right + side):
            canvas.surface.blit(sprite, (x, word.y))

    def _draw_value(self, canvas: Canvas, inside: Rect, index: int, size: float) -> int:
        """Draw the value with its arrows; returns the pixels they take."""
        entry, theme, units = self.entries[index], canvas.theme, canvas.units
        if not entry.value:
            return 0
        is_chosen = index == self.chosen
        color = theme.accent if is_chosen else theme.text_dim
        if entry.change is None:
            return canvas.text_in(entry.value, inside, color, size, "right").width + units(8)
        ink = theme.accent if is_chosen else blend(theme.text_faint, theme.panel, 0.4)
        right = canvas.text_in("▶", inside, ink, size, "right")
        room = Rect(inside.x, inside.y, right.x - units(5) - inside.x, inside.height)
        word = canvas.text_in(entry.value, room, color, size, "right")
        room.width = max(0, word.x - units(5) - inside.x)
        left = canvas.text_in("◀", room, ink, size, "right")
        self._arrows[index] = left.inflate(units(8), units(8))
        return inside.right - left.x + units(8)

    def _row_heights(self, canvas: Canvas, size: float, width: int) -> list[int]:
        least = canvas.text_height(size) + canvas.units(_ROW_ROOM_UNITS)
        if not self.wraps:
            return [least] * len(self.entries)
        room, line = width - canvas.units(2 * _BESIDE_UNITS), canvas.line_height(size)
        return [least + line * (len(self._lines(canvas, e, room, size)) - 1) for e in self.entries]

    @staticmethod
    def _lines(canvas: Canvas, entry: Entry, width: int, size: float) -> list[str]:
        return canvas.wrap(break_long_words(canvas, entry.label, width, size), width, size)

    def value_columns(self, canvas: Canvas, rect: Rect, size: float = 1.0) -> tuple[int, int]:
        """(where the second values end, where the values end) in a rectangle that the menu is drawn in."""
        right = rect.right - canvas.units(8)
        widest = max((canvas.text_width(entry.value, size) for entry in self.entries), default=0)
        return right - widest - canvas.units(14), right
