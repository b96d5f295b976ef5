"""From one screen that uses the player to the next, and what becomes of a training meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from tests.fakes import FakeWorkerClient, fake_context
from tetris_arcade.scenes.base import Push, Replace
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.duel import DuelScene
from tetris_arcade.scenes.play.duel_setup import DuelSetupScene
from tetris_arcade.scenes.play.pause_training import start_with_training_check
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.worker.shared.messages import Pause, Resume, WorkerState
from tetris_arcade.worker.viewer.client import WorkerClient

CONFIRM, DOWN = InputEvent(action=Action.CONFIRM), InputEvent(action=Action.DOWN)


def _context(root: Path, training: WorkerState) -> tuple[Context, FakeWorkerClient, FakeWorkerClient]:
    trainer, player = FakeWorkerClient(state=training), FakeWorkerClient(state=WorkerState.IDLE)
    context, _ = fake_context(root, trainer)
    context.player = cast(WorkerClient, player)
    return context, trainer, player


def _ask(context: Context) -> ChoiceDialog:
    asked = start_with_training_check(context, lambda: DemoScene(context, "bcts"))
    assert isinstance(asked, Push)
    assert isinstance(asked.scene, ChoiceDialog)
    return asked.scene


def test_the_title_lets_go_of_the_player_before_a_demo_takes_it(tmp_path: Path) -> None:
    context, _, player = _context(tmp_path, WorkerState.IDLE)
    title = TitleScene(context)
    demo = start_with_training_check(context, lambda: DemoScene(context, "bcts"))
    assert isinstance(demo, Push)
    assert not player.started
    title.leave()
    demo.scene.enter()
    assert [task.players for task in player.started] == [("bcts",)]  # type: ignore[attr-defined]


def test_a_help_over_a_demo_does_not_start_it_again(tmp_path: Path) -> None:
    context, _, player = _context(tmp_path, WorkerState.IDLE)
    demo = DemoScene(context, "bcts")
    demo.enter()
    demo.leave()
    demo.enter()
    assert len(player.started) == 1


def test_a_training_paused_for_a_demo_goes_on_after_it(tmp_path: Path) -> None:
    context, trainer, _ = _context(tmp_path, WorkerState.RUNNING)
    taken = _ask(context).handle(CONFIRM)
    assert isinstance(taken, Replace)
    assert trainer.sent == [Pause()]
    taken.scene.close()
    assert trainer.sent == [Pause(), Resume()]


def test_a_training_that_may_run_on_or_is_stopped_is_not_resumed(tmp_path: Path) -> None:
    context, trainer, _ = _context(tmp_path, WorkerState.RUNNING)
    question = _ask(context)
    question.handle(DOWN)
    taken = question.handle(CONFIRM)
    assert isinstance(taken, Replace)
    taken.scene.close()
    assert (trainer.stops, trainer.sent) == (1, [])


def test_the_training_waits_until_the_duel_after_its_setup_is_over(tmp_path: Path) -> None:
    context, trainer, _ = _context(tmp_path, WorkerState.IDLE)
    setup = DuelSetupScene(context)
    setup.resumes_training = True
    taken = setup.handle(CONFIRM)
    setup.close()
    assert isinstance(taken, Replace)
    assert isinstance(taken.scene, DuelScene)
    assert trainer.sent == []
    taken.scene.close()
    assert trainer.sent == [Resume()]
