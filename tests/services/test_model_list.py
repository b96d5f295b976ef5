"""The list of models that a window keeps: always as `list_models` has it, and read some at a time."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.services import model_list as shelf_module
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
    update_slot_metadata,
)

_MANY = 35


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that were read, one after the other."""
    names: list[str] = []

    def watched(paths: DataPaths, folder: Path, kind: str) -> ModelEntry | None:
        names.append(folder.name)
        return read_entry(paths, folder, kind)  # type: ignore[arg-type]

    monkeypatch.setattr(shelf_module, "read_entry", watched)
    return names


@pytest.fixture
def full(paths: DataPaths, metadata: Metadata) -> DataPaths:
    for number in range(_MANY):
        save_slot_bytes(paths, f"slot-{number:02}", b"weights", metadata)
    return paths


def _slots_in(names: list[str]) -> list[str]:
    return [name for name in names if name.startswith("slot")]


def test_a_slot_that_is_as_it_was_is_not_read_again(full: DataPaths, read: list[str]) -> None:
    shelf = ModelList(full)
    assert shelf.read_all() == list_models(full)
    assert _slots_in(read) == sorted(set(_slots_in(read)))
    read.clear()
    assert shelf.read_all() == list_models(full)
    assert _slots_in(read) == []


def test_what_was_changed_is_read_again(full: DataPaths, metadata: Metadata, read: list[str]) -> None:
    shelf = ModelList(full)
    shelf.read_all()
    read.clear()
    update_slot_metadata(full, "slot-03", dataclasses.replace(metadata, name="slot-03", episodes=8))
    rename_slot(full, "slot-04", "slot-zz")
    delete_slot(full, "slot-05")
    os.truncate(full.slots / "slot-06" / "model.zip", 3)
    (full.slots / "slot-07" / "metadata.json").write_text("{")
    assert shelf.read_all() == list_models(full)
    assert _slots_in(read) == ["slot-03", "slot-06", "slot-07", "slot-zz"]


def test_what_is_damaged_is_looked_at_again_until_it_is_mended(
    full: DataPaths, metadata: Metadata, read: list[str]
) -> None:
    shelf = ModelList(full)
    shelf.read_all()
    (full.slots / "slot-07" / "metadata.json").write_text("{")
    for _ in range(2):
        assert [entry.name for entry in shelf.read_all() if entry.error] == ["slot-07"]
    save_slot_bytes(full, "slot-07", b"weights", metadata, overwrite=True)
    assert [entry.name for entry in shelf.read_all() if entry.error] == []


def test_checkpoints_are_as_they_are_now(paths: DataPaths, metadata: Metadata) -> None:
    shelf = ModelList(paths)
    for timesteps in (100, 200):
        newer = dataclasses.replace(metadata, timesteps=timesteps)
        save_checkpoint(paths, "latest", {"model.zip": b"weights"}, newer)
        assert shelf.read_all() == list_models(paths)


def test_a_frame_reads_some_and_the_list_before_stands_until_the_new_one_is_whole(
    paths: DataPaths, full: DataPaths, metadata: Metadata, read: list[str]
) -> None:
    shelf = ModelList(full)
    shelf.refresh()
    frames = 1
    while shelf.num_found is not None:
        assert shelf.entries == []
        assert len(read) <= 10 * frames
        shelf.update()
        frames += 1
    assert shelf.entries == list_models(full)
    before = shelf.entries
    for number in range(_MANY):
        save_slot_bytes(full, f"slot-{number:02}", b"newer", metadata, overwrite=True)
    shelf.refresh()
    assert shelf.entries is before
    shelf.refresh()  # begun anew: what was read already is not lost
    while shelf.num_found is not None:
        shelf.update()
    assert shelf.entries == list_models(full)
    assert len(_slots_in(read)) == 2 * _MANY
