"""The operator's menu of a kiosk, behind a PIN."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tetris_arcade.languages import _
from tetris_arcade.scenes.base import Pop, Replace, Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.play.tables import empty_best_games, export_best_games
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.settings_file import load_settings, save_settings

_MAX_TRIES = 3
_LOCKOUT_SECONDS = 60.0
_DIGITS = "0123456789"


@dataclass(frozen=True)
class OperatorActions:
    """What the menu can do to the kiosk; the first two return a message to show."""

    reload_settings: Callable[[], str]
    restart_workers: Callable[[], str]
    exit: Callable[[], None]


def make_pin_dialog(context: Context, pin: str) -> ChoiceDialog:
    """Shows a new PIN."""
    text = _(
        "Operator PIN: {pin}\nWrite it down: it is shown only this once. It opens the operator menu."
    ).format(pin=pin)
    return ChoiceDialog(context, text, [("ok", _("OK"))], lambda _key: None)


class OperatorMenu:
    """Asks for the PIN and opens the menu; after three wrong PINs it locks for a minute."""

    def __init__(self, context: Context, actions: OperatorActions) -> None:
        self._context, self._actions = context, actions
        self._wrong_tries = 0
        self._locked_until = 0.0

    def ask_pin(self, pin: str | None, status: str, now: float) -> Scene | None:
        """The scene that asks for the PIN; None while it is locked. `status` is shown in the menu."""
        if now < self._locked_until:
            self._context.notify(_("Too many wrong PINs. Wait a minute"), "warning")
            return None
        return NameEntryScene(
            self._context,
            _("Operator PIN"),
            "",
            lambda text: self._check_pin(text == pin, status, now),
            letters=_DIGITS,
            is_hidden=True,
        )

    def _check_pin(self, is_correct: bool, status: str, now: float) -> Transition:
        if is_correct:
            self._wrong_tries = 0
            return Replace(self._menu(status))
        self._wrong_tries += 1
        if self._wrong_tries >= _MAX_TRIES:
            self._wrong_tries, self._locked_until = 0, now + _LOCKOUT_SECONDS
        self._context.notify(_("Wrong PIN"), "warning")
        return Pop()

    def _menu(self, status: str) -> Scene:
        options = [
            ("sound", _("Sound on") if self._context.settings.sound.muted else _("Sound off")),
            ("reload", _("Reload settings")),
            ("restart", _("Restart player and trainer")),
            ("export", _("Export best games")),
            ("empty", _("Empty best games")),
            ("exit", _("Exit kiosk")),
            ("close", _("Close this menu")),
        ]
        return ChoiceDialog(
            self._context, _("Operator\n{status}").format(status=status), options, self._choose
        )

    def _choose(self, key: str) -> None:
        if key == "sound":
            self._toggle_sound()
        elif key == "export":
            export_best_games(self._context)
        elif key == "empty":
            empty_best_games(self._context)
        elif key == "reload":
            self._context.notify(self._actions.reload_settings(), "info")
        elif key == "restart":
            self._context.notify(self._actions.restart_workers(), "info")
        elif key == "exit":
            self._actions.exit()

    def _toggle_sound(self) -> None:
        """Mute or unmute now and in the settings file, without storing the command line's options."""
        context = self._context
        is_muted = not context.settings.sound.muted
        sound = replace(context.settings.sound, muted=is_muted)
        context.change_settings(replace(context.settings, sound=sound))
        if context.another_program_writes:
            return
        file = context.paths.settings_file
        stored = load_settings(file)[0]
        try:
            save_settings(file, replace(stored, sound=replace(stored.sound, muted=is_muted)), stored)
        except StorageError as error:
            context.notify(_("Settings not saved: {error}").format(error=error), "error")
