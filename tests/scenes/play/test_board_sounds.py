"""Each sound of a board is played once, and none if moves are too short."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from tetris_arcade.scenes.play.board_sounds import BoardSounds
from tetris_arcade.ui.audio import Audio
from tetris_arcade.ui.widgets.board_model import BoardModel, empty_board

MOVE = replace(empty_board(), piece=0, action=0, rotation=0, row=19, col=0, move=1, game=1, move_seconds=0.25)


class _RecordingAudio(list[str]):
    def play(self, name: str) -> None:
        self.append(name)


def _played(*frames: tuple[BoardModel, float]) -> list[str]:
    """The sounds of (board, progress) frames."""
    audio = _RecordingAudio()
    sounds = BoardSounds(cast(Audio, audio))
    for board, progress in frames:
        sounds.follow(board, progress)
    return list(audio)


def test_lock_sounds_once() -> None:
    assert _played((MOVE, 0.5), (MOVE, 0.9), (MOVE, 1.0)) == ["lock"]


@pytest.mark.parametrize(("cleared", "sound"), [((19,), "clear"), ((16, 17, 18, 19), "tetris")])
def test_cleared_lines_sound(cleared: tuple[int, ...], sound: str) -> None:
    assert _played((replace(MOVE, cleared=cleared), 0.9)) == [sound]


def test_short_moves_are_silent() -> None:
    assert _played((replace(MOVE, cleared=(19,), move_seconds=0.0), 1.0)) == []


def test_game_over_sounds_once() -> None:
    over = replace(MOVE, over=True)
    assert _played((over, 1.0), (over, 1.0)) == ["over"]
