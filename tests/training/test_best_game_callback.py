"""Games that were kept: the best of a run, and any that is played again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.engine.single_game import Game
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.replays import Replay, list_replays, load_replay, save_replay
from tetris_arcade.training.players import NetworkPlayer, load_player
from tetris_arcade.training.replay_player import (
    ReplayPlayer,
    ReplayRecorder,
    encode_start_state,
    load_game_player,
)
from tetris_arcade.training.trainer import Trainer


def _replay(record: Replay) -> Game:
    player, values = ReplayPlayer(record), np.zeros(40, np.float32)
    game = player.new_game()
    while not game.is_over:
        game.step(player.choose(game, False, values))
    return game


@pytest.mark.parametrize("max_pieces", [40, None])
def test_the_best_game_of_a_run_can_be_played_again(
    small: TrainConfig, paths: DataPaths, max_pieces: int | None
) -> None:
    config = replace(small, env=replace(small.env, max_pieces=max_pieces), total_timesteps=2_500)
    trainer = Trainer(config, paths)
    result = trainer.run()
    assert result.best_lines > 0
    (file,) = list_replays(paths)
    record = load_replay(file)
    game = _replay(record)
    assert (game.lines, game.score) == (record.lines, record.score)
    assert record.lines == result.best_lines


def test_a_resumed_run_keeps_only_what_is_better(small: TrainConfig, paths: DataPaths) -> None:
    Trainer(small, paths).run()
    (file,) = list_replays(paths)
    before = load_replay(file).lines
    resumed = Trainer(replace(small, total_timesteps=4_000), paths, resume=True).run()
    records = [load_replay(file) for file in list_replays(paths)]
    assert all(_replay(record).lines == record.lines for record in records)
    assert len(records) == (2 if resumed.best_lines > before else 1)


def test_a_kept_game_is_the_one_that_was_played(paths: DataPaths) -> None:
    env = EnvConfig(height=20, pieces="uniform", garbage_every=25)
    player, values = load_player("bcts"), np.zeros(40, np.float32)
    assert isinstance(player, NetworkPlayer)
    game, keeper = Game(20, "uniform", 5, 25), ReplayRecorder(env, 5, "bcts")
    for _ in range(150):
        action = player.choose(game, False, values)
        keeper.add(action)
        game.step(action)
    path = save_replay(paths, keeper.to_replay(game.lines, game.score))
    recorded = load_game_player(str(path), paths)
    assert isinstance(recorded, ReplayPlayer)
    again = _replay(recorded.replay)
    assert np.array_equal(again.cells, game.cells)
    assert (again.lines, again.pieces, again.is_over) == (game.lines, 150, True)


@pytest.mark.parametrize(
    "env", [{"height": 3}, {"height": "tall"}, {"what": 1}, {"max_pieces": -5}, {"features": "none"}]
)
def test_a_record_of_no_possible_game_is_refused(env: dict[str, object]) -> None:
    with pytest.raises(StorageError, match="cannot be played"):
        ReplayPlayer(Replay(env, 0, b"\x00", 0, 0, "nobody"))


def test_a_record_without_a_placement_is_refused() -> None:
    with pytest.raises(StorageError, match="no placements"):
        ReplayPlayer(Replay({}, 0, b"", 0, 0, "nobody"))


@pytest.mark.parametrize("word", [4, 5])
def test_a_record_whose_generator_was_tampered_with_is_refused(word: int) -> None:
    words = np.zeros(7, np.uint64)
    words[word] = np.uint64(2**63)
    with pytest.raises(StorageError, match="half a word"):
        ReplayPlayer(Replay({}, 0, b"\x10", 0, 0, "nobody", start_state=encode_start_state(words)))


def test_a_record_of_an_impossible_seed_is_refused() -> None:
    with pytest.raises(StorageError):
        ReplayPlayer(Replay({}, -1, b"\x10", 0, 0, "nobody"))
