"""Hands a running game to another player, and takes it over from one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.game_position import GamePosition, digits
from tetris_arcade.engine.board import columns_from_cells
from tetris_arcade.engine.game_state import GameStates
from tetris_arcade.engine.placements import new_workspace
from tetris_arcade.engine.rules import Rules
from tetris_arcade.engine.simulation import play_one
from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import FALLBACK_ACTION, QUEUE_SIZE

NUM_PIECES_AHEAD = 1_500
"""About ten minutes of a fast player; a position still fits into a message."""


def position_of(games: GameStates, rules: Rules, i: int, cells: NDArray[np.uint8]) -> GamePosition:
    """The position of game i, whose board has the (H, 10) uint8 `cells`; the game does not change."""
    pieces = [int(games.piece[i]), *_next_pieces(games, rules, i, NUM_PIECES_AHEAD)]
    lines, count, score = int(games.lines[i]), int(games.pieces[i]), int(games.score[i])
    return GamePosition(digits(cells), digits(pieces), lines, count, score)


def _next_pieces(games: GameStates, rules: Rules, i: int, count: int) -> list[int]:
    """The pieces after the active one, drawn by a copy of the game that plays them on an empty board."""
    copy = GameStates(**{name: array[i : i + 1].copy() for name, array in games._asdict().items()})
    workspace, pieces = new_workspace(), []
    for _ in range(count):
        pieces.append(int(copy.queue[0, 0]))
        copy.columns[:] = 0
        play_one(copy, rules, FALLBACK_ACTION, workspace)
    return pieces


class GivenPieces:
    """Lets the pieces of a position come in a game; afterwards they are the game's own again."""

    def __init__(self, position: GamePosition) -> None:
        self._pieces = position.piece_numbers
        self._next = QUEUE_SIZE + 1

    def start(self, game: Game, position: GamePosition) -> None:
        """Put a new game into the position."""
        games, cells = game.games, position.cells
        game.cells[:] = cells
        columns_from_cells(cells, games.columns[0])
        games.lines[0], games.pieces[0], games.score[0] = position.lines, position.pieces, position.score
        known = self._pieces[: QUEUE_SIZE + 1]
        games.piece[0] = known[0]
        games.queue[0, : len(known) - 1] = known[1:]

    def after_move(self, game: Game) -> None:
        """The game has drawn a piece of its own: put the given one in its place."""
        if self._next < len(self._pieces):
            game.games.queue[0, QUEUE_SIZE - 1] = self._pieces[self._next]
            self._next += 1
