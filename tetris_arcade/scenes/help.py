"""Help over any screen: what is on it, then its keys and the keys that always work."""

from __future__ import annotations

from collections.abc import Sequence

from pygame import Rect

from tetris_arcade.languages import _
from tetris_arcade.scenes.base import KeyBinding, Pop, Scene, Transition, bind
from tetris_arcade.scenes.context import Context
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import centered, cols, is_portrait
from tetris_arcade.ui.widgets.callouts import Callout, draw_callouts, place_callouts
from tetris_arcade.ui.widgets.footer import Button, FooterItem, draw_key_label, key_label_width

_DIM_ALPHA = 130


class HelpScene(Scene):
    """Explains the parts of the screen below with call-outs; the second page lists keys.

    A click on a key closes the help and presses that key on the screen below. here: the keys of the screen
    below. always: the keys that work everywhere; those in `here` are left out. callouts: as drawn last.
    """

    title = "Help"
    is_overlay = True

    def __init__(self, context: Context, here: Sequence[FooterItem], always: Sequence[FooterItem]) -> None:
        super().__init__(context)
        known = {item.keys for item in here}
        self._groups = [list(here), [item for item in always if item.keys not in known]]
        self._buttons: list[Button] = []
        self._shows_keys = False
        self._explained: tuple[object, ...] = ()
        self.callouts: list[Callout] = []

    @property
    def is_still(self) -> bool:
        return True

    def bindings(self) -> list[KeyBinding]:
        other = _("what is on the screen") if self._shows_keys else _("keys")
        return [
            bind(other, self._turn_page, Action.CONFIRM),
            bind("", self._turn_page, Action.LEFT, Action.RIGHT),
            bind(_("close"), Pop, Action.BACK),
        ]

    def _turn_page(self) -> None:
        self._shows_keys = not self._shows_keys
        self._buttons = []

    def handle(self, event: InputEvent) -> Transition | None:
        if not event.clicked or event.position is None:
            return super().handle(event)
        for button in self._buttons:
            if button.rect.collidepoint(event.position):
                return Pop(InputEvent(action=button.action))
        return Pop()

    def draw(self, canvas: Canvas) -> None:
        if self._shows_keys or not canvas.explanations:
            self._draw_keys(canvas)
            return
        explained = (
            tuple((*part, text) for part, text in canvas.explanations),
            canvas.rect.size,
            canvas.text_scale,
        )
        if explained != self._explained:
            self._explained = explained
            self.callouts = place_callouts(canvas, canvas.explanations)
        canvas.dim(canvas.rect, canvas.theme.background, _DIM_ALPHA)
        draw_callouts(canvas, self.callouts)

    def _draw_keys(self, canvas: Canvas) -> None:
        units = canvas.units
        line = canvas.line_height() + units(4)
        canvas.dim(canvas.rect, canvas.theme.background, 205)
        is_upright = is_portrait(canvas.rect)
        line_counts = [len(group) + 1 for group in self._groups]
        rows = sum(line_counts) + 1 if is_upright else max(line_counts)
        min_width = units(300 if is_upright else 560)
        width = min(
            canvas.rect.width - units(12), max(min_width, canvas.text_width("0" * (30 if is_upright else 58)))
        )
        height = min(canvas.rect.height - units(8), rows * line + canvas.line_height() + units(20))
        inside = canvas.panel(centered(canvas.rect, width, height), _("keys"))
        inside = Rect(
            inside.x + units(6), inside.y + units(6), inside.width - units(12), inside.height - units(6)
        )
        self._buttons = []
        if is_upright:
            used = self._draw_group(canvas, inside, _("on this screen"), self._groups[0])
            rest = Rect(inside.x, inside.y + used + line // 2, inside.width, inside.height - used - line // 2)
            self._draw_group(canvas, rest, _("always"), self._groups[1])
            return
        left, right = cols(inside, [1.15, 1.0], units(12))
        self._draw_group(canvas, left, _("on this screen"), self._groups[0])
        self._draw_group(canvas, right, _("always"), self._groups[1])

    def _draw_group(self, canvas: Canvas, rect: Rect, heading: str, items: Sequence[FooterItem]) -> int:
        units, theme = canvas.units, canvas.theme
        line = canvas.line_height() + units(4)
        canvas.text(heading, rect.topleft, theme.text_faint)
        key_widths = [sum(key_label_width(canvas, key) + units(2) for key in item.keys) for item in items]
        start = rect.x + min(max(key_widths, default=0) + units(6), rect.width // 2)
        y = rect.y + line
        for item in items:
            if y + canvas.text_height() > rect.bottom:
                break
            x = rect.x + units(3)
            for key in item.keys:
                drawn = draw_key_label(canvas, (x, y), key)
                x = drawn.right + units(5)
                if key.action is not None:
                    self._buttons.append(Button(drawn.inflate(units(2), units(4)), key.action))
            text = Rect(max(start, x), y, rect.right - max(start, x), rect.bottom - y)
            used = max(canvas.line_height(), canvas.paragraph(item.description, text, theme.text))
            if len(item.keys) == 1 and item.keys[0].action is not None:
                self._buttons.append(
                    Button(Rect(text.x, y - units(4), text.width, used), item.keys[0].action)
                )
            y += used + units(4)
        return y - rect.y
