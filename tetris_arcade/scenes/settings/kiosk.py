"""The kiosk's part of the settings, and the choice of its players."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from tetris_arcade.config.settings import PUBLISHED_PIN, KioskSettings
from tetris_arcade.languages import N_, _, format_number, pgettext
from tetris_arcade.scenes.base import Push, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.menu_scene import MenuEntry, MenuScene, menu_heading
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.play.tables import empty_best_games, export_best_games
from tetris_arcade.scenes.settings.note import draw_menu_with_note
from tetris_arcade.scenes.settings.offer import OfferScene, toggled
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import CABINET_KEYS, Action
from tetris_arcade.ui.key_names import combination_label, pad_label
from tetris_arcade.ui.operator_keys import HOLD_SECONDS, KEYS, LONG_HOLD_SECONDS, PAD_BUTTONS

_DIGITS = "0123456789"
_NOT_PLAYING = N_("off")
_HOURS = 24
_NOTE = N_("Players are shown in the order of their numbers. An empty list shows the best player.")

Change = Callable[[KioskSettings], None]
"""Applies new settings."""


def kiosk_entries(
    context: Context, change: Change, screens: Sequence[tuple[str, str]] = ()
) -> list[MenuEntry]:
    """The lines of the settings' menu. screens: (key, label) of what visitors can open from the title."""
    kiosk = context.settings.kiosk

    def set_values(**values: Any) -> None:
        change(replace(kiosk, **values))

    def step_seconds(value: float, by: int) -> float:
        return min(max(value + 15 * by, 15.0), 900.0)

    def step_hour(index: int, by: int) -> None:
        hours = list(kiosk.dim_hours or (0, 0))
        hours[index] = (hours[index] + by) % 24
        set_values(dim_hours=None if hours[0] == hours[1] else tuple(hours))

    def switch(name: str, label: str, description: str) -> MenuEntry:
        """A line that turns a field of the settings on and off."""
        is_on = bool(getattr(kiosk, name))
        text = pgettext("switch", "on") if is_on else pgettext("switch", "off")
        return MenuEntry(
            name, label, text, lambda _by: set_values(**{name: not is_on}), description=description
        )

    entries = [
        menu_heading(_("Kiosk")),
        MenuEntry(
            "idle",
            _("Attract after"),
            _("{seconds} s").format(seconds=format_number(kiosk.idle_seconds, "g")),
            lambda by: set_values(idle_seconds=step_seconds(kiosk.idle_seconds, by)),
            description=_("Return to attract mode after this long without input."),
        ),
        MenuEntry(
            "playlist",
            _("Playlist"),
            _shorten(kiosk.playlist),
            choose=lambda: Push(PlaylistScene(context, change)),
            description=_("Players shown in the kiosk, in order."),
        ),
        MenuEntry(
            "rotate",
            _("Each plays for"),
            _("{seconds} s").format(seconds=format_number(kiosk.rotate_seconds, "g")),
            lambda by: set_values(rotate_seconds=step_seconds(kiosk.rotate_seconds, by)),
            description=_("Time per player."),
        ),
        switch("train", _("Always training"), _("Train a network in the background and show it.")),
        switch(
            "qr_code",
            _("QR code"),
            _("Shows the address at which phones can watch, while the browser view is on."),
        ),
        MenuEntry(
            "dim_from",
            _("Dark from"),
            _hour_text(kiosk, 0),
            lambda by: step_hour(0, by),
            description=_("The screen is dark from this hour."),
        ),
        MenuEntry(
            "dim_until",
            _("Dark until"),
            _hour_text(kiosk, 1),
            lambda by: step_hour(1, by),
            description=_("The screen is bright from this hour."),
        ),
        MenuEntry(
            "screen_off",
            _("Dark means"),
            pgettext("screen", "off") if kiosk.screen_off else pgettext("screen", "dimmed"),
            lambda _by: set_values(screen_off=not kiosk.screen_off),
            description=_("Off: turned off if the system can do that, else black, until somebody comes."),
        ),
        MenuEntry(
            "restart_hour",
            _("Restarts at"),
            pgettext("hour", "never") if kiosk.restart_hour is None else f"{kiosk.restart_hour}:00",
            lambda by: set_values(restart_hour=_step_restart(kiosk.restart_hour, by)),
            description=_("Once a day, when nobody is there. The training is saved and continues."),
        ),
        switch(
            "statistics",
            _("Count visits"),
            _("When, how long, which screens and games: a table per day, nothing of a person."),
        ),
        MenuEntry(
            "offer",
            _("Visitors can open"),
            "...",
            choose=lambda: Push(OfferScene(context, change, screens)),
            description=_("The screens and the games that visitors are offered."),
        ),
    ]
    entries += _table_entries(context)
    if context.is_kiosk:  # visitors do not see that there is an operator menu
        return entries
    pin = MenuEntry(
        "pin",
        _("Operator PIN"),
        _("not set") if kiosk.pin is None else "••••",
        choose=lambda: Push(_ask_pin(context, change)),
        description=_pin_description(),
    )
    return [*entries, pin]


