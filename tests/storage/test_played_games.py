"""Games of people are kept beside those of models, in a bounded number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tetris_arcade.config.handling import Handling
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage import played_games
from tetris_arcade.storage.errors import DamagedError, NewerVersionError
from tetris_arcade.storage.played_games import (
    PlayedGame,
    list_played_games,
    load_any_replay,
    load_played_game,
    save_played_game,
)
from tetris_arcade.storage.replays import Replay, list_replays, save_replay

GAME = PlayedGame("sprint", 7, 1, Handling(), bytes(9 * 50), 61_000_000, 40, 5_000, 101, "0123456789abcdef")


def test_save_and_load(paths: DataPaths) -> None:
    path = save_played_game(paths, GAME)
    loaded = load_played_game(path)
    assert loaded.saved_at
    assert replace(loaded, saved_at="") == GAME
    assert list_played_games(paths) == [path]


def test_only_the_newest_are_kept_and_no_replay_of_a_model_goes_for_them(
    paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(played_games, "MAX_PLAYED_GAMES", 3)
    kept = save_replay(paths, Replay({}, 0, bytes(3), 1, 2, "bcts"))
    saved = [save_played_game(paths, GAME) for number in range(5)]
    assert list_played_games(paths) == saved[:1:-1]
    assert list_replays(paths) == [kept]


def test_either_kind_of_file_is_recognized(paths: DataPaths) -> None:
    replay = Replay({"height": 20}, 0, bytes(3), 1, 2, "bcts")
    assert isinstance(load_any_replay(save_replay(paths, replay)), Replay)
    assert isinstance(load_any_replay(save_played_game(paths, GAME)), PlayedGame)


def test_a_file_of_a_newer_version_is_told_from_a_damaged_one(paths: DataPaths) -> None:
    path = save_played_game(paths, GAME)
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"version": 1', b'"version": 2'))
    with pytest.raises(NewerVersionError):
        load_any_replay(path)
    path.write_bytes(content.replace(b'"seed": 7', b'"seed": "7"'))
    with pytest.raises(DamagedError):
        load_any_replay(path)
