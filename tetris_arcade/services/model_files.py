"""Actions on model files; each returns the message to show."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.languages import _
from tetris_arcade.process.interpreter import program_command
from tetris_arcade.storage.atomic import free_name
from tetris_arcade.storage.errors import StorageError, printable_path
from tetris_arcade.storage.import_export import choose_import_name, export_slot
from tetris_arcade.storage.slot_names import normalize_name
from tetris_arcade.storage.slots import delete_slot, find_model, rename_slot, save_slot

_MAX_FILES = 12
_IMPORT_TIMEOUT_SECONDS = 120.0


def save_checkpoint_as(paths: DataPaths, source: str, name: str, *, overwrite: bool = False) -> str:
    """Copy a checkpoint's model to a slot."""
    save_slot(paths, name, source, overwrite=overwrite)
    return _('Saved as "{name}"').format(name=normalize_name(name))


def rename(paths: DataPaths, old: str, new: str, *, overwrite: bool = False) -> str:
    """Rename a slot."""
    rename_slot(paths, old, new, overwrite=overwrite)
    return _('Renamed to "{name}"').format(name=normalize_name(new))


def delete(paths: DataPaths, name: str) -> str:
    """Delete a slot."""
    entry = find_model(paths, name)
    delete_slot(paths, name)
    return _('Deleted "{name}"').format(name=name if entry is None else entry.display_name)


def export(paths: DataPaths, name: str) -> str:
    """Write a model to a new file in the `exports` folder."""
    folder = paths.root / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    files = export_slot(paths, name, free_name(folder / f"{name}.zip"))
    return _("Exported to exports/{names}").format(names=", exports/".join(path.name for path in files))


def import_file(paths: DataPaths, file: Path) -> str:
    """Import a file under a free name."""
    return _('Imported as "{name}"').format(name=import_model_file(paths, file))


def import_model_file(paths: DataPaths, file: Path) -> str:
    """Import a file under a free name, which is returned; errors have the file's name, without its folder."""
    try:
        name = choose_import_name(paths, file)
        _import_in_child(paths, file, name)
        return name
    except StorageError as error:
        raise StorageError(str(error).replace(printable_path(file), printable_path(file.name))) from error


def _import_in_child(paths: DataPaths, file: Path, name: str) -> None:
    """Run `models import` in a child process, because rebuilding the archive needs torch."""
    command = program_command("models", "import", str(file.absolute()))
    command += [f"--name={name}", "--data-dir", str(paths.root)]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=_IMPORT_TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise StorageError(f"{printable_path(file.name)} could not be imported in time") from None
    if done.returncode != 0:
        message = (done.stderr.splitlines() or [_("the import failed")])[-1]
        raise StorageError(message.removeprefix("tetris_arcade: "))


def make_imports_folder(paths: DataPaths) -> Path:
    """The `imports` folder, created if possible; its files are offered for import."""
    folder = paths.root / "imports"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def importable_files(paths: DataPaths) -> list[Path]:
    """The newest archives in the `imports` and `exports` folders, at most a screenful."""
    found = [
        path
        for name in ("imports", "exports")
        for path in (paths.root / name).glob("*.zip")
        if path.is_file()
    ]
    return sorted(found, key=_mtime, reverse=True)[:_MAX_FILES]


def _mtime(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
