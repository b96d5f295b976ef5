"""Sound: every effect is synthesised at the start; no audio device is a normal day."""

from __future__ import annotations

import logging

import numpy as np
import pygame
from numpy.typing import NDArray

from tetris_arcade.settings import SoundSettings

logger = logging.getLogger(__name__)

_RATE = 22_050
_C5 = 523.25


class Audio:
    """Plays effects by name: lock, clear, four, best, over, move, confirm, back, tick. Silent where it
    cannot."""

    def __init__(self, settings: SoundSettings) -> None:
        self._settings = settings
        self._sounds: dict[str, pygame.mixer.Sound] = {}
        try:
            pygame.mixer.init(_RATE, -16, 1, 512)
            self._sounds = {
                name: pygame.mixer.Sound(buffer=wave.tobytes()) for name, wave in _effects().items()
            }
        except (pygame.error, NotImplementedError) as error:
            logger.info("no sound: %s", error)

    @property
    def is_available(self) -> bool:
        return bool(self._sounds)

    def change(self, settings: SoundSettings) -> None:
        """Take new volumes."""
        self._settings = settings

    def play(self, name: str) -> None:
        """Play an effect, if there is a device and it is not muted."""
        sound = self._sounds.get(name)
        if sound is None or self._settings.muted:
            return
        sound.set_volume(self._settings.effects_volume)
        sound.play()

    def close(self) -> None:
        if self._sounds:
            pygame.mixer.quit()


def _effects() -> dict[str, NDArray[np.int16]]:
    return {
        "move": _tones([(_C5 * 1.5, 0.03)], 0.15),
        "confirm": _tones([(_C5, 0.05), (_C5 * 1.5, 0.08)], 0.3),
        "back": _tones([(_C5, 0.05), (_C5 * 0.75, 0.08)], 0.3),
        "tick": _tones([(_C5 * 2, 0.015)], 0.1),
        "lock": _tones([(110.0, 0.05)], 0.3),
        "clear": _tones([(_C5, 0.06), (_C5 * 1.25, 0.06), (_C5 * 1.5, 0.1)], 0.35),
        "four": _tones([(_C5, 0.06), (_C5 * 1.25, 0.06), (_C5 * 1.5, 0.06), (_C5 * 2, 0.2)], 0.4),
        "best": _tones([(_C5 * r, 0.09) for r in (1, 1.25, 1.5, 2, 1.5, 2)], 0.4),
        "over": _tones([(_C5 * r, 0.12) for r in (0.75, 0.6, 0.5, 0.375)], 0.35),
    }


def _tones(notes: list[tuple[float, float]], volume: float) -> NDArray[np.int16]:
    """Square-ish waves one after the other, (frequency in Hz, seconds), each fading out."""
    parts = []
    for frequency, seconds in notes:
        time = np.arange(int(_RATE * seconds)) / _RATE
        phase = 2 * np.pi * frequency * time
        wave = np.sin(phase) + np.sin(3 * phase) / 3 + np.sin(5 * phase) / 5
        parts.append(wave * np.linspace(1.0, 0.0, time.size) ** 1.5)
    return np.asarray(np.concatenate(parts) * volume * 0.8 * 32_767 / 1.2, np.int16)
