"""Names and points of placements, on drawn boards and by the table."""

from __future__ import annotations

import pytest

from tests.realtime.boards import game_with, put
from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.events import Locked
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.scoring import Placement, Spin


def _lock(game: RealtimeGame) -> Locked:
    game.take_events()
    game.press(Control.HARD_DROP)
    game.release(Control.HARD_DROP)
    return next(event for event in game.take_events() if isinstance(event, Locked))


@pytest.mark.parametrize(
    ("lines", "spin", "points"),
    [
        (0, "none", 0),
        (1, "none", 100),
        (2, "none", 300),
        (3, "none", 500),
        (4, "none", 800),
        (0, "mini", 100),
        (1, "mini", 200),
        (2, "mini", 400),
        (0, "full", 400),
        (1, "full", 800),
        (2, "full", 1_200),
        (3, "full", 1_600),
    ],
)
def test_points_by_lines_and_spin(lines: int, spin: Spin, points: int) -> None:
    placement = Placement(lines, spin)
    assert placement.points(1) == points
    assert placement.points(7) == 7 * points
    assert Placement(lines, spin, back_to_back=True).points(2) == 3 * points


def test_combos_and_all_clears_add_points() -> None:
    assert Placement(1, combo=3).points(2) == 2 * (100 + 3 * 50)
    assert [Placement(lines, all_clear=True).points(1) for lines in (1, 2, 3, 4)] == [
        900,
        1_500,
        2_300,
        2_800,
    ]
    assert Placement(4, back_to_back=True, all_clear=True).points(1) == 1_200 + 3_200


def test_names() -> None:
    assert Placement(4, combo=2, back_to_back=True).names == ("TETRIS", "BACK-TO-BACK", "2 COMBO")
    assert Placement(2, "full").names == ("T-SPIN DOUBLE",)
    assert Placement(0, "mini").names == ("MINI T-SPIN",)
    assert Placement(1, all_clear=True).names == ("ALL CLEAR", "SINGLE")
    assert Placement(0).names == ()


def test_a_tetris_after_a_tetris_is_back_to_back() -> None:
    game = game_with("I", "#########.\n" * 8)
    placements = []
    for _ in range(2):
        put(game, 6, 7, 1)
        assert game.piece is not None
        game.piece = type(game.piece)(0, game.piece.row, game.piece.col, 1)
        placements.append(_lock(game))
    assert [locked.placement.lines for locked in placements] == [4, 4]
    assert [locked.placement.back_to_back for locked in placements] == [False, True]
    assert placements[1].placement.combo == 1
    assert placements[1].points == 1_200 + 50 + 3_200
    assert game.tally.tetrises == 2


def test_a_single_ends_the_back_to_back_chain() -> None:
    game = game_with("I", "#########.\n" * 4 + "######....\n" + "#########.\n" * 4)
    lines = []
    for rotation, row, col in ((1, 3, 7), (0, 1, 6), (1, 3, 7)):
        assert game.piece is not None
        game.piece = type(game.piece)(0, game.piece.row, game.piece.col)
        put(game, row, col, rotation)
        lines.append(_lock(game))
    assert [locked.placement.lines for locked in lines] == [4, 1, 4]
    assert not any(locked.placement.back_to_back for locked in lines)


def test_a_t_turned_under_an_overhang_is_a_t_spin_double() -> None:
    game = game_with(
        "T",
        """
        ##........
        #...######
        ##.#######
        """,
    )
    put(game, 2, 1, 1)  # upright in the slot, to be turned
    game.press(Control.ROTATE_RIGHT)
    locked = _lock(game)
    assert locked.placement == Placement(2, "full")
    assert locked.points == 1_200


def test_a_t_that_falls_into_the_same_place_is_none() -> None:
    game = game_with("T", "#.........\n#...######\n##.#######")
    put(game, 6, 1, 2)
    locked = _lock(game)
    assert locked.placement == Placement(2, "none")
    assert locked.fallen_rows == 4


def test_a_t_with_an_open_front_is_a_mini_t_spin() -> None:
    game = game_with(
        "T",
        """
        #.........
        ...#######
        """,
    )
    put(game, 1, -1, 1)
    game.press(Control.ROTATE_LEFT)
    assert game.piece is not None
    assert game.piece.rotation == 0
    locked = _lock(game)
    assert locked.placement.spin == "mini"
    assert locked.placement.lines == 1


def test_the_last_test_of_a_quarter_turn_makes_a_full_t_spin() -> None:
    """The T-spin triple: the T is kicked two rows down and one to the side."""
    game = game_with(
        "T",
        """
        ##........
        #.........
        #.########
        #..#######
        #.########
        """,
    )
    put(game, 4, 1, 0)
    game.press(Control.ROTATE_RIGHT)
    assert game.piece is not None
    assert game.piece.rotation == 1
    locked = _lock(game)
    assert locked.placement == Placement(3, "full")


def test_drops_give_points_per_row() -> None:
    game = game_with("O")
    assert game.piece is not None
    before = game.piece.row
    _lock(game)
    assert game.tally.score == 2 * (38 - before)
    game = game_with("O")
    game.press(Control.SOFT_DROP)
    game.advance(190_000)  # a row at once, and one every 50 ms
    assert game.tally.score == 4
