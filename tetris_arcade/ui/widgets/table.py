"""A table: keys, wheel and mouse choose a row, and a click on a heading sorts by its column.

Columns that do not fit beside each other go on in a second line of each row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pygame import Rect

from tetris_arcade.languages import _
from tetris_arcade.ui.canvas import Align, Canvas
from tetris_arcade.ui.font import text_cols
from tetris_arcade.ui.input import Action, InputEvent

Span = tuple[int, int, int]
"""(column, x, width) of a cell."""
_NAME_LETTERS = 14
"""The first column has this width or that of its texts: a longer name is cut, and hides no other column."""


@dataclass(frozen=True)
class Column:
    """A heading, to be translated, the column's share of spare width, and whether it contains numbers."""

    title: str
    weight: float
    is_number: bool = False


@dataclass(frozen=True)
class Row:
    """A row: `cells` are displayed, `keys` (numbers, text, or None for unknown) determine the order."""

    name: str
    cells: tuple[str, ...]
    keys: tuple[float | str | None, ...]
    is_dim: bool = False


@dataclass
class Table:
    """Rows with headings. `handle` returns the name of a row that is confirmed."""

    columns: Sequence[Column]
    rows: list[Row]
    sorted_by: int = 0
    descending: bool = False
    chosen: int = 0
    _rects: list[tuple[int, Rect]] = field(default_factory=list)
    _headings: list[tuple[int, Rect]] = field(default_factory=list)
    _first: int = 0
    _widest: list[str] | None = None

    @property
    def current(self) -> Row | None:
        return self.rows[self.chosen] if self.rows else None

    def replace(self, rows: list[Row]) -> None:
        """Replace the rows and sort them; the chosen row keeps its name if possible."""
        name = self.current.name if self.current is not None else ""
        self.rows, self._widest = rows, None
        self._sort()
        names = [row.name for row in self.rows]
        self.chosen = names.index(name) if name in names else min(self.chosen, max(0, len(rows) - 1))

    def sort_by(self, column: int) -> None:
        """Sort by a column; a second time reverses the order."""
        self.descending = not self.descending if column == self.sorted_by else self.columns[column].is_number
        self.sorted_by = column
        self.replace(self.rows)

    def handle(self, event: InputEvent) -> str | None:
        if not self.rows:
            return None
        if event.action in (Action.UP, Action.DOWN) or event.scroll:
            by = -event.scroll if event.scroll else 1 if event.action is Action.DOWN else -1
            self.chosen = min(max(self.chosen + by, 0), len(self.rows) - 1)
        elif event.action is Action.CONFIRM and self.current is not None:
            return self.current.name
        elif event.clicked and event.position is not None:
            return self._click(event.position)
        return None

    def _click(self, position: tuple[int, int]) -> str | None:
        for column, rect in self._headings:
            if rect.collidepoint(position):
                self.sort_by(column)
        for index, rect in self._rects:
            if rect.collidepoint(position):
                was_chosen, self.chosen = index == self.chosen, index
                return self.rows[index].name if was_chosen else None
        return None

    def _sort(self) -> None:
        def known(row: Row) -> tuple[int, float, str]:
            key = row.keys[self.sorted_by]
            return (0, key, "") if isinstance(key, (int, float)) else (1, 0.0, str(key or ""))

        unknown = [row for row in self.rows if row.keys[self.sorted_by] is None]
        rest = [row for row in self.rows if row.keys[self.sorted_by] is not None]
        self.rows = sorted(rest, key=known, reverse=self.descending) + unknown

    def draw(self, canvas: Canvas, rect: Rect) -> None:
        """Draw the headings and as many rows as fit, including the chosen one."""
        lines = self._lines(canvas, rect)
        row_height = self._row_height(canvas, rect.height, len(lines))
        head = Rect(rect.x, rect.y, rect.width, row_height)
        self._headings = self._cells(canvas, head, lines)
        for index, heading in self._headings:
            color = canvas.theme.accent if index == self.sorted_by else canvas.theme.text_dim
            canvas.text_in(
                self._heading(index), self._inside(canvas, heading, index), color, align=self._align(index)
            )
        body = Rect(rect.x, rect.y + row_height, rect.width, rect.height - row_height)
        count = max(1, min(len(self.rows), body.height // row_height))
        self._first = max(
            0, min(max(self._first, self.chosen - count + 1), self.chosen, max(0, len(self.rows) - count))
        )
        self._rects = [
            (self._first + n, Rect(rect.x, body.y + n * row_height, rect.width, row_height))
            for n in range(min(count, len(self.rows)))
        ]
        for index, row_rect in self._rects:
            self._draw_row(canvas, row_rect, index, lines)

    def _row_height(self, canvas: Canvas, height: int, num_lines: int) -> int:
        """Rows are higher if there are only a few."""
        text = canvas.lines_height(num_lines)
        minimum, maximum = text + canvas.units(8), text + canvas.units(14)
        return min(max(minimum, height // (len(self.rows) + 1)), maximum)

    def _cells(self, canvas: Canvas, row: Rect, lines: list[list[Span]]) -> list[tuple[int, Rect]]:
        """(column, rectangle) of the cells of a row, or of the headings."""
        step = canvas.line_height()
        top = row.y + (row.height - canvas.lines_height(len(lines)) + canvas.text_height() - step) // 2
        if len(lines) == 1:
            top, step = row.y, row.height
        return [
            (column, Rect(x, top + number * step, width, step))
            for number, line in enumerate(lines)
            for column, x, width in line
        ]

    def _inside(self, canvas: Canvas, cell: Rect, column: int) -> Rect:
        """The rectangle of a cell's text; right-aligned numbers have a margin to the next column."""
        right = 8 if self.columns[column].is_number else 2
        return Rect(cell.x + canvas.units(2), cell.y, cell.width - canvas.units(2 + right), cell.height)

    def _heading(self, index: int) -> str:
        mark = ("▼" if self.descending else "▲") if index == self.sorted_by else ""
        return _(self.columns[index].title) + mark

    def _align(self, column: int) -> Align:
        return "right" if self.columns[column].is_number else "left"

    def _lines(self, canvas: Canvas, rect: Rect) -> list[list[Span]]:
        """The cells of each line of a row: as wide as their texts, plus a share of the spare width."""
        if self._widest is None:  # not in every frame: there may be a thousand rows
            self._widest = [self._widest_cell(index) for index in range(len(self.columns))]
        needed = [self._needed(canvas, index, cell) for index, cell in enumerate(self._widest)]
        name_width, needed[0] = needed[0], min(needed[0], self._needed(canvas, 0, "0" * _NAME_LETTERS))
        lines: list[list[int]] = [[]]
        for column in range(len(self.columns)):
            if lines[-1] and sum(needed[i] for i in (*lines[-1], column)) > rect.width:
                lines.append([])
            lines[-1].append(column)
        needed[0] = min(name_width, rect.width - sum(needed[i] for i in lines[0][1:]))
        return [self._spread(rect, line, needed) for line in lines]

    def _spread(self, rect: Rect, line: list[int], needed: list[int]) -> list[Span]:
        total_weight = sum(self.columns[i].weight for i in line)
        spare = max(0, rect.width - sum(needed[i] for i in line))
        x, spans = float(rect.x), []
        for i in line:
            width = needed[i] + spare * self.columns[i].weight / total_weight
            spans.append((i, round(x), round(x + width) - round(x)))
            x += width
        return spans

    def _widest_cell(self, index: int) -> str:
        return max({row.cells[index] for row in self.rows}, key=text_cols, default="")

    def _needed(self, canvas: Canvas, index: int, widest_cell: str) -> int:
        texts = (self._heading(index), widest_cell)
        return max(canvas.text_width(text) for text in texts) + canvas.units(12)

    def _draw_row(self, canvas: Canvas, rect: Rect, index: int, lines: list[list[Span]]) -> None:
        theme, row = canvas.theme, self.rows[index]
        if index == self.chosen:
            canvas.fill(rect, theme.focus)
            canvas.fill(Rect(rect.x, rect.y, canvas.units(1), rect.height), theme.accent)
        first_line = {column for column, _, _ in lines[0]}
        for column, cell in self._cells(canvas, rect, lines):
            if column not in first_line and row.keys[column] is None:
                continue  # A second line only with what is known.
            is_accented = index == self.chosen and column == 0
            plain = theme.text if column in first_line else theme.text_dim
            color = theme.text_faint if row.is_dim else theme.accent if is_accented else plain
            canvas.text_in(
                row.cells[column], self._inside(canvas, cell, column), color, align=self._align(column)
            )
