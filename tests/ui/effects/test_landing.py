"""Landings are noted once, with what effects and sounds need to know."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.widgets.board_fixtures import make_board
from tetris_arcade.ui.effects.landing import LandingWatch

MOVE = make_board(
    *("..........",) * 4,
    "JJJ...SSSL",
    "IIII.IIIIL",
    piece=2,
    action=4 * 4 + 2,
    rotation=2,
    row=4,
    col=3,
    cleared=(4, 5),
    game=1,
    move=1,
    move_seconds=0.5,
)


def test_landing_is_noted_once() -> None:
    watch = LandingWatch()
    landings = [watch.follow(MOVE, progress) for progress in (0.2, 0.9, 1.0)]
    assert landings[0] is None
    assert landings[2] is None
    assert landings[1] is not None
    assert sorted(landings[1].cells) == [(4, 3), (4, 4), (4, 5), (5, 4)]
    assert landings[1].row_values.tolist() == [[6, 6, 6, 3, 3, 3, 4, 4, 4, 7], [1, 1, 1, 1, 3, 1, 1, 1, 1, 7]]
    assert (landings[1].free_rows, landings[1].height) == (6, 6)


def test_combo_counts_clears_in_a_row_and_forgets_moves_that_were_not_seen() -> None:
    watch, combos = LandingWatch(), []
    for move, cleared in ((1, (5,)), (2, (5,)), (3, (5,)), (4, ()), (5, (5,)), (9, (5,))):
        landing = watch.follow(replace(MOVE, move=move, cleared=cleared), 0.9)
        assert landing is not None
        combos.append(landing.combo)
    assert combos == [0, 1, 2, 0, 0, 0]


def test_move_that_was_made_before_the_board_is_seen_is_no_landing() -> None:
    assert LandingWatch().follow(MOVE, 1.0) is None


def test_lost_game_has_no_landing() -> None:
    assert LandingWatch().follow(replace(MOVE, over=True), 1.0) is None
