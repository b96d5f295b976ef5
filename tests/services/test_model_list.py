"""The window's list of models: it equals `list_models`, and is read in parts."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.services import model_list
from tetris_arcade.services.model_list import ModelList
from tetris_arcade.storage.checkpoints import save_checkpoint
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.storage.slots import (
    ModelEntry,
    delete_slot,
    list_models,
    read_entry,
    rename_slot,
    save_slot_bytes,
    save_slot_evaluation,
)

_NUM_SLOTS = 35


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the folders that were read, in order."""
    names: list[str] = []

    def recorded(paths: DataPaths, folder: Path, kind: str) -> ModelEntry | None:
        names.append(folder.name)
        return read_entry(paths, folder, kind)  # type: ignore[arg-type]

    monkeypatch.setattr(model_list, "read_entry", recorded)
    return names


@pytest.fixture
def full(paths: DataPaths, metadata: Metadata) -> DataPaths:
    for number in range(_NUM_SLOTS):
        save_slot_bytes(paths, f"slot-{number:02}", b"weights", metadata)
    return paths


def _slots_in(names: list[str]) -> list[str]:
    return [name for name in names if name.startswith("slot")]


def test_unchanged_slot_is_not_read_again(full: DataPaths, read: list[str]) -> None:
    models = ModelList(full)
    assert models.read_all() == list_models(full)
    assert _slots_in(read) == sorted(set(_slots_in(read)))
    read.clear()
    assert models.read_all() == list_models(full)
    assert _slots_in(read) == []


def test_changed_slot_is_read_again(full: DataPaths, read: list[str]) -> None:
    models = ModelList(full)
    models.read_all()
    read.clear()
    save_slot_evaluation(full, "slot-03", Evaluation(20, 990.0, 991.0, (980.0, 1_000.0), 3, 77))
    rename_slot(full, "slot-04", "slot-zz")
    delete_slot(full, "slot-05")
    os.truncate(full.slots / "slot-06" / "model.zip", 3)
    (full.slots / "slot-07" / "metadata.json").write_text("{")
    assert models.read_all() == list_models(full)
    assert _slots_in(read) == ["slot-03", "slot-06", "slot-07", "slot-zz"]


def test_damaged_slot_is_read_until_repaired(full: DataPaths, metadata: Metadata, read: list[str]) -> None:
    models = ModelList(full)
    models.read_all()
    (full.slots / "slot-07" / "metadata.json").write_text("{")
    for _ in range(2):
        assert [entry.name for entry in models.read_all() if entry.error] == ["slot-07"]
    save_slot_bytes(full, "slot-07", b"weights", metadata, overwrite=True)
    assert [entry.name for entry in models.read_all() if entry.error] == []


def test_checkpoints_are_current(paths: DataPaths, metadata: Metadata) -> None:
    models = ModelList(paths)
    for timesteps in (100, 200):
        newer = dataclasses.replace(metadata, timesteps=timesteps)
        save_checkpoint(paths, "latest", {"model.zip": b"weights"}, newer)
        assert models.read_all() == list_models(paths)


def test_old_list_stays_until_new_one_is_complete(
    full: DataPaths, metadata: Metadata, read: list[str]
) -> None:
    models = ModelList(full)
    models.refresh()
    frames = 1
    while models.num_found is not None:
        assert models.entries == []
        assert len(read) <= 10 * frames
        models.update()
        frames += 1
    assert models.entries == list_models(full)
    before = models.entries
    for number in range(_NUM_SLOTS):
        save_slot_bytes(full, f"slot-{number:02}", b"newer", metadata, overwrite=True)
    models.refresh()
    assert models.entries is before
    models.refresh()  # Restarting does not lose what was read.
    while models.num_found is not None:
        models.update()
    assert models.entries == list_models(full)
    assert len(_slots_in(read)) == 2 * _NUM_SLOTS
