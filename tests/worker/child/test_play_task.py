"""Demo and duel, through the real process with the reference players."""

from __future__ import annotations

import os
import signal
from itertools import pairwise

import numpy as np
import pytest

from tests.worker.board_oracle import after
from tests.worker.polling import Poller
from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.storage.checkpoints import MODEL_NAME, load_checkpoint
from tetris_arcade.storage.slots import save_slot_bytes
from tetris_arcade.training.players import load_player
from tetris_arcade.worker.shared.messages import (
    GameEnded,
    GameSaved,
    NewGame,
    Pause,
    PlayTask,
    Save,
    SaveGame,
    Seek,
    SetLookahead,
    SetPlayers,
    SetSpeed,
    Started,
    Step,
    Warned,
    WorkerState,
)
from tetris_arcade.worker.viewer.client import WorkerClient

START_UP_SECONDS = 180.0


@pytest.fixture
def watcher(tmp_path):
    client = WorkerClient(DataPaths(tmp_path))
    yield Poller(client)
    client.close()


def _board(watcher: Poller, side: int = 0):
    return watcher.client.frame["boards"][side]


def _play(watcher: Poller, task: PlayTask) -> None:
    watcher.client.start(task)
    watcher.until(lambda: len(watcher.of(Started)) == 1, START_UP_SECONDS)


def _steps(watcher: Poller, number: int):
    """The boards of so many single steps."""
    for _ in range(number):
        before = int(_board(watcher)["move"])
        watcher.client.send(Step())
        watcher.until(lambda before=before: int(_board(watcher)["move"]) == before + 1)
        yield _board(watcher)


def test_each_record_shows_the_move_that_leads_to_the_next(watcher: Poller) -> None:
    _play(watcher, PlayTask(players=("dellacherie",), paused=True))
    boards = list(_steps(watcher, 60))
    for board, following in pairwise(boards):
        assert np.array_equal(after(board), following["cells"][:20])
        assert following["piece"] == board["next_pieces"][0]
    assert boards[-1]["lines"] == sum(int(board["cleared"].sum()) for board in boards)
    assert boards[-1]["pieces"] == 60
    assert int(np.nanargmax(boards[0]["values"])) == boards[0]["action"]


def test_a_model_that_is_saved_anew_plays_the_next_game_as_it_is_now(watcher: Poller, tmp_path) -> None:
    paths = DataPaths(tmp_path, shipped_slots())

    def save(shipped: str) -> None:
        checkpoint = load_checkpoint(shipped_slots() / shipped)
        save_slot_bytes(paths, "mine", checkpoint.read(MODEL_NAME), checkpoint.metadata, overwrite=True)

    def first_values(player: str):
        values = np.full(NUM_ACTIONS, np.nan, np.float32)
        load_player(player, paths).choose(Game(20, "bag", 3), False, values)
        return values

    save("champion")
    _play(watcher, PlayTask(players=("mine",), paused=True, seed=3))
    for player in ("champion", "stacker"):
        watcher.client.send(NewGame(None, 3))
        (board,) = _steps(watcher, 1)
        assert np.allclose(board["values"], first_values(player), equal_nan=True)
        save("stacker")
    assert not np.allclose(first_values("champion"), first_values("stacker"), equal_nan=True)


def test_moves_come_at_the_pace_that_is_set(watcher: Poller) -> None:
    _play(watcher, PlayTask(players=("dellacherie",), speed=20.0))
    watcher.until(lambda: watcher.client.frame["counters"]["timesteps_per_second"] > 0)
    assert watcher.client.frame["counters"]["timesteps_per_second"] == pytest.approx(20.0, rel=0.1)
    assert _board(watcher)["move_seconds"] == pytest.approx(0.05)


def test_unthrottled_play_is_many_times_faster_and_shown_sixty_times_a_second(watcher: Poller) -> None:
    _play(watcher, PlayTask(players=("dellacherie",)))
    watcher.until(lambda: watcher.client.frame["counters"]["timesteps_per_second"] > 0)
    assert watcher.client.frame["counters"]["timesteps_per_second"] > 500
    assert _board(watcher)["move_seconds"] == 0.0


def test_a_game_ends_by_its_cap_and_the_next_has_other_pieces(watcher: Poller) -> None:
    env = EnvConfig(max_pieces=12)
    _play(watcher, PlayTask(players=("dellacherie",), env=env, speed=100.0))
    watcher.until(lambda: bool(_board(watcher)["over"]))
    assert _board(watcher)["pieces"] == 12
    assert watcher.of(GameEnded)[0].pieces == 12
    first = int(_board(watcher)["game"])
    watcher.until(lambda: int(_board(watcher)["game"]) == first + 1)


