"""What a key does counts once per press, when it is pressed and released alone with the focus."""

from __future__ import annotations

import os

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import pygame
import pytest
from pygame.event import Event

from tetris_arcade.ui.input import CABINET_BUTTONS, DEFAULT_KEYS
from tetris_arcade.ui.keyboard import REPEATING, KeyboardReader

CTRL, ALT, META, ALT_GR = pygame.KMOD_LCTRL, pygame.KMOD_LALT, pygame.KMOD_LMETA, pygame.KMOD_RALT
FOCUS_LOST, FOCUS_GAINED = Event(pygame.WINDOWFOCUSLOST), Event(pygame.WINDOWFOCUSGAINED)
_MODS = {"left ctrl": CTRL, "left alt": ALT, "left meta": META, "left shift": pygame.KMOD_LSHIFT}


class Keyboard:
    """A reader with a cabinet's keys; the clock advances only in `wait`."""

    def __init__(self) -> None:
        self.reader = KeyboardReader()
        mappings = (DEFAULT_KEYS, CABINET_BUTTONS)
        self.reader.remap(
            {name: action.value for keys in mappings for action, names in keys.items() for name in names}
        )
        self._now = 0.0

    def read(self, *events: Event) -> list[str]:
        """The actions, or the text or the key, that the events of one frame give."""
        presses = [press for event in events for press in self.reader.read(event)]
        self._now += 1 / 60
        return [press.text or press.action or press.key for press in presses + self.reader.due(self._now)]

    def wait(self, seconds: float) -> list[str]:
        end, actions = self._now + seconds, []
        while self._now < end:
            actions += self.read()
        return actions

    def tap(self, name: str, text: str = "") -> list[str]:
        return self.read(down(name, text), up(name)) + self.wait(0.2)


@pytest.fixture
def keyboard() -> Keyboard:
    pygame.display.init()
    return Keyboard()


def down(name: str, text: str = "", mod: int | None = None) -> Event:
    mod = _MODS.get(name, 0) if mod is None else mod
    return Event(pygame.KEYDOWN, key=pygame.key.key_code(name), unicode=text, mod=mod)


def up(name: str) -> Event:
    return Event(pygame.KEYUP, key=pygame.key.key_code(name), unicode="", mod=0)


def text(characters: str) -> Event:
    return Event(pygame.TEXTINPUT, text=characters)


# --- Once per press ---


@pytest.mark.parametrize(("name", "action"), [("return", "confirm"), ("p", "pause"), ("escape", "back")])
def test_held_key_counts_once_when_released(keyboard: Keyboard, name: str, action: str) -> None:
    assert keyboard.read(down(name)) == []
    assert keyboard.wait(2.0) == []
    assert keyboard.read(down(name)) == []  # as some systems repeat it
    assert keyboard.read(up(name)) == [action]
    assert keyboard.wait(2.0) == []


@pytest.mark.parametrize(
    ("name", "action"), [("down", "down"), ("=", "faster"), ("-", "slower"), (".", "step")]
)
def test_directions_speed_and_step_repeat_until_released(keyboard: Keyboard, name: str, action: str) -> None:
    assert keyboard.read(down(name)) == [action]
    repeats = keyboard.wait(1.0)
    assert set(repeats) == {action}
    assert 5 <= len(repeats) <= 15
    keyboard.read(up(name))
    assert keyboard.wait(1.0) == []


def test_only_directions_speed_and_step_repeat() -> None:
    assert {"up", "down", "left", "right", "faster", "slower", "step"} == REPEATING


def test_keys_pressed_in_one_frame_keep_their_order(keyboard: Keyboard) -> None:
    assert keyboard.read(down("return"), up("return"), down("down"), up("down")) == ["confirm", "down"]


# --- Alone ---


@pytest.mark.parametrize("name", ["left ctrl", "left alt"])
def test_modifier_alone_is_a_cabinet_button(keyboard: Keyboard, name: str) -> None:
    assert keyboard.tap(name) == [{"left ctrl": "confirm", "left alt": "back"}[name]]


