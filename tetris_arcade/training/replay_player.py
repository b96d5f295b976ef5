"""Replays played as games: a player that repeats a replay's placements, and a recorder that makes replays."""

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
    """Repeats the placements of a replay on the same pieces.

    Raises StorageError if the replay describes no possible game.
    """

    def __init__(self, replay: Replay) -> None:
        self.name = replay.player
        self.replay = replay
        self._env = env_from_replay(replay)
        self.new_game()  # Raises now, not when the game is watched.

    def new_game(self) -> Game:
        """Return the game before its first placement. It ends with the last recorded placement."""
        env, start_state = self._env, self.replay.start_state
        words = np.frombuffer(bytes.fromhex(start_state), _WORD).astype(np.uint64) if start_state else None
        try:
            return Game(env.height, env.pieces, self.replay.seed, env.garbage_every, env.max_pieces, words)
        except (ValueError, OverflowError) as error:
            raise StorageError(f"the replay cannot be played: {error}") from error

    def act(self, observation: NDArray[np.float32], action_mask: NDArray[np.bool_]) -> Any:
        raise ValueError("a replay can be watched, it cannot play another game")

    def choose(self, game: Game, lookahead: bool, values: NDArray[np.float32]) -> int:
        """Return the action recorded at this number of pieces. A replay has no Q-values: all become NaN."""
        values[:] = np.nan
        return self.replay.actions[game.pieces]


def env_from_replay(replay: Replay) -> EnvConfig:
    """Return the configuration of a replay's game, with `max_pieces` at its last placement.

    Raises StorageError if it is not valid.
    """
    if not replay.actions:
        raise StorageError("the replay has no placements")
    try:
        return replace(from_plain(EnvConfig, replay.env), max_pieces=len(replay.actions))
    except (DataValidationError, ValueError) as error:
        raise StorageError(f"the replay cannot be played: {error}") from error


def load_game_player(name: str, paths: DataPaths) -> Player:
    """Return the player of a game to watch: a replay if `name` is a .json file, else as `load_player`.

    Raises UnknownModelError if there is no player of that name, StorageError if its file is damaged.
    """
    if name.endswith(".json"):
        return ReplayPlayer(load_replay(Path(name)))
    return load_player(name, paths)


class ReplayRecorder:
    """Records the placements of a running game."""

    def __init__(self, env: EnvConfig, seed: int, player: str) -> None:
        self._env, self._seed, self._player = env, seed, player
        self._actions = bytearray()

    def add(self, action: int) -> None:
        self._actions.append(action)

    @property
    def pieces(self) -> int:
        return len(self._actions)

    def to_replay(self, lines: int, score: int) -> Replay:
        """Return the game up to now as a replay."""
        return Replay(to_plain(self._env), self._seed, bytes(self._actions), lines, score, self._player)


def encode_start_state(start_state: NDArray[np.uint64]) -> str:
    """Encode a game's (7,) uint64 start state as the hexadecimal text of `Replay.start_state`."""
    return start_state.astype(_WORD).tobytes().hex()
