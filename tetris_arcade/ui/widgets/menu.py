"""A list of choices: keys, mouse and pad choose; an entry may carry a value that left and right change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent


@dataclass(frozen=True)
class Entry:
    """One line. `value` is shown on the right; `change(-1 or 1)` is called by left and right. `key` says
    which it is."""

    key: str
    label: str
    value: str = ""
    change: Callable[[int], None] | None = None
    is_enabled: bool = True


@dataclass
class Menu:
    """Entries and which one is chosen. `handle` returns an entry's key when it is confirmed."""

    entries: list[Entry]
    chosen: int = 0
    _rects: list[tuple[int, Rect]] = field(default_factory=list)
    _first: int = 0

    @property
    def current(self) -> Entry:
        return self.entries[self.chosen]

    def replace(self, entries: list[Entry]) -> None:
        """Take new entries; the choice stays where it is, as far as it can."""
        self.entries = entries
        self.chosen = min(self.chosen, len(entries) - 1)

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
            if self.current.is_enabled:
                return

    def _confirm(self) -> str | None:
        if not self.current.is_enabled:
            return None
        if self.current.change is not None:
            self.current.change(1)
        return self.current.key

    def _point(self, position: tuple[int, int], clicked: bool) -> str | None:
        for index, rect in self._rects:
            if rect.collidepoint(position) and self.entries[index].is_enabled:
                self.chosen = index
                return self._confirm() if clicked else None
        return None

    def height(self, canvas: Canvas, size: float = 1.0) -> int:
        """Pixels that all entries take."""
        return len(self.entries) * self._row_height(canvas, size)

    def draw(self, canvas: Canvas, rect: Rect, size: float = 1.0, centered: bool = False) -> None:
        """Draw as many entries as fit, the chosen one among them."""
        tall = self._row_height(canvas, size)
        shown = max(1, min(len(self.entries), rect.height // tall))
        first = min(max(self._first, self.chosen - shown + 1), self.chosen)
        first = max(0, min(first, len(self.entries) - shown))
        rects = [
            (first + i, Rect(rect.x, rect.y + i * tall, rect.width, tall - 2 * canvas.k))
            for i in range(shown)
        ]
        self._first, self._rects = first, rects
        for index, row in rects:
            self._draw_entry(canvas, row, index, size, centered)

    def _draw_entry(self, canvas: Canvas, row: Rect, index: int, size: float, centered: bool) -> None:
        theme, k, entry = canvas.theme, canvas.k, self.entries[index]
        is_chosen = index == self.chosen
        color = theme.text_faint if not entry.is_enabled else theme.accent if is_chosen else theme.text
        if is_chosen:
            canvas.fill(row, theme.focus)
            canvas.fill(Rect(row.x, row.y, 2 * k, row.height), theme.accent)
        inside = Rect(row.x + 8 * k, row.y, max(0, row.width - 16 * k), row.height)
        if centered:
            canvas.text_in(entry.label, inside, color, size)
            return
        value = f"◀ {entry.value} ▶" if entry.change is not None and is_chosen else entry.value
        taken = canvas.text_width(value + " ", size) if value else 0
        canvas.text_in(
            entry.label,
            Rect(inside.x, inside.y, max(0, inside.width - taken), inside.height),
            color,
            size,
            "left",
        )
        if value:
            canvas.text_in(value, inside, theme.text_dim if not is_chosen else theme.accent, size, "right")

    def _row_height(self, canvas: Canvas, size: float) -> int:
        return canvas.text_height(size) + 10 * canvas.k
