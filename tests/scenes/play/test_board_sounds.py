"""Each sound of a board is played once, and none if moves are too short."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from tetris_arcade.scenes.play.board_player import BoardPlayer
from tetris_arcade.scenes.play.board_sounds import BoardSounds
from tetris_arcade.ui.audio import COMBO_SOUNDS, Audio
from tetris_arcade.ui.widgets.board_model import BoardModel, empty_board

MOVE = replace(empty_board(), piece=0, action=0, rotation=0, row=19, col=0, move=1, game=1, move_seconds=0.25)


class _RecordingAudio(list[str]):
    def play(self, name: str) -> None:
        self.append(name)


def _played(*frames: tuple[BoardModel, float], only_clears: bool = False) -> list[str]:
    """The sounds of (board, progress) frames, a second apart."""
    audio, board = _RecordingAudio(), BoardPlayer()
    sounds = BoardSounds(cast(Audio, audio), only_clears=only_clears)
    for view, progress in frames:
        board.show_moment(view, progress, 1.0)
        sounds.follow(board)
    return list(audio)


def test_lock_sounds_once() -> None:
    assert _played((MOVE, 0.5), (MOVE, 0.9), (MOVE, 1.0)) == ["lock"]


@pytest.mark.parametrize(("cleared", "sound"), [((19,), "clear"), ((16, 17, 18, 19), "tetris")])
def test_cleared_lines_sound(cleared: tuple[int, ...], sound: str) -> None:
    assert _played((replace(MOVE, cleared=cleared), 0.9)) == [sound]


def test_combo_sounds_higher_and_higher_up_to_a_last_one() -> None:
    moves = [(replace(MOVE, cleared=(19,), move=move), 0.9) for move in range(1, 10)]
    assert _played(*moves) == ["clear", *COMBO_SOUNDS, *[COMBO_SOUNDS[-1]] * (8 - len(COMBO_SOUNDS))]


def test_danger_sounds_when_it_begins_and_not_again_at_once() -> None:
    high = np.zeros((20, 10), np.uint8)
    high[3:, 5] = 1
    low = MOVE.cells
    moves = [
        (replace(MOVE, cells=cells, move=move), 0.9)
        for move, cells in enumerate((low, high, high, low, high, *[low] * 8, high), start=1)
    ]
    assert [place for place, sound in enumerate(_played(*moves)) if sound == "danger"] == [2, 15]


def test_record_sounds_once_and_needs_a_game_before() -> None:
    moves = [
        (replace(MOVE, game=game, move=move, lines=lines), 0.9)
        for move, (game, lines) in enumerate(((1, 12), (1, 13), (2, 5), (2, 13), (2, 14), (2, 15)), start=1)
    ]
    assert [sound for sound in _played(*moves) if sound != "lock"] == ["record"]


def test_short_moves_are_silent() -> None:
    assert _played((replace(MOVE, cleared=(19,), move_seconds=0.0), 1.0)) == []


def test_game_over_sounds_once() -> None:
    over = replace(MOVE, over=True)
    assert _played((over, 1.0), (over, 1.0)) == ["over"]


def test_game_in_passing_sounds_its_lines_only() -> None:
    frames = ((MOVE, 0.9), (replace(MOVE, cleared=(19,), move=2), 0.9), (replace(MOVE, over=True), 1.0))
    assert _played(*frames, only_clears=True) == ["clear"]
