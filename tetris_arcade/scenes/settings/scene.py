"""Settings: display, sound, keys, training defaults, kiosk; each change is applied and saved at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

from pygame import Rect

from tetris_arcade.config.settings import TEXT_SIZES, KioskSettings, Palette, Presenting
from tetris_arcade.scenes.base import Pop, Push, Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.settings.keys import KeySettingsScene
from tetris_arcade.scenes.settings.kiosk import ABOUT as KIOSK_ABOUT
from tetris_arcade.scenes.settings.kiosk import kiosk_entries, kiosk_screen
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import cols, cut_bottom, cut_right, cut_top, inset, is_portrait, rows
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.ui.widgets.menu import Entry, Menu, heading
from tetris_arcade.ui.widgets.next_queue import draw_next_queue

_WINDOW_SIZES = ((800, 480), (1280, 720), (1600, 900), (1920, 1080), (2560, 1440))
_ABOUT = {
    "title": "What the title screen and the window are called.",
    "palette": "colour-safe is told apart by all eyes. Patterns stay with every palette.",
    "text_size": "Larger letters, where the screen has room for them.",
    "reduced_motion": "Pieces jump to their place, rows vanish at once, screens change without a curtain.",
    "full_screen": "Also F11 or Alt+Enter, at any time.",
    "window_size": "The window's size when it is not the whole screen.",
    "presenting": "How pictures reach the screen; software spares a processor that has no graphics chip "
    "beside it. From the next start on.",
    "muted": "All sound, also with M at any time.",
    "effects_volume": "Keys, locks, cleared lines and new bests.",
    "music_on": "A tune of our own on the title and in the menus.",
    "music_volume": "How loud the tune is.",
    "keys": "Give any action another key or another button of a game pad.",
    "num_envs": "Boards that are played at once while it learns. More is not always better.",
    "seed": "The same seed gives the same training again.",
    **KIOSK_ABOUT,
}


_MIN_SAMPLE_UNITS = 30
_SCREENS = {"keys", "title", "playlist", "pin"}
"""Lines that lead to a screen of their own."""


class SettingsScene(Scene):
    """One list; left and right change a value. A kiosk's visitors can look at it."""

    title = "Settings"
    header = "Settings"
    has_music = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._menu = Menu(self._entries())

    def enter(self) -> None:
        self._menu.replace(self._entries())

    def handle(self, event: InputEvent) -> Transition | None:
        if event.action is Action.BACK:
            return Pop()
        before = (self._menu.chosen, self.context.settings)
        chosen = self._menu.handle(event)
        self._menu.replace(self._entries())
        if (self._menu.chosen, self.context.settings) != before:
            self.context.audio.play("move")
        if chosen in _SCREENS and self.context.is_kiosk:
            self._refuse()
            return None
        if chosen == "keys":
            return Push(KeySettingsScene(self.context))
        if chosen == "title":
            title = self.context.settings.display.title
            return Push(NameEntryScene(self.context, "The title on the screen", title, self._take_title))
        return kiosk_screen(self.context, chosen, self._take_kiosk)

    def hints(self) -> list[Hint]:
        return [
            Hint("move", Action.UP, Action.DOWN),
            Hint("change", Action.LEFT, Action.RIGHT),
            Hint("choose", Action.CONFIRM),
            Hint("back", Action.BACK),
        ]

    # --- What there is to set ---

    def _entries(self) -> list[Entry]:
        return [*self._display(), *self._sound(), *self._rest()]

    def _display(self) -> list[Entry]:
        return [
            heading("Display"),
            Entry("title", "Title", self.context.settings.display.title),
            self._choice("display", "palette", "Palette", get_args(Palette)),
            self._choice("display", "text_size", "Text size", TEXT_SIZES),
            self._switch("display", "reduced_motion", "Reduced motion"),
            self._switch("display", "full_screen", "Full screen"),
            self._choice(
                "display", "window_size", "Window size", _WINDOW_SIZES, lambda size: f"{size[0]} x {size[1]}"
            ),
            self._choice("display", "presenting", "Presenting", get_args(Presenting)),
        ]

    def _sound(self) -> list[Entry]:
        sound = self.context.settings.sound
        is_muted = Entry(
            "muted",
            "Sound",
            "off" if sound.muted else "on",
            lambda _by: self._set("sound", muted=not sound.muted),
        )
        return [
            heading("Sound"),
            is_muted,
            self._volume("effects_volume", "Effects volume"),
            self._switch("sound", "music_on", "Music"),
            self._volume("music_volume", "Music volume"),
        ]

    def _rest(self) -> list[Entry]:
        return [
            heading("Keys and pads"),
            Entry("keys", "Keys and buttons", "..."),
            heading("Training"),
            self._step("training", "num_envs", "Games at once", 4, 64, 4),
            self._step("training", "seed", "Seed", 0, 9_999, 1),
            *kiosk_entries(self.context, self._take_kiosk),
        ]

    def _set(self, section: str, **values: Any) -> None:
        if self.context.is_kiosk:
            self._refuse()
            return
        settings = self.context.settings
        changed = replace(getattr(settings, section), **values)
        self.context.change_settings(replace(settings, **{section: changed}))

    def _choice(
        self,
        section: str,
        name: str,
        label: str,
        choices: tuple[Any, ...],
        written: Callable[[Any], str] = str,
    ) -> Entry:
        now = getattr(getattr(self.context.settings, section), name)
        index = choices.index(now) if now in choices else -1

        def turn(by: int) -> Any:
            return choices[(index + by) % len(choices)] if index >= 0 else choices[0]

        return Entry(name, label, written(now), self._setter(section, name, turn))

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
        bar = "■" * round(now * 10) + "·" * (10 - round(now * 10))
        return Entry(
            name,
            label,
            bar,
            self._setter("sound", name, lambda by: min(max(round(now + by / 10, 1), 0.0), 1.0)),
        )

    def _setter(self, section: str, name: str, value: Callable[[int], Any]) -> Callable[[int], None]:
        return lambda by: self._set(section, **{name: value(by)})

    def _take_kiosk(self, kiosk: KioskSettings) -> None:
        if self.context.is_kiosk:
            self._refuse()
        else:
            self.context.change_settings(replace(self.context.settings, kiosk=kiosk))

    def _refuse(self) -> None:
        self.context.notify("nothing can be changed here", "warning")

    def _take_title(self, title: str) -> Transition | None:
        self._set("display", title=title)
        return None

    @property
    def _about(self) -> str:
        """What is said of the chosen line."""
        return _ABOUT.get(self._menu.current.key, "")

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        units = canvas.units
        area = inset(canvas.rect, units(8))
        if is_portrait(canvas.rect):
            # The list can be scrolled; the words under it cannot.
            most = area.height - 6 * canvas.line_height() - units(60)
            rest, about = cut_top(area, min(self._menu.height(canvas) + units(12), most), units(6))
            words = len(canvas.wrap(self._about, about.width - units(8))) + 2
            about, _ = cut_top(about, max(units(150), words * canvas.line_height() + units(12)))
        else:
            about, rest = cut_right(area, area.width * 34 // 100, units(6))
        self._menu.draw(canvas, inset(canvas.panel(rest), units(1)))
        self._draw_about(canvas, canvas.panel(about, self._menu.current.label))

    def _draw_about(self, canvas: Canvas, inside: Rect) -> None:
        """What the chosen setting does, and how the pieces look now."""
        units = canvas.units
        about, room = self._about, inset(inside, units(2))
        left = room.height - len(canvas.wrap(about, room.width)) * canvas.line_height() - units(4)
        sample, words = cut_bottom(room, max(0, min(inside.height // 2, units(84), left)), units(4))
        canvas.paragraph(about, words)
        if sample.height < units(_MIN_SAMPLE_UNITS):
            return
        upper, lower = rows(sample, [1.0, 1.0], units(2))
        draw_next_queue(canvas, upper, (0, 1, 2, 3))
        draw_next_queue(canvas, cols(lower, [1.0, 6.0, 1.0])[1], (4, 5, 6))
