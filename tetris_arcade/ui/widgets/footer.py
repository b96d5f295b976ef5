"""The footer: the most useful keys of a screen, as many as fit. Each can be clicked or tapped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pygame import Rect, Surface

from tetris_arcade.realtime.controls import Control, PlayerControl
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.key_names import Shape
from tetris_arcade.ui.widgets.key_icon import draw_icon, icon_height, icon_width

_PORTRAIT_LINES = 2
"""The most lines in portrait with normal text; otherwise there is one. Larger text takes more."""
_LINE_SPACING_UNITS, _MIN_LINE_SPACING_UNITS = 9, 7


@dataclass(frozen=True, init=False)
class Hint:
    """Describes what one or more actions, or controls of a game, do on a screen, for footer and help."""

    description: str
    actions: tuple[Action | Control | PlayerControl, ...]

    def __init__(self, description: str, *actions: Action | Control | PlayerControl) -> None:
        object.__setattr__(self, "description", description)
        object.__setattr__(self, "actions", actions)


@dataclass(frozen=True)
class KeyLabel:
    """The label of a key or button, its picture, and the action that it triggers, if any."""

    label: str
    action: Action | None = None
    shape: Shape = "key"


@dataclass(frozen=True)
class FooterItem:
    """A hint with the labels of its keys."""

    keys: tuple[KeyLabel, ...]
    description: str


@dataclass(frozen=True)
class Button:
    """A rectangle on the screen that triggers an action when it is clicked; description: what it does."""

    rect: Rect
    action: Action
    description: str = ""


def key_label_width(canvas: Canvas, key: KeyLabel) -> int:
    return icon_width(canvas, key.shape, key.label)


def draw_key_label(canvas: Canvas, at: tuple[int, int], key: KeyLabel) -> Rect:
    """Draw a key or button with the top left of its text at `at`; return its rectangle."""
    rect = Rect(0, 0, key_label_width(canvas, key), icon_height(canvas))
    rect.topleft = (at[0] - canvas.units(3), at[1] - canvas.units(2))
    draw_icon(canvas, rect, key.shape, key.label)
    return rect


class FooterLayout:
    """Arranges items in one line, or two in portrait, or more with large text, which loses none of them.

    `last_item` is always shown at the right end, and so is an item for `Action.BACK`, because a touch screen
    has no other way back.
    """

    def __init__(self, canvas: Canvas, items: Sequence[FooterItem], last_item: FooterItem) -> None:
        self._last_item = last_item
        max_lines = _PORTRAIT_LINES if canvas.rect.height > canvas.rect.width else 1
        self._lines = self._arrange(canvas.at_text_size(1.0), items, max_lines)
        if canvas.text_scale > 1.0:
            shown = [item for line in self._lines for item in line]
            self._lines = self._arrange(canvas, shown, len(shown) + 1)
        spacing = _LINE_SPACING_UNITS if canvas.text_scale == 1.0 else _MIN_LINE_SPACING_UNITS
        self._line_height = canvas.text_height() + canvas.units(spacing)
        self.height = len(self._lines) * self._line_height + canvas.units(1)

    def _arrange(self, canvas: Canvas, items: Sequence[FooterItem], max_lines: int) -> list[list[FooterItem]]:
        line_width = canvas.rect.width - canvas.units(12)
        remaining = line_width - self._width(canvas, self._last_item)
        lines: list[list[FooterItem]] = [[]]
        back = next((item for item in items if _has_back(item)), None)
        for item in items:
            width = self._width(canvas, item)
            is_last_line = len(lines) == max_lines
            reserved = self._width(canvas, back) if back not in (None, item) and is_last_line else 0
            if width + reserved > remaining:
                if is_last_line:
                    break
                lines.append([])
                remaining = line_width
            lines[-1].append(item)
            remaining -= width
            back = None if item is back else back
        if back is not None:
            lines[-1].append(back)
        return lines

    def draw(self, canvas: Canvas, rect: Rect) -> list[Button]:
        """Draw into a rectangle of the footer's height; return the buttons."""
        theme, units = canvas.theme, canvas.units
        canvas.fill(rect, theme.panel)
        canvas.fill(Rect(rect.x, rect.y, rect.width, canvas.hairline), theme.panel_edge)
        first_y = y = rect.y + units(1) + (self._line_height - canvas.text_height()) // 2
        buttons: list[Button] = []
        for line in self._lines:
            x = rect.x + units(7)
            for item in line:
                x = self._draw_item(canvas, (x, y), item, buttons)
            y += self._line_height
        right = rect.right - self._width(canvas, self._last_item) + units(1)
        self._draw_item(canvas, (right, first_y), self._last_item, buttons)
        return buttons

    def _width(self, canvas: Canvas, item: FooterItem) -> int:
        keys_width = sum(key_label_width(canvas, key) + canvas.units(2) for key in item.keys)
        return keys_width + canvas.units(2) + canvas.text_width(item.description) + canvas.units(9)

    def _draw_item(self, canvas: Canvas, at: tuple[int, int], item: FooterItem, buttons: list[Button]) -> int:
        """Draw an item and add its buttons; return the x coordinate of the next item."""
        units, (x, y) = canvas.units, at
        for key in item.keys:
            rect = draw_key_label(canvas, (x, y), key)
            if key.action is not None:
                buttons.append(Button(rect.inflate(units(2), units(4)), key.action, item.description))
            x = rect.right + units(5)
        text = canvas.text(item.description, (x - units(1), y), canvas.theme.text_dim)
        # With several keys, a click on the description would be ambiguous.
        if len(item.keys) == 1 and item.keys[0].action is not None:
            buttons.append(Button(text.inflate(units(2), units(8)), item.keys[0].action, item.description))
        return text.right + units(10)


def _has_back(item: FooterItem) -> bool:
    return any(key.action is Action.BACK for key in item.keys)


class Footer:
    """The footer of a window; it is arranged and painted again only when its content changes."""

    def __init__(self) -> None:
        self._content: tuple[object, ...] | None = None
        self._picture: Surface | None = None
        self._buttons: list[Button] = []

    def arrange(self, canvas: Canvas, items: Sequence[FooterItem], last_item: FooterItem) -> int:
        """Set the items; return the height in pixels that they need."""
        look = (canvas.rect.size, canvas.theme.name, canvas.unit_px, canvas.text_scale)
        content = (tuple(items), last_item, look)
        if content != self._content:
            self._content, self._picture = content, None
            self._layout = FooterLayout(canvas, items, last_item)
        return self._layout.height

    def draw(self, canvas: Canvas, rect: Rect) -> list[Button]:
        """Draw into a rectangle of that height at the bottom of the canvas; return the buttons."""
        if self._picture is None:
            self._buttons = self._layout.draw(canvas, rect)
            self._picture = canvas.surface.subsurface(rect).copy()
        else:
            canvas.surface.blit(self._picture, rect)
        return self._buttons
