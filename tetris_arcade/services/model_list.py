"""The models' list as a window keeps it: what has not changed is not read again, and a thousand slots are
read some in every frame."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.checkpoints import METADATA_NAME, MODEL_NAME
from tetris_arcade.storage.slots import EntryKind, ModelEntry, iter_models, read_entry

_MAX_READ, _MAX_SEEN = 10, 120
"""In a frame: slots that are read, a third of a millisecond each, and slots of which it is seen that they
are as they were, a hundredth."""
_Stamp = tuple[tuple[int, int, int], ...]


class ModelList:
    """One for the life of the window, asked by all of its screens.

    entries: the list when it was last read to its end; another object as soon as there is a newer one.
    num_found: how many models the list that is being read has so far; None while none is.
    """

    def __init__(self, paths: DataPaths) -> None:
        self._paths = paths
        self._kept: dict[Path, tuple[_Stamp, ModelEntry]] = {}
        self._before: dict[Path, tuple[_Stamp, ModelEntry]] = {}
        self._pass: Iterator[ModelEntry | None] | None = None
        self._found: list[ModelEntry] = []
        self._num_read = 0
        self.entries: list[ModelEntry] = []

    @property
    def num_found(self) -> int | None:
        return None if self._pass is None else len(self._found)

    def refresh(self) -> None:
        """Begin to read the list anew, and read as much of it as a frame has time for."""
        self._before = {**self._before, **self._kept}
        self._kept, self._found = {}, []
        self._pass = iter_models(self._paths, self._read)
        self.update()

    def update(self) -> None:
        """Read some more of a list that was begun; once a frame."""
        self._go_on(_MAX_READ, _MAX_SEEN)

    def read_all(self) -> list[ModelEntry]:
        """The list as it is now, for a screen that has to begin with it. A frame's work only where the
        window had the time to read it before."""
        self.refresh()
        self._go_on(sys.maxsize, sys.maxsize)
        return self.entries

    def _go_on(self, most_read: int, most_seen: int) -> None:
        if self._pass is None:
            return
        self._num_read = 0
        for seen, entry in enumerate(self._pass, 1):
            if entry is not None:
                self._found.append(entry)
            if self._num_read >= most_read or seen >= most_seen:
                return
        self.entries, self._pass, self._before = self._found, None, {}

    def _read(self, folder: Path, kind: EntryKind) -> ModelEntry | None:
        """As `read_entry`, but what is known of a slot that is as it was."""
        stamp = _fingerprint(folder) if kind == "slot" else None
        kept = self._before.get(folder)
        if kept is None or kept[0] != stamp:
            self._num_read += 1
            entry = read_entry(self._paths, folder, kind)
            if stamp is None or entry is None or not _is_whole(entry, folder):
                return entry
            kept = stamp, entry
        self._kept[folder] = kept
        return kept[1]


def _is_whole(entry: ModelEntry, folder: Path) -> bool:
    """Whether a slot is all that its stamp tells of: what is damaged may be mended from beside it."""
    return entry.metadata is not None and entry.folder == folder and set(entry.metadata.files) == {MODEL_NAME}


def _fingerprint(folder: Path) -> _Stamp | None:
    """What changes when a slot is saved, edited or replaced; taken before it is read."""
    try:
        facts = [os.lstat(file) for file in (folder, f"{folder}/{METADATA_NAME}", f"{folder}/{MODEL_NAME}")]
    except OSError:
        return None
    return tuple((fact.st_ino, fact.st_mtime_ns, fact.st_size) for fact in facts)
