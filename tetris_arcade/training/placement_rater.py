"""Rates placements by the values of a network: those that it could make, and any other place of a piece."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.features import NUM_FEATURES
from tetris_arcade.config.game_review import NUM_ADVISED, Cells, PlacedPiece, RatedPlacement
from tetris_arcade.engine.board import add_shape, add_walls, columns_from_cells
from tetris_arcade.engine.color_board import ColorBoard
from tetris_arcade.engine.feature_kernels import measure_placement, sum_columns, write_features
from tetris_arcade.engine.jit import kernel
from tetris_arcade.engine.placements import Workspace, new_workspace
from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_ROTATIONS, decode_action, orientation
from tetris_arcade.training.contributions import network_value
from tetris_arcade.training.players import NetworkPlayer


@kernel
def _measure(
    columns: Any, height: int, shape: int, left: int, y: int, workspace: Workspace, row: Any
) -> None:
    """Write the features of a shape that lies y rows above the floor, wherever that is, into `row`."""
    walled, cleared = workspace.walled, workspace.cleared
    add_walls(columns, height, walled)
    sum_columns(walled, workspace.column_sums)
    add_shape(walled, shape, left, y)
    features = measure_placement(walled, workspace.column_sums, cleared, shape, left, y)
    write_features(features, cleared if features.lines else walled, row)


class Rated(NamedTuple):
    """A placement, its value and its features, (NUM_FEATURES,) float32."""

    cells: Cells
    value: float
    row: NDArray[np.float32]

    @property
    def placement(self) -> RatedPlacement:
        return RatedPlacement(self.cells, self.value)


class _Window(NamedTuple):
    """The part of a board that a network sees: (10,) columns, its rows, and its height above the floor."""

    columns: NDArray[np.int64]
    rows: int
    floor: int


class PlacementRater:
    """Rates the placements of a piece on one board after another, without look-ahead."""

    def __init__(self, player: NetworkPlayer) -> None:
        self._player = player
        self._network = player.network
        self._workspace = new_workspace()
        self._values = np.full(NUM_ACTIONS, np.nan, np.float32)
        self._games: dict[int, Game] = {}

    def advise(self, position: PlacedPiece) -> list[RatedPlacement]:
        """The best placements, the best first, at most NUM_ADVISED; none if the model can make none.

        Where the piece was put is ignored.
        """
        game = self._load(position)
        best = self._best_cells(game, position, NUM_ADVISED)
        window = self._seen_window(game)
        if not all(_fits(window, game.height, cells) for cells in best):
            window = _whole(game)
        return [self._rate(window, game.height, position.piece, cells).placement for cells in best]

    def compare(self, position: PlacedPiece) -> tuple[Rated, Rated] | None:
        """(the placement as it was made, the model's own); None if the model can make none.

        Both are seen in the same part of the board.
        """
        game = self._load(position)
        best = self._best_cells(game, position, 1)
        if not best:
            return None
        window = self._seen_window(game)
        if not all(_fits(window, game.height, cells) for cells in (position.cells, best[0])):
            window = _whole(game)
        placed, own = (
            self._rate(window, game.height, position.piece, cells) for cells in (position.cells, best[0])
        )
        return placed, own

    # --- The model's own placements ---

    def _load(self, position: PlacedPiece) -> Game:
        """A game in a position; only the board, the piece and the next one count."""
        height = position.height
        if height not in self._games:
            self._games[height] = Game(height=height)
        game = self._games[height]
        cells = position.board_cells
        game.cells[:] = cells
        columns_from_cells(cells, game.games.columns[0])
        game.games.piece[0], game.games.queue[0, 0] = position.piece, position.next_piece
        return game

    def _best_cells(self, game: Game, position: PlacedPiece, count: int) -> list[Cells]:
        """Where the placements with the highest values lie, each once."""
        values = self._values
        self._player.choose(game, False, values)
        found: list[Cells] = []
        for action in np.argsort(-np.nan_to_num(values, nan=-np.inf), kind="stable"):
            if len(found) == count or np.isnan(values[action]):
                break
            cells = _dropped_cells(game.cells, position.piece, int(action))
            if cells is not None and cells not in found:
                found.append(cells)
        return found

    # --- Any placement ---

    def _seen_window(self, game: Game) -> _Window:
        """The part of the board that the network has just valued."""
        columns, seen = game.games.columns[0], self._network.window
        limit = self._network.window_rows
        rows = min(limit, game.height) if limit else game.height
        floor = next((k for k in range(game.height) if np.array_equal(columns >> k, seen)), 0)
        return _Window(seen.copy(), rows, floor)

    def _rate(self, window: _Window, height: int, piece: int, cells: Cells) -> Rated:
        shape, left, y = _shape_and_place(piece, cells, height)
        row = np.zeros(NUM_FEATURES, np.float32)
        _measure(window.columns, window.rows, shape, left, y - window.floor, self._workspace, row)
        return Rated(cells, network_value(self._network, row), row)


def _whole(game: Game) -> _Window:
    return _Window(game.games.columns[0], game.height, 0)


def _fits(window: _Window, height: int, cells: Cells) -> bool:
    """Whether the board and a placement lie inside a window."""
    if int(window.columns.max()) >> window.rows:
        return False
    return all(0 <= height - 1 - row - window.floor < window.rows for row, _ in cells)


def _dropped_cells(board: NDArray[np.uint8], piece: int, action: int) -> Cells | None:
    """Where a piece comes to lie, None if it cannot be placed."""
    scratch = ColorBoard(board.shape[0])
    scratch.cells[:] = board
    placed = scratch.lock(piece, action)
    if placed.row is None or placed.col is None:
        return None
    return placement_cells(piece, decode_action(action)[1], placed.row, placed.col)


def placement_cells(piece: int, rotation: int, row: int, col: int) -> Cells:
    """The cells of a piece by the top left of its trimmed shape."""
    rows, cols = orientation(piece, rotation).cells.nonzero()
    return tuple((row + down, col + right) for down, right in zip(rows.tolist(), cols.tolist(), strict=True))


def _shape_and_place(piece: int, cells: Cells, height: int) -> tuple[int, int, int]:
    """(shape, leftmost column, height of its lowest row above the floor) of a piece's cells."""
    top, left = min(row for row, _ in cells), min(col for _, col in cells)
    for rotation in range(NUM_ROTATIONS):
        if placement_cells(piece, rotation, top, left) == tuple(sorted(cells)):
            return piece * NUM_ROTATIONS + rotation, left, height - 1 - max(row for row, _ in cells)
    raise ValueError(f"these are not the cells of piece {piece}: {cells}")