@pytest.mark.parametrize("modifier", ["left ctrl", "left alt", "left meta"])
@pytest.mark.parametrize("name", ["p", "escape", "down", ".", "f11", "tab"])
def test_combination_does_nothing(keyboard: Keyboard, modifier: str, name: str) -> None:
    assert keyboard.read(down(modifier), down(name, mod=_MODS[modifier])) == []
    assert keyboard.read(up(name), up(modifier)) == []
    assert keyboard.wait(2.0) == []


def test_two_modifiers_are_a_combination(keyboard: Keyboard) -> None:
    assert keyboard.read(down("left ctrl"), down("left alt", mod=CTRL | ALT)) == []
    assert keyboard.read(up("left alt"), up("left ctrl")) == []
    assert keyboard.wait(1.0) == []


def test_shift_changes_characters_only(keyboard: Keyboard) -> None:
    shift = pygame.KMOD_LSHIFT
    assert keyboard.read(down("left shift"), down("/", "?", shift), up("/"), up("left shift")) == ["help"]
    assert keyboard.read(down("p"), down("left shift"), up("left shift"), up("p")) == ["pause"]


def test_alt_enter_is_full_screen(keyboard: Keyboard) -> None:
    assert keyboard.read(down("left alt"), down("return", "\r", ALT)) == []
    assert keyboard.read(up("return"), up("left alt")) == ["full_screen"]
    assert keyboard.wait(1.0) == []


def test_two_keys_held_together_choose_nothing(keyboard: Keyboard) -> None:
    assert keyboard.read(down("1"), down("5")) == []
    assert keyboard.reader.held_keys >= {"1", "5"}
    assert keyboard.read(up("1"), up("5")) == []
    assert keyboard.tap("1") == ["confirm"]


def test_key_counts_while_a_direction_is_held(keyboard: Keyboard) -> None:
    keyboard.read(down("down"))
    assert keyboard.read(down("return"), up("return")) == ["confirm"]


@pytest.mark.parametrize("event", [pygame.MOUSEBUTTONDOWN, pygame.MOUSEWHEEL, pygame.WINDOWLEAVE])
def test_modifier_held_for_the_mouse_does_nothing(keyboard: Keyboard, event: int) -> None:
    keyboard.read(down("left alt"), Event(event), up("left alt"))
    assert keyboard.wait(1.0) == []


# --- With the focus ---


def test_alt_tab_does_nothing(keyboard: Keyboard) -> None:
    """SDL releases the keys in the same moment or just before the window loses the focus."""
    assert keyboard.read(down("left alt"), up("left alt"), FOCUS_LOST) == []
    keyboard.read(FOCUS_GAINED)
    assert keyboard.read(down("left alt"), up("left alt")) == []
    assert keyboard.read(FOCUS_LOST) == []
    assert keyboard.wait(1.0) == []


def test_alt_tab_back_to_the_same_window_does_nothing(keyboard: Keyboard) -> None:
    keyboard.read(down("left alt"))
    keyboard.read(Event(pygame.WINDOWLEAVE))
    assert keyboard.read(up("left alt"), Event(pygame.WINDOWTAKEFOCUS)) + keyboard.wait(1.0) == []


def test_keys_down_when_the_focus_is_lost_do_nothing(keyboard: Keyboard) -> None:
    keyboard.read(down("down"), down("p"))
    assert keyboard.read(up("p"), up("down"), FOCUS_LOST) == []
    assert keyboard.wait(1.0) == []
    assert not keyboard.reader.held_keys
    assert keyboard.read(FOCUS_GAINED, up("p")) == []
    assert keyboard.tap("p") == ["pause"]


def test_keys_released_in_another_window_do_nothing(keyboard: Keyboard) -> None:
    keyboard.read(down("down"), down("p"))
    assert keyboard.read(FOCUS_LOST) + keyboard.wait(1.0) == []
    assert keyboard.read(FOCUS_GAINED, up("p"), up("down")) + keyboard.wait(1.0) == []


