"""Settings: display, sound, keys, training defaults; each change is applied and saved at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

from pygame import Rect

from tetris_arcade.scenes.base import Context, Hint, Pop, Push, Scene, Transition
from tetris_arcade.scenes.key_settings import KeySettingsScene
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.settings import TEXT_SIZES, Palette, Presenting
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import centered, cut_right, is_portrait
from tetris_arcade.ui.widgets.cells import cell_sprites
from tetris_arcade.ui.widgets.menu import Entry, Menu


class SettingsScene(Scene):
    """One list; left and right change a value."""

    title = "Settings"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._menu = Menu(self._entries())

    def enter(self) -> None:
        self._menu.replace(self._entries())

    def handle(self, event: InputEvent) -> Transition | None:
        if event.action is Action.BACK:
            return Pop()
        chosen = self._menu.handle(event)
        self._menu.replace(self._entries())
        if chosen == "keys":
            return Push(KeySettingsScene(self.context))
        if chosen == "title":
            title = self.context.settings.display.title
            return Push(NameEntryScene(self.context, "The title on the screen", title, self._take_title))
        return None

    def hints(self) -> list[Hint]:
        return [Hint("↑ ↓", "move"), Hint("← →", "change"), Hint("ENTER", "choose"), Hint("ESC", "back")]

    def _entries(self) -> list[Entry]:
        settings = self.context.settings
        display, sound, kiosk = settings.display, settings.sound, settings.kiosk
        return [
            Entry("title", "Title", display.title),
            self._choice("display", "palette", "Palette", get_args(Palette)),
            self._choice("display", "text_size", "Text size", TEXT_SIZES),
            self._switch("display", "reduced_motion", "Reduced motion"),
            self._switch("display", "full_screen", "Full screen"),
            self._choice("display", "presenting", "Presenting (next start)", get_args(Presenting)),
            Entry(
                "muted",
                "Sound",
                "off" if sound.muted else "on",
                lambda _by: self._set("sound", muted=not sound.muted),
            ),
            self._volume("effects_volume", "Effects volume"),
            Entry("keys", "Keys and pad..."),
            self._step("training", "num_envs", "Games trained at once", 4, 64, 4),
            self._step("training", "seed", "Seed", 0, 9_999, 1),
            Entry(
                "idle",
                "Kiosk idle seconds",
                f"{kiosk.idle_seconds:g}",
                lambda by: self._set(
                    "kiosk", idle_seconds=min(max(kiosk.idle_seconds + 15 * by, 15.0), 900.0)
                ),
            ),
        ]

    def _set(self, section: str, **values: Any) -> None:
        settings = self.context.settings
        changed = replace(getattr(settings, section), **values)
        self.context.change_settings(replace(settings, **{section: changed}))

    def _choice(self, section: str, name: str, label: str, choices: tuple[Any, ...]) -> Entry:
        now = getattr(getattr(self.context.settings, section), name)
        index = choices.index(now) if now in choices else 0
        return Entry(
            name,
            label,
            str(now),
            self._setter(section, name, lambda by: choices[(index + by) % len(choices)]),
        )

    def _switch(self, section: str, name: str, label: str) -> Entry:
        now = getattr(getattr(self.context.settings, section), name)
        return Entry(name, label, "on" if now else "off", self._setter(section, name, lambda _by: not now))

    def _step(self, section: str, name: str, label: str, low: int, high: int, step: int) -> Entry:
        now = getattr(getattr(self.context.settings, section), name)
        return Entry(
            name,
            label,
            str(now),
            self._setter(section, name, lambda by: min(max(now + step * by, low), high)),
        )

    def _volume(self, name: str, label: str) -> Entry:
        now = getattr(self.context.settings.sound, name)
        return Entry(
            name,
            label,
            f"{now:.0%}",
            self._setter("sound", name, lambda by: min(max(round(now + by / 10, 1), 0.0), 1.0)),
        )

    def _setter(self, section: str, name: str, value: Callable[[int], Any]) -> Callable[[int], None]:
        return lambda by: self._set(section, **{name: value(by)})

    def _take_title(self, title: str) -> Transition | None:
        self._set("display", title=title)
        return None

    def draw(self, canvas: Canvas) -> None:
        k = canvas.k
        width = min(canvas.rect.width - 8 * k, 420 * k)
        height = min(canvas.rect.height - 8 * k, self._menu.height(canvas) + 60 * k)
        inside = canvas.panel(centered(canvas.rect, width, height), "Settings")
        if not is_portrait(canvas.rect):
            sample, inside = cut_right(inside, 40 * k, 4 * k)
            self._draw_sample(canvas, sample)
        self._menu.draw(canvas, inside)

    def _draw_sample(self, canvas: Canvas, rect: Rect) -> None:
        """The pieces in the palette that is chosen."""
        size = 14 * canvas.k
        for piece in range(7):
            sprite = cell_sprites(canvas, size)[piece + 1]
            assert sprite is not None
            canvas.surface.blit(
                sprite, (rect.centerx - size // 2, rect.y + 6 * canvas.k + piece * (size + 4 * canvas.k))
            )
