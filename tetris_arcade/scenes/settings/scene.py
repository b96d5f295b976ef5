"""Settings: display, sound, keys, training defaults, kiosk; each change is applied and saved at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, get_args

from pygame import Rect

from tetris_arcade.config.settings import TEXT_SIZES, KioskSettings, Palette, Presenting, Wording
from tetris_arcade.languages import LANGUAGES, N_, _, format_number
from tetris_arcade.scenes.base import Push, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.menu_scene import MenuEntry, MenuScene, menu_heading
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.settings.handling import HandlingScene
from tetris_arcade.scenes.settings.keys import KeySettingsScene
from tetris_arcade.scenes.settings.kiosk import kiosk_entries
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.display import num_monitors
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.key_names import combination_label
from tetris_arcade.ui.keyboard import FULL_SCREEN_KEYS
from tetris_arcade.ui.layout import cols, cut_bottom, cut_right, cut_top, inset, is_portrait, rows
from tetris_arcade.ui.widgets.next_queue import draw_next_queue

_WINDOW_SIZES = ((800, 480), (1280, 720), (1600, 900), (1920, 1080), (2560, 1440))
_SCAN_SECONDS = (0.6, 0.8, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0)
_OPEN_TO_VISITORS = frozenset({"one_button", "scan_seconds", "captions", "read_aloud"})
"""What a kiosk's visitors may change, until they have left."""
_DEAD_ZONES = tuple(tenths / 10 for tenths in range(1, 10))
_MIN_SAMPLE_UNITS = 30
_OPTION_NAMES = (
    *(N_("colour-safe"), N_("classic"), N_("high-contrast"), N_("mono")),
    *(N_("auto"), N_("software"), N_("vsync")),
)
"""The values of settings that are words, for the catalogues."""
_OPTION_NAMES = (
    *(N_("colour-safe"), N_("classic"), N_("high-contrast"), N_("mono")),
    *(N_("auto"), N_("software"), N_("vsync")),
)
"""The values of settings that are words, for the catalogues."""


