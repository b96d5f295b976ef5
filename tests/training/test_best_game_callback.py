"""The best game of a run is kept as a replay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.training.replaying import play_replay
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.storage.replays import list_replays, load_replay
from tetris_arcade.training.trainer import Trainer


@pytest.mark.parametrize("max_pieces", [40, None])
def test_best_game_can_be_replayed(
    random_actions: TrainConfig, paths: DataPaths, max_pieces: int | None
) -> None:
    config = replace(random_actions, env=replace(random_actions.env, max_pieces=max_pieces))
    result = Trainer(replace(config, total_timesteps=5_000), paths).run()
    assert result.best_lines > 0
    (file,) = list_replays(paths)
    replay = load_replay(file)
    game = play_replay(replay)
    assert (game.lines, game.score) == (replay.lines, replay.score)
    assert replay.lines == result.best_lines


def test_resumed_run_keeps_only_better_games(random_actions: TrainConfig, paths: DataPaths) -> None:
    Trainer(random_actions, paths).run()
    (file,) = list_replays(paths)
    before = load_replay(file).lines
    resumed = Trainer(replace(random_actions, total_timesteps=5_000), paths, resume=True).run()
    assert resumed.best_lines > before
    replays = [load_replay(file) for file in list_replays(paths)]
    assert all(play_replay(replay).lines == replay.lines for replay in replays)
    assert {replay.lines for replay in replays} == {before, resumed.best_lines}
