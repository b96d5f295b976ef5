"""Saves `latest` in a loop and reports each save; a test kills this process."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.checkpoints import save_checkpoint
from tetris_arcade.storage.metadata import Metadata


def contents(number: int) -> dict[str, bytes]:
    """Three files whose bytes follow from the number, with the sizes of a short training."""
    source = random.Random(number)
    return {
        "model.zip": source.randbytes(60_000),
        "replay_buffer.npz": source.randbytes(400_000),
        "trainer_state.npz": source.randbytes(50_000),
    }


def save_forever(root: Path, first: int) -> None:
    """Save numbers `first`, `first` + 1, ...; print each number after its save is complete."""
    number = first
    while True:
        save_checkpoint(DataPaths(root), "latest", contents(number), Metadata("latest", timesteps=number))
        print(number, flush=True)
        number += 1


if __name__ == "__main__":
    save_forever(Path(sys.argv[1]), int(sys.argv[2]))
