"""What a kiosk's visitors are offered: a switch for each screen and each form of the game."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from tetris_arcade.config.settings import KioskSettings
from tetris_arcade.languages import N_, _, pgettext
from tetris_arcade.realtime.modes import MODES, TWO_PEOPLE, VERSUS_MODES, GameMode
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.menu_scene import MenuEntry, MenuScene, menu_heading
from tetris_arcade.scenes.settings.note import draw_menu_with_note
from tetris_arcade.ui.canvas import Canvas

_NOTE = N_("If all screens or all games are off, all are offered.")


class OfferScene(MenuScene):
    """A switch for each screen and each form of the game that a kiosk's visitors can open."""

    title = N_("Visitors can open")
    header = N_("Visitors can open")
    has_music = True

    def __init__(
        self, context: Context, change: Callable[[KioskSettings], None], screens: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(context)
        self._change, self._screens = change, screens

    def entries(self) -> list[MenuEntry]:
        kiosk = self.context.settings.kiosk
        closed = kiosk.closed_screens
        return [
            menu_heading(_("Screens")),
            *(
                self._switch(key, _(label), key not in closed, self._toggle_screen)
                for key, label in self._screens
            ),
            menu_heading(_("Games")),
            *self._form_switches(MODES),
            menu_heading(_("Against the machine")),
            *self._form_switches(VERSUS_MODES),
            menu_heading(_("Two people")),
            *self._form_switches(VERSUS_MODES, TWO_PEOPLE),
        ]

    def _form_switches(self, modes: Mapping[str, GameMode], prefix: str = "") -> list[MenuEntry]:
        forms = self.context.settings.kiosk.forms
        return [
            self._switch(prefix + mode.key, _(mode.name), prefix + mode.key in forms, self._toggle_form)
            for mode in modes.values()
        ]

    @staticmethod
    def _switch(key: str, label: str, is_on: bool, toggle: Callable[[str], None]) -> MenuEntry:
        value = pgettext("switch", "on") if is_on else pgettext("switch", "off")
        return MenuEntry(key, label, value, lambda _by: toggle(key))

    def _toggle_screen(self, key: str) -> None:
        kiosk = self.context.settings.kiosk
        self._change(replace(kiosk, closed_screens=toggled(kiosk.closed_screens, key)))

    def _toggle_form(self, key: str) -> None:
        kiosk = self.context.settings.kiosk
        self._change(replace(kiosk, forms=toggled(kiosk.forms, key)))

    def draw(self, canvas: Canvas) -> None:
        menu, note = draw_menu_with_note(canvas, self.menu, _(_NOTE))
        keys = self.menu_keys_text()
        canvas.explain(menu, _("What visitors are offered: {keys}").format(keys=keys))
        canvas.explain(note, _("What applies if nothing is left"))


def toggled(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The names without one of them, or with one more."""
    others = tuple(other for other in names if other != name)
    return others if name in names else (*others, name)
