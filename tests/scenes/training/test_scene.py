"""The training screen says what the trainer does, and does what its keys say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pygame
import pytest

from tests.fakes import FakeWorkerClient, fake_context
from tests.sample_data import show_move, show_training
from tetris_arcade.scenes.base import Pop, Push
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.scenes.training.stats import NUM_GRAPH_PAGES, graph_page
from tetris_arcade.ui.canvas import Canvas, SurfaceCache
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.theme import COLOUR_SAFE
from tetris_arcade.worker.shared import status_text
from tetris_arcade.worker.shared.messages import (
    GOAL_REACHED,
    Command,
    NewBest,
    Pause,
    Resume,
    Saved,
    SaveFailed,
    SaveSlot,
    SetSpeed,
    SetVisuals,
    Stage,
    Step,
    TrainTask,
    WorkerState,
)
from tetris_arcade.worker.shared.telemetry import empty_series


def opened(root: Path, **trainer: object) -> tuple[TrainScene, FakeWorkerClient, list[str]]:
    pretended = FakeWorkerClient(**trainer)  # type: ignore[arg-type]
    context, messages = fake_context(root, pretended)
    scene = TrainScene(context)
    scene.update(1.0, 0.0)
    return scene, pretended, messages


def press(scene: TrainScene, action: Action) -> object:
    return scene.handle(InputEvent(action))


def picture(scene: TrainScene, size: tuple[int, int] = (640, 360)) -> bytes:
    canvas = Canvas(pygame.Surface(size), COLOUR_SAFE, SurfaceCache())
    scene.draw(canvas)
    return pygame.image.tobytes(canvas.surface, "RGB")


@pytest.mark.parametrize(
    ("action", "trainer", "sent"),
    [
        (Action.PAUSE, {}, [Pause()]),
        (Action.PAUSE, {"is_paused": True}, [Resume()]),
        (Action.STEP, {"is_paused": True}, [Step()]),
        (Action.STEP, {}, [Pause(), Step()]),
        (Action.FASTER, {"speed": 1.0}, [SetSpeed(2.0)]),
        (Action.SLOWER, {"speed": 0.5}, [SetSpeed(0.5)]),
        (Action.FASTER, {"speed": None}, [SetSpeed(None)]),
        (Action.VISUALS, {}, [SetVisuals(False)]),
        (Action.VISUALS, {"visuals": False}, [SetVisuals(True)]),
    ],
)
def test_keys_steer_the_trainer(
    tmp_path: Path, action: Action, trainer: dict[str, object], sent: list[Command]
) -> None:
    scene, pretended, _ = opened(tmp_path, **trainer)
    press(scene, action)
    assert pretended.sent == sent


def test_stop_saves_and_stops(tmp_path: Path) -> None:
    scene, trainer, _ = opened(tmp_path)
    press(scene, Action.STOP)
    assert trainer.stops == 1


def test_a_display_that_may_not_write_does_not_stop_the_training(tmp_path: Path) -> None:
    scene, trainer, messages = opened(tmp_path)
    scene.context.another_program_writes = True
    press(scene, Action.STOP)
    assert trainer.stops == 0
    assert messages
    assert not {"S", "X"} & {hint.keys for hint in scene.hints()}


def test_back_leaves_the_training_at_work_and_says_so(tmp_path: Path) -> None:
    scene, trainer, messages = opened(tmp_path)
    assert press(scene, Action.BACK) == Pop()
    assert trainer.stops == 0
    assert "background" in messages[0]


def test_save_asks_for_a_name_and_saves_under_it(tmp_path: Path) -> None:
    scene, trainer, messages = opened(tmp_path)
    asked = press(scene, Action.SAVE)
    assert isinstance(asked, Push)
    scene._save_slot("My champion")
    assert trainer.sent == [SaveSlot("My champion")]
    scene._save_slot("latest")
    assert "reserved" in messages[-1]


def test_a_training_that_only_starts_has_nothing_to_save(tmp_path: Path) -> None:
    scene, _, messages = opened(tmp_path, state=WorkerState.STARTING)
    assert press(scene, Action.SAVE) is None
    assert messages == ["there is nothing to save yet"]


def test_after_a_stop_enter_goes_on_from_what_was_saved(tmp_path: Path) -> None:
    scene, trainer, _ = opened(tmp_path, state=WorkerState.STOPPED)
    press(scene, Action.CONFIRM)
    assert trainer.started == [replace(TrainTask(), resume=True)]


def test_a_run_that_reached_its_goal_goes_on_without_it(tmp_path: Path) -> None:
    config = replace(TrainTask().config, goal_lines=50.0)
    message = status_text.stopped(TrainTask(config), GOAL_REACHED)
    scene, trainer, _ = opened(
        tmp_path, state=WorkerState.STOPPED, task=TrainTask(config=config), message=message
    )
    press(scene, Action.CONFIRM)
    assert trainer.started == [replace(TrainTask(), resume=True)]


def test_enter_does_nothing_while_it_trains(tmp_path: Path) -> None:
    scene, trainer, _ = opened(tmp_path)
    press(scene, Action.CONFIRM)
    assert not trainer.started


@pytest.mark.parametrize("size", [(640, 360), (800, 480), (360, 640), (320, 180)])
@pytest.mark.parametrize("state", WorkerState)
def test_every_state_is_drawn_at_every_size(
    tmp_path: Path, state: WorkerState, size: tuple[int, int]
) -> None:
    scene, trainer, _ = opened(tmp_path, state=state, stage=Stage("compiling", 0.4))
    show_move(trainer)
    show_training(scene.context)
    scene.update(1.5, 0.5)
    assert picture(scene, size) == picture(scene, size)


def test_the_piece_moves_from_frame_to_frame(tmp_path: Path) -> None:
    scene, trainer, _ = opened(tmp_path)
    show_move(trainer)
    scene.update(1.0, 0.0)
    first = picture(scene)
    scene.update(1.5, 0.5)
    assert picture(scene) != first


def test_visuals_off_and_values_are_seen(tmp_path: Path) -> None:
    scene, trainer, _ = opened(tmp_path)
    show_move(trainer)
    scene.update(1.0, 0.0)
    usual = picture(scene)
    press(scene, Action.VALUES)
    assert picture(scene) != usual
    press(scene, Action.VALUES)
    trainer.visuals = False
    assert picture(scene) != usual


def test_a_new_best_is_celebrated_for_a_short_while(tmp_path: Path) -> None:
    scene, _, _ = opened(tmp_path)
    usual = picture(scene)
    scene.on_report("trainer", NewBest(390.0, 1_000))
    scene.update(1.5, 0.5)
    assert picture(scene) != usual
    scene.update(9.0, 0.1)
    assert picture(scene) == usual


def test_saves_are_told(tmp_path: Path) -> None:
    scene, _, messages = opened(tmp_path)
    scene.on_report("trainer", Saved("slot", "mine"))
    scene.on_report("trainer", SaveFailed("no space left"))
    scene.on_report("player", SaveFailed("not ours"))
    assert messages == ["saved to the slot mine", "not saved: no space left"]


def test_the_last_save_counts_even_when_the_trainer_shows_nothing_more(tmp_path: Path) -> None:
    scene, _, _ = opened(tmp_path, state=WorkerState.STOPPED)
    usual = picture(scene)
    scene.on_report("trainer", Saved("latest", "latest"))
    assert picture(scene) != usual


def test_a_save_that_failed_stays_on_the_screen(tmp_path: Path) -> None:
    scene, trainer, _ = opened(tmp_path)
    trainer.frame["counters"]["unsaved_since"] = 1_700_000_000.0
    lines = scene._state_lines()
    assert lines[0].startswith("NOT SAVED SINCE ")


def test_graphs_have_pages_and_a_click_turns_them(tmp_path: Path) -> None:
    scene, trainer, _ = opened(tmp_path)
    show_training(scene.context)
    scene.update(1.1, 0.1)
    first = picture(scene)
    press(scene, Action.GRAPH_PAGE)
    assert picture(scene) != first
    scene.handle(InputEvent(position=scene._graphs_rect.center, clicked=True))
    assert picture(scene) == first


def test_the_first_page_has_four_live_graphs() -> None:
    pages = [graph_page(empty_series()[0], number) for number in range(NUM_GRAPH_PAGES)]
    assert len(pages[0]) == 4
    assert all(graph.is_empty for page in pages for graph in page)
