"""The game that is watched while a training runs at full speed."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tetris_arcade.config.machine_levels import Handicap
from tetris_arcade.engine.compile_kernels import warm_up
from tetris_arcade.process.threads import try_to_start
from tetris_arcade.training.players import NetworkPlayer
from tetris_arcade.worker.child.play_task import PlayerBoard

if TYPE_CHECKING:
    from tetris_arcade.training.trainer import Trainer

_KERNELS = frozenset({"start", "colors", "one move", "look-ahead"})
"""What a game by a network needs, by their names in `warm_up`."""
_FIRST_SEED = 1_000_003
_MAX_PIECES = 2_500
_SECONDS_AFTER_GAME = 1.5
_COMPILER_POLL_SECONDS = 0.2
_NETWORK_SECONDS = 0.25
"""How old the network may be: at the highest speed, most of a move's time would be spent on copying it."""


class WatchedGame:
    """A game beside the training: each piece is placed by the newest network, at a speed that can be watched.

    It has pieces, random numbers and memory of its own, so that a training is the same whether it is watched
    or not. It is played in the trainer's thread between two steps, where no network is half updated; a move
    takes a quarter of a millisecond.
    """

    def __init__(self, trainer: Trainer, record: Any) -> None:
        """`record`: the BOARD record that shows it."""
        self._trainer = trainer
        env = trainer.config.env
        self._env = replace(env, max_pieces=min(env.max_pieces or _MAX_PIECES, _MAX_PIECES))
        self._can_play = env.features == "afterstate"
        self._seed = _FIRST_SEED + trainer.config.seed
        self._record = record
        self._board: PlayerBoard | None = None
        self._moved_at, self._rest_seconds = 0.0, 0.0
        self._next_network_at = 0.0
        self._has_kernels = False
        self._loader: threading.Thread | None = None

    @property
    def is_ready(self) -> bool:
        """Whether it can be played: the kernels for it are loaded, in a thread that the first call starts."""
        if self._loader is None and self._can_play:
            self._loader = threading.Thread(target=self._load_kernels, name="kernel loader", daemon=True)
            if not try_to_start(self._loader):
                self._load_kernels()
        return self._has_kernels

    def _load_kernels(self) -> None:
        while self._trainer.is_compiling:
            time.sleep(_COMPILER_POLL_SECONDS)
        warm_up(lambda _name, _share: None, _KERNELS)
        self._has_kernels = True

    def advance(self, pieces_per_second: float) -> bool:
        """Make the next move if it is due; returns whether the record shows something new."""
        now, seconds = time.monotonic(), self._rest_seconds or 1.0 / pieces_per_second
        late = now - self._moved_at - seconds
        if late < 0.0:
            return False
        self._moved_at = now - late if late < seconds else now
        self._rest_seconds = 0.0
        if self._board is None or (self._board.game.is_over and not self._board.has_ended):
            self._start_game()
        elif self._board.has_ended:
            self._board.finish()
            self._rest_seconds = _SECONDS_AFTER_GAME
        else:
            self._move(self._board, seconds)
        return True

    def _start_game(self) -> None:
        if self._board is None:
            player = NetworkPlayer("newest", self._trainer.newest_network())
            self._board = PlayerBoard(player, self._record, Handicap())
        self._board.start(self._env, self._seed)
        self._seed += 1

    def _move(self, board: PlayerBoard, seconds: float) -> None:
        assert isinstance(board.player, NetworkPlayer)
        if self._moved_at >= self._next_network_at:
            self._next_network_at = self._moved_at + _NETWORK_SECONDS
            board.player.network = self._trainer.newest_network()
        board.move(False, seconds, is_shown=True)
