"""Whether a picture is like the one that somebody looked at and found right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pygame

FOLDER = Path(__file__).parent / "pictures"
CHANGED_LEVEL, CHANGED_SHARE = 24, 0.02
TILE_PX = 64
"""Pictures are compared in tiles: a word that is missing is as bad on a large screen as on a small one."""


def is_like_reference(shown: pygame.Surface, name: str, *, update: bool) -> bool:
    """Whether a picture looks as its reference does; `update`: it becomes the reference first."""
    file = FOLDER / f"{name}.png"
    if update:
        pygame.image.save(shown, file)
    return changed_share(shown, pygame.image.load(file)) <= CHANGED_SHARE


def changed_share(first: pygame.Surface, second: pygame.Surface) -> float:
    """Of the tile that differs most, the share of pixels of which a channel differs by more than the eye
    forgives."""
    assert first.get_size() == second.get_size()
    pixels = [pygame.surfarray.array3d(picture).astype(np.int16) for picture in (first, second)]
    changed = np.abs(pixels[0] - pixels[1]).max(axis=2) > CHANGED_LEVEL
    starts = [np.arange(0, length, TILE_PX) for length in changed.shape]
    per_tile = np.add.reduceat(np.add.reduceat(changed, starts[0], axis=0, dtype=np.int64), starts[1], axis=1)
    return float(per_tile.max()) / TILE_PX**2
