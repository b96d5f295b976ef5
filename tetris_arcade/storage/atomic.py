"""Atomic writes of files and folders, and reads limited to regular files of bounded size.

Where a user has put a link, what it leads to is read and written, and the link stays. What is replaced keeps
its mode and owner. The tests kill the process, and fail the disk, at every file call: the old content or the
new one is always there, complete. See `write_folder_atomic`.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import re
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tetris_arcade.storage.errors import (
    DamagedError,
    DiskFullError,
    StorageError,
    UnreadableError,
    describe_os_error,
    printable_path,
)

__all__ = [
    "StorageError",
    "backup_folder",
    "file_size",
    "folder_names",
    "follow_links",
    "interrupted_saves",
    "is_link",
    "path_exists",
    "read_file",
    "remove_folder",
    "replace_file",
    "temp_file",
    "write_file_atomic",
    "write_folder_atomic",
]

SPARE_BYTES = 8 * 2**20
"""Free disk space that a save leaves for logs and settings."""
_NO_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
"""Opening a named pipe does not block."""
_BINARY = getattr(os, "O_BINARY", 0)
_FILE_MODE, _SECRET_MODE = 0o644, 0o600
_CANNOT_BE_REPLACED = (errno.EACCES, errno.EPERM, errno.EBUSY)
"""A file in a read-only folder, one of another owner, or one that is mounted by itself."""


def read_file(path: Path, max_bytes: int) -> bytes:
    """Read a regular file completely.

    Raises DamagedError if it is missing, no regular file or over `max_bytes`, UnreadableError if it cannot be
    read now.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | _NO_WAITING | _BINARY)
    except (FileNotFoundError, NotADirectoryError) as error:
        if is_link(path):  # Its disk may not be mounted.
            raise _unreadable(path, error) from error
        raise DamagedError(f"{printable_path(path)} cannot be read: {describe_os_error(error)}") from error
    except (OSError, ValueError, MemoryError) as error:
        raise _unreadable(path, error) from error
    try:
        return _read_descriptor(descriptor, path, max_bytes)
    except (OSError, MemoryError) as error:
        raise _unreadable(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            os.close(descriptor)


def file_size(path: Path) -> int | None:
    """The size of a file in bytes, None if it is missing; raises UnreadableError if that is unknown."""
    try:
        return os.stat(path).st_size
    except (FileNotFoundError, NotADirectoryError) as error:
        if is_link(path):
            raise _unreadable(path, error) from error
        return None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def path_exists(path: Path) -> bool:
    """Whether there is anything of that name, even a broken link; raises UnreadableError if that is unknown.

    `os.path.lexists` takes a disk fault for an absent file.
    """
    return _status(path) is not None


def is_link(path: Path) -> bool:
    """Whether it is a symbolic link; raises UnreadableError if that is unknown."""
    status = _status(path)
    return status is not None and stat.S_ISLNK(status.st_mode)


def folder_names(folder: Path) -> list[str]:
    """The sorted names in a folder, none if it is missing; raises UnreadableError if that is unknown."""
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, ValueError) as error:
        raise _unreadable(folder, error) from error


def follow_links(path: Path) -> Path:
    """The path itself, or what its links lead to, even if that does not exist."""
    return Path(os.path.realpath(path)) if os.path.islink(path) else path


def write_file_atomic(path: Path, content: bytes, *, is_secret: bool = False) -> None:
    """Write a file so that a reader sees the old content or the new one, even after a crash.

    is_secret: only its owner may read it. A file that cannot be replaced, but written to, is overwritten.
    """
    try:
        target = follow_links(path)
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.new")
        _make_parent(path)
        try:
            _write_new_file(temporary, content, _SECRET_MODE if is_secret else _FILE_MODE)
            replace_file(temporary, target, _SECRET_MODE if is_secret else None)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            if error.errno not in _CANNOT_BE_REPLACED or not os.path.exists(target):
                raise
            _overwrite_file(target, content)
        _sync_folder(target.parent)
    except (OSError, ValueError) as error:
        raise StorageError(f"{printable_path(path)} cannot be written: {describe_os_error(error)}") from error


def replace_file(new: Path, target: Path, mode: int | None = None) -> None:
    """Rename a new file to `target`, or to what its links lead to; a file there gives it its mode and owner.

    mode: the mode to give it instead. Raises OSError.
    """
    target = follow_links(target)
    with contextlib.suppress(FileNotFoundError):
        _copy_ownership(os.stat(target), new, mode)
    os.replace(new, target)


def write_folder_atomic(target: Path, files: Mapping[str, bytes], *, keep_previous: bool = False) -> None:
    """Write a folder so that a reader finds the old one or the new one, complete, even after a crash.

    The files are written in order; the last one (metadata.json) marks the folder as complete. Between the two
    renames `target` is absent: a reader then takes a complete folder of `interrupted_saves`, or else the
    `backup_folder`, which is deleted afterwards unless `keep_previous` is set.
    """
    given, target = target, follow_links(target)
    # The names of interrupted saves sort by time.
    new = target.with_name(f".{target.name}.{time.time_ns():016x}{secrets.token_hex(2)}.new")
    try:
        _make_parent(given)
        _check_space(target.parent, sum(map(len, files.values())))
        _write_new_folder(new, files)
        _keep_ownership(target, new, files)
        _swap(new, target)
    except (OSError, ValueError) as error:
        remove_folder(new)
        is_full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        kind = DiskFullError if is_full else StorageError
        raise kind(f"{target.name} was not saved: {describe_os_error(error)}") from error
    _remove_stale(target, keep_previous)


