"""A model that is saved again while another process reads it is read whole, and never called damaged."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.storage.save_loop import contents
from tests.storage.stepped_writer import SteppedWriter
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.checkpoints import Checkpoint, load_checkpoint, read_current, save_checkpoint
from tetris_arcade.storage.errors import DamagedError, ReplacedError, UnknownModelError
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.storage.slots import read_entry, save_slot_bytes

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[2]
Save = Callable[[DataPaths, Metadata, int], None]


def _model(number: int) -> bytes:
    return f"model {number}".encode() * 20


def _save_slot(paths: DataPaths, metadata: Metadata, number: int) -> None:
    changed = dataclasses.replace(metadata, timesteps=number)
    save_slot_bytes(paths, "mine", _model(number), changed, overwrite=True)


def _save_latest(paths: DataPaths, metadata: Metadata, number: int) -> None:
    changed = dataclasses.replace(metadata, timesteps=number)
    save_checkpoint(paths, "latest", {"model.zip": _model(number)}, changed)


def _save_both(save: Save, paths: DataPaths, metadata: Metadata, number: int) -> None:
    save(paths, metadata, number)
    save(paths, metadata, number + 1)


def _number(checkpoint: Checkpoint) -> int:
    """The number of the save that a checkpoint's metadata and model both belong to."""
    current, model = read_current(checkpoint, "model.zip")
    assert model == _model(current.metadata.timesteps)
    return current.metadata.timesteps


@pytest.mark.parametrize(
    ("save", "folder"), [(_save_slot, "checkpoints/slots/mine"), (_save_latest, "checkpoints/latest")]
)
@pytest.mark.parametrize("verify", [False, True])
def test_reading_during_a_save(
    paths: DataPaths,
    metadata: Metadata,
    save: Save,
    folder: str,
    verify: bool,
) -> None:
    save(paths, metadata, 1)
    found = set()
    for seed in range(50):
        number = 2 * seed + 2
        writer = SteppedWriter(partial(_save_both, save, paths, metadata, number), seed)
        with pytest.MonkeyPatch.context() as monkeypatch:
            writer.start(monkeypatch)
            found.add(_number(load_checkpoint(paths.root / folder, verify=verify)) - number)
            writer.finish()
    assert found == {-1, 0, 1}


def test_listing_during_a_save(paths: DataPaths, metadata: Metadata) -> None:
    _save_slot(paths, metadata, 1)
    for seed in range(50):
        writer = SteppedWriter(partial(_save_slot, paths, metadata, seed), seed)
        with pytest.MonkeyPatch.context() as monkeypatch:
            writer.start(monkeypatch)
            entry = read_entry(paths, paths.slots / "mine", "slot")
            writer.finish()
        assert entry is not None
        assert entry.error is None


def test_replaced_model_is_told_from_a_damaged_one(paths: DataPaths, metadata: Metadata) -> None:
    _save_slot(paths, metadata, 1)
    first = load_checkpoint(paths.slots / "mine")
    _save_slot(paths, metadata, 2)
    with pytest.raises(ReplacedError, match="saved again or deleted"):
        first.read("model.zip")
    second = load_checkpoint(paths.slots / "mine")
    (paths.slots / "mine" / "model.zip").write_bytes(_model(3))
    with pytest.raises(DamagedError, match="not what was saved"):
        second.read("model.zip")
    shutil.rmtree(paths.slots / "mine")
    with pytest.raises(UnknownModelError):
        read_current(second, "model.zip")


@pytest.mark.soak
def test_reading_beside_a_saving_process(paths: DataPaths) -> None:
    command = [sys.executable, "-m", "tests.storage.save_loop", str(paths.root), "1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as saver:
        assert saver.stdout is not None
        saver.stdout.readline()
        numbers, until = [0], time.monotonic() + 20.0
        while time.monotonic() < until:
            checkpoint, buffer = read_current(load_checkpoint(paths.latest), "replay_buffer.npz")
            assert buffer == contents(checkpoint.metadata.timesteps)["replay_buffer.npz"]
            numbers.append(checkpoint.metadata.timesteps)
        saver.kill()
    assert len(set(numbers)) > 100
    assert numbers == sorted(numbers)
