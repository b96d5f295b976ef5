"""Keyboards: what a key does counts once per press, and which keys repeat while they are held.

The rule: a key that switches or chooses counts when it is released, if it was pressed and released alone
while the window had the focus. Directions, speed, step and typing count when they are pressed, and repeat.
A modifier does nothing of itself unless the mapping names it, as that of a cabinet does.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

import pygame
from pygame.event import Event

from tetris_arcade.ui.repeater import Repeater

REPEATING = frozenset({"up", "down", "left", "right", "faster", "slower", "step"})
"""Values of the actions that repeat while their key is held."""
FULL_SCREEN = "full_screen"
FULL_SCREEN_KEYS = ("alt", "return")
"""Pressed together, they switch to full screen and back, whatever they are bound to."""
TYPING_KEYS: Mapping[str, tuple[str, ...]] = {
    "confirm": ("return", "keypad enter"),
    "back": ("escape",),
    **{direction: (direction,) for direction in ("up", "down", "left", "right")},
}
"""By values of actions: what these keys do while text is typed, whatever they are bound to."""

_SHIFTS = frozenset({"left shift", "right shift", "caps lock", "numlock"})
"""They change the character of other keys, and never make a combination."""
_MODIFIERS = frozenset({f"{side} {name}" for side in ("left", "right") for name in ("ctrl", "alt", "meta")})
_OTHER_MODIFIERS = pygame.KMOD_CTRL | pygame.KMOD_META
_COMBINING = _OTHER_MODIFIERS | pygame.KMOD_ALT
_MODIFIER_SECONDS = 0.08
"""A modifier key counts this long after its release: that of Alt+Tab comes just before the focus goes."""
_FOCUS_CHANGES = (pygame.WINDOWFOCUSLOST, pygame.WINDOWFOCUSGAINED, pygame.WINDOWTAKEFOCUS)
_POINTER_PRESSES = (pygame.MOUSEBUTTONDOWN, pygame.MOUSEWHEEL)
_SCANCODE_MASK = 1 << 30
"""SDL's keycode of a key without a character is its scancode with this bit."""


@dataclass(frozen=True)
class KeyPress:
    """What a key did. action: the value of its action, "" for none. key: pygame's name of the key."""

    key: str = ""
    text: str = ""
    action: str = ""
    repeated: bool = False


@dataclass(frozen=True)
class _KeyText:
    """The text of the key pressed last. is_new: the system has not reported it; is_typed: it was typed."""

    text: str = ""
    is_new: bool = True
    is_typed: bool = False


