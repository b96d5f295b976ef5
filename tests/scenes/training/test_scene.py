"""The training screen shows what the trainer does, and its keys control it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pygame
import pytest

from tests.fakes import FakeWorkerClient, fake_context
from tests.recording_canvas import RecordingCanvas
from tests.sample_data import show_move, show_training
from tetris_arcade.config.evaluation import STANDARD_TEST
from tetris_arcade.config.settings import TEXT_SIZES, DisplaySettings, Settings
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.scenes.base import Pop, Push
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.scenes.training.stats import NUM_GRAPH_PAGES, graph_page
from tetris_arcade.storage.checkpoints import save_checkpoint
from tetris_arcade.storage.errors import SlotNameError
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.ui.canvas import Canvas, SurfaceCache
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.theme import COLOUR_SAFE
from tetris_arcade.worker.shared.messages import (
    Command,
    NewBest,
    Pause,
    Resume,
    Saved,
    SaveFailed,
    SaveSlot,
    SetInStep,
    SetSpeed,
    SetVisuals,
    Stage,
    Step,
    TrainTask,
    WorkerState,
)
from tetris_arcade.worker.shared.telemetry import empty_series


def open_scene(root: Path, **trainer: object) -> tuple[TrainScene, FakeWorkerClient, list[str]]:
    """The scene of a training at work, the trainer, and the messages on the screen."""
    client = FakeWorkerClient(**{"state": WorkerState.RUNNING, "task": TrainTask(), **trainer})  # type: ignore[arg-type]
    context, messages = fake_context(root, client)
    scene = TrainScene(context)
    scene.update(1.0, 0.0)
    return scene, client, messages


def _save_run(scene: TrainScene, config: TrainConfig) -> None:
    """Save a run of 500 timesteps, one minute, and 50 lines in its best test."""
    run = Metadata(
        "latest",
        timesteps=500,
        wall_seconds=60.0,
        best_eval_lines=50.0,
        test=STANDARD_TEST,
        training=config.to_dict(),
    )
    save_checkpoint(scene.context.paths, "latest", {"model.zip": b"x"}, run)


def press(scene: TrainScene, action: Action) -> object:
    return scene.handle(InputEvent(action))


def draw(scene: TrainScene, size: tuple[int, int] = (640, 360), text_size: float = 1.0) -> RecordingCanvas:
    canvas = RecordingCanvas(pygame.Surface(size), COLOUR_SAFE, SurfaceCache(), text_size)
    scene.draw(canvas)
    return canvas


def picture(scene: TrainScene, size: tuple[int, int] = (640, 360)) -> bytes:
    canvas = Canvas(pygame.Surface(size), COLOUR_SAFE, SurfaceCache())
    scene.draw(canvas)
    return pygame.image.tobytes(canvas.surface, "RGB")


# --- Keys ---


@pytest.mark.parametrize(
    ("action", "trainer", "sent"),
    [
        (Action.PAUSE, {}, [Pause()]),
        (Action.PAUSE, {"is_paused": True}, [Resume()]),
        (Action.STEP, {}, [SetInStep(True), Pause()]),
        (Action.STEP, {"is_paused": True}, [SetInStep(True), Step()]),
        (Action.IN_STEP, {}, [SetInStep(True)]),
        (Action.IN_STEP, {"is_in_step": True}, [SetInStep(False)]),
        (Action.FASTER, {"speed": 1.0}, [SetSpeed(2.0)]),
        (Action.SLOWER, {"speed": 0.5}, [SetSpeed(0.5)]),
        (Action.FASTER, {"speed": 16.0}, [SetSpeed(16.0)]),
        (Action.SLOWER, {"speed": 64.0}, [SetSpeed(8.0)]),
        (Action.FASTER, {"speed": 256.0, "is_in_step": True}, [SetSpeed(None)]),
        (Action.SLOWER, {"speed": None, "is_in_step": True}, [SetSpeed(256.0)]),
        (Action.VISUALS, {}, [SetVisuals(False)]),
        (Action.VISUALS, {"visuals": False}, [SetVisuals(True)]),
    ],
)
def test_keys_control_the_trainer(
    tmp_path: Path, action: Action, trainer: dict[str, object], sent: list[Command]
) -> None:
    scene, client, _ = open_scene(tmp_path, **trainer)
    press(scene, action)
    assert client.sent == sent


def test_stop_key_stops(tmp_path: Path) -> None:
    scene, trainer, _ = open_scene(tmp_path)
    press(scene, Action.STOP)
    assert trainer.stops == 1


def test_locked_display_cannot_stop_training(tmp_path: Path) -> None:
    scene, trainer, messages = open_scene(tmp_path)
    scene.context.another_program_writes = True
    press(scene, Action.STOP)
    assert trainer.stops == 0
    assert messages
    shown = {action for hint in scene.hints() for action in hint.actions}
    assert not {Action.SAVE, Action.STOP} & shown


def test_back_keeps_training_running(tmp_path: Path) -> None:
    scene, trainer, messages = open_scene(tmp_path)
    assert press(scene, Action.BACK) == Pop()
    assert trainer.stops == 0
    assert "background" in messages[0]


def test_save_asks_for_a_name(tmp_path: Path) -> None:
    scene, trainer, _ = open_scene(tmp_path)
    transition = press(scene, Action.SAVE)
    assert isinstance(transition, Push)
    assert isinstance(transition.scene, NameEntryScene)
    transition.scene._on_name("My champion")
    assert trainer.sent == [SaveSlot("My champion")]
    with pytest.raises(SlotNameError, match="reserved"):
        transition.scene._on_name("latest")


def test_run_that_is_resumed_has_something_to_save(tmp_path: Path) -> None:
    scene, _, messages = open_scene(tmp_path, state=WorkerState.STARTING, task=TrainTask(resume=True))
    press(scene, Action.SAVE)
    assert messages == ["Training is still starting, try again in a moment"]


@pytest.mark.parametrize(
    ("trainer", "message"),
    [
        ({}, "Training continues in the background"),
        ({"is_paused": True}, "Training stays paused"),
        ({"state": WorkerState.STOPPING}, "Training is being saved and stopped"),
        ({"state": WorkerState.STOPPED}, None),
    ],
)
def test_message_says_what_the_training_does_after_the_screen(
    tmp_path: Path, trainer: dict[str, object], message: str | None
) -> None:
    scene, _, messages = open_scene(tmp_path, **trainer)
    press(scene, Action.BACK)
    assert messages == ([] if message is None else [message])


def test_a_failing_save_is_announced_once(tmp_path: Path) -> None:
    scene, _, messages = open_scene(tmp_path)
    for _ in range(3):  # It is tried again every few seconds.
        scene.on_report("trainer", SaveFailed("the disk is full"))
    assert messages == ["Not saved: the disk is full"]
    scene.on_report("trainer", Saved("latest", "latest"))
    scene.on_report("trainer", SaveFailed("the disk is full"))
    assert messages == ["Not saved: the disk is full"] * 2


def test_nothing_to_save_while_starting(tmp_path: Path) -> None:
    scene, _, messages = open_scene(tmp_path, state=WorkerState.STARTING)
    assert press(scene, Action.SAVE) is None
    assert messages == ["Nothing to save yet"]


def test_confirm_resumes_after_a_stop(tmp_path: Path) -> None:
    scene, trainer, _ = open_scene(tmp_path, state=WorkerState.STOPPED)
    press(scene, Action.CONFIRM)
    assert trainer.started == [replace(TrainTask(), resume=True)]


@pytest.mark.parametrize("limit", [{"total_timesteps": 500}, {"max_seconds": 60.0}, {"goal_lines": 50.0}])
def test_run_that_ended_can_go_on(tmp_path: Path, limit: dict[str, Any]) -> None:
    config = replace(TrainTask().config, **limit)
    scene, trainer, _ = open_scene(tmp_path, state=WorkerState.STOPPED, task=TrainTask(config=config))
    _save_run(scene, config)
    press(scene, Action.CONFIRM)
    assert trainer.started == [replace(TrainTask(), resume=True)]


def test_run_that_was_stopped_keeps_its_limits(tmp_path: Path) -> None:
    config = replace(TrainTask().config, total_timesteps=501, max_seconds=61.0, goal_lines=51.0)
    scene, trainer, _ = open_scene(tmp_path, state=WorkerState.STOPPED, task=TrainTask(config=config))
    _save_run(scene, config)
    press(scene, Action.CONFIRM)
    assert trainer.started == [TrainTask(config, resume=True)]


def test_confirm_after_a_failure_does_not_replace_the_run(tmp_path: Path) -> None:
    scene, trainer, _ = open_scene(tmp_path, state=WorkerState.FAILED, has_started=True)
    trainer.task = TrainTask(resume=False)
    press(scene, Action.CONFIRM)
    assert trainer.started == [TrainTask(resume=True)]


def test_confirm_does_nothing_while_training(tmp_path: Path) -> None:
    scene, trainer, _ = open_scene(tmp_path)
    press(scene, Action.CONFIRM)
    assert not trainer.started


# --- Pictures and texts ---


@pytest.mark.parametrize("size", [(640, 360), (800, 480), (360, 640), (320, 180)])
@pytest.mark.parametrize("state", WorkerState)
def test_every_state_draws_at_every_size(tmp_path: Path, state: WorkerState, size: tuple[int, int]) -> None:
    scene, _, _ = open_scene(tmp_path)
    trainer = show_training(scene.context)
    trainer.state, trainer.stage = state, Stage("compiling", 0.4)
    scene.update(1.5, 0.5)
    assert picture(scene, size) == picture(scene, size)


@pytest.mark.parametrize("text_size", TEXT_SIZES)
@pytest.mark.parametrize("size", [(800, 480), (1280, 720), (1080, 1920)])
def test_no_label_is_cut(tmp_path: Path, size: tuple[int, int], text_size: float) -> None:
    scene, _, _ = open_scene(tmp_path)
    show_training(scene.context)
    scene.update(1.5, 0.5)
    for _ in range(NUM_GRAPH_PAGES):
        assert draw(scene, size, text_size).cut == []
        press(scene, Action.GRAPH_PAGE)


def test_piece_moves_between_frames(tmp_path: Path) -> None:
    scene, trainer, _ = open_scene(tmp_path)
    show_move(trainer)
    scene.update(1.0, 0.0)
    first = picture(scene)
    scene.update(1.5, 0.5)
    assert picture(scene) != first


def test_hidden_board_and_values_are_visible(tmp_path: Path) -> None:
    scene, trainer, _ = open_scene(tmp_path)
    show_move(trainer)
    scene.update(1.0, 0.0)
    normal = picture(scene)
    press(scene, Action.VALUES)
    assert picture(scene) != normal
    press(scene, Action.VALUES)
    trainer.visuals = False
    assert picture(scene) != normal


def report_best(scene: TrainScene, lines: float) -> None:
    scene.on_report("trainer", NewBest(lines, 1_000))
    scene.on_report("trainer", Saved("best", "best"))


def test_new_best_is_celebrated_only_once_it_is_saved(tmp_path: Path) -> None:
    scene, _, _ = open_scene(tmp_path)
    scene.on_report("trainer", NewBest(390.0, 1_000))
    scene.on_report("trainer", SaveFailed("no space left"))
    scene.update(1.5, 0.5)
    assert "NEW BEST" not in draw(scene, (1280, 720)).written
    scene.on_report("trainer", Saved("best", "best"))
    assert "NEW BEST" in draw(scene, (1280, 720)).written


def test_only_a_clearly_better_model_is_celebrated(tmp_path: Path) -> None:
    celebrated = []
    scene, _, _ = open_scene(tmp_path)
    for number, lines in enumerate((0.4, 9.0, 20.0, 20.3, 30.0)):
        report_best(scene, lines)
        scene.update(number * 10.0, 0.1)
        celebrated += [lines] if "NEW BEST" in draw(scene, (1280, 720)).written else []
        scene.update(number * 10.0 + 9.0, 0.1)
    assert celebrated == [20.0, 30.0]


def test_new_best_is_celebrated_briefly(tmp_path: Path) -> None:
    scene, _, _ = open_scene(tmp_path)
    scene.context.settings = Settings(DisplaySettings(reduced_motion=True))
    normal = picture(scene)
    report_best(scene, 390.0)
    scene.update(1.5, 0.5)
    assert "390.0 lines per game" in draw(scene, (1280, 720)).written
    scene.update(9.0, 0.1)
    assert picture(scene) == normal


def test_messages_report_saves(tmp_path: Path) -> None:
    scene, _, messages = open_scene(tmp_path)
    scene.on_report("trainer", Saved("slot", "mine"))
    scene.on_report("trainer", SaveFailed("no space left"))
    scene.on_report("player", SaveFailed("not ours"))
    assert messages == ['Saved as "mine"', "Not saved: no space left"]


def test_last_save_counts_after_the_trainer_ended(tmp_path: Path) -> None:
    scene, _, _ = open_scene(tmp_path, state=WorkerState.STOPPED)
    before = picture(scene)
    scene.on_report("trainer", Saved("latest", "latest"))
    assert picture(scene) != before


def test_failed_save_stays_on_the_screen(tmp_path: Path) -> None:
    scene, trainer, _ = open_scene(tmp_path)
    trainer.frame["counters"]["unsaved_since"] = 1_700_000_000.0
    assert any(line.startswith("NOT SAVED SINCE ") for line in draw(scene, (1280, 720)).written)


def test_click_turns_the_graph_page(tmp_path: Path) -> None:
    scene, _, _ = open_scene(tmp_path)
    show_training(scene.context)
    scene.update(1.1, 0.1)
    first = picture(scene)
    press(scene, Action.GRAPH_PAGE)
    assert picture(scene) != first
    scene.handle(InputEvent(position=scene._graphs_rect.center, clicked=True))
    assert picture(scene) == first


def test_first_page_has_four_empty_graphs() -> None:
    pages = [graph_page(empty_series()[0], number) for number in range(NUM_GRAPH_PAGES)]
    assert len(pages[0]) == 4
    assert all(graph.is_empty for page in pages for graph in page)
