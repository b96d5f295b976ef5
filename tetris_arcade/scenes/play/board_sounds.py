"""What a board sounds like: pieces that lock, rows that go, a game that ends."""

from __future__ import annotations

from tetris_arcade.ui.audio import Audio
from tetris_arcade.ui.widgets.board_model import BoardModel

_LANDED = 0.8
"""The share of a move after which the piece lies."""
_MIN_LOCK_SECONDS = 0.1
_MIN_CLEAR_SECONDS = 0.06
"""Where moves are shorter than this, sounds would be noise."""
_FOUR = 4


class BoardSounds:
    """Plays each sound of one board once."""

    def __init__(self, audio: Audio) -> None:
        self._audio = audio
        self._heard: tuple[int, int] | None = None
        self._ended: int | None = None

    def follow(self, view: BoardModel, progress: float) -> None:
        """Take the board as it is shown now."""
        if view.over:
            if self._ended != view.game:
                self._audio.play("over")
            self._ended = view.game
            return
        move = (view.game, view.move)
        if move == self._heard or progress < _LANDED or view.landing is None:
            return
        self._heard = move
        if len(view.cleared) == _FOUR and view.move_seconds >= _MIN_CLEAR_SECONDS:
            self._audio.play("four")
        elif view.cleared and view.move_seconds >= _MIN_CLEAR_SECONDS:
            self._audio.play("clear")
        elif view.move_seconds >= _MIN_LOCK_SECONDS:
            self._audio.play("lock")
