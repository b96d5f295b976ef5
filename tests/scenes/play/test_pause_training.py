"""A running training can be paused, stopped or kept while a demo or a duel is open."""

from __future__ import annotations

import pytest

from tests.fakes import FakeWorkerClient, as_fake
from tests.scenes.actions import press
from tetris_arcade.scenes.base import Push, Replace
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.duel import DuelScene
from tetris_arcade.scenes.play.duel_setup import DuelSetupScene
from tetris_arcade.scenes.play.pause_training import start_with_training_check
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.ui.input import Action
from tetris_arcade.worker.shared.messages import Pause, PlayTask, Resume, WorkerState


@pytest.fixture
def trainer(context: Context) -> FakeWorkerClient:
    """A training that runs."""
    trainer = as_fake(context.trainer)
    trainer.state = WorkerState.RUNNING
    return trainer


def _ask(context: Context) -> ChoiceDialog:
    asked = start_with_training_check(context, lambda: DemoScene(context, "bcts"))
    assert isinstance(asked, Push)
    assert isinstance(asked.scene, ChoiceDialog)
    return asked.scene


def test_paused_training_resumes_after_the_demo(context: Context, trainer: FakeWorkerClient) -> None:
    opened = press(_ask(context), Action.CONFIRM)
    assert isinstance(opened, Replace)
    assert trainer.sent == [Pause()]
    opened.scene.close()
    assert trainer.sent == [Pause(), Resume()]


@pytest.mark.parametrize(("downs", "stops"), [(1, 1), (2, 0)], ids=["stopped", "kept"])
def test_other_training_is_not_resumed(
    context: Context, trainer: FakeWorkerClient, downs: int, stops: int
) -> None:
    opened = press(_ask(context), *[Action.DOWN] * downs, Action.CONFIRM)
    assert isinstance(opened, Replace)
    opened.scene.close()
    assert (trainer.stops, trainer.sent) == (stops, [])


def test_kiosk_visitor_is_not_asked(context: Context, trainer: FakeWorkerClient) -> None:
    context.is_kiosk = True
    opened = start_with_training_check(context, lambda: DemoScene(context, "bcts"))
    assert isinstance(opened, Push)
    assert isinstance(opened.scene, DemoScene)
    assert trainer.sent == []


def test_duel_takes_over_from_its_setup(context: Context) -> None:
    trainer = as_fake(context.trainer)
    setup = DuelSetupScene(context)
    setup.resumes_training = True
    opened = press(setup, Action.CONFIRM)
    setup.close()
    assert isinstance(opened, Replace)
    assert isinstance(opened.scene, DuelScene)
    assert trainer.sent == []
    opened.scene.close()
    assert trainer.sent == [Resume()]


def test_title_releases_the_player_before_a_demo(context: Context, player: FakeWorkerClient) -> None:
    title = TitleScene(context)
    opened = start_with_training_check(context, lambda: DemoScene(context, "bcts"))
    assert isinstance(opened, Push)
    assert player.started == []
    title.leave()
    opened.scene.enter()
    assert [task.players for task in player.started if isinstance(task, PlayTask)] == [("bcts",)]
