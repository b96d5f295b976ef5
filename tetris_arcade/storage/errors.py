"""What reading and writing files may raise: one family, each message a sentence for the screen."""

from __future__ import annotations

import errno


class StorageError(Exception):
    """A file could not be read, written or accepted; the message says which and why."""


class DiskFullError(StorageError):
    """There was no room for what was to be written."""


class UnknownModelError(StorageError):
    """No slot, checkpoint, reference player or file goes by that name."""


class SlotNameError(StorageError):
    """The name cannot be given to a slot: not allowed, reserved, taken or read-only."""


class ArchiveError(StorageError):
    """A file is not the harmless model archive, or array file, that it should be."""


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
    errno.ELOOP: "it is a symbolic link",
    errno.EMFILE: "too many files are open",
}


def describe_os_error(error: BaseException) -> str:
    """Why a file call failed, in words that follow a colon."""
    if isinstance(error, OSError) and error.errno is not None:
        return _REASONS.get(error.errno, error.strerror or type(error).__name__)
    return str(error) or type(error).__name__


def printable_path(path: object, limit: int = 200) -> str:
    """A path, or a part of one, as it may stand in a sentence: printable and not endless."""
    text = str(path)
    text = text if text.isprintable() else text.encode("unicode_escape").decode()
    return text if len(text) <= limit else "..." + text[3 - limit :]
