"""Notices frames that would show the same picture again, which need not be drawn."""

from __future__ import annotations

from collections.abc import Sequence

REFRESH_SECONDS = 0.5
"""How often a still picture is drawn all the same: a clock on it goes on."""
_SETTLING_FRAMES = 2
"""How often a changed picture is drawn at least: the footer shows what was known when the rest was drawn."""


class StillPicture:
    """Compares what a picture is drawn from with that of the last one drawn."""

    def __init__(self) -> None:
        self._sources: Sequence[object] = ()
        self._drawn_at: float | None = None
        self._frames_to_draw = 0

    def must_draw(self, now: float, sources: Sequence[object], *, is_still: bool) -> bool:
        """Whether the picture must be drawn at `now`, in seconds; it then counts as drawn.

        sources: objects that are replaced by others when the picture changes. is_still: whether it changes
        with them only.
        """
        is_same = (
            is_still
            and len(sources) == len(self._sources)
            and all(new is old for new, old in zip(sources, self._sources, strict=True))
        )
        if not is_same:
            self._sources, self._frames_to_draw = sources, _SETTLING_FRAMES
        is_due = self._drawn_at is None or not 0.0 <= now - self._drawn_at < REFRESH_SECONDS
        if is_due or self._frames_to_draw > 0:
            self._drawn_at, self._frames_to_draw = now, max(0, self._frames_to_draw - 1)
            return True
        return False