class KeyboardReader:
    """Turns the events of a keyboard into presses."""

    def __init__(self) -> None:
        self._actions: Mapping[str, str] = {}
        self._is_typing = False
        self._is_composing = False
        self._down: dict[int, frozenset[str]] = {}
        self._names: dict[int, str] = {}
        self._candidate: tuple[int, KeyPress] | None = None
        self._released: list[KeyPress] = []
        self._repeater: Repeater[KeyPress] = Repeater()
        self._repeating_key: int | None = None
        self._modifier_due_at: float | None = None
        self._has_just_gained_focus = False
        self._text = _KeyText()
        self.reserved: Set[str] = frozenset()
        """Names of the keys that are held to play, and do nothing else."""

    def remap(self, actions: Mapping[str, str]) -> None:
        """Replace the mapping of key names, or characters, to values of actions."""
        self._actions = dict(actions)

    @property
    def held_keys(self) -> Set[str]:
        """The names of the keys that are down, by the layout and by their place on a US keyboard."""
        return frozenset().union(*self._down.values())

    @property
    def held_names(self) -> Set[str]:
        """The names by which the keys that are down are mapped: each has one."""
        return frozenset(self._names.values())

    @property
    def is_typing(self) -> bool:
        """Whether keys with a character type it instead of doing what they do elsewhere."""
        return self._is_typing

    @is_typing.setter
    def is_typing(self, is_typing: bool) -> None:
        if is_typing and not self._is_typing:
            pygame.key.start_text_input()
            self._is_composing = False
        self._is_typing = is_typing

    def read(self, event: Event) -> list[KeyPress]:
        """The presses that an event completes; every event of the window is read, in order."""
        if event.type == pygame.KEYUP:
            self._release(_key_id(event))
            return []
        if event.type in _FOCUS_CHANGES:
            self._forget_keys()
            self._has_just_gained_focus = event.type == pygame.WINDOWFOCUSGAINED
            return []
        if event.type == pygame.KEYDOWN:
            return [*self._take_released(), *self._press(event)]
        self._has_just_gained_focus = False
        if event.type == pygame.TEXTINPUT:
            return self._read_text(event.text)
        if event.type == pygame.TEXTEDITING:
            self._compose(event.text)
        elif event.type == pygame.WINDOWLEAVE or event.type in _POINTER_PRESSES:
            self._forget_modifier()  # a desktop's combination takes the pointer away, too
        return []

    def due(self, now: float) -> list[KeyPress]:
        """The presses of released keys, and of a held one, at `now` in seconds. Call this once per frame."""
        self._has_just_gained_focus = False
        has_modifier = any(press.key in _MODIFIERS for press in self._released)
        if not has_modifier:
            self._modifier_due_at = None
        elif self._modifier_due_at is None:
            self._modifier_due_at = now + _MODIFIER_SECONDS
        if self._modifier_due_at is not None and now < self._modifier_due_at:
            return self._repeater.due(now)
        return [*self._take_released(), *self._repeater.due(now)]

    # --- Press and release ---

    def _press(self, event: Event) -> list[KeyPress]:
        key, name = _key_id(event), _layout_name(event)
        was_down, self._down[key] = key in self._down, _all_names(event)
        self._names[key] = _place_name(event) if _is_foreign_letter(name) else name
        if self._is_composing or (self._has_just_gained_focus and not was_down):
            return []  # the key belongs to the input method, or was pressed in another window
        if self._names[key] in self.reserved:
            return []
        is_combination, text = _is_combination(event, name), _text(event)
        self._text = _KeyText(event.unicode, is_typed=self._is_typing and not is_combination)
        if self._is_typing and not is_combination and (text or name == "backspace"):
            return self._start_repeating(key, KeyPress(name, text, self._action("", name, event)), was_down)
        press = KeyPress(name, "", self._action(text, name, event))
        if name == "return" and event.mod & pygame.KMOD_ALT and not event.mod & _OTHER_MODIFIERS:
            is_combination, press = False, replace(press, action=FULL_SCREEN)
        if press.action in REPEATING and not is_combination:
            self._forget_modifier()
            return self._start_repeating(key, press, was_down)
        if not was_down:
            self._consider(key, press, is_combination)
        return []

    def _start_repeating(self, key: int, press: KeyPress, was_down: bool) -> list[KeyPress]:
        if was_down:
            return [replace(press, repeated=True)]
        if not press.text:  # the system repeats text
            self._repeating_key = key
            self._repeater.start(replace(press, repeated=True))
        return [press]

    def _consider(self, key: int, press: KeyPress, is_combination: bool) -> None:
        """Remember a key until it is released, unless another one is down: then neither counts."""
        other = "" if self._candidate is None else self._candidate[1].key
        if press.key in _SHIFTS and other:
            return
        is_alone = not other or other in _SHIFTS or press.action == FULL_SCREEN
        self._candidate = (key, press) if is_alone and not is_combination else None

    def _release(self, key: int) -> None:
        self._down.pop(key, None)
        self._names.pop(key, None)
        self._text = _KeyText()
        if key == self._repeating_key:
            self._stop_repeating()
        if self._candidate is not None and self._candidate[0] == key:
            self._released.append(self._candidate[1])
            self._candidate = None

    def _take_released(self) -> list[KeyPress]:
        released, self._released = self._released, []
        return released

    def _stop_repeating(self) -> None:
        self._repeating_key = None
        self._repeater.stop()

    def _forget_keys(self) -> None:
        """The focus changes: keys that are down now are released elsewhere."""
        self._down.clear()
        self._names.clear()
        self._released.clear()
        self._candidate = None
        self._stop_repeating()

    def _forget_modifier(self) -> None:
        """A modifier key that is down, or was released just now, was part of a combination."""
        if self._candidate is not None and self._candidate[1].key in _MODIFIERS:
            self._candidate = None
        self._released = [press for press in self._released if press.key not in _MODIFIERS]

    # --- Text ---

    def _read_text(self, text: str) -> list[KeyPress]:
        """The text of an input method, or of a held key; a key that is pressed brings its text itself."""
        before, self._text = self._text, replace(self._text, is_new=False)
        if not self._is_typing or not text.isprintable():
            return []
        is_of_key = text == before.text
        is_known = is_of_key and (before.is_new or not before.is_typed)
        return [] if is_known else [KeyPress(text=text, repeated=is_of_key)]

    def _compose(self, text: str) -> None:
        """Leave the keys to an input method while text is typed; elsewhere, switch it off."""
        if self._is_typing:
            self._is_composing = bool(text)
        elif text:
            pygame.key.stop_text_input()

    def _action(self, text: str, name: str, event: Event) -> str:
        """The action of a key, by its character first: + and ? are elsewhere on other layouts."""
        names = [text, name, _place_name(event)] if _is_foreign_letter(name) else [text, name]
        return next((self._actions[name] for name in names if name in self._actions), "")


def is_typed(name: str) -> bool:
    """Whether a key, by its name, types or deletes a character while text is typed."""
    is_keypad = name.startswith(("[", "keypad ")) and name != "keypad enter"
    return len(name) == 1 or name in ("space", "backspace") or is_keypad


def _key_id(event: Event) -> int:
    return int(getattr(event, "scancode", event.key))


def _layout_name(event: Event) -> str:
    """The key's name on the keyboard's layout, such as "p" or "ß"; "" for a key without a character."""
    return pygame.key.name(event.key) or pygame.key.name(event.key, False).lower()


def _place_name(event: Event) -> str:
    """The name of the key that is in the same place on a US keyboard; "" if the place is not known."""
    scancode = getattr(event, "scancode", None)
    return "" if scancode is None else pygame.key.name(scancode | _SCANCODE_MASK, False).lower()


def _is_foreign_letter(name: str) -> bool:
    """Whether a key has a letter of another script than the names of keys."""
    return name.isalpha() and not unicodedata.name(name[0], "").startswith("LATIN")


def _all_names(event: Event) -> frozenset[str]:
    return frozenset({_layout_name(event), _place_name(event)})


def _text(event: Event) -> str:
    return event.unicode if event.unicode.isprintable() else ""


def _is_combination(event: Event, name: str) -> bool:
    """Whether a modifier is held with another key, except one that only gives it another character."""
    if name in _MODIFIERS:
        return bool(event.mod & _COMBINING & ~_own_modifiers(name))
    if not event.mod & _COMBINING:
        return False
    types_character = event.mod & pygame.KMOD_ALT and _text(event).lower() not in ("", name)
    return not types_character


def _own_modifiers(name: str) -> int:
    kinds = {"ctrl": pygame.KMOD_CTRL, "alt": pygame.KMOD_ALT, "meta": pygame.KMOD_META}
    return kinds[name.split()[1]]
