"""Replays: recorded, saved, loaded and played again."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.replaying import play_replay
from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.engine.single_game import Game
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.replays import Replay, save_replay
from tetris_arcade.training.players import load_player
from tetris_arcade.training.replay_player import (
    ReplayPlayer,
    ReplayRecorder,
    encode_start_state,
    load_game_player,
)


def test_replay_repeats_the_game(paths: DataPaths) -> None:
    env = EnvConfig(height=20, pieces="uniform", garbage_every=25)
    player, values = load_player("bcts"), np.zeros(40, np.float32)
    game, recorder = Game(20, "uniform", 5, 25), ReplayRecorder(env, 5, "bcts")
    for _ in range(150):
        action = player.choose(game, False, values)
        recorder.add(action)
        game.step(action)
    path = save_replay(paths, recorder.to_replay(game.lines, game.score))
    replay_player = load_game_player(str(path), paths)
    assert isinstance(replay_player, ReplayPlayer)
    again = play_replay(replay_player.replay)
    assert np.array_equal(again.cells, game.cells)
    assert (again.lines, again.pieces, again.is_over) == (game.lines, 150, True)


@pytest.mark.parametrize(
    "env", [{"height": 3}, {"height": "tall"}, {"what": 1}, {"max_pieces": -5}, {"features": "none"}]
)
def test_invalid_configuration_is_refused(env: dict[str, object]) -> None:
    with pytest.raises(StorageError, match="cannot be played"):
        ReplayPlayer(Replay(env, 0, b"\x00", 0, 0, "nobody"))


def test_replay_without_placements_is_refused() -> None:
    with pytest.raises(StorageError, match="no placements"):
        ReplayPlayer(Replay({}, 0, b"", 0, 0, "nobody"))


@pytest.mark.parametrize("word", [4, 5])
def test_invalid_start_state_is_refused(word: int) -> None:
    words = np.zeros(7, np.uint64)
    words[word] = np.uint64(2**63)
    with pytest.raises(StorageError, match="invalid buffered half word"):
        ReplayPlayer(Replay({}, 0, b"\x10", 0, 0, "nobody", start_state=encode_start_state(words)))


def test_negative_seed_is_refused() -> None:
    with pytest.raises(StorageError):
        ReplayPlayer(Replay({}, -1, b"\x10", 0, 0, "nobody"))
