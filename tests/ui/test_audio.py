"""Sound with a device, silence without one, and never an error or a wait."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pygame
import pytest

from tetris_arcade.config.settings import SoundSettings
from tetris_arcade.ui.audio import _RATE, COMBO_SOUNDS, Audio, _effects
from tetris_arcade.ui.music import compose

NAMES = {
    *(
        "lock",
        "drop",
        "clear",
        "tetris",
        "best",
        "record",
        "over",
        "danger",
        "move",
        "confirm",
        "back",
        "tick",
    ),
    *COMBO_SOUNDS,
}


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


def test_same_effect_plays_once_at_a_time(audio: Audio) -> None:
    audio.play("tetris")
    audio.play("tetris")
    assert audio._sounds["tetris"].get_num_channels() == 1


def test_muted_means_silent(audio: Audio) -> None:
    audio.change(SoundSettings(muted=True))
    audio.play("tetris")
    assert audio._sounds["tetris"].get_num_channels() == 0


@pytest.mark.parametrize("volume", [0.0, 0.25, 1.0])
def test_effects_have_the_volume_that_is_set(audio: Audio, volume: float) -> None:
    audio.change(SoundSettings(effects_volume=volume))
    audio.play("tetris")
    assert audio._sounds["tetris"].get_volume() == pytest.approx(volume, abs=0.01)


def test_music_is_composed_in_a_thread_and_plays(audio: Audio) -> None:
    audio.set_music_wanted(True)
    audio.update()
    assert audio._composer is not None
    audio._composer.join()
    audio.update()
    audio.update()
    channel = pygame.mixer.Channel(0)
    assert channel.get_busy()
    volume = channel.get_volume()
    audio.change(SoundSettings(music_volume=0.1))
    audio.update()
    assert channel.get_volume() < volume
    audio.change(SoundSettings(music_on=False))
    audio.update()
    assert not pygame.mixer.Channel(0).get_busy()


def test_music_is_deterministic_and_does_not_clip() -> None:
    music = compose(_RATE)
    assert np.array_equal(music, compose(_RATE))
    assert 20.0 < music.size / _RATE < 60.0
    assert 3_000 < np.abs(music.astype(np.int32)).max() < 32_000