def test_a_duel_has_the_same_pieces_on_both_sides_and_waits_for_the_longer_game(watcher: Poller) -> None:
    env = EnvConfig(max_pieces=60)
    _play(watcher, PlayTask(players=("dellacherie", "random"), env=env, paused=True, seed=3))
    watcher.until(lambda: watcher.client.frame["num_boards"] == 2)
    for board in _steps(watcher, 10):
        other = _board(watcher, 1)
        assert board["piece"] == other["piece"]
        assert board["next_pieces"].tolist() == other["next_pieces"].tolist()
    watcher.client.send(SetSpeed(None))
    list(_steps(watcher, 45))
    assert _board(watcher, 1)["over"]
    assert not _board(watcher, 0)["over"]
    assert [report.side for report in watcher.of(GameEnded)] == [1]


def test_of_many_games_a_second_those_that_are_told_are_told_of_both_sides(watcher: Poller) -> None:
    _play(watcher, PlayTask(players=("random", "random"), env=EnvConfig(max_pieces=30)))
    watcher.until(lambda: len(watcher.of(GameEnded)) >= 20)
    ends = watcher.of(GameEnded)[:20]
    sides: dict[int, set[int]] = {}
    for end in ends:
        sides.setdefault(end.seed, set()).add(end.side)
    assert list(sides.values())[:9] == [{0, 1}] * 9
    assert max(sides) > len(sides)


def test_players_and_games_change_during_a_pause(watcher: Poller) -> None:
    _play(watcher, PlayTask(players=("random",), paused=True))
    first = int(_board(watcher)["game"])
    watcher.client.send(SetPlayers(("bcts", "dellacherie")))
    watcher.until(lambda: watcher.client.frame["num_boards"] == 2)
    watcher.client.send(NewGame(EnvConfig(height=10, pieces="uniform"), seed=5))
    watcher.until(lambda: int(_board(watcher)["height"]) == 10)
    assert int(_board(watcher)["game"]) == first + 2
    assert watcher.client.state is WorkerState.PAUSED


def test_look_ahead_and_garbage_are_played_from_the_next_placement_on(watcher: Poller, tmp_path) -> None:
    env = EnvConfig(garbage_every=4, max_pieces=300)
    _play(watcher, PlayTask(players=("dellacherie",), env=env, paused=True, seed=6))
    player, values = load_player("dellacherie", DataPaths(tmp_path)), np.empty(NUM_ACTIONS, np.float32)
    game, differ = Game(20, "bag", 6, garbage_every=4), 0
    for looks_ahead in (False, True):
        watcher.client.send(SetLookahead(looks_ahead))
        for board in _steps(watcher, 12):
            other = player.choose(game, not looks_ahead, values)
            assert board["action"] == player.choose(game, looks_ahead, values)
            differ += other != board["action"]
            game.step(int(board["action"]))
    assert differ
    garbage = 8
    assert (_board(watcher)["cells"] == garbage).any()


def test_an_unknown_player_fails_for_good_at_the_start_and_changes_nothing_later(watcher: Poller) -> None:
    _play(watcher, PlayTask(players=("bcts",), speed=50.0))
    watcher.client.send(SetPlayers(("nobody",)))
    watcher.client.send(Save())
    watcher.until(lambda: len(watcher.of(Warned)) == 2)
    assert watcher.client.state is WorkerState.RUNNING
    watcher.client.start(PlayTask(players=("nobody",)))
    watcher.until_state(WorkerState.FAILED, START_UP_SECONDS)
    assert "nobody" in watcher.client.message


def test_a_killed_player_plays_on_as_it_was_set(watcher: Poller) -> None:
    _play(watcher, PlayTask(players=("bcts",), speed=5.0))
    watcher.client.send(SetSpeed(40.0))
    watcher.client.send(Pause())
    watcher.until_state(WorkerState.PAUSED)
    os.kill(watcher.client.pid, signal.SIGKILL)
    watcher.until_state(WorkerState.RESTARTING)
    watcher.until_state(WorkerState.PAUSED, START_UP_SECONDS)
    (board,) = _steps(watcher, 1)
    assert board["move_seconds"] == pytest.approx(1 / 40)


def test_a_watched_game_is_kept_and_played_again_from_anywhere(watcher: Poller, tmp_path) -> None:
    env = EnvConfig(height=16, pieces="uniform", max_pieces=60)
    _play(watcher, PlayTask(players=("dellacherie",), env=env, paused=True, seed=4))
    boards = list(_steps(watcher, 40))
    watcher.client.send(SaveGame())
    watcher.until(lambda: len(watcher.of(GameSaved)) == 1)
    kept = watcher.of(GameSaved)[0]
    assert kept.pieces == 40
    watcher.reports.clear()
    path = DataPaths(tmp_path).replays / kept.file_name
    _play(watcher, PlayTask(players=(str(path),), paused=True))
    for pieces in (25, 10, 39):
        watcher.client.send(Seek(pieces))
        watcher.until(lambda pieces=pieces: int(_board(watcher)["pieces"]) == pieces)
        assert np.array_equal(_board(watcher)["cells"][:16], boards[pieces]["cells"][:16])
    watcher.client.send(Seek(1_000))
    watcher.until(lambda: bool(_board(watcher)["pieces"] == 40))
