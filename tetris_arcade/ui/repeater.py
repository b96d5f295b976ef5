"""Repeats a press while its key, or its direction on a gamepad, is held."""

from __future__ import annotations

from typing import Generic, TypeVar

_AFTER_SECONDS = 0.35
_EVERY_SECONDS = 0.07
_MAX_SECONDS = 10.0
"""Nobody holds a direction for longer: something lies on the key, or the stick does not rest."""

Press = TypeVar("Press")


class Repeater(Generic[Press]):
    """Repeats one press at a time."""

    def __init__(self) -> None:
        self._press: Press | None = None
        self._due_at: float | None = None
        self._ends_at = 0.0

    def start(self, press: Press) -> None:
        """Repeat `press` after a moment, instead of the press that is repeated now."""
        self._press, self._due_at = press, None

    def stop(self) -> None:
        self._press = None

    def due(self, now: float) -> list[Press]:
        """The press, if it is repeated now; `now` is in seconds. Call it once per frame."""
        if self._press is None:
            return []
        if self._due_at is None:
            self._due_at, self._ends_at = now + _AFTER_SECONDS, now + _MAX_SECONDS
        elif now >= self._ends_at:
            self._press = None
        elif now >= self._due_at:
            self._due_at = now + _EVERY_SECONDS
            return [self._press]
        return []
