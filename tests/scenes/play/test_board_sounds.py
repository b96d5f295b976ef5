"""Each sound of a board is played once, and none where moves are too short to be followed."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from tetris_arcade.scenes.play.board_sounds import BoardSounds
from tetris_arcade.ui.audio import Audio
from tetris_arcade.ui.widgets.board_model import BoardModel, empty_board

MOVE = replace(empty_board(), piece=0, action=0, rotation=0, row=19, col=0, move=1, game=1, move_seconds=0.25)


class _Heard(list[str]):
    def play(self, name: str) -> None:
        self.append(name)


def _heard(*moments: tuple[BoardModel, float]) -> list[str]:
    heard = _Heard()
    sounds = BoardSounds(cast(Audio, heard))
    for view, progress in moments:
        sounds.follow(view, progress)
    return list(heard)


def test_a_piece_sounds_once_when_it_lies() -> None:
    assert _heard((MOVE, 0.5), (MOVE, 0.9), (MOVE, 1.0)) == ["lock"]


@pytest.mark.parametrize(("cleared", "sound"), [((19,), "clear"), ((16, 17, 18, 19), "tetris")])
def test_rows_that_go_sound(cleared: tuple[int, ...], sound: str) -> None:
    assert _heard((replace(MOVE, cleared=cleared), 0.9)) == [sound]


def test_boards_that_fly_are_silent() -> None:
    assert _heard((replace(MOVE, cleared=(19,), move_seconds=0.0), 1.0)) == []


def test_the_end_of_a_game_sounds_once() -> None:
    over = replace(MOVE, over=True)
    assert _heard((over, 1.0), (over, 1.0)) == ["over"]
