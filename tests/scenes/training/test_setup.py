"""The set-up of a training: a saved run is continued, and the chosen settings are trained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

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


def open_scene(root: Path, **trainer: object) -> tuple[TrainingSetupScene, FakeWorkerClient, list[str]]:
    """The scene, the trainer, and the messages on the screen."""
    client = FakeWorkerClient(**trainer)  # type: ignore[arg-type]
    context, messages = fake_context(root, client)
    return TrainingSetupScene(context), client, messages


def save_run(root: Path, metadata: Metadata) -> None:
    save_checkpoint(fake_context(root)[0].paths, "latest", {"model.zip": b"x"}, metadata)


def saved_run(training: dict[str, object]) -> Metadata:
    return Metadata("latest", timesteps=5_000, training=training)


def press(scene: TrainingSetupScene, *actions: Action) -> object:
    result: object = None
    for action in actions:
        result = scene.handle(InputEvent(action))
    return result


def go_to(scene: TrainingSetupScene, key: str) -> None:
    """Move to the entry with that key."""
    while scene.menu.current.key != key:
        press(scene, Action.DOWN)


def started_task(trainer: FakeWorkerClient) -> TrainTask:
    task = trainer.started[-1]
    assert isinstance(task, TrainTask)
    return task


def test_without_a_saved_run_it_starts_fresh(tmp_path: Path) -> None:
    scene, trainer, _ = open_scene(tmp_path)
    assert isinstance(press(scene, Action.CONFIRM), Replace)
    assert not started_task(trainer).resume


def test_saved_run_keeps_its_configuration(tmp_path: Path) -> None:
    save_run(tmp_path, saved_run(SAVED.to_dict()))
    scene, trainer, _ = open_scene(tmp_path)
    press(scene, Action.CONFIRM)
    task = started_task(trainer)
    assert (task.resume, task.config) == (True, SAVED)


def test_incompatible_run_is_not_offered(tmp_path: Path) -> None:
    save_run(tmp_path, saved_run({"unheard_of": 1}))
    scene, trainer, _ = open_scene(tmp_path)
    assert "cannot be continued" in scene._saved_text()
    press(scene, Action.CONFIRM)
    assert not started_task(trainer).resume


def test_chosen_settings_are_trained_and_kept(tmp_path: Path) -> None:
    scene, trainer, _ = open_scene(tmp_path)
    for key, action in {
        "reward": Action.RIGHT,
        "pieces": Action.RIGHT,
        "height": Action.LEFT,
        "seed": Action.RIGHT,
    }.items():
        go_to(scene, key)
        press(scene, action)
    go_to(scene, "fresh")
    press(scene, Action.CONFIRM)
    config = started_task(trainer).config
    assert (config.env.reward, config.env.pieces, config.env.height, config.seed) == (
        "score",
        "uniform",
        19,
        1,
    )
    assert scene.context.settings.training == replace(
        scene.context.settings.training, reward="score", pieces="uniform", height=19, seed=1
    )


def test_height_stays_within_its_bounds(tmp_path: Path) -> None:
    scene, _, _ = open_scene(tmp_path)
    go_to(scene, "height")
    press(scene, *[Action.RIGHT] * 60)
    assert scene.menu.current.value == "40 rows"
    press(scene, *[Action.LEFT] * 60)
    assert scene.menu.current.value == "4 rows"


def test_goal_applies_to_new_and_resumed_runs(tmp_path: Path) -> None:
    save_run(tmp_path, saved_run(replace(SAVED, goal_lines=3.0).to_dict()))
    scene, trainer, _ = open_scene(tmp_path)
    go_to(scene, "goal")
    press(scene, Action.RIGHT, Action.RIGHT)
    tasks = []
    for key in ("resume", "fresh"):
        go_to(scene, key)
        press(scene, Action.CONFIRM)
        tasks.append((started_task(trainer).resume, started_task(trainer).config.goal_lines))
    assert tasks == [(True, 25.0), (False, 25.0)]


@pytest.mark.parametrize("limit", [{"total_timesteps": 500}, {"max_seconds": 60.0}])
def test_run_that_ended_can_go_on(tmp_path: Path, limit: dict[str, Any]) -> None:
    config = replace(SAVED, **limit)
    save_run(tmp_path, Metadata("latest", timesteps=500, wall_seconds=60.0, training=config.to_dict()))
    scene, trainer, _ = open_scene(tmp_path)
    assert "until you stop it" in scene.menu.current.description
    press(scene, Action.CONFIRM)
    task = started_task(trainer)
    assert (task.resume, task.config) == (True, SAVED)


def test_running_training_is_shown_at_once(tmp_path: Path) -> None:
    scene, _, _ = open_scene(tmp_path, state=WorkerState.RUNNING)
    transition = scene.update(1.0, 0.1)
    assert isinstance(transition, Replace)
    assert isinstance(transition.scene, TrainScene)


def test_no_training_while_another_program_writes(tmp_path: Path) -> None:
    scene, trainer, messages = open_scene(tmp_path)
    scene.context.another_program_writes = True
    assert press(scene, Action.CONFIRM) is None
    assert not trainer.started
    assert messages


def test_back_leaves(tmp_path: Path) -> None:
    assert press(open_scene(tmp_path)[0], Action.BACK) == Pop()


@pytest.mark.parametrize("text_size", [1.0, 1.25, 1.5])
@pytest.mark.parametrize("size", [(800, 480), (1280, 720), (1920, 1080), (1080, 1920)])
def test_no_text_is_cut(tmp_path: Path, size: tuple[int, int], text_size: float) -> None:
    run = Metadata(
        "latest",
        timesteps=12_187_408,
        episodes=102_467,
        best_lines=1_999,
        best_eval_lines=1_997.3,
        env={"pieces": "uniform", "height": 20, "reward": "shaped"},
        training=SAVED.to_dict(),
        saved_at="2026-03-14T15:09:26+00:00",
    )
    save_run(tmp_path, run)
    scene, _, _ = open_scene(tmp_path)
    canvas = RecordingCanvas(pygame.Surface(size), COLOUR_SAFE, SurfaceCache(), text_size)
    for _ in scene.menu.entries:
        scene.draw(canvas)
        press(scene, Action.DOWN)
    assert canvas.left_out == []
    assert canvas.cut == []


@pytest.mark.parametrize("size", [(640, 360), (800, 480), (360, 640), (320, 180)])
def test_chosen_entry_is_visible_at_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    save_run(tmp_path, saved_run(SAVED.to_dict()))
    scene, _, _ = open_scene(tmp_path)
    for chosen in range(len(scene.menu.entries)):
        canvas = Canvas(pygame.Surface(size), COLOUR_SAFE, SurfaceCache())
        scene.draw(canvas)
        assert scene.menu.chosen == chosen
        assert canvas.rect.contains(dict(scene.menu._rects)[chosen])
        press(scene, Action.DOWN)
