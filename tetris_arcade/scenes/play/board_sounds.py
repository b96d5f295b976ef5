"""The sounds of a board: pieces that lock, lines that clear, a game that ends."""

from __future__ import annotations

from tetris_arcade.ui.audio import Audio
from tetris_arcade.ui.widgets.board_model import BoardModel

_LANDED = 0.8
"""The progress of a move at which the piece locks."""
_MIN_LOCK_SECONDS = 0.1
_MIN_CLEAR_SECONDS = 0.06
"""Sounds of shorter moves would blur into noise."""
_TETRIS_LINES = 4


class BoardSounds:
    """Plays each sound of one board once."""

    def __init__(self, audio: Audio) -> None:
        self._audio = audio
        self._played_move: tuple[int, int] | None = None
        self._ended_game: int | None = None

    def follow(self, view: BoardModel, progress: float) -> None:
        """Play the sound of the board as it is shown now, if it is due."""
        if view.over:
            if self._ended_game != view.game:
                self._audio.play("over")
            self._ended_game = view.game
            return
        move = (view.game, view.move)
        if move == self._played_move or progress < _LANDED or view.landing is None:
            return
        self._played_move = move
        if len(view.cleared) == _TETRIS_LINES and view.move_seconds >= _MIN_CLEAR_SECONDS:
            self._audio.play("tetris")
        elif view.cleared and view.move_seconds >= _MIN_CLEAR_SECONDS:
            self._audio.play("clear")
        elif view.move_seconds >= _MIN_LOCK_SECONDS:
            self._audio.play("lock")
