"""Until the first piece of a training is there, its screen shows what the training starts from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.fakes import as_fake
from tests.pilot import OpenPilot, Pilot
from tests.sample_data import STACK, set_board
from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.scenes.training.start_board import load_saved_board, make_start_board
from tetris_arcade.storage.checkpoints import MODEL_NAME, TRAINER_STATE_NAME, save_checkpoint
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.storage.npz import write_npz
from tetris_arcade.worker.shared.messages import Stage, TrainTask, WorkerState
from tetris_arcade.worker.shared.telemetry import empty_frame

LETTERS = ".IOTSZJL#"


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    return DataPaths(tmp_path)


def _cells(height: int = 20) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    cells = np.zeros((height, 10), np.uint8)
    cells[height - len(STACK) :] = [[LETTERS.index(letter) for letter in row] for row in STACK]
    return cells


def _save_run(paths: DataPaths, **changed: object) -> None:
    state = {
        "shown_colors": _cells(),
        "games.piece": np.array([3, 0]),
        "games.queue": np.array([[1, 2, 0, 6], [0, 0, 0, 0]]),
        "games.lines": np.array([41, 7]),
        "games.pieces": np.array([120, 20]),
        "games.score": np.array([900, 50]),
        **changed,
    }
    files = {TRAINER_STATE_NAME: write_npz({name: np.asarray(array) for name, array in state.items()})}
    run = Metadata("latest", timesteps=500, training=TrainConfig().to_dict())
    save_checkpoint(paths, "latest", {MODEL_NAME: b"x", **files}, run)


def test_saved_run_shows_its_board(paths: DataPaths) -> None:
    _save_run(paths)
    board = load_saved_board(paths, "latest")
    assert board is not None
    assert board.cells.tolist() == _cells().tolist()
    assert (board.piece, board.next_pieces) == (3, (1, 2, 0, 6))
    assert (board.lines, board.pieces, board.score) == (41, 120, 900)


@pytest.mark.parametrize(
    "changed",
    [
        {"shown_colors": np.full((20, 10), 9, np.uint8)},
        {"shown_colors": np.zeros((20, 12), np.uint8)},
        {"shown_colors": np.zeros(10, np.uint8)},
        {"shown_colors": np.zeros((0, 10), np.uint8)},
        {"games.piece": np.array([7])},
        {"games.queue": np.array([1, 2, 0, 6])},
        {"games.lines": np.zeros(0)},
    ],
)
def test_state_that_is_no_board_is_not_shown(paths: DataPaths, changed: dict[str, object]) -> None:
    _save_run(paths, **changed)
    assert load_saved_board(paths, "latest") is None
    assert make_start_board(paths, TrainTask(resume=True)).view.is_empty


def test_run_without_a_saved_board_starts_from_an_empty_one(paths: DataPaths) -> None:
    assert load_saved_board(paths, "latest") is None


@pytest.mark.parametrize("start_from", [None, "champion"])
def test_new_run_shows_a_game_of_what_it_starts_with(paths: DataPaths, start_from: str | None) -> None:
    board = make_start_board(paths, TrainTask(start_from=start_from))
    assert board.view.cells.any()
    before = board.view.move
    for _ in range(60):
        board.advance(0.1)
    assert board.view.move > before


def _open_start(open_pilot: OpenPilot, task: TrainTask, stored: bool = False) -> Pilot:
    def open_scene(context: Context) -> Scene:
        if stored:
            _save_run(context.paths)
        trainer = as_fake(context.trainer)
        trainer.start(task)
        trainer.state, trainer.stage = WorkerState.STARTING, Stage("loading", 0.4)
        return TrainScene(context)

    return open_pilot(open_scene, (1280, 720))


def test_board_is_not_empty_while_a_training_starts(open_pilot: OpenPilot) -> None:
    low = TrainConfig(env=EnvConfig(height=12, pieces="uniform"))
    for task, height in ((TrainTask(), 20), (TrainTask(config=low), 12)):
        pilot = _open_start(open_pilot, task)
        top = pilot.app.top
        assert isinstance(top, TrainScene)
        assert top._view.height == height
        assert top._view.cells.any()
        assert pilot.sees("STARTING TRAINING")
        texts = pilot.texts()
        assert texts[texts.index("THIS GAME") + 1] == "0"  # The game is not the training's.
        pilot.close()


def test_first_piece_takes_the_place_of_the_start(open_pilot: OpenPilot) -> None:
    pilot = _open_start(open_pilot, TrainTask(resume=True), stored=True)
    top, trainer = pilot.app.top, as_fake(pilot.app.context.trainer)
    assert isinstance(top, TrainScene)
    assert top._view.cells.tolist() == _cells().tolist()
    texts = pilot.texts()
    assert texts[texts.index("THIS GAME") + 1] == "41"
    frame = empty_frame()[0]
    frame["num_boards"] = 1
    set_board(frame["boards"][0], STACK[2:], "T", 18, lines=42)
    trainer.frame, trainer.state = frame, WorkerState.RUNNING
    pilot.send()
    assert top._view.lines == 42
    assert int((top._view.cells != 0).sum()) < int((_cells() != 0).sum())
    assert not pilot.sees("STARTING TRAINING")
