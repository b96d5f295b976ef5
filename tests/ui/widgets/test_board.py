"""Boards look as the record says, at every moment of a move."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pygame
import pytest
from pygame import Rect

from tests.ui.widgets.board_fixtures import canvas, make_board, picture
from tetris_arcade.engine.tetromino import PIECE_NAMES
from tetris_arcade.ui.theme import MONO
from tetris_arcade.ui.widgets.board import BoardModel, board_cell_size, draw_board
from tetris_arcade.ui.widgets.cell_sprites import cell_sprites
from tetris_arcade.ui.widgets.piece_animation import pose
from tetris_arcade.worker.shared.board_record import read_board
from tetris_arcade.worker.shared.telemetry import empty_frame

BEFORE = (
    "..........",
    "..........",
    "..........",
    "..........",
    "JJJ...SSSL",
    "IIII.IIIIL",
)
T_DOWN_CLEARS_BOTH = {"piece": 2, "action": 4 * 4 + 2, "rotation": 2, "row": 4, "col": 3, "cleared": (4, 5)}


def test_piece_spawns_unrotated_in_the_middle() -> None:
    board = picture(make_board(*BEFORE, **T_DOWN_CLEARS_BOTH), 0.0)
    assert board[:2] == (".....T....", "....TTT...")


def test_piece_rotates_before_it_lands() -> None:
    rotations = [pose(make_board(*BEFORE, **T_DOWN_CLEARS_BOTH), step / 10).rotation for step in range(6)]
    assert rotations == sorted(rotations)
    assert (rotations[0], rotations[4]) == (0, 2)


def test_landed_piece_is_where_the_record_says() -> None:
    board = make_board(*("..........",) * 6, piece=1, action=1 * 4, rotation=0, row=4, col=0)
    assert picture(board, 1.0)[4:] == ("OO........", "OO........")


def test_full_rows_vanish_and_others_fall() -> None:
    rows = ("..........", "..........", ".Z........", "ZZ........", *BEFORE[4:])
    assert picture(make_board(*rows, **T_DOWN_CLEARS_BOTH), 1.0) == (
        "..........",
        "..........",
        "..........",
        "..........",
        ".Z........",
        "ZZ........",
    )


def test_full_rows_vanish_from_the_middle() -> None:
    during = picture(make_board(*BEFORE, **T_DOWN_CLEARS_BOTH), 0.8)[4]
    assert during[4:6] == ".."
    assert (during[0], during[9]) == ("J", "L")


def test_line_clear_flashes_less_than_a_quarter() -> None:
    """Small areas may flash without harm: WCAG limits them to a quarter of the field of view."""
    rows = ("..........",) * 16 + (".JJJJJJJJJ",) * 4
    board = make_board(*rows, piece=0, action=1, rotation=1, row=16, col=0, cleared=(16, 17, 18, 19))
    canvas_, before = canvas(), None
    for step in range(61):
        draw_board(canvas_, canvas_.rect, board, step / 60)
        light = pygame.surfarray.array3d(canvas_.surface).astype(np.float64) @ (0.2126, 0.7152, 0.0722)
        relative = (light / 255.0) ** 2.2
        if before is not None:
            assert np.mean(relative - before >= 0.1) < 0.25
        before = relative


def test_reduced_motion_shows_locked_piece_at_once() -> None:
    board = make_board(*("..........",) * 6, piece=1, action=1 * 4, rotation=0, row=4, col=0)
    assert picture(board, 0.0, reduced_motion=True) == picture(board, 1.0)


def test_lost_game_covers_its_board() -> None:
    lost, running = make_board(*BEFORE, piece=0, over=True), make_board(*BEFORE, piece=0)
    assert "J" in "".join(picture(running, 1.0))
    assert "J" not in "".join(picture(lost, 1.0))


def test_drawing_twice_gives_the_same_picture() -> None:
    board, twice = make_board(*BEFORE, **T_DOWN_CLEARS_BOTH), canvas()
    draw_board(twice, twice.rect, board, 0.5, show_values=True)
    first = pygame.image.tobytes(twice.surface, "RGB")
    draw_board(twice, twice.rect, board, 0.5, show_values=True)
    assert pygame.image.tobytes(twice.surface, "RGB") == first


@pytest.mark.parametrize("height", [4, 20, 40])
def test_any_height_stays_in_the_rectangle(height: int) -> None:
    rect = Rect(30, 20, 150, 300)
    inside = canvas((220, 440))
    well = draw_board(inside, rect, make_board(*("..........",) * height), 1.0)
    assert rect.contains(well)
    assert well.width == 10 * board_cell_size(inside, rect, height)


def test_too_small_rectangle_draws_nothing() -> None:
    tiny = canvas((12, 12))
    assert draw_board(tiny, tiny.rect, make_board(*BEFORE), 1.0).size == (0, 0)


@pytest.mark.parametrize("size", [8, 48])
def test_pieces_differ_without_colors(size: int) -> None:
    grey = tuple((128, 128, 128) for _ in PIECE_NAMES)
    one_colour = replace(MONO, name="one", pieces=grey, garbage=grey[0])
    sprites = cell_sprites(canvas(theme=one_colour), size)[1:]
    assert len({pygame.image.tobytes(sprite, "RGB") for sprite in sprites if sprite is not None}) == 8


def test_board_model_from_record() -> None:
    record = empty_frame()[0]["boards"][0]
    record["height"], record["piece"], record["cleared"][3] = 5, 4, True
    board = read_board(record, BoardModel)
    assert (board.height, board.piece, board.cleared, board.is_empty) == (5, 4, (3,), False)
    assert read_board(empty_frame()[0]["boards"][0], BoardModel).is_empty


def test_best_three_placements_are_dropped() -> None:
    values = np.full(40, np.nan, np.float32)
    values[[1 * 4, 5 * 4, 9 * 4, 3 * 4]] = 4.0, 3.0, 2.0, 1.0
    board = make_board(*BEFORE, piece=1, values=values)
    assert board.candidates[:3] == (4, 20, 36)
    assert board.drop(board.candidates[0]) == (0, 2, 0)
    assert board.drop(board.candidates[1]) == (0, 3, 4)


def test_column_heat_is_of_its_best_placement() -> None:
    values = np.full(40, np.nan, np.float32)
    values[[1 * 4, 9 * 4, 5 * 4]] = -1.0, 3.0, 1.0
    heat = make_board(*BEFORE, piece=1, values=values).column_heat
    assert (heat[0], heat[4], heat[8]) == (0.0, 0.5, 1.0)
    assert np.isnan(heat[2])


def test_values_beyond_the_wall_are_ignored() -> None:
    board = make_board(*BEFORE, piece=0, values=np.arange(40, dtype=np.float32))
    assert all(0 <= col <= 9 for _, _, col in map(board.drop, board.candidates))
