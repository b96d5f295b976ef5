"""Sound where there is a device, silence where there is none, and never a fault or a wait."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pygame
import pytest

from tetris_arcade.config.settings import SoundSettings
from tetris_arcade.ui.audio import _RATE, Audio, _effects
from tetris_arcade.ui.music import compose

NAMES = {"lock", "clear", "four", "best", "over", "move", "confirm", "back", "tick"}


@pytest.fixture
def audio() -> Iterator[Audio]:
    audio = Audio(SoundSettings())
    yield audio
    audio.close()


def test_effects_are_short_and_do_not_clip() -> None:
    effects = _effects()
    assert set(effects) == NAMES
    for wave in effects.values():
        assert 0.01 < wave.size / _RATE < 1.0
        assert 1_000 < np.abs(wave.astype(np.int32)).max() < 32_767


def test_without_a_device_there_is_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise pygame.error("no such device")

    monkeypatch.setattr(pygame.mixer, "init", fail)
    audio = Audio(SoundSettings())
    assert not audio.is_available
    audio.play("best")
    audio.set_music_wanted(True)
    audio.update()
    audio.close()


def test_the_same_effect_at_once_is_played_once(audio: Audio) -> None:
    audio.play("four")
    audio.play("four")
    assert audio._sounds["four"].get_num_channels() == 1


def test_muted_means_silent(audio: Audio) -> None:
    audio.change(SoundSettings(muted=True))
    audio.play("four")
    assert audio._sounds["four"].get_num_channels() == 0


@pytest.mark.parametrize("volume", [0.0, 0.25, 1.0])
def test_effects_are_as_loud_as_they_are_set(audio: Audio, volume: float) -> None:
    audio.change(SoundSettings(effects_volume=volume))
    audio.play("four")
    assert audio._sounds["four"].get_volume() == pytest.approx(volume, abs=0.01)


def test_the_tune_is_composed_beside_the_screen_and_plays_where_it_is_wanted(audio: Audio) -> None:
    audio.set_music_wanted(True)
    audio.update()
    assert audio._composer is not None
    audio._composer.join()
    audio.update()
    audio.update()
    channel = pygame.mixer.Channel(0)
    assert channel.get_busy()
    loud = channel.get_volume()
    audio.change(SoundSettings(music_volume=0.1))
    audio.update()
    assert channel.get_volume() < loud
    audio.change(SoundSettings(music_on=False))
    audio.update()
    assert not pygame.mixer.Channel(0).get_busy()


def test_the_tune_is_always_the_same_and_does_not_clip() -> None:
    tune = compose(_RATE)
    assert np.array_equal(tune, compose(_RATE))
    assert 20.0 < tune.size / _RATE < 60.0
    assert 3_000 < np.abs(tune.astype(np.int32)).max() < 32_000
