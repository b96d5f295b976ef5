"""Exceptions of reading and writing files; each message can be shown to users."""

from __future__ import annotations

import errno
import os


class StorageError(Exception):
    """A file could not be read, written or accepted; the message names it and the reason.

    summary: the reason in two words, for a table.
    """

    summary = "unusable"


class UnreadableError(StorageError):
    """A file cannot be read now: the disk, the system or its permissions refuse. It may well be sound.

    It is left where it is, and works again when the disk does.
    """

    summary = "unreadable"


class ReplacedError(UnreadableError):
    """A model was saved again, renamed or deleted while it was read: what was read belongs to two saves."""


class NewerVersionError(StorageError):
    """A file was saved by a newer version of the program. It is left as it is."""

    summary = "too new"


class DamagedError(StorageError):
    """A file is missing, or was read completely and failed its checks: no later attempt can succeed.

    Nothing but a damaged file may be put aside.
    """

    summary = "damaged"


class DiskFullError(StorageError):
    """The disk is too full to write."""


class FileTakenError(StorageError):
    """A file to be written exists already, and was not to be replaced."""

    def __init__(self, file: os.PathLike[str]) -> None:
        super().__init__(f"{printable_path(os.path.basename(file))} exists already")


class UnknownModelError(StorageError):
    """No slot, checkpoint, reference player or file has that name."""


class SlotNameError(StorageError):
    """A slot cannot have that name: it is not allowed, reserved, taken or read-only."""


class SlotTakenError(SlotNameError):
    """Another slot has that name, and could be replaced."""


class ArchiveError(DamagedError):
    """A file is not a valid model archive or array file, or not a harmless one."""


_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the folder is read-only",
    errno.EACCES: "access is not allowed",
    errno.EPERM: "access is not allowed",
    errno.EIO: "the disk reports an input/output error",
    errno.EFBIG: "the file would be larger than allowed",
    errno.ENOENT: "it does not exist",
    errno.EEXIST: "something else is in its place",
    errno.ENOTDIR: "a part of its path is not a folder",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ELOOP: "its links lead in a circle",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
    errno.ENOMEM: "there is not enough memory",
    errno.EAGAIN: "the system gives no more processes or threads",
    errno.ESTALE: "the network disk does not respond as before",
    errno.ETIMEDOUT: "the network disk does not respond",
}

SYSTEM_FAULTS = tuple(_REASONS)
"""The error numbers that have a reason of their own."""


def describe_os_error(error: BaseException) -> str:
    """The reason of a failed file call, as text to follow a colon."""
    if isinstance(error, OSError) and error.errno is not None:
        if _is_dangling_link(error.filename):
            return "it is a link to something that does not exist"
        return _REASONS.get(error.errno, error.strerror or type(error).__name__)
    if isinstance(error, MemoryError):
        return _REASONS[errno.ENOMEM]
    return str(error) or type(error).__name__


def _is_dangling_link(path: object) -> bool:
    return isinstance(path, (str, os.PathLike)) and os.path.islink(path) and not os.path.exists(path)


def printable_path(path: object, limit: int = 200) -> str:
    """A path, or a part of one, as text for messages: printable, and shortened to `limit` characters."""
    text = str(path)
    text = text if text.isprintable() else text.encode("unicode_escape").decode()
    return text if len(text) <= limit else "..." + text[3 - limit :]
