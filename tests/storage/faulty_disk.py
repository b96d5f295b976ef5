"""File calls that fail, or at which the power goes, one after the other."""

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


class PowerCut(BaseException):
    """Ends a save like a kill does: no handler for errors catches it."""


class FaultyDisk:
    """Lets the file calls through until the `at`-th, which raises; `is_stuck`: and every one after it."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, at: int, error: BaseException, is_stuck: bool
    ) -> None:
        self._left, self._error, self._is_stuck = at, error, is_stuck
        self.has_struck = False
        for name in CALLS:
            monkeypatch.setattr(os, name, self._wrap(getattr(os, name)))

    def _wrap(self, call):
        def guarded(*args, **kwargs):
            self._left -= 1
            if self._left == -1 or (self._is_stuck and self._left < 0):
                self.has_struck = True
                raise self._error
            return call(*args, **kwargs)

        return guarded


def each_fault(
    error: BaseException, *, is_stuck: bool = False
) -> Iterator[tuple[pytest.MonkeyPatch, FaultyDisk]]:
    """A disk that fails at its first call, then one that fails at its second, until none is reached."""
    at = 0
    while True:
        with pytest.MonkeyPatch.context() as monkeypatch:
            disk = FaultyDisk(monkeypatch, at, error, is_stuck)
            yield monkeypatch, disk
        if not disk.has_struck:
            return
        at += 1
