"""Remapping: choose what to do, then press the key or the pad's button for it."""

from __future__ import annotations

from dataclasses import replace

from tetris_arcade.scenes.base import Context, Hint, Pop, Scene, Transition
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import DEFAULT_KEYS, Action, InputEvent
from tetris_arcade.ui.layout import centered
from tetris_arcade.ui.widgets.menu import Entry, Menu

_DEFAULTS = "defaults"


class KeySettingsScene(Scene):
    """A line for each action; while it waits for a key, no key does anything else."""

    title = "Keys and pad"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._waits_for: str | None = None
        self._menu = Menu(self._entries())

    @property
    def takes_text(self) -> bool:  # type: ignore[override]
        return self._waits_for is not None

    def handle(self, event: InputEvent) -> Transition | None:
        if self._waits_for is not None:
            self._take(self._waits_for, event)
            return None
        if event.action is Action.BACK:
            return Pop()
        chosen = self._menu.handle(event)
        if chosen == _DEFAULTS:
            self._save({}, {})
        elif chosen is not None:
            self._waits_for = chosen
        self._menu.replace(self._entries())
        return None

    def hints(self) -> list[Hint]:
        if self._waits_for is not None:
            return [Hint("KEY", "or pad button to use"), Hint("ESC", "leave as it is")]
        return [Hint("↑ ↓", "move"), Hint("ENTER", "change"), Hint("ESC", "back")]

    def _take(self, action: str, event: InputEvent) -> None:
        inputs = self.context.settings.input
        if event.pad_button:
            self._save(inputs.keys, {**inputs.pad, action: (event.pad_button,)})
        elif event.key == "escape":
            pass
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
        own = self.context.settings.input.keys
        entries = []
        for action, defaults in DEFAULT_KEYS.items():
            keys = " ".join(own.get(action.value, defaults))
            shown = "press a key..." if action.value == self._waits_for else keys
            entries.append(Entry(action.value, action.value.replace("_", " "), shown))
        return [*entries, Entry(_DEFAULTS, "All as they came")]

    def draw(self, canvas: Canvas) -> None:
        k = canvas.k
        width = min(canvas.rect.width - 8 * k, 420 * k)
        height = min(canvas.rect.height - 8 * k, self._menu.height(canvas) + 40 * k)
        inside = canvas.panel(centered(canvas.rect, width, height), self.title)
        self._menu.draw(canvas, inside)