def free_name(path: Path) -> Path:
    """The path, with a number if something has its name already: "game.gif", "game-2.gif"."""
    numbered = (path.with_stem(f"{path.stem}-{number}") for number in itertools.count(2))
    return next(name for name in itertools.chain([path], numbered) if not path_exists(name))


def temp_file(path: Path, pid: int) -> Path:
    """Where a process writes a large file piece by piece before renaming it to `path`."""
    return path.with_name(f".{path.stem}.{pid}{path.suffix.lower()}")


def backup_folder(target: Path) -> Path:
    """Where the replaced folder is kept."""
    target = follow_links(target)
    return target.with_name(f".{target.name}.prev")


def interrupted_saves(target: Path) -> list[Path]:
    """Folders of saves that a crash interrupted, complete or not, oldest first.

    Raises UnreadableError if the folder around them cannot be read now.
    """
    target = follow_links(target)
    pattern = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-f]{{20}}\.new")
    return [target.with_name(name) for name in folder_names(target.parent) if pattern.fullmatch(name)]


def remove_folder(folder: Path) -> bool:
    """Delete a folder, or whatever has its name; returns whether it is gone. Never raises.

    It is renamed first, so that no reader sees a half-deleted folder.
    """
    trash = folder.with_name(f".trash.{secrets.token_hex(4)}")
    try:
        os.rename(folder, trash)
    except OSError:
        return not os.path.lexists(folder)
    with contextlib.suppress(OSError):
        if stat.S_ISDIR(os.lstat(trash).st_mode):
            shutil.rmtree(trash, ignore_errors=True)
        else:
            os.unlink(trash)  # rmtree would open it, and block on a named pipe.
    return True


def _make_parent(path: Path) -> None:
    """Create the folder around a path, but not where a link leads: there, a disk may not be mounted."""
    if not os.path.islink(path):
        path.parent.mkdir(parents=True, exist_ok=True)


def _write_new_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    os.mkdir(folder)
    for name, content in files.items():
        _write_new_file(folder / name, content)
    _sync_folder(folder)


def _write_new_file(path: Path, content: bytes, mode: int = _FILE_MODE) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode)
    try:
        _write_all(descriptor, content)
    finally:
        os.close(descriptor)


def _overwrite_file(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | _NO_WAITING | _BINARY)
    try:
        _write_all(descriptor, content)
        os.ftruncate(descriptor, len(content))
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, content: bytes) -> None:
    remaining = memoryview(content)
    while remaining:
        remaining = remaining[os.write(descriptor, remaining) :]
    os.fsync(descriptor)


def _keep_ownership(target: Path, new: Path, files: Iterable[str]) -> None:
    """Give a new folder and its files the modes and owners of those in the folder that it replaces."""
    for name in ("", *files):
        # A new checkpoint is worth more than its owner.
        with contextlib.suppress(OSError):
            _copy_ownership(os.stat(target / name), new / name)


def _copy_ownership(old: os.stat_result, new: Path, mode: int | None = None) -> None:
    """Give a new file the owner of an old one, and its mode unless another one is given; raises OSError."""
    if sys.platform == "win32":
        return
    status = os.stat(new)
    if (status.st_uid, status.st_gid) != (old.st_uid, old.st_gid):
        os.chown(new, old.st_uid, old.st_gid)
    wanted = stat.S_IMODE(old.st_mode) if mode is None else mode
    if stat.S_IMODE(status.st_mode) != wanted:
        os.chmod(new, wanted)


def _swap(new: Path, target: Path) -> None:
    previous = backup_folder(target)
    if not os.path.lexists(target):
        os.rename(new, target)
    else:
        if os.path.lexists(previous):
            os.rename(previous, target.with_name(f".trash.{secrets.token_hex(4)}"))
        os.rename(target, previous)
        try:
            os.rename(new, target)
        except OSError:
            os.rename(previous, target)
            raise
    _sync_folder(target.parent)


def _remove_stale(target: Path, keep_previous: bool) -> None:
    if not keep_previous:
        remove_folder(backup_folder(target))
    with contextlib.suppress(UnreadableError):
        trash = [name for name in folder_names(target.parent) if name.startswith(".trash.")]
        for folder in [*interrupted_saves(target), *map(target.with_name, trash)]:
            remove_folder(folder)


def _check_space(folder: Path, num_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < num_bytes + SPARE_BYTES:
        raise OSError(errno.ENOSPC, f"{num_bytes} bytes are needed and {free} are free")


def _read_descriptor(descriptor: int, path: Path, max_bytes: int) -> bytes:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise DamagedError(f"{printable_path(path)} is not a regular file")
    if status.st_size > max_bytes:
        raise DamagedError(
            f"{printable_path(path)} has {status.st_size} bytes, at most {max_bytes} are allowed"
        )
    content = b"".join(_chunks(descriptor, status.st_size))
    if len(content) != status.st_size:
        raise UnreadableError(f"{printable_path(path)} cannot be read: it is being changed")
    return content


def _chunks(descriptor: int, size: int) -> Iterator[bytes]:
    """At most `size` bytes, even if the file is growing."""
    while size > 0:
        chunk = os.read(descriptor, size)
        if not chunk:
            return
        size -= len(chunk)
        yield chunk


def _status(path: Path) -> os.stat_result | None:
    """The status of a file, not of what a link points to; None if it is missing."""
    try:
        return os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: BaseException) -> UnreadableError:
    return UnreadableError(f"{printable_path(path)} cannot be read: {describe_os_error(error)}")


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":  # A folder cannot be opened; renames are journalled.
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
