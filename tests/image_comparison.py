"""Compares pictures of screens with references that somebody has looked at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pygame
from numpy.typing import NDArray
from pygame import Rect, Surface

REFERENCES = Path(__file__).parent / "pictures"
FAILED = REFERENCES / "failed"
"""Where the picture of a failed comparison and its differences are saved; git ignores the folder."""
MAX_LEVEL, MAX_SHARE = 24, 0.02
"""Tolerances: by how much a channel (0..255) may change, and in how many of a tile's pixels it may do so."""
TILE_PX = 64
"""Pictures are compared tile by tile, so that a missing word counts as much on a large screen as on a small
one."""
_MARK = (255, 0, 80)


@dataclass(frozen=True)
class Comparison:
    """How two pictures of one size differ.

    `changed` is (width, height) bool. `tile` is the (row, col) of the tile with the most changed pixels, and
    `share` (0..1) how many of its pixels are changed.
    """

    changed: NDArray[np.bool_]
    tile: tuple[int, int]
    share: float

    @property
    def is_alike(self) -> bool:
        return self.share <= MAX_SHARE


def compare(first: Surface, second: Surface) -> Comparison:
    """Compare two pictures of one size."""
    assert first.get_size() == second.get_size(), f"{first.get_size()} is not {second.get_size()}"
    one, other = (pygame.surfarray.array3d(picture) for picture in (first, second))
    is_over = np.maximum(one, other) - np.minimum(one, other) > MAX_LEVEL
    changed: NDArray[np.bool_] = is_over[..., 0] | is_over[..., 1] | is_over[..., 2]
    starts = [np.arange(0, length, TILE_PX) for length in changed.shape]
    per_tile = np.add.reduceat(np.add.reduceat(changed, starts[0], axis=0, dtype=np.int64), starts[1], axis=1)
    col, row = np.unravel_index(per_tile.argmax(), per_tile.shape)
    return Comparison(changed, (int(row), int(col)), float(per_tile.max()) / TILE_PX**2)


def assert_like_reference(
    picture: Surface, name: str, *, update: bool = False, references: Path = REFERENCES, failed: Path = FAILED
) -> None:
    """Assert that a picture looks like `references`/NAME.png; with `update`, make it the reference instead.

    On failure, save the picture and a picture of the differences under `failed`.
    """
    file = references / f"{name}.png"
    if update:
        pygame.image.save(picture, file)
        return
    assert file.exists(), f"picture {name!r} has no reference; look at the screen and use --update-references"
    reference = pygame.image.load(file)
    if pygame.image.tobytes(picture, "RGB") == pygame.image.tobytes(reference, "RGB"):
        return
    comparison = compare(picture, reference)
    if not comparison.is_alike:
        failed.mkdir(exist_ok=True)
        pygame.image.save(picture, failed / f"{name}.png")
        pygame.image.save(draw_differences(reference, comparison), failed / f"{name}.difference.png")
        (row, col), share = comparison.tile, comparison.share
        raise AssertionError(
            f"picture {name!r}: {share:.1%} of the pixels in tile (row {row}, col {col}) changed,"
            f" at most {MAX_SHARE:.0%} may; see {name}.png and {name}.difference.png in {failed}"
        )


def draw_differences(reference: Surface, comparison: Comparison) -> Surface:
    """Draw the changed pixels in red over the dimmed reference, and a frame around the worst tile."""
    differences = reference.convert(24)
    pixels: NDArray[Any] = pygame.surfarray.array3d(differences) // 3
    pixels[comparison.changed] = _MARK
    pygame.surfarray.blit_array(differences, pixels)
    row, col = comparison.tile
    pygame.draw.rect(differences, _MARK, Rect(col * TILE_PX, row * TILE_PX, TILE_PX, TILE_PX), 2)
    return differences
