"""The sounds of a board: pieces that land, lines that clear, danger, a game that ends."""

from __future__ import annotations

from tetris_arcade.scenes.play.board_player import BoardPlayer
from tetris_arcade.ui.audio import Audio, combo_sound
from tetris_arcade.ui.effects.board_effects import BoardEffects
from tetris_arcade.ui.effects.landing import Landing

_MIN_LOCK_SECONDS = 0.1
_MIN_CLEAR_SECONDS = 0.06
"""Sounds of shorter moves would blur into noise."""
_MIN_DANGER_SECONDS = 8.0
"""Between two warnings."""


def landing_sound(landing: Landing) -> str:
    """What a landing sounds like."""
    if landing.is_great:
        return "tetris"
    if landing.rows:
        return combo_sound(landing.combo)
    return "drop" if landing.is_hard_drop else "lock"


class DangerSound:
    """Warns once when the pile comes near the top."""

    def __init__(self, audio: Audio) -> None:
        self._audio = audio
        self._was_in_danger = False
        self._warned_at: float | None = None

    def follow(self, effects: BoardEffects) -> None:
        """Warn if danger has begun, and the last warning was long ago."""
        has_begun = effects.is_in_danger and not self._was_in_danger
        self._was_in_danger = effects.is_in_danger
        last = self._warned_at
        if has_begun and (last is None or effects.now - last >= _MIN_DANGER_SECONDS):
            self._warned_at = effects.now
            self._audio.play("danger")


class BoardSounds:
    """Plays each sound of one board once. only_clears: nothing but cleared lines, for a game in passing."""

    def __init__(self, audio: Audio, *, only_clears: bool = False) -> None:
        self._audio, self._only_clears = audio, only_clears
        self._danger = DangerSound(audio)
        self._ended_game: int | None = None

    def follow(self, board: BoardPlayer) -> None:
        """Play what a board has to sound in this frame."""
        view, landing = board.view, board.landing
        if view.over:
            self._end(view.game)
        elif landing is not None:
            least = _MIN_CLEAR_SECONDS if landing.rows else _MIN_LOCK_SECONDS
            if view.move_seconds >= least and (landing.rows or not self._only_clears):
                self._audio.play(landing_sound(landing))
        if board.has_crossed_record:
            self._audio.play("record")
        if not self._only_clears:
            self._danger.follow(board.effects)

    def _end(self, game: int) -> None:
        if self._ended_game != game and not self._only_clears:
            self._audio.play("over")
        self._ended_game = game
