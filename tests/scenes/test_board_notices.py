"""Notices over a board name the key or the pad button that is used now, as the footer does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.fakes import as_fake
from tests.pilot import OpenPilot, Pilot
from tests.sample_data import show_demo, show_duel, show_training
from tetris_arcade.config.settings import InputSettings
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.duel import DuelScene
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.ui.input import Action
from tetris_arcade.worker.shared.messages import TrainTask, WorkerState

Y_BUTTON = 3
"""A button that does nothing on these screens but show another view."""


def _training(state: WorkerState, *, visuals: bool = True) -> Callable[[Context], Scene]:
    def open_scene(context: Context) -> Scene:
        trainer = show_training(context)
        trainer.start(TrainTask())
        trainer.state, trainer.visuals = state, visuals
        return TrainScene(context)

    return open_scene


def _demo(context: Context) -> Scene:
    show_demo(context)
    return DemoScene(context, "champion")


def _duel(context: Context) -> Scene:
    show_duel(context)
    return DuelScene(context, "champion", "bcts")


def _notice(pilot: Pilot) -> str:
    """What is on the screen, with one space between lines."""
    pilot.advance(0.1)
    return " ".join(pilot.texts())


@pytest.mark.parametrize(
    ("scene", "notice", "key", "button", "remapped"),
    [
        (_training(WorkerState.STOPPED), "Press {} to continue.", "ENTER", "A", "F9"),
        (_training(WorkerState.FAILED), "Press {} to try again.", "ENTER", "A", "F9"),
        (_training(WorkerState.RUNNING, visuals=False), "Press {} to show it.", "V", "X", "V"),
        (_demo, "Press {} to try again.", "ENTER", "A", "F9"),
        (_duel, "Press {} to try again.", "ENTER", "A", "F9"),
    ],
)
def test_notice_names_the_control_in_use(
    open_pilot: OpenPilot,
    scene: Callable[[Context], Scene],
    notice: str,
    key: str,
    button: str,
    remapped: str,
) -> None:
    pilot = open_pilot(scene, (1280, 720))
    context = pilot.app.context
    as_fake(context.player).state = WorkerState.FAILED
    assert notice.format(key) in _notice(pilot)
    pilot.press_pad(Y_BUTTON)
    assert notice.format(button) in _notice(pilot)
    pilot.press("h")
    assert notice.format(key) in _notice(pilot)
    inputs = InputSettings(keys={Action.CONFIRM.value: ("f9",)})
    context.change_settings(replace(context.settings, input=inputs))
    assert notice.format(remapped) in _notice(pilot)