def _pin_description() -> str:
    return _(
        "In the kiosk hold {keys} or a pad's {buttons} for {seconds} seconds, a cabinet's {cabinet_keys} "
        "or the upper left corner for {long_seconds}; then enter the PIN."
    ).format(
        keys=combination_label(*KEYS),
        buttons=pad_label("+".join(PAD_BUTTONS)),
        seconds=format_number(HOLD_SECONDS, ".0f"),
        cabinet_keys=combination_label(*CABINET_KEYS),
        long_seconds=format_number(LONG_HOLD_SECONDS, ".0f"),
    )


def _table_entries(context: Context) -> list[MenuEntry]:
    """What the operator can do with the tables of the best games."""

    def answer(key: str) -> None:
        if key == "empty":
            empty_best_games(context)

    def ask() -> Transition:
        options = [("keep", _("Keep them")), ("empty", _("Empty them"))]
        return Push(ChoiceDialog(context, _("Empty the tables of the best games?"), options, answer))

    return [
        MenuEntry(
            "export_scores",
            _("Export best games"),
            "...",
            choose=lambda: export_best_games(context),
            description=_("Writes the tables as high_scores.csv into the folder of records."),
        ),
        MenuEntry(
            "empty_scores",
            _("Empty best games"),
            "...",
            choose=ask,
            description=_("Removes all names and results."),
        ),
    ]


def _ask_pin(context: Context, change: Change) -> NameEntryScene:
    def save(pin: str) -> Transition | None:
        if pin == PUBLISHED_PIN:
            raise ValueError("Choose another PIN: this one is in the handbook of earlier versions")
        change(replace(context.settings.kiosk, pin=pin))
        return None

    return NameEntryScene(context, _("New operator PIN, 4 to 8 digits"), "", save, letters=_DIGITS)


def _shorten(playlist: tuple[str, ...]) -> str:
    if not playlist:
        return _("best player")
    if len(playlist) == 1:
        return playlist[0]
    return _("{name} and {count} more").format(name=playlist[0], count=len(playlist) - 1)


def _hour_text(kiosk: KioskSettings, index: int) -> str:
    return _("never") if kiosk.dim_hours is None else f"{kiosk.dim_hours[index]}:00"


def _step_restart(hour: int | None, by: int) -> int | None:
    """The next hour; "never" is between the last and the first."""
    choices: tuple[int | None, ...] = (None, *range(_HOURS))
    return choices[(choices.index(hour) + by) % len(choices)]


class PlaylistScene(MenuScene):
    """All models that can play; confirming one adds it to the end of the playlist, or removes it."""

    title = "Playlist"
    header = N_("Playlist")
    has_music = True
    change_text = ""
    choose_text = N_("add or remove")

    def __init__(self, context: Context, change: Change) -> None:
        super().__init__(context)
        self._change = change
        self._names = [model.name for model in context.models.read_all() if model.error is None]

    def entries(self) -> list[MenuEntry]:
        playlist = self.context.settings.kiosk.playlist
        # Names of models that are gone can be removed too.
        names = [*self._names, *(name for name in playlist if name not in self._names)]
        return [self._entry(name, playlist) for name in names]

    def _entry(self, name: str, playlist: tuple[str, ...]) -> MenuEntry:
        position = _(_NOT_PLAYING)
        if name in playlist:
            position = _("number {number}").format(number=playlist.index(name) + 1)
        return MenuEntry(name, name, position, lambda _by: self._toggle(name))

    def _toggle(self, name: str) -> None:
        kiosk = self.context.settings.kiosk
        self._change(replace(kiosk, playlist=toggled(kiosk.playlist, name)))

    def draw(self, canvas: Canvas) -> None:
        menu, note = draw_menu_with_note(canvas, self.menu, _(_NOTE))
        canvas.explain(
            menu,
            _("The players of the kiosk: {keys}").format(
                keys=self.keys_text(_("add or remove"), Action.CONFIRM)
            ),
        )
        canvas.explain(note, _("How to change it"))
