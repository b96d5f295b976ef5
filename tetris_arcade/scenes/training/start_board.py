"""What the training screen shows until the first piece of the training: where it starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.env import MAX_HEIGHT, MIN_HEIGHT
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.engine.tetromino import NUM_COLS, NUM_PIECES, QUEUE_SIZE
from tetris_arcade.scenes.local_game import StoredGame
from tetris_arcade.scenes.training.untrained_game import UntrainedGame
from tetris_arcade.storage.checkpoint_names import checkpoint_folder
from tetris_arcade.storage.checkpoints import TRAINER_STATE_NAME, load_checkpoint
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.npz import read_npz
from tetris_arcade.ui.widgets.board_model import BoardModel, empty_board
from tetris_arcade.worker.shared.messages import TrainTask

_MAX_STATE_BYTES = 64 * 2**20
_MOVE_SECONDS, _MOVES_BEFORE, _STORED_HEIGHT = 0.4, 40, 20
_GARBAGE = 8


class StartBoard(Protocol):
    """A board and the progress of its move, which `advance` moves on by `dt` seconds."""

    view: BoardModel
    progress: float

    def advance(self, dt: float) -> None: ...


@dataclass
class StillBoard:
    """A board on which nothing moves."""

    view: BoardModel
    progress: float = 0.0

    def advance(self, dt: float) -> None:
        pass


def make_start_board(paths: DataPaths, task: TrainTask) -> StartBoard:
    """The board of the saved run that continues; of a new run, a game by what it starts with."""
    env = task.config.env
    if task.resume or task.kept_run is not None:
        name = "latest" if task.kept_run is None else f"latest.{task.kept_run}"
        return StillBoard(load_saved_board(paths, name) or empty_board(env.height))
    if task.start_from is None:
        return UntrainedGame(env.pieces, env.height, task.config.seed, moves=env.height // 2)
    if env.height != _STORED_HEIGHT:
        return StillBoard(empty_board(env.height))
    return StoredGame(task.start_from, _MOVE_SECONDS, _MOVES_BEFORE)


def load_saved_board(paths: DataPaths, name: str) -> BoardModel | None:
    """The game that a saved run was showing; None if it was not saved, as by earlier versions."""
    try:
        checkpoint = load_checkpoint(checkpoint_folder(paths, name))
        state = read_npz(checkpoint.read(TRAINER_STATE_NAME), _MAX_STATE_BYTES)
        return _parse_board(state)
    except (StorageError, LookupError, TypeError, ValueError, OverflowError):
        return None


def _parse_board(state: dict[str, NDArray[Any]]) -> BoardModel:
    cells = state["shown_colors"]
    piece, queue = int(state["games.piece"][0]), state["games.queue"][0].tolist()
    is_board = cells.ndim == 2 and cells.dtype == np.uint8 and cells.shape[1] == NUM_COLS
    if not is_board or not MIN_HEIGHT <= len(cells) <= MAX_HEIGHT or cells.max() > _GARBAGE:
        raise ValueError("the saved colors are no board")
    if len(queue) != QUEUE_SIZE or not all(0 <= number < NUM_PIECES for number in (piece, *queue)):
        raise ValueError("the saved pieces are no pieces")
    stats: dict[str, Any] = {name: int(state[f"games.{name}"][0]) for name in ("lines", "pieces", "score")}
    return BoardModel(cells, piece, next_pieces=tuple(queue), **stats)
