"""Attacks: what a placement sends, what it cancels, and how garbage waits and rises."""

from __future__ import annotations

import pytest

from tests.measure_machine_levels import SCRIPTS, play_game
from tests.realtime.boards import MS, drawn, game_with, put
from tetris_arcade.config.machine_levels import machine_level
from tetris_arcade.realtime.attack import attack_rows
from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.events import Attacked, GarbageRose
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.garbage import MAX_RISING_ROWS, SUDDEN_DEATH_US, WAITING_US, GarbageQueue
from tetris_arcade.realtime.machine_side import MachineSide
from tetris_arcade.realtime.modes import ATTACK, MARATHON, SECOND
from tetris_arcade.realtime.scoring import Placement


@pytest.mark.parametrize(
    ("placement", "rows"),
    [
        (Placement(0), 0),
        (Placement(1), 0),
        (Placement(2), 1),
        (Placement(3), 2),
        (Placement(4), 4),
        (Placement(4, back_to_back=True), 5),
        (Placement(0, "full"), 0),
        (Placement(1, "full"), 2),
        (Placement(2, "full"), 4),
        (Placement(3, "full"), 6),
        (Placement(3, "full", back_to_back=True), 7),
        (Placement(1, "mini"), 0),
        (Placement(2, "mini"), 1),
        (Placement(1, "mini", back_to_back=True), 1),
        (Placement(1, all_clear=True), 10),
        (Placement(4, back_to_back=True, all_clear=True), 11),
    ],
)
def test_the_attack_table(placement: Placement, rows: int) -> None:
    assert attack_rows(placement) == rows


def test_combos_add_rows() -> None:
    rows = [attack_rows(Placement(1, combo=combo)) for combo in range(14)]
    assert rows == [0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 5]


# --- The queue ---


def _waiting(*attacks: int, seed: int = 3) -> GarbageQueue:
    queue = GarbageQueue(seed)
    for rows in attacks:
        queue.receive(rows, 0)
    return queue


def test_both_sides_draw_the_same_holes() -> None:
    left, right = _waiting(*[1] * 2_000), _waiting(*[2] * 2_000)
    holes = [attack.hole for attack in left.attacks]
    assert holes == [attack.hole for attack in right.attacks]
    assert set(holes) == set(range(10))
    assert all(160 <= holes.count(col) <= 240 for col in range(10))
    assert holes != [attack.hole for attack in _waiting(*[1] * 2_000, seed=4).attacks]


@pytest.mark.parametrize(
    ("attack", "left_over", "waiting"),
    [(1, 0, [1, 3]), (2, 0, [3]), (4, 0, [1]), (5, 0, []), (7, 2, [])],
)
def test_an_attack_cancels_the_oldest_rows_first(attack: int, left_over: int, waiting: list[int]) -> None:
    queue = _waiting(2, 3)
    assert queue.cancel(attack) == left_over
    assert [group.rows for group in queue.attacks] == waiting


def test_rows_rise_once_they_have_been_seen() -> None:
    queue = _waiting(2)
    assert queue.take_rising(WAITING_US - 1) == ()
    hole = queue.attacks[0].hole
    assert queue.take_rising(WAITING_US) == (hole, hole)
    assert queue.rows == 0


def test_few_rows_rise_at_once() -> None:
    queue = _waiting(5, 6)
    first, second = (attack.hole for attack in queue.attacks)
    assert queue.take_rising(SECOND) == (first,) * 5 + (second,) * (MAX_RISING_ROWS - 5)
    assert queue.take_rising(SECOND) == (second,) * 3


def test_late_in_a_game_rows_come_by_themselves_and_more_each_minute() -> None:
    queue = GarbageQueue(1, is_attack_game=True)
    times, rows = [], []
    for _ in range(21):
        times.append(queue.next_due_us)
        before = queue.rows
        queue.receive_due()
        rows.append(queue.rows - before)
    assert times[0] == SUDDEN_DEATH_US
    assert rows == [1] * 10 + [2] * 10 + [3]


# --- In a game ---

