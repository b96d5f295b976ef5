"""The window's list of models: unchanged slots are not read again, a long list is read over many frames."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.checkpoints import METADATA_NAME, MODEL_NAME
from tetris_arcade.storage.slots import EntryKind, ModelEntry, iter_models, read_entry

_MAX_READS, _MAX_CHECKS = 10, 120
"""Slots per frame that are read (0.3 ms each), and that are found unchanged (0.01 ms each)."""
_Fingerprint = tuple[tuple[int, int, int], ...]


class ModelList:
    """The models, shared by all screens; lives as long as the window.

    entries: the last complete list; a new object whenever it has been read again. num_found: the number of
    models found so far while the list is being read, None otherwise.
    """

    def __init__(self, paths: DataPaths) -> None:
        self._paths = paths
        self._cache: dict[Path, tuple[_Fingerprint, ModelEntry]] = {}
        self._previous_cache: dict[Path, tuple[_Fingerprint, ModelEntry]] = {}
        self._pending: Iterator[ModelEntry | None] | None = None
        self._found: list[ModelEntry] = []
        self._num_reads = 0
        self.entries: list[ModelEntry] = []

    @property
    def num_found(self) -> int | None:
        return None if self._pending is None else len(self._found)

    def display_name(self, name: str) -> str:
        """The name of a model as its user typed it; the given one if there is no such model."""
        return next((entry.display_name for entry in self.entries if entry.name == name), name)

    def refresh(self) -> None:
        """Start reading the list again, and do one frame's share of it."""
        self._previous_cache = {**self._previous_cache, **self._cache}
        self._cache, self._found = {}, []
        self._pending = iter_models(self._paths, self._read)
        self.update()

    def update(self) -> None:
        """Continue a started reading for one frame."""
        self._continue(_MAX_READS, _MAX_CHECKS)

    def read_all(self) -> list[ModelEntry]:
        """Read the whole list now, for a screen that needs it at once.

        Fits in a frame only if most slots have been read before.
        """
        self.refresh()
        self._continue(sys.maxsize, sys.maxsize)
        return self.entries

    def _continue(self, max_reads: int, max_checks: int) -> None:
        if self._pending is None:
            return
        self._num_reads = 0
        for num_checks, entry in enumerate(self._pending, 1):
            if entry is not None:
                self._found.append(entry)
            if self._num_reads >= max_reads or num_checks >= max_checks:
                return
        self.entries, self._pending, self._previous_cache = self._found, None, {}

    def _read(self, folder: Path, kind: EntryKind) -> ModelEntry | None:
        """`read_entry`, or the cached entry of an unchanged slot."""
        fingerprint = _fingerprint(folder) if kind == "slot" else None
        cached = self._previous_cache.get(folder)
        if cached is None or cached[0] != fingerprint:
            self._num_reads += 1
            entry = read_entry(self._paths, folder, kind)
            if fingerprint is None or entry is None or not _is_intact(entry, folder):
                return entry
            cached = fingerprint, entry
        self._cache[folder] = cached
        return cached[1]


def _is_intact(entry: ModelEntry, folder: Path) -> bool:
    """Whether the fingerprint covers the whole slot: a damaged one may be repaired from files beside it."""
    return entry.metadata is not None and entry.folder == folder and set(entry.metadata.files) == {MODEL_NAME}


def _fingerprint(folder: Path) -> _Fingerprint | None:
    """Changes whenever the slot is saved, edited or replaced; to be taken before reading the slot."""
    try:
        stats = [os.lstat(file) for file in (folder, f"{folder}/{METADATA_NAME}", f"{folder}/{MODEL_NAME}")]
    except OSError:
        return None
    return tuple((stat.st_ino, stat.st_mtime_ns, stat.st_size) for stat in stats)
