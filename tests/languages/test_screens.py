"""Every screen speaks every language: no text is forgotten, and none is cut, at any size of the window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.languages.pseudo_language import PSEUDO, PseudoTranslations
from tests.pilot import OpenPilot, Pilot
from tests.screens import SCREENS, SIZES, open_screen
from tests.update_catalogues import TRANSLATED
from tetris_arcade.languages import set_language, set_translations

NAMES = {
    *("champion", "stacker", "bcts", "dellacherie", "dt10", "dt20", "random"),
    *("first-steps", "from-a-friend", "night-run", "night", "run", "run-187k", "tetris", "arcade"),
    *("bag", "rows", "language", "english", "lb", "rb", "lt", "rt", "l3", "r3", "start", "back"),
}
"""Words that are the same in all languages: names of models, what is written on gamepads and in replays."""
NOTES = {"It keeps the well on the right now."}
"""What people have written."""
_WORD = re.compile(r"\b[A-Za-z][A-Za-z0-9-]+\b")


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    set_language("en")


def _speak(pilot: Pilot, code: str) -> None:
    """Change the language of an open screen, as the settings do."""
    settings = pilot.app.context.settings
    display = replace(settings.display, language=code)
    pilot.app.context.change_settings(replace(settings, display=display))
    for _ in range(3):  # the panels that need several frames
        pilot.send()


def _speak_pseudo(_code: str) -> None:
    set_translations(PseudoTranslations(), PSEUDO)


_SHORT = [(name, SIZES[0]) for name in list(SCREENS)[::3]]
"""What the short tests look at: a third of the screens, at the size that cuts most."""
_ALL = [
    pytest.param(name, size, marks=[] if (name, size) in _SHORT else pytest.mark.soak)
    for name in SCREENS
    for size in SIZES
]


@pytest.mark.parametrize(("name", "size"), _ALL, ids=str)
def test_no_text_is_forgotten_or_cut(
    open_pilot: OpenPilot, name: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("tetris_arcade.app.set_language", _speak_pseudo)
        pilot = open_screen(open_pilot, name, size)
    english = {word for text in {*pilot.texts()} - NOTES for word in _WORD.findall(text)}
    assert {word for word in english if word.lower() not in NAMES} == set()
    cut = {"xx": {*pilot.cut_texts()} - NOTES}
    for code in TRANSLATED:
        _speak(pilot, code)
        cut[code] = {*pilot.cut_texts()} - NOTES
    assert {code: texts for code, texts in cut.items() if texts} == {}
