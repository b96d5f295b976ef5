"""The rules of time: gravity, lock delay, auto shift, hold, ends; and that frames change nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.realtime.boards import MS, drawn, fill, game_with, play, put, random_inputs
from tetris_arcade.config.handling import INSTANT, Handling
from tetris_arcade.engine.tetromino import PIECE_NAMES
from tetris_arcade.realtime.board import NUM_ROWS
from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.events import LevelRaised
from tetris_arcade.realtime.game import MAX_LOCK_RESETS, RealtimeGame
from tetris_arcade.realtime.modes import MARATHON, SPRINT, ULTRA, fall_interval
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.realtime.seven_bag import SevenBag

LEFT, RIGHT = Control.MOVE_LEFT, Control.MOVE_RIGHT


def _col(game: RealtimeGame) -> int:
    assert game.piece is not None
    return min(col for _, col in game.piece.cells)


def _row(game: RealtimeGame) -> int:
    assert game.piece is not None
    return game.piece.row


# --- Pieces ---


def test_each_bag_has_all_seven_pieces() -> None:
    bag = SevenBag(3)
    for _ in range(50):
        assert bag.peek(5) == bag.peek(7)[:5]
        assert sorted(bag.take() for _ in range(7)) == list(range(7))


def test_equal_seeds_give_equal_pieces() -> None:
    first, second, other = SevenBag(3), SevenBag(3), SevenBag(4)
    pieces = [first.take() for _ in range(70)]
    assert pieces == [second.take() for _ in range(70)]
    assert pieces != [other.take() for _ in range(70)]


@pytest.mark.parametrize(
    ("piece", "cols"), [("I", "3456"), ("O", "45"), ("T", "345"), ("S", "345"), ("J", "345"), ("L", "345")]
)
def test_pieces_enter_in_the_middle_and_a_row_down(piece: str, cols: str) -> None:
    game = game_with(piece)
    assert game.piece is not None
    assert {str(col) for _, col in game.piece.cells} == set(cols)
    assert max(row for row, _ in game.piece.cells) == 20


def test_five_next_pieces_are_known_and_come() -> None:
    game = RealtimeGame(MARATHON, 8)
    coming = game.next_pieces
    assert len(coming) == 5
    seen = []
    for _ in coming:
        game.press(Control.HARD_DROP)
        game.release(Control.HARD_DROP)
        assert game.piece is not None
        seen.append(game.piece.piece)
    assert tuple(seen) == coming


# --- Gravity and lock delay ---


def test_gravity_follows_the_guideline() -> None:
    seconds = [fall_interval(level) / 1e6 for level in (1, 2, 3, 5, 10, 15, 20)]
    expected = [1.0, 0.793, 0.61780, 0.35520, 0.06415, 0.00706, 0.00045]
    assert seconds == pytest.approx(expected, rel=0.02)


def test_a_piece_falls_a_row_each_interval() -> None:
    game = game_with("T")
    start = _row(game)
    game.advance(999_999)
    assert _row(game) == start
    game.advance(1_000_000)
    assert _row(game) == start + 1
    game.advance(5_000_000)
    assert _row(game) == start + 5


def test_a_piece_locks_half_a_second_after_it_lands() -> None:
    game = game_with("O")
    put(game, 1, 4)
    game.advance(499_999)
    assert game.tally.pieces == 0
    assert game.lock_share == pytest.approx(1.0, abs=0.001)
    game.advance(500_000)
    assert game.tally.pieces == 1


def test_moves_restart_the_lock_delay_fifteen_times() -> None:
    game = game_with("O")
    put(game, 1, 4)
    for number in range(MAX_LOCK_RESETS + 5):
        game.advance(game.now_us + 400 * MS)
        if game.tally.pieces:
            break
        control = LEFT if number % 2 else RIGHT
        game.press(control)
        game.release(control)
    assert game.tally.pieces == 1
    assert game.now_us == (MAX_LOCK_RESETS + 2) * 400 * MS  # 500 ms after the last reset


def test_a_move_that_fails_does_not_delay_the_lock() -> None:
    game = game_with("O")
    put(game, 1, 0)
    game.advance(400 * MS)
    game.press(LEFT)
    game.advance(500 * MS)
    assert game.tally.pieces == 1


def test_a_new_lowest_row_allows_new_resets() -> None:
    game = game_with("O", "#####.....")
    put(game, 2, 3)
    for number in range(10):
        game.advance(game.now_us + 100 * MS)
        control = LEFT if number % 2 else RIGHT
        game.press(control)
        game.release(control)
    while _col(game) < 5:
        game.press(RIGHT)
        game.release(RIGHT)
    game.advance(game.now_us + 1_000 * MS)
    assert game.tally.pieces == 0
    for number in range(MAX_LOCK_RESETS):
        game.advance(game.now_us + 400 * MS)
        control = LEFT if number % 2 else RIGHT
        game.press(control)
        game.release(control)
    assert game.tally.pieces == 0


def test_a_piece_that_is_turned_for_ever_locks_at_last() -> None:
    game = game_with("T", level=20)
    for _ in range(400):
        game.advance(game.now_us + 100 * MS)
        game.press(Control.ROTATE_RIGHT)
        game.release(Control.ROTATE_RIGHT)
        if game.tally.pieces:
            break
    assert game.tally.pieces == 1


# --- Auto shift ---


@pytest.mark.parametrize(
    ("das", "arr", "times"),
    [(167, 33, [0, 167, 200, 233]), (100, 10, [0, 100, 110, 120]), (0, 50, [0, 0, 50, 100])],
)
def test_a_held_direction_moves_at_its_times(das: int, arr: int, times: list[int]) -> None:
    game = game_with("O", handling=Handling(das, arr))
    game.press(LEFT)
    cols = [(time, 4 - sum(moved <= time for moved in times)) for time in range(max(times) + 5)]
    for time, col in cols:
        game.advance(time * MS)
        assert _col(game) == max(0, col), time


def test_without_repeat_time_the_piece_is_at_the_wall_at_once() -> None:
    game = game_with("O", handling=Handling(100, 0))
    game.press(RIGHT)
    game.advance(99 * MS)
    assert _col(game) == 5
    game.advance(100 * MS)
    assert _col(game) == 8


def test_a_charge_lasts_to_the_next_piece() -> None:
    game = game_with("O", handling=Handling(100, 0))
    game.press(RIGHT)
    game.advance(100 * MS)
    game.press(Control.HARD_DROP)
    assert game.piece is not None
    assert max(col for _, col in game.piece.cells) == 9


def test_the_direction_pressed_last_counts() -> None:
    game = game_with("O", handling=Handling(100, 20))
    game.press(LEFT)
    game.advance(100 * MS)
    assert _col(game) == 2
    game.press(RIGHT)
    game.advance(150 * MS)
    assert _col(game) == 3
    game.release(RIGHT)  # the other one is still held
    game.advance(249 * MS)
    assert _col(game) == 3
    game.advance(250 * MS)
    assert _col(game) == 2


def test_soft_drop_is_twenty_times_as_fast() -> None:
    game = game_with("O")
    start = _row(game)
    game.press(Control.SOFT_DROP)
    assert _row(game) == start + 1
    game.advance(500 * MS)
    assert _row(game) == start + 11
    game.release(Control.SOFT_DROP)
    game.advance(1_499 * MS)
    assert _row(game) == start + 11


def test_instant_soft_drop_lands_but_does_not_lock() -> None:
    game = game_with("O", handling=Handling(soft_drop_factor=INSTANT))
    game.press(Control.SOFT_DROP)
    assert drawn(game, 2) == ["....@@....", "....@@...."]
    assert game.tally.pieces == 0
    game.advance(499 * MS)
    assert game.tally.pieces == 0


# --- Hold ---


def test_hold_exchanges_the_piece_once() -> None:
    game = RealtimeGame(MARATHON, 5)
    assert game.piece is not None
    first, second = game.piece.piece, game.next_pieces[0]
    game.press(Control.HOLD)
    assert (game.held_piece, game.piece.piece) == (first, second)
    game.release(Control.HOLD)
    game.press(Control.HOLD)
    assert (game.held_piece, game.piece.piece) == (first, second)
    game.release(Control.HOLD)
    game.press(Control.HARD_DROP)
    game.press(Control.HOLD)
    assert game.piece.piece == first
    assert game.piece.rotation == 0


# --- Levels and ends ---


def test_ten_lines_are_a_level() -> None:
    game = game_with("I", "#########.\n" * 12)
    for _ in range(3):
        assert game.piece is not None
        game.piece = type(game.piece)(0, 20, 7, 1)
        game.press(Control.HARD_DROP)
        game.release(Control.HARD_DROP)
    assert game.level == 2
    assert LevelRaised(2) in game.take_events()


def test_forty_lines_end_a_sprint() -> None:
    game = game_with("I", "#########.\n" * 4, SPRINT)
    game.tally.lines = 36
    put(game, 3, 7, 1)
    game.press(Control.HARD_DROP)
    assert game.end is not None
    assert game.end.is_finished
    assert game.piece is None


def test_two_minutes_end_exactly() -> None:
    game = game_with("O", mode=ULTRA, handling=Handling())
    while game.now_us < 119_000_000:
        game.board.remove_rows(tuple(range(30, NUM_ROWS)))
        game.advance(game.now_us + 500 * MS)
    assert not game.is_over
    game.advance(500_000_000)
    assert game.end is not None
    assert game.end.reason == "time"
    assert game.now_us == 120_000_000


def test_a_piece_without_room_ends_the_game() -> None:
    game = RealtimeGame(MARATHON, 1)
    fill(game, "#.########\n" * 22)
    game.press(Control.HARD_DROP)
    assert game.end is not None
    assert game.end.reason in ("block out", "lock out")
    assert not game.end.is_finished
    game.press(LEFT)
    game.advance(10_000_000)
    assert game.piece is None


def test_a_piece_that_locks_above_the_visible_rows_ends_the_game() -> None:
    game = game_with("O", "...####...\n" * 20)
    game.piece = type(game.piece)(1, 18, 4) if game.piece is not None else None
    game.press(Control.HARD_DROP)
    assert game.end is not None
    assert game.end.reason == "lock out"


# --- Exactness ---


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1_000, 4_167, 6_944, 16_667, 33_333, 100_000]))
def test_frames_change_nothing(seed: int, frame_us: int) -> None:
    inputs = random_inputs(seed, 150, 60_000)
    handling = Handling(120, 0 if seed % 2 else 20)
    games = [play(RealtimeGame(MARATHON, seed, handling, 5), inputs, frame) for frame in (None, frame_us)]
    assert games[0].board.digest == games[1].board.digest
    assert games[0].tally == games[1].tally
    assert games[0].piece == games[1].piece


def test_a_recording_plays_the_same_game() -> None:
    game = play(RealtimeGame(MARATHON, 4, Handling(80, 0, INSTANT), 3), random_inputs(4, 600, 80_000))
    again = Recording.of(game).play_back()
    assert (again.board.digest, again.tally, again.now_us) == (game.board.digest, game.tally, game.now_us)
    assert again.inputs == game.inputs
    assert game.tally.pieces > 20


def test_a_thousand_inputs_a_second_lose_nothing() -> None:
    """A minute of a thousand random presses and releases a second, over as many games as it takes."""
    inputs = random_inputs(11, 60_000, 2_000)
    game, started_us, pieces, games = RealtimeGame(MARATHON, 0), 0, 0, 1
    for timed in inputs:
        if game.is_over:
            pieces += game.tally.pieces
            game, started_us, games = RealtimeGame(MARATHON, games), timed.time_us, games + 1
        game.advance(timed.time_us - started_us)
        count = len(game.inputs)
        (game.press if timed.is_down else game.release)(timed.control)
        if timed.is_down and not game.is_over:
            assert len(game.inputs) == count + 1
    assert pieces > 3_000
    assert games > 50


def test_all_pieces_stay_on_the_board() -> None:
    for seed, name in enumerate(PIECE_NAMES):
        game = play(game_with(name), random_inputs(seed, 300, 40_000))
        filled = sum(game.board[row, col] != 0 for row in range(NUM_ROWS) for col in range(10))
        assert filled == 4 * game.tally.pieces - 10 * game.tally.lines
