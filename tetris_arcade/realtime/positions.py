"""The placements of a person's game, each with the board before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tetris_arcade.config.game_position import digits
from tetris_arcade.config.game_review import Cells, PlacedPiece
from tetris_arcade.realtime.board import HIDDEN_ROWS
from tetris_arcade.realtime.events import Locked
from tetris_arcade.realtime.falling_piece import FallingPiece
from tetris_arcade.realtime.game import LOCK_DELAY_US, RealtimeGame
from tetris_arcade.realtime.recording import Recording

_STEP_US = LOCK_DELAY_US // 5
"""No two pieces lock by themselves within this time."""


def position_of(game: RealtimeGame) -> PlacedPiece | None:
    """A running game's board and piece, which is not placed yet; None with cells above the visible rows."""
    if game.piece is None or game.board.has_hidden_cells:
        return None
    return PlacedPiece(digits(game.board.visible_cells()), game.piece.piece, game.next_pieces[0], ())


def positions_of_recording(recording: Recording) -> Iterator[PlacedPiece]:
    """The placements of a game, except those that reach above the visible rows."""
    game = recording.new_game()
    before = position_of(game)
    for _ in _steps(recording, game):
        for event in game.take_events():
            if isinstance(event, Locked) and before is not None and (cells := _visible_cells(event.piece)):
                yield replace(before, cells=cells)
        before = position_of(game)


def _steps(recording: Recording, game: RealtimeGame) -> Iterator[None]:
    """Play a game, and stop so often that at most one piece has locked in between."""
    for given in recording.inputs:
        yield from _advance(game, given.time_us)
        game.apply(given)
        yield
    yield from _advance(game, recording.end_us)


def _advance(game: RealtimeGame, to_us: int) -> Iterator[None]:
    while game.now_us < to_us and not game.is_over:
        game.advance(min(game.now_us + _STEP_US, to_us))
        yield


def _visible_cells(piece: FallingPiece) -> Cells:
    """The cells of a piece by visible rows, in order; none if one of them is above."""
    cells = tuple(sorted((row - HIDDEN_ROWS, col) for row, col in piece.cells))
    return cells if cells[0][0] >= 0 else ()
