"""A menu for keys, mouse and gamepad; an entry can have a value that left and right change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.text_fitting import break_long_words
from tetris_arcade.ui.widgets.cell_sprites import cell_sprites

_ROW_MARGIN_UNITS, _SIDE_MARGIN_UNITS = 10, 8
"""Around a label: above and below together, and on each side."""


@dataclass(frozen=True)
class Entry:
    """A line of a menu, identified by `key`.

    `value` is displayed on the right, `left_value` in a column to its left. `change` is called with -1 or 1
    by left and right. A heading names the entries below it and cannot be chosen.
    """

    key: str
    label: str
    value: str = ""
    change: Callable[[int], None] | None = None
    is_enabled: bool = True
    is_heading: bool = False
    left_value: str = ""

    @property
    def can_be_chosen(self) -> bool:
        return self.is_enabled and not self.is_heading


EntryType = TypeVar("EntryType", bound=Entry)


def heading(label: str) -> Entry:
    """A heading of the entries below it."""
    return Entry("", label, is_heading=True)


@dataclass
class Menu(Generic[EntryType]):
    """Entries, and the index of the chosen one. `handle` returns the key of an entry that is confirmed.

    wraps: whether long labels are wrapped; for entries without values. margin_units: around each label, above
    and below together.
    """

    entries: list[EntryType]
    chosen: int = 0
    wraps: bool = False
    margin_units: int = _ROW_MARGIN_UNITS
    _rects: list[tuple[int, Rect]] = field(default_factory=list)
    _arrows: dict[int, Rect] = field(default_factory=dict)
    _first: int = 0
    _left_values_end: int = 0

    def __post_init__(self) -> None:
        if not self.current.can_be_chosen:
            self._move(1)

    @property
    def current(self) -> EntryType:
        return self.entries[self.chosen]

    def replace(self, entries: list[EntryType]) -> None:
        """Replace the entries; the chosen index stays if possible."""
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
            return self._handle_pointer(event.position, event.clicked)
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

    def _handle_pointer(self, position: tuple[int, int], clicked: bool) -> str | None:
        for index, rect in self._rects:
            if rect.collidepoint(position) and self.entries[index].can_be_chosen:
                self.chosen = index
                if clicked and self._is_on_left_arrow(index, position):
                    return self._decrease()
                return self._confirm() if clicked else None
        return None

    def _is_on_left_arrow(self, index: int, position: tuple[int, int]) -> bool:
        return index in self._arrows and self._arrows[index].collidepoint(position)

    def _decrease(self) -> str:
        assert self.current.change is not None
        self.current.change(-1)
        return self.current.key

    def height(self, canvas: Canvas, size: float = 1.0, width: int = 0) -> int:
        """The height of all entries in pixels; a menu that wraps needs its width."""
        return sum(self._row_heights(canvas, size, width))

    def draw(self, canvas: Canvas, rect: Rect, size: float = 1.0, centered: bool = False) -> None:
        """Draw as many entries as fit, including the chosen one."""
        heights = self._row_heights(canvas, size, rect.width)
        self._first, self._rects, self._arrows = self._first_visible(heights, rect.height), [], {}
        self._left_values_end, _ = self.value_columns(canvas, rect, size)
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

    def _first_visible(self, heights: list[int], available: int) -> int:
        """The first visible entry: changes only so that the chosen one is visible and no space is wasted."""
        first, last = min(self._first, len(heights) - 1), self._last_required()
        while first < self._first_required() and sum(heights[first : last + 1]) > available:
            first += 1
        first = min(first, self._first_required())
        while first > 0 and sum(heights[first - 1 :]) <= available:
            first -= 1
        return first

    def _first_required(self) -> int:
        """The chosen entry, or the heading above it."""
        above = self.chosen - 1
        return above if above >= 0 and self.entries[above].is_heading else self.chosen

    def _last_required(self) -> int:
        """The entry below the chosen one, which shows that there are more."""
        return min(self.chosen + 1, len(self.entries) - 1)

    def _draw_more(self, canvas: Canvas, rect: Rect, used: int) -> None:
        """Draw arrows if there are more entries above or below."""
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
        margin = units(_SIDE_MARGIN_UNITS)
        inside = Rect(row.x + margin, row.y, max(0, row.width - 2 * margin), row.height)
        if centered:
            label = canvas.text_in(entry.label, inside, color, size)
            if is_chosen:
                self._draw_cells(canvas, label, index)
            return
        if is_chosen:
            canvas.draw_rounded(Rect(row.x, row.y, units(3), row.height), theme.accent)
        used = self._draw_value(canvas, inside, index, size)
        if entry.left_value:
            column = Rect(inside.x, inside.y, self._left_values_end - inside.x, inside.height)
            value_color = theme.accent if is_chosen else theme.text_dim
            drawn = canvas.text_in(entry.left_value, column, value_color, size, "right")
            used = inside.right - drawn.x + units(8)
        label = Rect(inside.x, inside.y, max(0, inside.width - used), inside.height)
        if not self.wraps:
            canvas.text_in(entry.label, label, color, size, "left")
            return
        label.y += units(self.margin_units // 2 - 1)
        for line in self._lines(canvas, entry, label.width, size):
            canvas.text(line, label.topleft, color, size)
            label.y += canvas.line_height(size)

    def _draw_heading(self, canvas: Canvas, row: Rect, label: str) -> None:
        units = canvas.units
        y = row.bottom - canvas.text_height() - units(2)
        text = canvas.text(label.upper(), (row.x + units(2), y), canvas.theme.text_faint)
        left = text.right + units(4)
        line = Rect(left, text.centery, max(0, row.right - left), canvas.hairline)
        canvas.fill(line, canvas.theme.panel_edge)

    def _draw_cells(self, canvas: Canvas, label: Rect, index: int) -> None:
        """Draw a cell of a piece on both sides of the chosen entry."""
        side = label.height
        sprite = cell_sprites(canvas, side)[index % 7 + 1]
        assert sprite is not None
        for x in (label.x - 2 * side, label.right + side):
            canvas.surface.blit(sprite, (x, label.y))

    def _draw_value(self, canvas: Canvas, inside: Rect, index: int, size: float) -> int:
        """Draw the value with its arrows; return their width in pixels."""
        entry, theme, units = self.entries[index], canvas.theme, canvas.units
        if not entry.value:
            return 0
        is_chosen = index == self.chosen
        color = theme.accent if is_chosen else theme.text_dim
        if entry.change is None:
            return canvas.text_in(entry.value, inside, color, size, "right").width + units(8)
        arrow_color = theme.accent if is_chosen else theme.text_faint
        right = canvas.text_in("▶", inside, arrow_color, size, "right")
        rest = Rect(inside.x, inside.y, right.x - units(5) - inside.x, inside.height)
        value = canvas.text_in(entry.value, rest, color, size, "right")
        rest.width = max(0, value.x - units(5) - inside.x)
        left = canvas.text_in("◀", rest, arrow_color, size, "right")
        self._arrows[index] = left.inflate(units(8), units(8))
        return inside.right - left.x + units(8)

    def _row_heights(self, canvas: Canvas, size: float, width: int) -> list[int]:
        one_line = canvas.text_height(size) + canvas.units(self.margin_units)
        if not self.wraps:
            return [one_line] * len(self.entries)
        label_width, line = width - canvas.units(2 * _SIDE_MARGIN_UNITS), canvas.line_height(size)
        counts = [len(self._lines(canvas, entry, label_width, size)) for entry in self.entries]
        return [one_line + line * (count - 1) for count in counts]

    @staticmethod
    def _lines(canvas: Canvas, entry: Entry, width: int, size: float) -> list[str]:
        return canvas.wrap(break_long_words(canvas, entry.label, width, size), width, size)

    def value_columns(self, canvas: Canvas, rect: Rect, size: float = 1.0) -> tuple[int, int]:
        """The right ends of (`left_value`, `value`) in pixels, for a menu drawn in `rect`."""
        right = rect.right - canvas.units(8)
        widest = max((canvas.text_width(entry.value, size) for entry in self.entries), default=0)
        return right - widest - canvas.units(14), right
