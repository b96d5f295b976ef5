"""Sounds have captions, also those that nobody can hear."""

from __future__ import annotations

from tests.pilot import OpenPilot
from tetris_arcade.config.settings import AccessSettings, Settings
from tetris_arcade.scenes.settings.scene import SettingsScene
from tetris_arcade.ui.audio import _effects
from tetris_arcade.ui.widgets.caption import CAPTIONS, Caption


def test_every_sound_has_a_caption_or_is_known_to_need_none() -> None:
    assert CAPTIONS.keys() == {*_effects(), "music"}


def test_landing_piece_does_not_hide_a_cleared_line() -> None:
    caption = Caption()
    caption.update(10.0)
    caption.add("clear")
    caption.update(10.5)
    caption.add("lock")
    assert caption.text == "[line cleared]"
    caption.update(11.2)
    caption.add("lock")
    assert caption.text == "[a piece lands]"
    caption.update(14.0)
    assert caption.text == ""


def test_caption_is_shown_without_a_sound_device_and_moves_nothing(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(SettingsScene, settings=Settings(access=AccessSettings(captions=True)))
    assert not pilot.app.context.audio.is_available
    pilot.advance(0.2)
    place = pilot.find("Palette")
    pilot.app.context.audio.play("over")
    pilot.advance(0.2)
    assert pilot.sees("[game over]")
    assert pilot.find("Palette") == place
    pilot.advance(2.5)
    assert not pilot.sees("[game over]")


def test_captions_are_off_by_default(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(SettingsScene)
    pilot.app.context.audio.play("over")
    pilot.advance(0.2)
    assert not pilot.sees("[game over]")