def test_keys_pressed_in_another_window_do_nothing(keyboard: Keyboard) -> None:
    assert keyboard.read(FOCUS_GAINED, down("return"), down("down"), Event(pygame.WINDOWTAKEFOCUS)) == []
    assert keyboard.wait(1.0) == []
    assert keyboard.read(up("return"), up("down")) == []
    assert keyboard.tap("return") == ["confirm"]


# --- Keyboard layouts ---


@pytest.mark.parametrize(
    ("key", "scancode", "characters", "action"),
    [
        (1079, 19, "з", "pause"),  # Cyrillic: the key in the place of P
        (1102, 55, "ю", "step"),
        (46, 56, ".", "step"),  # Cyrillic: the key with the full stop
        (223, 45, "?", "help"),  # German: Shift and ß
        (223, 45, "ß", "ß"),
        (58, 55, ".", "step"),  # French: Shift and the colon
        (43, 48, "+", "faster"),  # German
        (44, 16, ",", ","),  # French: in the place of M, but it is not M
        (109, 51, "m", "mute"),
        (118, 55, "v", "visuals"),  # Dvorak
    ],
)
def test_keys_of_other_layouts(
    keyboard: Keyboard, key: int, scancode: int, characters: str, action: str
) -> None:
    events = [
        Event(kind, key=key, scancode=scancode, unicode=characters, mod=0)
        for kind in (pygame.KEYDOWN, pygame.KEYUP)
    ]
    assert keyboard.read(*events) == [action]


def test_held_keys_are_known_by_their_place(keyboard: Keyboard) -> None:
    keyboard.read(Event(pygame.KEYDOWN, key=1097, scancode=18, unicode="щ", mod=0))
    assert "o" in keyboard.reader.held_keys


# --- Typing ---


@pytest.fixture
def typing(keyboard: Keyboard) -> Keyboard:
    keyboard.reader.is_typing = True
    return keyboard


def test_characters_are_typed_when_pressed(typing: Keyboard) -> None:
    assert typing.read(down("p", "p"), text("p")) == ["p"]
    assert typing.read(text("p"), text("p")) == ["p", "p"]  # as the system repeats it
    assert typing.read(up("p")) == []
    assert typing.tap("m", "m") == ["m"]
    assert typing.tap("escape") == ["back"]


def test_backspace_repeats_while_typing(typing: Keyboard) -> None:
    assert len(typing.read(down("backspace", "\b")) + typing.wait(1.0)) > 5


def test_combinations_type_nothing_except_of_alt_gr(typing: Keyboard) -> None:
    assert typing.read(down("v", "\x16", CTRL), up("v")) == []
    assert typing.read(down("p", "p", ALT), up("p")) == []
    assert typing.read(down("q", "@", ALT_GR), text("@"), up("q")) == ["@"]


def test_input_method_keeps_its_keys(typing: Keyboard) -> None:
    composing = Event(pygame.TEXTEDITING, text="tō", start=0, length=2)
    assert typing.read(composing, down("return"), up("return")) == []
    assert typing.read(Event(pygame.TEXTEDITING, text="", start=0, length=0), text("東京")) == ["東京"]
    assert typing.tap("return") == ["confirm"]


def test_input_method_is_switched_off_where_nothing_is_typed(
    keyboard: Keyboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(pygame.key, "stop_text_input", lambda: calls.append("stop"))
    monkeypatch.setattr(pygame.key, "start_text_input", lambda: calls.append("start"))
    keyboard.read(Event(pygame.TEXTEDITING, text="p", start=0, length=1))
    keyboard.reader.is_typing = True
    assert calls == ["stop", "start"]


def test_key_held_from_another_screen_types_nothing(keyboard: Keyboard) -> None:
    keyboard.read(down("x", "x"), text("x"))
    keyboard.reader.is_typing = True
    assert keyboard.read(text("x"), text("x")) == []
