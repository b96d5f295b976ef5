"""A process that saves `latest` in a loop and reports each save, to be killed."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.checkpoints import save_checkpoint
from tetris_arcade.storage.metadata import Metadata


def contents(number: int) -> dict[str, bytes]:
    """Three files whose bytes follow from the number, of sizes as in a young training."""
    source = random.Random(number)
    return {
        "model.zip": source.randbytes(60_000),
        "replay_buffer.npz": source.randbytes(400_000),
        "trainer_state.npz": source.randbytes(50_000),
    }


def save_for_ever(root: Path, first: int) -> None:
    """Save number `first`, `first` + 1, ...; each line on standard output is one save reported done."""
    number = first
    while True:
        save_checkpoint(DataPaths(root), "latest", contents(number), Metadata("latest", timesteps=number))
        print(number, flush=True)
        number += 1


if __name__ == "__main__":
    save_for_ever(Path(sys.argv[1]), int(sys.argv[2]))
