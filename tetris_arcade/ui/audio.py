"""Synthesised sound effects and music. A missing audio device is expected: everything is then silent."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import numpy as np
import pygame
from numpy.typing import NDArray

from tetris_arcade.config.settings import SoundSettings
from tetris_arcade.process.threads import try_to_start
from tetris_arcade.ui.music import compose

logger = logging.getLogger(__name__)

_RATE = 22_050
_C5 = 523.25
_MIN_INTERVAL_SECONDS = 0.04
"""An effect is not repeated sooner: one key may trigger two events with the same sound."""
_FADE_MS = 700


_COMBO_RATIOS = (1.0, 1.125, 1.25, 1.333, 1.5, 1.667)
"""How high the lines of a combo sound, compared with its first ones."""
COMBO_SOUNDS = tuple(f"combo_{number}" for number in range(1, len(_COMBO_RATIOS)))


def combo_sound(combo: int) -> str:
    """The sound of lines after `combo` landings in a row that cleared some as well: higher and higher."""
    return "clear" if combo <= 0 else COMBO_SOUNDS[min(combo, len(COMBO_SOUNDS)) - 1]


class Audio:
    """Plays effects by name, those of `CAPTIONS` in `ui/widgets/caption.py`, and the music.

    Plays nothing if no audio device can be opened. on_sound: gets the name of each sound, whether it can be
    heard or not, and "music" when the music begins.
    """

    def __init__(self, settings: SoundSettings, on_sound: Callable[[str], None] = lambda _name: None) -> None:
        self._settings, self._on_sound = settings, on_sound
        self._sounds: dict[str, pygame.mixer.Sound] = {}
        self._played_at: dict[str, float] = {}
        self._music: pygame.mixer.Sound | None = None
        self._is_music_wanted = False
        self._composer: threading.Thread | None = None
        self._composed: NDArray[np.int16] | None = None
        try:
            # With no changes allowed, the mixer converts the samples to what the device takes.
            pygame.mixer.init(_RATE, -16, 1, 512, allowedchanges=0)
            self._sounds = {
                name: pygame.mixer.Sound(buffer=wave.tobytes()) for name, wave in _effects().items()
            }
            pygame.mixer.set_reserved(1)  # channel 0 is the music's
        except (pygame.error, NotImplementedError) as error:
            logger.info("no sound: %s", error)

    @property
    def is_available(self) -> bool:
        return bool(self._sounds)

    def change(self, settings: SoundSettings) -> None:
        """Apply new settings."""
        self._settings = settings

    def play(self, name: str) -> None:
        """Play an effect unless the sound is muted or no device is available."""
        sound, now = self._sounds.get(name), time.perf_counter()
        if now - self._played_at.get(name, 0.0) < _MIN_INTERVAL_SECONDS:
            return
        self._played_at[name] = now
        self._on_sound(name)
        if sound is None or self._settings.muted:
            return
        sound.set_volume(self._settings.effects_volume)
        sound.play()

    def set_music_wanted(self, is_wanted: bool) -> None:
        """Set whether the current screen has music."""
        self._is_music_wanted = is_wanted

    def update(self) -> None:
        """Start or stop the music and set its volume. Call this once per frame; it never blocks."""
        settings = self._settings
        is_on = (
            self._is_music_wanted and settings.music_on and not settings.muted and settings.music_volume > 0
        )
        if not self._sounds or (self._music is None and not is_on):
            return
        if self._music is None:
            self._compose()
            return
        channel = pygame.mixer.Channel(0)
        if is_on and not channel.get_busy():
            channel.play(self._music, loops=-1, fade_ms=_FADE_MS)
            self._on_sound("music")
        elif not is_on and channel.get_busy():
            channel.stop()
        channel.set_volume(settings.music_volume * 0.6)

    def close(self) -> None:
        if self._sounds:
            self._sounds = {}
            pygame.mixer.quit()

    def _compose(self) -> None:
        """Compose the music in a thread, because it takes longer than a frame."""
        if self._composer is None:
            self._composer = threading.Thread(target=self._run_composer, name="composer", daemon=True)
            try_to_start(self._composer)  # Without a thread there is no music.
        elif self._composed is not None:
            self._music = pygame.mixer.Sound(buffer=self._composed.tobytes())
            self._composed = None

    def _run_composer(self) -> None:
        self._composed = compose(_RATE)


def _effects() -> dict[str, NDArray[np.int16]]:
    return {
        "move": _tones([(_C5 * 1.5, 0.03)], 0.12),
        "confirm": _tones([(_C5, 0.05), (_C5 * 1.5, 0.08)], 0.25),
        "back": _tones([(_C5, 0.05), (_C5 * 0.75, 0.08)], 0.25),
        "tick": _tones([(_C5 * 2, 0.015)], 0.1),
        "lock": _tones([(110.0, 0.05)], 0.3),
        "drop": _tones([(165.0, 0.02), (82.5, 0.07)], 0.35),
        "clear": _cleared(_COMBO_RATIOS[0]),
        **{name: _cleared(ratio) for name, ratio in zip(COMBO_SOUNDS, _COMBO_RATIOS[1:], strict=True)},
        "tetris": _tones([(_C5, 0.06), (_C5 * 1.25, 0.06), (_C5 * 1.5, 0.06), (_C5 * 2, 0.2)], 0.35),
        "best": _tones([(_C5 * r, 0.09) for r in (1, 1.25, 1.5, 2, 1.5, 2)], 0.4),
        "record": _tones([(_C5 * r, 0.08) for r in (1.5, 2, 2.5, 3, 2.5, 3)], 0.35),
        "danger": _tones([(_C5 * r, 0.1) for r in (0.5, 0.42, 0.5, 0.42)], 0.25),
        "over": _tones([(_C5 * r, 0.12) for r in (0.75, 0.6, 0.5, 0.375)], 0.35),
    }


def _cleared(ratio: float) -> NDArray[np.int16]:
    """The sound of cleared lines, at some height."""
    return _tones([(_C5 * ratio * r, seconds) for r, seconds in ((1, 0.06), (1.25, 0.06), (1.5, 0.1))], 0.3)


def _tones(notes: list[tuple[float, float]], volume: float) -> NDArray[np.int16]:
    """Join rounded square waves, one per (frequency in Hz, seconds), each with a fade-out."""
    parts = []
    for frequency, seconds in notes:
        moments = np.arange(int(_RATE * seconds)) / _RATE
        phase = 2 * np.pi * frequency * moments
        wave = np.sin(phase) + np.sin(3 * phase) / 3 + np.sin(5 * phase) / 5
        parts.append(wave * np.linspace(1.0, 0.0, moments.size) ** 1.5)
    return np.asarray(np.concatenate(parts) * volume * 0.8 * 32_767 / 1.2, np.int16)
