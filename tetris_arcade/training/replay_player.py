"""Games that were kept, played again: a player that knows what was played."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.plain_data import DataValidationError, from_plain, to_plain
from tetris_arcade.engine.single_game import Game
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.replays import Replay, load_replay
from tetris_arcade.training.players import Player, load_player

_WORD = np.dtype(">u8")


class ReplayPlayer:
    """Plays a kept game's placements on the pieces that it had, and nothing else.

    Raises StorageError for a record of no possible game.
    """

    def __init__(self, record: Replay) -> None:
        self.name = record.player
        self.record = record
        self._env = env_from_replay(record)
        self.new_game()  # what cannot be played is refused here

    def new_game(self) -> Game:
        """The game, before its first placement; it ends with the last that was kept."""
        env, start_state = self._env, self.record.start_state
        words = np.frombuffer(bytes.fromhex(start_state), _WORD).astype(np.uint64) if start_state else None
        try:
            return Game(env.height, env.pieces, self.record.seed, env.garbage_every, env.max_pieces, words)
        except (ValueError, OverflowError) as error:
            raise StorageError(f"the kept game cannot be played: {error}") from error

    def act(self, observation: NDArray[np.float32], action_mask: NDArray[np.bool_]) -> Any:
        raise ValueError("a kept game can be watched, it cannot play another")

    def choose(self, game: Game, lookahead: bool, values: NDArray[np.float32]) -> int:
        """What was played after as many pieces; no values are known."""
        values[:] = np.nan
        return self.record.actions[game.pieces]


def env_from_replay(record: Replay) -> EnvConfig:
    """The configuration that a kept game was played under, ending with its last placement; StorageError
    where it is no such configuration."""
    if not record.actions:
        raise StorageError("the kept game has no placements")
    try:
        return replace(from_plain(EnvConfig, record.env), max_pieces=len(record.actions))
    except (DataValidationError, ValueError) as error:
        raise StorageError(f"the kept game cannot be played: {error}") from error


def load_game_player(name: str, paths: DataPaths) -> Player:
    """Who plays a game that is watched: the .json file of a kept game, or whom `load_player` finds.

    Raises UnknownModelError where there is none of that name, StorageError where its file cannot be trusted.
    """
    if name.endswith(".json"):
        return ReplayPlayer(load_replay(Path(name)))
    return load_player(name, paths)


class ReplayRecorder:
    """Remembers a running game's placements, as a record of it needs them."""

    def __init__(self, env: EnvConfig, seed: int, player: str) -> None:
        self._env, self._seed, self._player = env, seed, player
        self._actions = bytearray()

    def add(self, action: int) -> None:
        self._actions.append(action)

    @property
    def pieces(self) -> int:
        return len(self._actions)

    def record(self, lines: int, score: int) -> Replay:
        """The game so far."""
        return Replay(to_plain(self._env), self._seed, bytes(self._actions), lines, score, self._player)


def encode_start_state(start_state: NDArray[np.uint64]) -> str:
    """(7,) words as a record keeps them."""
    return start_state.astype(_WORD).tobytes().hex()
