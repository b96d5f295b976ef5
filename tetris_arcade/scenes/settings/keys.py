"""Remapping: choose what to do, then press the key or the pad's button for it."""

from __future__ import annotations

from dataclasses import replace

from pygame import Rect

from tetris_arcade.scenes.base import Pop, Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import DEFAULT_KEYS, Action, InputEvent, InputMapper
from tetris_arcade.ui.key_names import key_label, pad_label
from tetris_arcade.ui.layout import centered, cut_bottom, cut_top, inset
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.ui.widgets.menu import Entry, Menu

_DEFAULTS = "defaults"
_MAX_SHOWN = 3
_NAMES = {
    Action.VISUALS: "visuals on, off",
    Action.VALUES: "agent's view",
    Action.LOOKAHEAD: "look-ahead",
    Action.SAVE: "save to a slot",
    Action.STEP: "one step",
    Action.MUTE: "sound on, off",
    Action.STOP: "stop what runs",
    Action.CONFIRM: "choose",
}


class KeySettingsScene(Scene):
    """A line for each action; while it waits for a key, no key does anything else."""

    title = "Keys and pad"
    header = "Keys and pad"
    has_music = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._waits_for: str | None = None
        self._menu = Menu(self._entries())

    @property
    def captures_all_keys(self) -> bool:  # type: ignore[override]
        return self._waits_for is not None

    def handle(self, event: InputEvent) -> Transition | None:
        if self._waits_for is not None:
            self._take(self._waits_for, event)
            return None
        if event.action is Action.BACK:
            return Pop()
        before = self._menu.chosen
        chosen = self._menu.handle(event)
        if self._menu.chosen != before:
            self.context.audio.play("move")
        if chosen == _DEFAULTS:
            self._save({}, {})
        elif chosen is not None:
            self._waits_for = chosen
        self._menu.replace(self._entries())
        return None

    def hints(self) -> list[Hint]:
        if self._waits_for is not None:
            return [Hint("or pad button to use"), Hint("leave as it is", Action.BACK)]
        return [
            Hint("move", Action.UP, Action.DOWN),
            Hint("change", Action.CONFIRM),
            Hint("back", Action.BACK),
        ]

    def _take(self, action: str, event: InputEvent) -> None:
        inputs = self.context.settings.input
        if event.pad_button:
            self._save(inputs.keys, {**inputs.pad, action: (event.pad_button,)})
        elif event.key == "escape" or (event.action is Action.BACK and not event.key):
            pass  # it stays as it is
        elif event.key:
            self._save({**inputs.keys, action: (event.key,)}, inputs.pad)
        else:
            return
        self._waits_for = None
        self._menu.replace(self._entries())

    def _save(self, keys: dict[str, tuple[str, ...]], pad: dict[str, tuple[str, ...]]) -> None:
        settings = self.context.settings
        self.context.change_settings(replace(settings, input=replace(settings.input, keys=keys, pad=pad)))

    def _entries(self) -> list[Entry]:
        inputs = self.context.settings.input
        mapper = InputMapper(inputs.keys, inputs.pad)
        entries = [Entry(_DEFAULTS, "Put all back as they came")]
        for action in DEFAULT_KEYS:
            name = _NAMES.get(action, action.value.replace("_", " "))
            is_asked = action.value == self._waits_for
            keys, button = ("press a key...", "") if is_asked else _written(mapper, action)
            entries.append(Entry(action.value, name, button, aside=keys))
        return entries

    def draw(self, canvas: Canvas) -> None:
        units, theme = canvas.units, canvas.theme
        area = inset(canvas.rect, units(8))
        note, area = cut_bottom(area, 2 * canvas.line_height(), units(4))
        width = min(area.width, units(460))
        head_height = canvas.line_height() + units(2)
        height = min(area.height, self._menu.height(canvas) + head_height + units(14))
        inside = inset(canvas.panel(centered(area, width, height)), units(2))
        head, menu = cut_top(inside, head_height)
        for name, end in zip(("keyboard", "pad"), self._menu.value_columns(canvas, menu), strict=True):
            place = Rect(head.x, head.y, end - head.x, head.height)
            canvas.text_in(name, place, theme.text_faint, align="right")
        self._menu.draw(canvas, menu)
        text = "A key that is given to one action is taken from the others."
        canvas.paragraph(text, note, theme.text_dim, align="center")


def _written(mapper: InputMapper, action: Action) -> tuple[str, str]:
    """(the keys of an action, its first pad button)."""
    keys = "  ".join(key_label(name) for name in mapper.get_keys(action)[:_MAX_SHOWN]) or "no key"
    return keys, "".join(pad_label(name) for name in mapper.get_buttons(action)[:1])
