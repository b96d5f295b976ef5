"""Games on drawn boards, and a player that presses random controls."""

from __future__ import annotations

import random

from tetris_arcade.config.handling import Handling
from tetris_arcade.engine.tetromino import PIECE_NAMES
from tetris_arcade.realtime.board import NUM_ROWS
from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.falling_piece import FallingPiece
from tetris_arcade.realtime.game import RealtimeGame, TimedInput
from tetris_arcade.realtime.modes import MARATHON, GameMode

MS = 1_000


def fill(game: RealtimeGame, drawing: str) -> None:
    """Fill the lowest rows of a board: "#" is filled, "." empty."""
    lines = drawing.split()
    for row, line in enumerate(lines, start=NUM_ROWS - len(lines)):
        game.board.place(tuple((row, col) for col, char in enumerate(line) if char == "#"), 8)


def drawn(game: RealtimeGame, rows: int) -> list[str]:
    """The lowest rows of a board, with the falling piece as "@"."""
    cells = set() if game.piece is None else set(game.piece.cells)
    return [
        "".join("@" if (row, col) in cells else "#" if game.board[row, col] else "." for col in range(10))
        for row in range(NUM_ROWS - rows, NUM_ROWS)
    ]


def game_with(
    piece: str,
    drawing: str = "",
    mode: GameMode = MARATHON,
    handling: Handling | None = None,
    level: int = 1,
) -> RealtimeGame:
    """A game whose first piece is known, on a drawn board."""
    number = PIECE_NAMES.index(piece)
    for seed in range(100):
        game = RealtimeGame(mode, seed, handling, level)
        if game.piece is not None and game.piece.piece == number:
            fill(game, drawing)
            return game
    raise AssertionError("no seed starts with this piece")


def put(game: RealtimeGame, row: int, col: int, rotation: int = 0) -> None:
    """Move the piece: its box's top left, with row 0 the lowest row of the board."""
    assert game.piece is not None
    game.piece = FallingPiece(game.piece.piece, NUM_ROWS - 1 - row, col, rotation)
    game._lowest_row = game.piece.row
    game._settle()


def random_inputs(seed: int, count: int, gap_us: int) -> list[TimedInput]:
    """Random presses, and releases of what is down, with up to `gap_us` between them."""
    rng, now, down = random.Random(seed), 0, set[Control]()
    inputs = []
    for _ in range(count):
        now += rng.randint(0, gap_us)
        control = rng.choice(list(Control))
        inputs.append(TimedInput(now, control, control not in down))
        down ^= {control}
    return inputs


def play(game: RealtimeGame, inputs: list[TimedInput], frame_us: int | None = None) -> RealtimeGame:
    """Play inputs at their times; with `frame_us`, also advance the game at each frame in between."""
    for timed in inputs:
        if frame_us is not None:
            while game.now_us + frame_us < timed.time_us and not game.is_over:
                game.advance(game.now_us + frame_us)
        game.advance(timed.time_us)
        (game.press if timed.is_down else game.release)(timed.control)
    return game
