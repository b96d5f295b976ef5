"""The visitor's choice of a language: each is named in itself."""

from __future__ import annotations

from dataclasses import replace
from typing import cast, get_args

from tetris_arcade.config.settings import LanguageCode
from tetris_arcade.languages import LANGUAGES, _, get_language
from tetris_arcade.scenes.base import Push
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.dialog import ChoiceDialog

_GLOBE = "🌐"


def language_label() -> str:
    """The spoken language, with a picture for those who cannot read it."""
    return f"{_GLOBE} {get_language().name}"


def ask_language(context: Context) -> Push:
    """Let a visitor choose a language; a kiosk's attract mode undoes the choice."""

    def choose(code: str) -> None:
        display = replace(context.settings.display, language=cast(LanguageCode, code))
        context.change_settings(replace(context.settings, display=display))

    options = [(code, LANGUAGES[code].name) for code in get_args(LanguageCode)]
    return Push(ChoiceDialog(context, f"{_GLOBE} {_('Language')}", options, choose))
