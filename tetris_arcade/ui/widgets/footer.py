"""The foot line: the keys that are most useful here, as many as fit; each can be clicked or touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pygame import Rect, Surface

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.theme import blend

_MAX_LINES = 2


@dataclass(frozen=True, init=False)
class Hint:
    """What one or more actions do on this screen, for the footer and the help."""

    does: str
    actions: tuple[Action, ...]

    def __init__(self, does: str, *actions: Action) -> None:
        object.__setattr__(self, "does", does)
        object.__setattr__(self, "actions", actions)


@dataclass(frozen=True)
class KeyLabel:
    """What a key's cap says, and what the key does where that is an action."""

    label: str
    action: Action | None = None


@dataclass(frozen=True)
class FooterItem:
    """Caps, and what they do here."""

    caps: tuple[KeyLabel, ...]
    does: str


@dataclass(frozen=True)
class Button:
    """A place on the screen that means an action."""

    rect: Rect
    action: Action


def key_label_width(canvas: Canvas, label: str) -> int:
    return canvas.text_width(label) + canvas.units(6)


def draw_key_label(canvas: Canvas, at: tuple[int, int], label: str) -> Rect:
    """Draw a key's cap with the top left of its text at `at`; returns where the cap is."""
    units, theme = canvas.units, canvas.theme
    rect = Rect(
        at[0] - units(3), at[1] - units(2), key_label_width(canvas, label), canvas.text_height() + units(4)
    )
    canvas.draw_rounded(rect.move(0, units(1)), blend(theme.focus, theme.background, 0.6))
    canvas.draw_rounded(rect, theme.focus)
    canvas.text(label, at, theme.accent)
    return rect


def _goes_back(item: FooterItem) -> bool:
    return any(cap.action is Action.BACK for cap in item.caps)


class FooterLayout:
    """Lays the items out in one line, or two on a tall screen; the last item is always there, at the
    right, and the way back too: who only has a finger has no other."""

    def __init__(self, canvas: Canvas, items: Sequence[FooterItem], last: FooterItem) -> None:
        self._last = last
        self._line_height = canvas.text_height() + canvas.units(9)
        most = _MAX_LINES if canvas.rect.height > canvas.rect.width else 1
        room = canvas.rect.width - canvas.units(12)
        self._lines: list[list[FooterItem]] = [[]]
        left = room - self._width(canvas, last)
        back = next((item for item in items if _goes_back(item)), None)
        for item in items:
            width = self._width(canvas, item)
            is_last_line = len(self._lines) == most
            kept = self._width(canvas, back) if back not in (None, item) and is_last_line else 0
            if width + kept > left:
                if is_last_line:
                    break
                self._lines.append([])
                left = room
            self._lines[-1].append(item)
            left -= width
            back = None if item is back else back
        if back is not None:
            self._lines[-1].append(back)
        self.height = len(self._lines) * self._line_height + canvas.units(1)

    def draw(self, canvas: Canvas, rect: Rect) -> list[Button]:
        """Draw into a rectangle of the foot's height; returns what can be clicked."""
        theme, units = canvas.theme, canvas.units
        canvas.fill(rect, theme.panel)
        canvas.fill(Rect(rect.x, rect.y, rect.width, canvas.hairline), theme.panel_edge)
        y = rect.y + units(1) + (self._line_height - canvas.text_height()) // 2
        buttons: list[Button] = []
        for line in self._lines:
            x = rect.x + units(7)
            for item in line:
                x = self._draw_item(canvas, (x, y), item, buttons)
            y += self._line_height
        right = rect.right - self._width(canvas, self._last) + units(1)
        first = rect.y + units(1) + (self._line_height - canvas.text_height()) // 2
        self._draw_item(canvas, (right, first), self._last, buttons)
        return buttons

    def _width(self, canvas: Canvas, item: FooterItem) -> int:
        caps = sum(key_label_width(canvas, cap.label) + canvas.units(2) for cap in item.caps)
        return caps + canvas.units(2) + canvas.text_width(item.does) + canvas.units(9)

    def _draw_item(self, canvas: Canvas, at: tuple[int, int], item: FooterItem, buttons: list[Button]) -> int:
        units, (x, y) = canvas.units, at
        for cap in item.caps:
            rect = draw_key_label(canvas, (x, y), cap.label)
            if cap.action is not None:
                buttons.append(Button(rect.inflate(units(2), units(4)), cap.action))
            x = rect.right + units(5)
        word = canvas.text(item.does, (x - units(1), y), canvas.theme.text_dim)
        # A word belongs to its key where there is just one.
        if len(item.caps) == 1 and item.caps[0].action is not None:
            buttons.append(Button(word.inflate(units(2), units(8)), item.caps[0].action))
        return word.right + units(10)


class Footer:
    """The foot of a window that goes on: laid out and painted anew only when it says something else."""

    def __init__(self) -> None:
        self._look: tuple[object, ...] | None = None
        self._picture: Surface | None = None
        self._buttons: list[Button] = []

    def show(self, canvas: Canvas, items: Sequence[FooterItem], last: FooterItem) -> int:
        """Take what there is to say; returns the height in pixels that it needs."""
        look = (tuple(items), last, canvas.rect.size, canvas.theme.name, canvas.unit_px, canvas.text_scale)
        if look != self._look:
            self._look, self._picture = look, None
            self._foot = FooterLayout(canvas, items, last)
        return self._foot.height

    def draw(self, canvas: Canvas, rect: Rect) -> list[Button]:
        """Draw into a rectangle of that height at the canvas' foot; returns what can be clicked."""
        if self._picture is None:
            self._buttons = self._foot.draw(canvas, rect)
            self._picture = canvas.surface.subsurface(rect).copy()
        else:
            canvas.surface.blit(self._picture, rect)
        return self._buttons
