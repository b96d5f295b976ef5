"""A move is animated in its time, stops in a pause, and is played when stepped."""

from __future__ import annotations

import pytest

from tests.ui.widgets.board_fixtures import make_board
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_COLS, NUM_ROTATIONS, orientation, placement_col
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.piece_animation import MoveAnimation, pose

EMPTY = ("..........",) * 20


def a_move(move: int, seconds: float = 1.0) -> BoardModel:
    return make_board(*EMPTY, piece=2, action=20, rotation=0, row=18, col=4, move=move, move_seconds=seconds)


@pytest.mark.parametrize("piece", range(7))
def test_every_placement_ends_inside_the_board(piece: int) -> None:
    for action in range(NUM_ACTIONS):
        rotation, col = action % NUM_ROTATIONS, placement_col(piece, action)
        if not 0 <= col <= NUM_COLS - orientation(piece, rotation).width:
            continue
        board = make_board(*EMPTY, piece=piece, action=action, rotation=rotation, row=15, col=col)
        poses = [pose(board, step / 50) for step in range(51)]
        assert (poses[-1].rotation, poses[-1].row, poses[-1].col) == (rotation, 15, col)
        for now in poses:
            assert 0 <= now.col <= NUM_COLS - orientation(piece, now.rotation).width
        assert [now.row for now in poses] == sorted(now.row for now in poses)


def test_move_takes_its_time() -> None:
    clock = MoveAnimation()
    assert clock.advance(a_move(1), 0.0, is_paused=False) == 0.0
    assert clock.advance(a_move(1), 0.25, is_paused=False) == 0.25
    assert clock.advance(a_move(1), 2.0, is_paused=False) == 1.0


def test_pause_stops_the_piece() -> None:
    clock = MoveAnimation()
    clock.advance(a_move(1), 0.0, is_paused=False)
    clock.advance(a_move(1), 0.5, is_paused=False)
    assert clock.advance(a_move(1), 5.0, is_paused=True) == 0.5


def test_single_step_is_played_in_a_pause() -> None:
    clock = MoveAnimation()
    clock.advance(a_move(1, 0.0), 0.0, is_paused=True)
    clock.advance(a_move(2, 0.0), 0.1, is_paused=True)
    assert 0.0 < clock.advance(a_move(2, 0.0), 0.1, is_paused=True) < 1.0
    assert clock.advance(a_move(2, 0.0), 1.0, is_paused=True) == 1.0


def test_move_first_seen_in_a_pause_has_been_made() -> None:
    clock = MoveAnimation()
    for dt in (0.0, 0.1, 5.0):
        assert clock.advance(a_move(1), dt, is_paused=True) == 1.0
    assert clock.advance(a_move(1), 0.1, is_paused=False) == 1.0


def test_unthrottled_moves_are_not_animated() -> None:
    assert MoveAnimation().advance(a_move(1, 0.0), 0.0, is_paused=False) == 1.0


def test_paused_decision_is_shown_before_its_piece_is_placed() -> None:
    """With the agent's view, each single step shows what the next piece could do, and where it will go."""
    clock = MoveAnimation()
    clock.advance(a_move(1), 0.0, is_paused=False, shows_values=True)
    assert clock.advance(a_move(1), 0.95, is_paused=False, shows_values=True) == 0.95
    assert clock.advance(a_move(1), 0.1, is_paused=True, shows_values=True) == 0.0
    for _ in range(3):
        assert clock.advance(a_move(2), 0.5, is_paused=True, shows_values=True) == 0.0
    assert clock.advance(a_move(2), 0.5, is_paused=True) == 1.0
