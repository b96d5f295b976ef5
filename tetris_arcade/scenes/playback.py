"""Where in its move a shown board is: telemetry says which move and how long, the screen's own clock the
rest."""

from __future__ import annotations

from tetris_arcade.ui.widgets.board_view import BoardView, empty_view

_FLYING_SECONDS = 1 / 16
"""Moves shorter than this are not animated: boards fly."""


class Playback:
    """Follows one board from frame to frame."""

    def __init__(self) -> None:
        self.view = empty_view()
        self.progress = 1.0
        self._since = 0.0

    def show(self, view: BoardView, now: float, is_paused: bool) -> None:
        """Take the newest record; `now` in seconds."""
        if view.move != self.view.move or view.game != self.view.game:
            self._since = now
            self.progress = 0.0
        self.view = view
        if is_paused and view.move_seconds >= _FLYING_SECONDS and self.progress < 1.0:
            self._since = now - self.progress * view.move_seconds
            return
        if view.move_seconds < _FLYING_SECONDS:
            self.progress = 1.0
        else:
            self.progress = min((now - self._since) / view.move_seconds, 1.0)
