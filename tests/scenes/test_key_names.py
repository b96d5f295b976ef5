"""No text on any screen names a key or a button that is not bound to what the text says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import product, starmap

import pytest

from tests.import_graph import module_names, package_of
from tests.pilot import OpenPilot, Pilot
from tests.screens import SCREENS, open_screen
from tetris_arcade.config.settings import InputSettings, Settings
from tetris_arcade.realtime.controls import Control, PlayerControl
from tetris_arcade.scenes.base import Push
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.settings.keys import KeySettingsScene
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.ui.gamepads import DEFAULT_BUTTONS
from tetris_arcade.ui.input import DEFAULT_KEYS, Action
from tetris_arcade.ui.key_names import key_label, pad_label
from tetris_arcade.ui.still_picture import REFRESH_SECONDS
from tetris_arcade.ui.widgets.board_model import LETTERS

REMAPPED = {
    action.value: (f"key {number}",)
    for number, action in enumerate((*Action, *Control, *starmap(PlayerControl, product((0, 1), Control))))
}
"""Every action, and every control of the games of one and two people, on a key that no other text has."""
DEFAULT_LABELS = {
    label
    for names in DEFAULT_KEYS.values()
    for label in map(key_label, names)
    if label not in "0123456789.-"  # as in tables
}
WITH_CANDIDATES = ("training, agent's view", "demo after games")
"""The screens whose placements have letters for names."""
KEPT = {"←"}
"""The sign with which the wheel of letters deletes one."""
KEY_NAME = re.compile(
    r"\b(?:ENTER|Enter|ESC|Esc|Escape|SPACE|Space|BKSP|Backspace|TAB|CTRL|Ctrl|ALT|Alt|SHIFT|Shift|F[0-9]+)\b"
    r"|\b[Ll]eft and right\b|\b[Uu]p and down\b|\barrow|[←→↑↓]|\b(?:Also|[Pp]ress|[Hh]old) [A-Z]\b"
)
KEYBOARD_NAME = re.compile(r"\b(?:ENTER|ESC|SPACE|BKSP|CTRL|ALT|SHIFT|F[0-9]+)\b")
ON_SCREENS = {"scenes", "services", "kiosk", "ui", "app"}
NAMES_OF_KEYS = {
    "tetris_arcade.ui.key_names",
    "tetris_arcade.ui.widgets.letter_wheel",
    "tetris_arcade.ui.font",
}
"""The modules that name keys and signs."""


def _texts(pilot: Pilot, name: str) -> set[str]:
    pilot.advance(REFRESH_SECONDS)  # no input comes that would draw a still picture again
    texts = {*pilot.texts(), *(text for _, text in pilot.canvas.explanations)}
    return texts - set(LETTERS) if name in WITH_CANDIDATES else texts


@pytest.mark.parametrize("name", SCREENS)
def test_screens_name_the_buttons_and_keys_in_use(open_pilot: OpenPilot, name: str) -> None:
    """Those of a gamepad when it was used last; else the keyboard's, as they are mapped now."""
    pilot = open_screen(open_pilot, name, (640, 360))
    mapper = pilot.app._mapper
    mapper.device = "pad"
    texts = _texts(pilot, name)
    directions = {pad_label(button) for button in DEFAULT_BUTTONS}
    if name not in ("keys", "settings", "settings, end"):  # they name the keyboard's keys
        assert not texts & (DEFAULT_LABELS - directions)
        assert not [text for text in texts if KEYBOARD_NAME.search(text)]

    mapper.device = "keys"
    pilot.app.context.change_settings(Settings(input=InputSettings(keys=REMAPPED)))
    texts = _texts(pilot, name)
    if name == "settings, end":  # the keys of a kiosk's operator cannot be remapped
        texts -= {text for text in texts if re.search("L CTRL|SHIFT", text)}
    if name != "keys":  # its table is drawn again after the next key
        assert not texts & (DEFAULT_LABELS - KEPT)
        assert not [text for text in texts if KEY_NAME.search(text) and text not in KEPT]


def _literals(tree: ast.Module) -> Iterator[str]:
    """The texts in a module that are no docstrings."""
    bare = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in bare:
            yield node.value


def test_no_text_in_the_source_names_a_key() -> None:
    found = [
        (module, text)
        for module, path in module_names().items()
        if package_of(module) in ON_SCREENS and module not in NAMES_OF_KEYS
        for text in _literals(ast.parse(path.read_text(encoding="utf-8")))
        if KEY_NAME.search(text)
    ]
    assert found == []


# --- Cabinets: keyboards without letters ---

CABINET = Settings(input=InputSettings(keys={"confirm": ("left ctrl",), "back": ("z",), "up": ("r",)}))


def test_name_entry_names_keys_that_work_while_typing(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene, (1280, 720), CABINET)
    pilot.app.apply(Push(NameEntryScene(pilot.app.context, "A name", "ab", lambda name: None)))
    pilot.advance(0.1)
    texts = pilot.texts()
    footer = texts[texts.index("L CTRL") :]
    assert footer[:2] == ["L CTRL", "add"]  # it works the wheel
    assert footer[footer.index("back") - 1] == "ESC"  # Z is typed
    assert "↑" in footer  # R is typed
    pilot.press("left ctrl")
    pilot.advance(0.2)
    assert pilot.sees("aba")
    pilot.press("z", "escape")
    assert pilot.title == "Title"


def test_back_button_of_a_cabinet_deletes_and_then_leaves(open_pilot: OpenPilot) -> None:
    settings = Settings(input=InputSettings(keys={"back": ("left alt",)}))
    pilot = open_pilot(TitleScene, (1280, 720), settings)
    pilot.app.apply(Push(NameEntryScene(pilot.app.context, "A name", "a", lambda name: None)))
    pilot.advance(0.1)
    assert pilot.sees("delete")
    pilot.press("left alt")
    pilot.advance(0.2)
    assert pilot.title == "Name"
    pilot.press("left alt")
    pilot.advance(0.2)
    assert pilot.title == "Title"


def test_key_that_cancels_a_remapping_is_the_one_that_is_named(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(KeySettingsScene, (1280, 720), CABINET)
    pilot.go_to("pause")
    pilot.press("left ctrl")
    pilot.advance(0.2)
    assert pilot.sees("press a key...")
    texts = pilot.texts()
    assert texts[texts.index("cancel") - 1] == "Z"
    pilot.press("z")
    assert pilot.app.context.settings.input.keys == CABINET.input.keys
    assert not pilot.sees("press a key...")
