"""What the operator can do at a kiosk: a menu behind a PIN, opened by what is held, on whatever the kiosk is
played with."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace

import pygame

from tetris_arcade.scenes.base import Pop, Replace, Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.settings_file import load_settings, save_settings

CHORD = (pygame.K_LCTRL, pygame.K_LSHIFT, pygame.K_o)
PAD_CHORD = frozenset({"back", "start", "left shoulder", "right shoulder"})
CABINET_CHORD = (pygame.K_1, pygame.K_5)
_HELD_SECONDS = 2.0
_LONG_SECONDS = 5.0
"""For what a visitor might come to hold: a cabinet's two buttons, a finger in the corner."""
_CORNER_SHARE = 0.1
_TRIES = 3
_SHUT_SECONDS = 60.0
_DIGITS = "0123456789"


class HeldCombination:
    """Keys, buttons or a finger that count when they have been held for a while, once for each time."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._has_counted = False

    def is_triggered(self, now: float, pad_buttons: Set[str] = frozenset()) -> bool:
        """Whether it counts now; `pad_buttons` are those that are down."""
        seconds = _seconds_to_hold(pad_buttons)
        if seconds is None:
            self._since, self._has_counted = None, False
            return False
        if self._since is None:
            self._since = now
        if self._has_counted or now - self._since < seconds:
            return False
        self._has_counted = True
        return True


def _seconds_to_hold(pad_buttons: Set[str]) -> float | None:
    """How long what is held now has to be held; None where nothing is that counts."""
    pressed = pygame.key.get_pressed()
    if all(pressed[key] for key in CHORD) or pad_buttons >= PAD_CHORD:
        return _HELD_SECONDS
    if all(pressed[key] for key in CABINET_CHORD) or _is_corner_held():
        return _LONG_SECONDS
    return None


def _is_corner_held() -> bool:
    """Whether a finger, or the mouse's left button, rests in the upper left corner."""
    side = min(pygame.display.get_window_size()) * _CORNER_SHARE
    return pygame.mouse.get_pressed()[0] and max(pygame.mouse.get_pos()) < side


@dataclass(frozen=True)
class OperatorActions:
    """What the operator's menu can do to the kiosk; each returns what is then said."""

    reload_settings: Callable[[], str]
    restart_workers: Callable[[], str]
    leave: Callable[[], None]


class OperatorMenu:
    """The door to the menu: it stays shut for a while after wrong PINs, and the menu behind it."""

    def __init__(self, context: Context, powers: OperatorActions) -> None:
        self._context, self._powers = context, powers
        self._wrong_tries = 0
        self._shut_until = 0.0

    def ask(self, pin: str, facts: Sequence[str], now: float) -> Scene | None:
        """The question for the PIN, which opens the menu with `facts` over it; None while it is shut."""
        if now < self._shut_until:
            self._context.notify("too many wrong PINs, wait a minute", "warning")
            return None
        return NameEntryScene(
            self._context,
            "Operator PIN",
            "",
            lambda text: self._open(text == pin, facts, now),
            letters=_DIGITS,
            is_hidden=True,
        )

    def _open(self, is_right: bool, facts: Sequence[str], now: float) -> Transition:
        if is_right:
            self._wrong_tries = 0
            return Replace(self._menu(facts))
        self._wrong_tries += 1
        if self._wrong_tries >= _TRIES:
            self._wrong_tries, self._shut_until = 0, now + _SHUT_SECONDS
        self._context.notify("that is not the PIN", "warning")
        return Pop()

    def _menu(self, facts: Sequence[str]) -> Scene:
        options = [
            ("sound", "Sound on" if self._context.settings.sound.muted else "Sound off"),
            ("reload", "Reload the settings"),
            ("restart", "Restart the workers"),
            ("leave", "Leave the kiosk"),
            ("back", "Back to the arcade"),
        ]
        return ChoiceDialog(self._context, "\n".join(("Operator", *facts)), options, self._act)

    def _act(self, key: str) -> Transition | None:
        if key == "sound":
            self._switch_sound()
        elif key == "reload":
            self._context.notify(self._powers.reload_settings(), "info")
        elif key == "restart":
            self._context.notify(self._powers.restart_workers(), "info")
        elif key == "leave":
            self._powers.leave()
        return None

    def _switch_sound(self) -> None:
        """Now, and in the file, which has no part of what the command line said."""
        context = self._context
        is_muted = not context.settings.sound.muted
        sound = replace(context.settings.sound, muted=is_muted)
        context.change_settings(replace(context.settings, sound=sound))
        if context.another_program_writes:
            return
        kept, _ = load_settings(context.paths.settings_file)
        try:
            save_settings(
                context.paths.settings_file, replace(kept, sound=replace(kept.sound, muted=is_muted))
            )
        except StorageError as error:
            context.notify(f"settings were not saved: {error}", "error")