_DOUBLE = """
#########.
#########.
"""


def _attack_game(piece: str = "I", drawing: str = _DOUBLE) -> RealtimeGame:
    return game_with(piece, drawing, ATTACK)


def _drop_upright(game: RealtimeGame) -> None:
    """Drop the I into the rightmost column."""
    put(game, 10, 7, 1)
    game.press(Control.HARD_DROP)
    game.release(Control.HARD_DROP)


def test_two_lines_send_a_row() -> None:
    game = _attack_game()
    _drop_upright(game)
    assert game.take_attack() == 1
    assert game.take_attack() == 0
    assert game.tally.sent == 1
    assert Attacked(1, 0) in game.take_events()


def test_other_games_send_nothing() -> None:
    game = game_with("I", _DOUBLE, MARATHON)
    _drop_upright(game)
    assert game.tally.lines == 2
    assert game.take_attack() == 0
    assert game.next_due_us < SECOND * 2


def test_an_attack_cancels_what_is_on_its_way() -> None:
    game = _attack_game(drawing="#########.\n" * 4)
    game.board.place(((30, 0),), 8)  # otherwise the board would be clear
    game.receive_garbage(3)
    _drop_upright(game)
    assert game.garbage.rows == 0
    assert game.take_attack() == 1
    assert Attacked(1, 3) in game.take_events()


def test_garbage_rises_with_a_piece_that_clears_nothing() -> None:
    game = _attack_game("O", "#.........")
    game.receive_garbage(2)
    hole = game.garbage.attacks[0].hole
    game.press(Control.HARD_DROP)
    assert game.garbage.rows == 2, "it has not been seen yet"
    game.advance(600 * MS)
    game.release(Control.HARD_DROP)
    game.press(Control.HARD_DROP)
    row = "#" * hole + "." + "#" * (9 - hole)
    assert drawn(game, 3) == ["#...##....", row, row] or drawn(game, 2) == [row, row]
    assert GarbageRose(2) in game.take_events()


def test_garbage_waits_while_lines_are_cleared() -> None:
    game = _attack_game(drawing="#########.\n" * 1)
    game.receive_garbage(2)
    game.advance(600 * MS)
    _drop_upright(game)
    assert game.tally.lines == 1
    assert game.garbage.rows == 2


def test_garbage_pushes_a_player_out() -> None:
    game = _attack_game("O", "")
    game.board.place(tuple((row, 0) for row in range(5, 40)), 8)
    game.receive_garbage(8)
    game.advance(600 * MS)
    game.press(Control.HARD_DROP)
    assert game.end is not None
    assert game.end.reason == "top out"


# --- The machine's side ---


def test_a_golden_game_against_the_machine() -> None:
    """A classic player at level 6 of attack games against a scripted player."""
    outcome = play_game(SCRIPTS[-2], machine_level(6, is_attack=True), ATTACK, 4, model="dellacherie")
    assert (outcome.points, outcome.seconds, outcome.lines, outcome.sent) == (0.0, 92.84, 29, 6)


def test_the_machine_sends_and_cancels_as_a_person_does() -> None:
    side = MachineSide(ATTACK, 5)
    side.garbage.receive(3, 0)
    assert side.land(4, SECOND, all_clear=False).sent == 1
    assert side.land(4, SECOND, all_clear=False).sent == 5, "back to back"
    assert side.sent == 6


def test_garbage_rises_on_the_machines_board() -> None:
    side, queue = MachineSide(ATTACK, 5), GarbageQueue(5)
    side.garbage.receive(3, 0)
    queue.receive(3, 0)
    assert side.land(0, WAITING_US - 1, all_clear=False).holes == ()
    assert side.land(1, WAITING_US, all_clear=False).holes == ()
    assert side.land(0, WAITING_US, all_clear=False).holes == queue.take_rising(WAITING_US)


def test_rows_come_to_the_machine_by_themselves_too() -> None:
    side = MachineSide(ATTACK, 5)
    side.advance(SUDDEN_DEATH_US + 6 * SECOND)
    assert side.garbage.rows == 2