class SettingsScene(MenuScene):
    """One menu; left and right change a value. A kiosk's visitors can read it, but change nothing.

    screens: (key, label) of what a kiosk's visitors can open from the title.
    """

    title = "Settings"
    header = N_("Settings")
    has_music = True

    def __init__(self, context: Context, screens: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(context)
        self._screens = screens

    # --- The menu ---

    def entries(self) -> list[MenuEntry]:
        entries = [
            *self._display_entries(),
            *self._sound_entries(),
            *self._key_entries(),
            *self._access_entries(),
            *self._training_entries(),
            *kiosk_entries(self.context, self._change_kiosk, self._screens),
        ]
        if not self.context.is_kiosk:
            return entries
        return [entry if entry.key in _OPEN_TO_VISITORS else self._lock(entry) for entry in entries]

    def _display_entries(self) -> list[MenuEntry]:
        return [
            menu_heading(_("Display")),
            MenuEntry(
                "title",
                _("Title"),
                self.context.settings.display.title,
                choose=self._ask_title,
                description=_("Name shown on the title screen and window."),
            ),
            self._option(
                "display",
                "palette",
                _("Palette"),
                get_args(Palette),
                _('"Colour-safe" works for colour-blind players. Every palette keeps the patterns.'),
            ),
            self._option(
                "display",
                "language",
                self._language_label(),
                tuple(LANGUAGES),
                _("The language of the texts on the screen."),
                lambda code: LANGUAGES[code].name,
            ),
            self._option(
                "display",
                "text_size",
                _("Text size"),
                TEXT_SIZES,
                _("Larger text where it fits."),
                lambda size: format_number(size, ""),
            ),
            self._option(
                "display",
                "wording",
                _("Explanations"),
                get_args(Wording),
                _("For visitors in everyday words, or for students in those of the field."),
                lambda wording: {"visitor": _("for visitors"), "student": _("for students")}[wording],
            ),
            self._switch(
                "display",
                "reduced_motion",
                _("Reduced motion"),
                _("No falling, clearing or transition animations."),
            ),
            self._switch("display", "full_screen", _("Full screen"), self._full_screen_text()),
            *self._monitor_entries(),
            self._option(
                "display",
                "window_size",
                _("Window size"),
                _WINDOW_SIZES,
                _("Window size when not full screen."),
                lambda size: f"{size[0]} x {size[1]}",
            ),
            self._option(
                "display",
                "presenting",
                _("Renderer"),
                get_args(Presenting),
                _('Use "software" if there is no graphics card. Takes effect after restart.'),
            ),
        ]

    @staticmethod
    def _language_label() -> str:
        """Named in English, too, for those who cannot read the language that is chosen."""
        label = _("Language")
        return label if label == "Language" else f"{label} (Language)"

    def _monitor_entries(self) -> list[MenuEntry]:
        """The choice of the monitor, if there is one."""
        count = max(num_monitors(), self._get("display", "monitor"))
        numbers = tuple(range(1, count + 1))
        text = _("The monitor that full screen fills.")
        return [self._option("display", "monitor", _("Monitor"), numbers, text)] if count > 1 else []

    def _sound_entries(self) -> list[MenuEntry]:
        muted = self.context.settings.sound.muted
        return [
            menu_heading(_("Sound")),
            MenuEntry(
                "muted",
                _("Sound"),
                _("off") if muted else _("on"),
                lambda _by: self._set("sound", muted=not muted),
                description=_("All sound. Also {keys}, at any time.").format(
                    keys=self.keys_text("", Action.MUTE)
                ),
            ),
            self._volume("effects_volume", _("Effects volume"), _("Menu, landing, line and record sounds.")),
            self._switch("sound", "music_on", _("Music"), _("Original music on the title and in menus.")),
            self._volume("music_volume", _("Music volume"), _("Music volume.")),
        ]

    def _key_entries(self) -> list[MenuEntry]:
        return [
            menu_heading(_("Keys and pads")),
            MenuEntry(
                "keys",
                _("Keys and buttons"),
                "...",
                choose=lambda: Push(KeySettingsScene(self.context)),
                description=_("Change keys and gamepad buttons."),
            ),
            MenuEntry(
                "handling",
                _("Handling"),
                "...",
                choose=lambda: Push(HandlingScene(self.context)),
                description=_("How the game feels that you play: delay, repeat, soft drop."),
            ),
            self._option(
                "input",
                "dead_zone",
                _("Stick dead zone"),
                _DEAD_ZONES,
                _("How far a stick must be tilted to count. Raise it if a stick moves by itself."),
                lambda share: format_number(share, ".0%"),
            ),
        ]

    def _access_entries(self) -> list[MenuEntry]:
        return [
            menu_heading(_("Access")),
            self._switch(
                "access",
                "one_button",
                _("One button"),
                _("The highlight walks by itself, and one button chooses. Games are played with it, too."),
            ),
            self._option(
                "access",
                "scan_seconds",
                _("Time per line"),
                _SCAN_SECONDS,
                _("With one button: how long the highlight stays on a line."),
                lambda seconds: _("{n} s").format(n=format_number(seconds, ".1f")),
            ),
            self._switch("access", "captions", _("Captions"), _("Sounds are written above the keys.")),
            self._switch(
                "access",
                "read_aloud",
                _("Read aloud"),
                _("The chosen line is spoken, if this system has a speech program."),
            ),
        ]

    def _training_entries(self) -> list[MenuEntry]:
        return [
            menu_heading(_("Training")),
            self._number(
                "training",
                "num_envs",
                _("Games at once"),
                range(4, 65, 4),
                _("How many games train in parallel."),
            ),
            self._number(
                "training", "seed", _("Seed"), range(10_000), _("The same seed gives the same run.")
            ),
        ]

    def _full_screen_text(self) -> str:
        key = self.keys_text("", Action.FULL_SCREEN)
        return _("Also {key} or {keys}, at any time.").format(
            key=key, keys=combination_label(*FULL_SCREEN_KEYS)
        )

    # --- Kinds of entries ---

    def _option(
        self,
        section: str,
        name: str,
        label: str,
        options: tuple[Any, ...],
        description: str,
        format_option: Callable[[Any], str] = _,
    ) -> MenuEntry:
        """A setting with a few values; the last is followed by the first."""
        value = self._get(section, name)

        def change(by: int) -> None:
            index = (options.index(value) + by) % len(options) if value in options else 0
            self._set(section, **{name: options[index]})

        return MenuEntry(name, label, format_option(value), change, description=description)

    def _switch(self, section: str, name: str, label: str, description: str) -> MenuEntry:
        """A setting that is on or off."""
        value = self._get(section, name)

        def change(_by: int) -> None:
            self._set(section, **{name: not value})

        return MenuEntry(name, label, _("on") if value else _("off"), change, description=description)

    def _number(self, section: str, name: str, label: str, values: range, description: str) -> MenuEntry:
        """A whole number."""
        value = self._get(section, name)

        def change(by: int) -> None:
            self._set(section, **{name: min(max(value + values.step * by, values[0]), values[-1])})

        return MenuEntry(name, label, str(value), change, description=description)

    def _volume(self, name: str, label: str, description: str) -> MenuEntry:
        """A volume as a bar of ten blocks."""
        value = self._get("sound", name)
        filled = round(value * 10)

        def change(by: int) -> None:
            self._set("sound", **{name: min(max(round(value + by / 10, 1), 0.0), 1.0)})

        return MenuEntry(name, label, "■" * filled + "·" * (10 - filled), change, description=description)

    # --- Changes ---

    def _get(self, section: str, name: str) -> Any:
        return getattr(getattr(self.context.settings, section), name)

    def _set(self, section: str, **values: Any) -> None:
        settings = self.context.settings
        changed = replace(getattr(settings, section), **values)
        self.context.change_settings(replace(settings, **{section: changed}))

    def _change_kiosk(self, kiosk: KioskSettings) -> None:
        self.context.change_settings(replace(self.context.settings, kiosk=kiosk))

    def _ask_title(self) -> Transition:
        def save(title: str) -> Transition | None:
            self._set("display", title=title)
            return None

        title = self.context.settings.display.title
        return Push(NameEntryScene(self.context, _("Title on the screen"), title, save))

    def _lock(self, entry: MenuEntry) -> MenuEntry:
        """The entry, which only says now that it cannot be changed."""

        def refuse(*_by: int) -> None:
            self.context.notify(_("Settings are locked in kiosk mode"), "warning")

        return replace(
            entry,
            change=None if entry.change is None else refuse,
            choose=None if entry.choose is None else refuse,
        )

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        units = canvas.units
        area = inset(canvas.rect, units(8))
        entry = self.menu.current
        if is_portrait(canvas.rect):
            # The menu can scroll, the description below it cannot.
            max_height = area.height - 6 * canvas.line_height() - units(60)
            menu, side = cut_top(area, min(self.menu.height(canvas) + units(12), max_height), units(6))
            lines = len(canvas.wrap(entry.description, side.width - units(8))) + 2
            side = cut_top(side, max(units(150), lines * canvas.line_height() + units(12)))[0]
        else:
            side, menu = cut_right(area, area.width * 34 // 100, units(6))
        self.menu.draw(canvas, inset(canvas.panel(menu), units(1)))
        canvas.explain(
            menu,
            _("The settings: {keys}, at once").format(
                keys=self.keys_text(_("change a line"), Action.LEFT, Action.RIGHT)
            ),
        )
        canvas.explain(side, _("What the chosen line does"))
        self._draw_description(canvas, canvas.panel(side, entry.label), entry.description)

    def _draw_description(self, canvas: Canvas, inside: Rect, description: str) -> None:
        """Draw what the chosen setting does, and a sample of the pieces if there is room for it."""
        units = canvas.units
        area = inset(inside, units(2))
        free = area.height - len(canvas.wrap(description, area.width)) * canvas.line_height() - units(4)
        sample, text = cut_bottom(area, max(0, min(inside.height // 2, units(84), free)), units(4))
        canvas.paragraph(description, text)
        if sample.height < units(_MIN_SAMPLE_UNITS):
            return
        upper, lower = rows(sample, [1.0, 1.0], units(2))
        draw_next_queue(canvas, upper, (0, 1, 2, 3))
        draw_next_queue(canvas, cols(lower, [1.0, 6.0, 1.0])[1], (4, 5, 6))
