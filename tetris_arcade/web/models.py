"""The models of the data folder, for browsers: listed, saved, deleted, exported and imported in threads."""

from __future__ import annotations

import re
import tempfile
import threading
from pathlib import Path
from typing import Any

from fastapi import HTTPException

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.plain_data import to_plain
from tetris_arcade.languages import N_
from tetris_arcade.remote.messages import RefusedError
from tetris_arcade.remote.model_names import find_player
from tetris_arcade.services.model_files import import_model_file
from tetris_arcade.services.model_list import ModelList
from tetris_arcade.storage.atomic import write_file_atomic
from tetris_arcade.storage.errors import SlotNameError, SlotTakenError, StorageError, UnknownModelError
from tetris_arcade.storage.import_export import export_slot
from tetris_arcade.storage.slots import ModelEntry, delete_slot, find_model, rank_key, save_slot
from tetris_arcade.web.public_text import PublicText
from tetris_arcade.web.training_choices import read_training_choices

HTTP_STATUS = {"invalid": 422, "unknown": 404, "taken": 409, "busy": 409, "refused": 409}
"""By the code of a RefusedError."""
_FILE_NAME = re.compile(r"[^\x00-\x1f\x7f<>:\"|?*/\\]{1,100}")
_SUFFIX = ".zip"


class Models:
    """File work on models. Its methods block, may be called from any thread, and raise HTTPException."""

    def __init__(self, paths: DataPaths, public_text: PublicText) -> None:
        self._paths, self._public_text = paths, public_text
        self._list = ModelList(paths)
        self._list_lock, self._write_lock = threading.Lock(), threading.Lock()

    def list(self) -> list[dict[str, Any]]:
        """All models, ranked as in the window."""
        with self._list_lock:
            entries = sorted(self._list.read_all(), key=rank_key)
        return [self._data(entry) for entry in entries]

    def training_choices(self) -> dict[str, Any]:
        """What a training can be started with: the configuration of a new run, and the saved run."""
        return read_training_choices(self._paths)

    def save(self, source: str, name: str) -> str:
        """Copy a checkpoint to a new slot; returns the slot's name."""
        with self._write_lock:
            try:
                if find_model(self._paths, name) is not None:
                    raise HTTPException(409, N_("A model with that name exists already."))
                return save_slot(self._paths, name, source).name
            except StorageError as error:
                raise self._failure(error) from error

    def delete(self, name: str) -> None:
        """Delete a slot of the user's own."""
        with self._write_lock:
            known = self._known(name)
            try:
                entry = find_model(self._paths, known)
                if entry is None or entry.is_read_only:
                    raise HTTPException(403, N_("This model cannot be deleted."))
                delete_slot(self._paths, known)
            except StorageError as error:
                raise self._failure(error) from error

    def export(self, name: str, file_name: str) -> str:
        """Write a model to a new file in the folder `exports`; returns the file's name."""
        last_part = re.split(r"[/\\]", file_name)[-1].strip()
        if not _FILE_NAME.fullmatch(last_part) or last_part.startswith("."):
            raise HTTPException(422, N_("filename: this cannot be the name of a file."))
        target = last_part if last_part.lower().endswith(_SUFFIX) else f"{last_part}{_SUFFIX}"
        content = self.archive(name)
        folder = self._paths.root / "exports"
        with self._write_lock:
            if (folder / target).exists():
                raise HTTPException(409, N_("A file with that name exists already."))
            try:
                folder.mkdir(parents=True, exist_ok=True)
                write_file_atomic(folder / target, content)
            except (OSError, StorageError) as error:
                raise self._failure(error) from error
        return target

    def archive(self, name: str) -> bytes:
        """A model as a file that can be imported elsewhere."""
        known = self._known(name)
        with tempfile.TemporaryDirectory(prefix="tetris-arcade-") as folder:
            try:
                (file,) = export_slot(self._paths, known, Path(folder) / f"model{_SUFFIX}")
                return file.read_bytes()
            except StorageError as error:
                raise self._failure(error) from error

    def import_file(self, file_name: str, content: bytes) -> str:
        """Import a model without running any code in it; returns its name."""
        stem = re.sub(r"[^\w.-]+", "-", re.split(r"[/\\]", file_name)[-1]).strip(".-")[:60] or "model"
        with self._write_lock, tempfile.TemporaryDirectory(prefix="tetris-arcade-") as folder:
            file = Path(folder) / stem
            file.write_bytes(content)
            try:
                return import_model_file(self._paths, file)
            except (OSError, StorageError) as error:
                raise HTTPException(422, self._sentence(error)) from error

    def _known(self, name: str) -> str:
        """A model's name; never a path."""
        try:
            return find_player(self._paths, name, allow_damaged=True)
        except RefusedError as error:
            raise HTTPException(HTTP_STATUS[error.code], self._public_text(str(error))) from error

    def _failure(self, error: Exception) -> HTTPException:
        match error:
            case UnknownModelError():
                status = 404
            case SlotTakenError():
                status = 409
            case SlotNameError():
                status = 422
            case _:
                status = 409
        return HTTPException(status, self._sentence(error))

    def _sentence(self, error: Exception) -> str:
        text = self._public_text(str(error))
        return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"

    def _data(self, entry: ModelEntry) -> dict[str, Any]:
        metadata, evaluation = entry.metadata, entry.evaluation
        return {
            "name": entry.name,
            "display_name": entry.display_name,
            "kind": entry.kind,
            "read_only": entry.is_read_only,
            "best_lines": None if metadata is None else metadata.best_lines,
            "episodes": None if metadata is None else metadata.episodes,
            "timesteps": None if metadata is None else metadata.timesteps,
            "saved_at": None if metadata is None else metadata.saved_at or None,
            "evaluation": None if evaluation is None else to_plain(evaluation),
            "is_ranked": evaluation is not None and evaluation.is_ranked,
            "error": None if entry.error is None else self._public_text(entry.error),
        }
