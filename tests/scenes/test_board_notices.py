"""Notices on the board name a key or a pad's button as the foot line does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pygame
import pytest

from tests.fakes import FakeWorkerClient, as_fake
from tests.hidden_app import open_hidden
from tests.recording_canvas import watch
from tests.sample_data import show_demo, show_duel, show_training
from tetris_arcade.config.settings import InputSettings, Settings
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.duel import DuelScene
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.ui.input import Action
from tetris_arcade.worker.shared.messages import TrainTask, WorkerState

_Y_BUTTON = 3


def _stopped(context: Context) -> Scene:
    trainer = show_training(context)
    trainer.start(TrainTask())
    trainer.state, trainer.message = WorkerState.STOPPED, "It was stopped."
    return TrainScene(context)


def _failed(context: Context) -> Scene:
    trainer = show_training(context)
    trainer.start(TrainTask())
    trainer.state, trainer.message = WorkerState.FAILED, "It failed."
    return TrainScene(context)


def _unseen(context: Context) -> Scene:
    trainer = show_training(context)
    trainer.start(TrainTask())
    trainer.visuals = False
    return TrainScene(context)


def _demo(context: Context) -> Scene:
    return DemoScene(context, "champion")


def _duel(context: Context) -> Scene:
    return DuelScene(context, "champion", "bcts")


@pytest.mark.parametrize(
    ("scene", "by_key", "by_pad", "own"),
    [
        (_stopped, "ENTER trains on", "A trains on", "F9 trains on"),
        (_failed, "ENTER tries again", "A tries again", "F9 tries again"),
        (_unseen, "V shows the board", "X shows the board", "V shows the board"),
        (_demo, "ENTER tries again", "A tries again", "F9 tries again"),
        (_duel, "ENTER tries again", "A tries again", "F9 tries again"),
    ],
)
def test_a_notice_names_the_control_in_use(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scene: Callable[[Context], Scene],
    by_key: str,
    by_pad: str,
    own: str,
) -> None:
    monkeypatch.setattr("tetris_arcade.app.WorkerClient", FakeWorkerClient)
    canvases = watch(monkeypatch)
    app = open_hidden(tmp_path, (1280, 720), scene)
    try:
        if scene is _demo:
            show_demo(app.context)
        if scene is _duel:
            show_duel(app.context)
        as_fake(app.context.player).state = WorkerState.FAILED
        app.frame([], 0.0, 0.1)
        assert by_key in " ".join(canvases[-1].written)
        # A button that steers nothing on these screens.
        pressed = pygame.event.Event(pygame.CONTROLLERBUTTONDOWN, instance_id=3, button=_Y_BUTTON)
        app.frame([pressed], 0.1, 0.1)
        assert by_pad in " ".join(canvases[-1].written)
        app.frame([pygame.event.Event(pygame.KEYDOWN, key=pygame.K_h, unicode="h", mod=0)], 0.2, 0.1)
        assert by_key in " ".join(canvases[-1].written)
        keys = InputSettings(keys={Action.CONFIRM.value: ("f9",)})
        app.context.change_settings(replace(Settings(), display=app.context.settings.display, input=keys))
        app.frame([], 0.3, 0.1)
        assert own in " ".join(canvases[-1].written)
    finally:
        app.close()
