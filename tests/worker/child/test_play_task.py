"""The play task with reference players: demo, duel and replay."""

from __future__ import annotations

import os
import signal
from itertools import pairwise

import numpy as np
import pytest

from tests.worker.board_oracle import board_after
from tests.worker.polling import START_UP_SECONDS, Poller
from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.game_position import GamePosition
from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.storage.checkpoints import MODEL_NAME, load_checkpoint
from tetris_arcade.storage.slots import save_slot_bytes
from tetris_arcade.training.players import load_player
from tetris_arcade.worker.shared.messages import (
    DuelEnded,
    GameEnded,
    GameSaved,
    HandedOver,
    HandOver,
    NewGame,
    Pause,
    PlayOn,
    PlayTask,
    PushGarbage,
    Resume,
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

pytestmark = pytest.mark.system


def _board(poller: Poller, side: int = 0):
    return poller.client.frame["boards"][side]


def _play(poller: Poller, task: PlayTask) -> None:
    poller.client.start(task)
    poller.until(lambda: len(poller.of(Started)) == 1, START_UP_SECONDS)


def _steps(poller: Poller, number: int):
    """Make single steps; yield the board after each."""
    for _ in range(number):
        before = int(_board(poller)["move"])
        poller.client.send(Step())
        poller.until(lambda before=before: int(_board(poller)["move"]) == before + 1)
        yield _board(poller)


def test_each_record_leads_to_the_next(poller: Poller) -> None:
    _play(poller, PlayTask(players=("dellacherie",), paused=True))
    boards = list(_steps(poller, 60))
    for board, following in pairwise(boards):
        assert np.array_equal(board_after(board), following["cells"][:20])
        assert following["piece"] == board["next_pieces"][0]
    assert boards[-1]["lines"] == sum(int(board["cleared"].sum()) for board in boards)
    assert boards[-1]["pieces"] == 60
    assert int(np.nanargmax(boards[0]["values"])) == boards[0]["action"]


def test_saved_model_is_reloaded_for_the_next_game(poller: Poller, tmp_path) -> None:
    paths = DataPaths(tmp_path, shipped_slots())

    def save(shipped: str) -> None:
        checkpoint = load_checkpoint(shipped_slots() / shipped)
        save_slot_bytes(paths, "mine", checkpoint.read(MODEL_NAME), checkpoint.metadata, overwrite=True)

    def first_values(player: str):
        values = np.full(NUM_ACTIONS, np.nan, np.float32)
        load_player(player, paths).choose(Game(20, "bag", 3), False, values)
        return values

    save("champion")
    _play(poller, PlayTask(players=("mine",), paused=True, seed=3))
    for player in ("champion", "stacker"):
        poller.client.send(NewGame(None, 3))
        (board,) = _steps(poller, 1)
        assert np.allclose(board["values"], first_values(player), equal_nan=True)
        save("stacker")
    assert not np.allclose(first_values("champion"), first_values("stacker"), equal_nan=True)


def _rate(poller: Poller) -> float:
    return float(poller.client.frame["counters"]["timesteps_per_second"].item())


def test_moves_keep_the_set_pace(poller: Poller) -> None:
    _play(poller, PlayTask(players=("dellacherie",), speed=20.0))
    # A busy machine makes single moves late, never early: in the long run the pace is kept.
    poller.until(lambda: _rate(poller) == pytest.approx(20.0, rel=0.1))
    assert _board(poller)["move_seconds"] == pytest.approx(0.05)


def test_first_step_after_a_pause_at_full_speed_is_the_next_move(poller: Poller) -> None:
    _play(poller, PlayTask(players=("dellacherie",)))
    for _ in range(5):
        poller.until(lambda: int(_board(poller)["move"]) > 50)
        poller.client.send(Pause())
        poller.until_state(WorkerState.PAUSED)
        poller.frames(3)
        before = _board(poller)
        (after,) = _steps(poller, 1)
        assert np.array_equal(board_after(before), after["cells"][:20])
        poller.client.send(Resume())
        poller.until_state(WorkerState.RUNNING)


def test_unthrottled_play_is_faster(poller: Poller) -> None:
    _play(poller, PlayTask(players=("dellacherie",)))
    poller.until(lambda: _rate(poller) > 500)
    assert _board(poller)["move_seconds"] == 0.0


def test_piece_limit_ends_a_game(poller: Poller) -> None:
    env = EnvConfig(max_pieces=12)
    _play(poller, PlayTask(players=("dellacherie",), env=env, speed=100.0))
    poller.until(lambda: bool(_board(poller)["over"]))
    assert _board(poller)["pieces"] == 12
    assert poller.of(GameEnded)[0].pieces == 12
    first = int(_board(poller)["game"])
    poller.until(lambda: int(_board(poller)["game"]) == first + 1)


def test_duel_sides_get_the_same_pieces(poller: Poller) -> None:
    env = EnvConfig(max_pieces=60)
    _play(poller, PlayTask(players=("dellacherie", "random"), env=env, paused=True, seed=3))
    poller.until(lambda: poller.client.frame["num_boards"] == 2)
    for board in _steps(poller, 10):
        other = _board(poller, 1)
        assert board["piece"] == other["piece"]
        assert board["next_pieces"].tolist() == other["next_pieces"].tolist()


def test_duel_ends_when_it_is_decided_and_waits_for_the_next_game(poller: Poller) -> None:
    _play(poller, PlayTask(players=("random", "dellacherie"), seed=3, env=EnvConfig(max_pieces=2_500)))
    for number in (1, 2):
        poller.until(lambda number=number: len(poller.of(DuelEnded)) == number)
        end, boards = poller.of(DuelEnded)[-1], poller.client.frame["boards"]
        assert end.winner == 1
        assert end.lines == (int(boards[0]["lines"]), int(boards[1]["lines"]))
        assert end.games == (int(boards[0]["game"]), int(boards[1]["game"]))
        assert boards[0]["over"]
        assert boards[1]["pieces"] < 60
        poller.frames(30)
        assert len(poller.of(DuelEnded)) == number
        poller.client.send(NewGame())
    assert poller.of(GameEnded) == []


def test_equal_games_are_a_draw(poller: Poller) -> None:
    env = EnvConfig(max_pieces=30)
    _play(poller, PlayTask(players=("dellacherie", "dellacherie"), env=env))
    poller.until(lambda: bool(poller.of(DuelEnded)))
    assert poller.of(DuelEnded)[0].winner is None


def test_single_steps_after_a_duel_do_nothing(poller: Poller) -> None:
    _play(poller, PlayTask(players=("random", "dellacherie"), seed=3))
    poller.until(lambda: bool(poller.of(DuelEnded)))
    poller.client.send(Pause())
    poller.until_state(WorkerState.PAUSED)
    moves = poller.client.frame["boards"]["move"].tolist()
    poller.client.send(Step())
    poller.frames(20)
    assert poller.client.frame["boards"]["move"].tolist() == moves
    assert poller.client.state is WorkerState.PAUSED


def test_few_of_many_games_are_reported(poller: Poller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tetris_arcade.worker.child.play_task._SECONDS_BETWEEN_REPORTS", 0.2)
    _play(poller, PlayTask(players=("random",), env=EnvConfig(max_pieces=30)))
    poller.until(lambda: len(poller.of(GameEnded)) >= 1)
    poller.until(lambda: int(_board(poller)["game"]) > len(poller.of(GameEnded)) + 2)


def test_players_and_games_change_during_a_pause(poller: Poller) -> None:
    _play(poller, PlayTask(players=("random",), paused=True))
    first = int(_board(poller)["game"])
    poller.client.send(SetPlayers(("bcts", "dellacherie")))
    poller.until(lambda: poller.client.frame["num_boards"] == 2)
    poller.client.send(NewGame(EnvConfig(height=10, pieces="uniform"), seed=5))
    poller.until(lambda: int(_board(poller)["height"]) == 10)
    assert int(_board(poller)["game"]) == first + 2
    assert poller.client.state is WorkerState.PAUSED


def test_lookahead_and_garbage_take_effect_at_once(poller: Poller, tmp_path) -> None:
    env = EnvConfig(garbage_every=4, max_pieces=300)
    _play(poller, PlayTask(players=("dellacherie",), env=env, paused=True, seed=6))
    player, values = load_player("dellacherie", DataPaths(tmp_path)), np.empty(NUM_ACTIONS, np.float32)
    game, differ = Game(20, "bag", 6, garbage_every=4), 0
    for looks_ahead in (False, True):
        poller.client.send(SetLookahead(looks_ahead))
        for board in _steps(poller, 12):
            other = player.choose(game, not looks_ahead, values)
            assert board["action"] == player.choose(game, looks_ahead, values)
            differ += other != board["action"]
            game.step(int(board["action"]))
    assert differ
    garbage = 8
    assert (_board(poller)["cells"] == garbage).any()


def test_unknown_player(poller: Poller) -> None:
    _play(poller, PlayTask(players=("bcts",), speed=50.0))
    poller.client.send(SetPlayers(("nobody",)))
    poller.client.send(Save())
    poller.until(lambda: len(poller.of(Warned)) == 2)
    assert poller.client.state is WorkerState.RUNNING
    poller.client.start(PlayTask(players=("nobody",)))
    poller.until_state(WorkerState.FAILED, START_UP_SECONDS)
    assert "nobody" in poller.client.message


def test_killed_player_resumes_with_its_controls(process_poller: Poller) -> None:
    _play(process_poller, PlayTask(players=("bcts",), speed=5.0))
    process_poller.client.send(SetSpeed(40.0))
    process_poller.client.send(Pause())
    process_poller.until_state(WorkerState.PAUSED)
    os.kill(process_poller.client.pid, signal.SIGKILL)
    process_poller.until_state(WorkerState.RESTARTING)
    process_poller.until_state(WorkerState.PAUSED, START_UP_SECONDS)
    process_poller.frame()
    (board,) = _steps(process_poller, 1)
    assert board["move_seconds"] == pytest.approx(1 / 40)


def test_saved_game_can_be_replayed_from_any_piece(poller: Poller, tmp_path) -> None:
    env = EnvConfig(height=16, pieces="uniform", max_pieces=60)
    _play(poller, PlayTask(players=("dellacherie",), env=env, paused=True, seed=4))
    boards = list(_steps(poller, 40))
    poller.client.send(SaveGame())
    poller.until(lambda: len(poller.of(GameSaved)) == 1)
    kept = poller.of(GameSaved)[0]
    assert kept.pieces == 40
    poller.reports.clear()
    path = DataPaths(tmp_path).replays / kept.file_name
    _play(poller, PlayTask(players=(str(path),), paused=True))
    for pieces in (25, 10, 39):
        poller.client.send(Seek(pieces))
        poller.until(lambda pieces=pieces: int(_board(poller)["pieces"]) == pieces)
        assert np.array_equal(_board(poller)["cells"][:16], boards[pieces]["cells"][:16])
    poller.client.send(Seek(1_000))
    poller.until(lambda: bool(_board(poller)["pieces"] == 40))


def test_game_without_a_line_is_not_saved(poller: Poller, tmp_path) -> None:
    _play(poller, PlayTask(players=("random",), paused=True, seed=3))
    list(_steps(poller, 5))
    poller.client.send(SaveGame())
    poller.until(lambda: bool(poller.of(Warned)))
    assert "No line" in poller.of(Warned)[0].text
    assert not DataPaths(tmp_path).replays.exists()


def _handed_over(poller: Poller) -> GamePosition:
    count = len(poller.of(HandedOver))
    poller.client.send(HandOver())
    poller.until(lambda: len(poller.of(HandedOver)) == count + 1)
    report = poller.of(HandedOver)[-1]
    assert isinstance(report, HandedOver)
    return report.position


def test_a_game_is_handed_over_and_played_on(poller: Poller) -> None:
    _play(poller, PlayTask(("dellacherie",), paused=True, speed=1.0))
    for _board_after_step in _steps(poller, 5):
        pass
    position = _handed_over(poller)
    assert position == _handed_over(poller)
    assert position.pieces == 5
    mess = GamePosition("0" * 190 + "8888888880", position.pieces_ahead[3:], 9, 44, 17)
    game = int(_board(poller)["game"])
    poller.client.send(PlayOn(mess))
    poller.until(lambda: int(_board(poller)["game"]) == game + 1)
    assert _board(poller)["cells"][:20].tobytes() == mess.cells.tobytes()
    shown = [int(board["piece"]) for board in _steps(poller, 12)]
    assert shown == list(mess.piece_numbers[:12])
    assert int(_board(poller)["pieces"]) == 56
    poller.client.send(SaveGame())
    poller.until(lambda: len(poller.of(Warned)) == 1)
    assert not poller.of(GameSaved)


def test_a_task_can_start_from_a_position(poller: Poller) -> None:
    start = GamePosition("0" * 190 + "8888888880", "0123456" * 4, 9, 44, 17)
    _play(poller, PlayTask(("bcts",), start=start, paused=True))
    assert _board(poller)["cells"][:20].tobytes() == start.cells.tobytes()
    assert [int(board["piece"]) for board in _steps(poller, 9)] == [0, 1, 2, 3, 4, 5, 6, 0, 1]


def test_garbage_rises_before_the_next_move(poller: Poller) -> None:
    _play(poller, PlayTask(players=("dellacherie",), paused=True))
    before = board_after(list(_steps(poller, 5))[-1]).copy()
    poller.client.send(PushGarbage((3, 3)))
    board = next(_steps(poller, 1))
    cells = board["cells"][:20]
    assert (cells[18:, 3] == 0).all()
    assert (np.delete(cells[18:], 3, axis=1) == 8).all()
    assert np.array_equal(cells[:18], before[2:])


def test_a_player_that_is_pushed_out_has_lost(poller: Poller) -> None:
    _play(poller, PlayTask(players=("dellacherie",), paused=True, speed=1.0))
    poller.client.send(PushGarbage((3,) * 30))
    poller.client.send(Resume())
    poller.until(lambda: bool(_board(poller)["over"]))
