"""Before a training: what is saved can go on, and what is chosen is what is trained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pygame
import pytest

from tests.fakes import FakeWorkerClient, fake_context
from tests.recording_canvas import RecordingCanvas
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.scenes.base import Pop, Replace
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.scenes.training.setup import TrainingSetupScene
from tetris_arcade.storage.checkpoints import save_checkpoint
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.ui.canvas import Canvas, SurfaceCache
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.theme import COLOUR_SAFE
from tetris_arcade.worker.shared.messages import TrainTask, WorkerState

SAVED = TrainConfig(seed=77)


def opened(root: Path, **trainer: object) -> tuple[TrainingSetupScene, FakeWorkerClient, list[str]]:
    pretended = FakeWorkerClient(**{"state": WorkerState.IDLE, **trainer})  # type: ignore[arg-type]
    context, messages = fake_context(root, pretended)
    return TrainingSetupScene(context), pretended, messages


def save_run(root: Path, training: dict[str, object]) -> None:
    paths = fake_context(root, FakeWorkerClient())[0].paths
    save_checkpoint(
        paths, "latest", {"model.zip": b"x"}, Metadata("latest", timesteps=5_000, training=training)
    )


def press(scene: TrainingSetupScene, *actions: Action) -> object:
    result: object = None
    for action in actions:
        result = scene.handle(InputEvent(action))
    return result


def test_without_a_saved_run_it_starts_fresh(tmp_path: Path) -> None:
    scene, trainer, _ = opened(tmp_path)
    assert isinstance(press(scene, Action.CONFIRM), Replace)
    (task,) = trainer.started
    assert isinstance(task, TrainTask)
    assert not task.resume


def test_a_saved_run_goes_on_with_its_own_configuration(tmp_path: Path) -> None:
    save_run(tmp_path, SAVED.to_dict())
    scene, trainer, _ = opened(tmp_path)
    press(scene, Action.CONFIRM)
    (task,) = trainer.started
    assert isinstance(task, TrainTask)
    assert (task.resume, task.config) == (True, SAVED)


def test_a_run_of_another_version_is_named_and_not_offered(tmp_path: Path) -> None:
    save_run(tmp_path, {"unheard_of": 1})
    scene, trainer, _ = opened(tmp_path)
    assert "cannot go on" in scene._saved_text()
    press(scene, Action.CONFIRM)
    assert not trainer.started[0].resume  # type: ignore[attr-defined]


def test_what_is_chosen_is_what_is_trained_and_kept(tmp_path: Path) -> None:
    scene, trainer, _ = opened(tmp_path)
    press(scene, Action.DOWN, Action.RIGHT, Action.DOWN, Action.RIGHT, Action.DOWN, Action.LEFT)
    press(scene, Action.DOWN, Action.RIGHT, Action.DOWN, Action.DOWN, Action.CONFIRM)
    config = trainer.started[0].config  # type: ignore[attr-defined]
    assert (config.env.reward, config.env.pieces, config.env.height, config.seed) == (
        "score",
        "uniform",
        19,
        1,
    )
    assert scene.context.settings.training == replace(
        scene.context.settings.training, reward="score", pieces="uniform", height=19, seed=1
    )


def test_the_height_stays_within_its_bounds(tmp_path: Path) -> None:
    scene, _, _ = opened(tmp_path)
    press(scene, Action.DOWN, Action.DOWN, Action.DOWN, *[Action.RIGHT] * 60)
    assert scene._choice.height == 40
    press(scene, *[Action.LEFT] * 60)
    assert scene._choice.height == 4


def test_a_goal_is_given_to_a_new_run_and_to_one_that_goes_on(tmp_path: Path) -> None:
    save_run(tmp_path, replace(SAVED, goal_lines=3.0).to_dict())
    scene, trainer, _ = opened(tmp_path)
    press(scene, *[Action.UP], Action.RIGHT, Action.RIGHT, Action.DOWN, Action.CONFIRM)
    press(scene, Action.DOWN, Action.CONFIRM)
    tasks = [(task.resume, task.config.goal_lines) for task in trainer.started]  # type: ignore[union-attr]
    assert tasks == [(True, 50.0), (False, 50.0)]


def test_a_training_at_work_is_shown_at_once(tmp_path: Path) -> None:
    scene, _, _ = opened(tmp_path, state=WorkerState.RUNNING)
    went = scene.update(1.0, 0.1)
    assert isinstance(went, Replace)
    assert isinstance(went.scene, TrainScene)


def test_nothing_is_trained_where_another_program_writes(tmp_path: Path) -> None:
    scene, trainer, messages = opened(tmp_path)
    scene.context.another_program_writes = True
    assert press(scene, Action.CONFIRM) is None
    assert not trainer.started
    assert messages


def test_back_goes_back(tmp_path: Path) -> None:
    assert press(opened(tmp_path)[0], Action.BACK) == Pop()


@pytest.mark.parametrize("text_size", [1.0, 1.25, 1.5])
@pytest.mark.parametrize("size", [(800, 480), (1280, 720), (1920, 1080), (1080, 1920)])
def test_no_word_is_cut(tmp_path: Path, size: tuple[int, int], text_size: float) -> None:
    """Of what each entry does, whatever is known of the saved run."""
    paths = fake_context(tmp_path, FakeWorkerClient())[0].paths
    known = Metadata(
        "latest",
        timesteps=12_187_408,
        episodes=102_467,
        best_lines=1_999,
        best_eval_lines=1_997.3,
        env={"pieces": "uniform", "height": 20, "reward": "shaped"},
        training=SAVED.to_dict(),
        saved_at="2026-03-14T15:09:26+00:00",
    )
    save_checkpoint(paths, "latest", {"model.zip": b"x"}, known)
    scene, _, _ = opened(tmp_path)
    canvas = RecordingCanvas(pygame.Surface(size), COLOUR_SAFE, SurfaceCache(), text_size)
    for _ in scene.menu.entries:
        scene.draw(canvas)
        press(scene, Action.DOWN)
    assert canvas.left_out == []


@pytest.mark.parametrize("size", [(640, 360), (800, 480), (360, 640), (320, 180)])
def test_it_is_drawn_at_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    save_run(tmp_path, SAVED.to_dict())
    scene, _, _ = opened(tmp_path)
    for chosen in range(len(scene.menu.entries)):
        canvas = Canvas(pygame.Surface(size), COLOUR_SAFE, SurfaceCache())
        scene.draw(canvas)
        assert scene.menu.chosen == chosen
        assert canvas.rect.contains(dict(scene.menu._rects)[chosen])
        press(scene, Action.DOWN)
