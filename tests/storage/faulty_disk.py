"""Makes file calls fail, one after another, as by a disk fault or a power cut."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

CALLS = (
    "open",
    "write",
    "fsync",
    "mkdir",
    "rename",
    "replace",
    "unlink",
    "rmdir",
    "statvfs",
    "listdir",
    "scandir",
)
READ_CALLS = ("open", "read", "fstat", "stat", "lstat", "listdir", "scandir")


class PowerCut(BaseException):
    """Ends a save like a kill: no error handler catches it."""


class FaultyDisk:
    """Makes the `at`-th file call raise; with `is_stuck`, all later ones too."""

    def __init__(self, at: int, error: BaseException, is_stuck: bool, calls: tuple[str, ...] = CALLS) -> None:
        self._calls = calls
        self._num_left, self._error, self._is_stuck = at, error, is_stuck
        self.has_failed = False

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let calls fail from now on."""
        for name in self._calls:
            monkeypatch.setattr(os, name, self._wrap(getattr(os, name)))

    def _wrap(self, call):
        def guarded(*args, **kwargs):
            self._num_left -= 1
            if self._num_left == -1 or (self._is_stuck and self._num_left < 0):
                self.has_failed = True
                raise self._error
            return call(*args, **kwargs)

        return guarded


def each_fault(
    error: BaseException,
    *,
    is_stuck: bool = False,
    calls: tuple[str, ...] = CALLS,
    is_installed: bool = True,
) -> Iterator[tuple[pytest.MonkeyPatch, FaultyDisk]]:
    """Yield a disk that fails at the first call, then at the second, and so on while a call is reached."""
    at = 0
    while True:
        with pytest.MonkeyPatch.context() as monkeypatch:
            disk = FaultyDisk(at, error, is_stuck, calls)
            if is_installed:
                disk.install(monkeypatch)
            yield monkeypatch, disk
        if not disk.has_failed:
            return
        at += 1
