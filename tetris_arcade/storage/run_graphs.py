"""The graphs that a saved run keeps, for laying them over those of another run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.evaluation import MAX_METRIC
from tetris_arcade.storage.checkpoints import load_checkpoint
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.npz import read_npz

GRAPHS_NAME = "graphs.npz"
TESTS_GRAPH = "evaluated_lines"
_MAX_GRAPHS_BYTES = 4 * 2**20
Points = tuple[NDArray[np.float64], NDArray[np.float32]]
"""(timesteps, values), each (count,)."""


def load_run_graphs(folder: Path) -> dict[str, Points]:
    """The graphs of a checkpoint or slot by name, those that can be drawn; at least that of its tests.

    Timesteps are those of its own run, from 0. Raises StorageError if it cannot be read.
    """
    checkpoint = load_checkpoint(folder)
    graphs: dict[str, Points] = {}
    if GRAPHS_NAME in checkpoint.metadata.files:
        try:
            arrays = read_npz(checkpoint.read(GRAPHS_NAME), _MAX_GRAPHS_BYTES)
        except StorageError:
            arrays = {}
        graphs = {
            name: (array[0], array[1].astype(np.float32))
            for name, array in arrays.items()
            if _is_graph(array) and "." not in name
        }
    curve = np.array(checkpoint.metadata.learning_curve, np.float64).reshape(-1, 2)
    if TESTS_GRAPH not in graphs and curve.size:
        graphs[TESTS_GRAPH] = (curve[:, 0], curve[:, 1].astype(np.float32))
    return graphs


def _is_graph(array: NDArray[np.float64]) -> bool:
    is_pair = array.ndim == 2 and array.shape[0] == 2 and array.shape[1] > 0 and array.dtype.kind == "f"
    return (
        is_pair
        and bool((np.abs(array) <= MAX_METRIC).all())
        and bool((np.diff(array[0], prepend=0.0) >= 0.0).all())
    )
