"""The music: a seeded random walk over four chords, synthesised once and looped."""

from __future__ import annotations

import random

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

_BEAT_SECONDS = 60 / 108
_STEPS_PER_BEAT = 4
_BARS = 16
_A2 = 110.0
# Semitones above A: a minor pentatonic scale, and the roots of the chords, two bars each.
_SCALE = (0, 3, 5, 7, 10)
_ROOTS = (0, -4, 3, -2)
_CHORDS = {0: (0, 3, 7), -4: (0, 4, 7), 3: (0, 4, 7), -2: (0, 4, 7)}


def compose(rate: int, seed: int = 7) -> NDArray[np.int16]:
    """Compose about 35 seconds of mono samples that loop without a gap; `rate` is in Hz."""
    draws = random.Random(seed)
    step = int(rate * _BEAT_SECONDS / _STEPS_PER_BEAT)
    steps = _BARS * 4 * _STEPS_PER_BEAT
    track = np.zeros(steps * step)
    degree = 5
    for number in range(steps):
        bar, place = divmod(number, 4 * _STEPS_PER_BEAT)
        root = _ROOTS[bar // 2 % len(_ROOTS)]
        at = number * step
        chord = _CHORDS[root]
        arpeggio = root + chord[number % 3] + 12 * (1 + number // 3 % 2)
        _add(track, at, _pluck(rate, _pitch(arpeggio), 0.16), 0.10)
        if place % 4 == 0:
            _add(track, at, _pulse(rate, _pitch(root - 12 if place % 8 else root), 0.30), 0.26)
        if place % 8 == 4:
            _add(track, at, _brush(rate, number), 0.05)
        if bar >= 4 and place % 2 == 0 and draws.random() < (0.8 if place % 4 == 0 else 0.35):
            degree = min(max(degree + draws.choice((-2, -1, -1, 1, 1, 2)), 2), 11)
            _add(track, at, _pulse(rate, _pitch(_tone(degree) + 12), 0.34), 0.14)
    return np.asarray(np.clip(track, -1.0, 1.0) * 30_000, np.int16)


def _tone(degree: int) -> int:
    octave, place = divmod(degree, len(_SCALE))
    return 12 * octave + _SCALE[place]


def _pitch(semitones: int) -> float:
    return float(_A2 * 2 ** (semitones / 12))


def _add(track: Samples, at: int, sound: Samples, volume: float) -> None:
    """Mix a sound into the track; a part beyond the end wraps around to the start."""
    indices = (at + np.arange(sound.size)) % track.size
    track[indices] += sound * volume


def _pulse(rate: int, frequency: float, seconds: float) -> Samples:
    """A soft square wave with a fade-out."""
    time = np.arange(int(rate * seconds)) / rate
    phase = 2 * np.pi * frequency * time
    wave = np.sin(phase) + np.sin(3 * phase) / 4 + np.sin(5 * phase) / 9
    fade = np.minimum(time / 0.008, 1.0) * (1.0 - time / seconds) ** 1.5
    return np.asarray(wave * fade)


def _pluck(rate: int, frequency: float, seconds: float) -> Samples:
    time = np.arange(int(rate * seconds)) / rate
    wave = np.sin(2 * np.pi * frequency * time) + 0.3 * np.sin(4 * np.pi * frequency * time)
    return np.asarray(wave * np.minimum(time / 0.004, 1.0) * np.exp(-time * 18))


def _brush(rate: int, seed: int) -> Samples:
    noise = np.random.default_rng(seed).uniform(-1.0, 1.0, int(rate * 0.06))
    return np.asarray(noise * np.linspace(1.0, 0.0, noise.size) ** 2)
