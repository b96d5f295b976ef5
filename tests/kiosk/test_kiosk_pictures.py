"""Pictures of the countdown and of the operator menu."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes import FakeWorkerClient
from tests.hidden_app import Plan, play_plan
from tests.image_comparison import assert_like_reference
from tests.sample_data import show_demo
from tetris_arcade.app import App
from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.config.settings import KioskSettings, Settings
from tetris_arcade.kiosk.controller import KioskController, KioskEnvironment, KioskRules
from tetris_arcade.kiosk.heartbeat import HeartbeatWriter
from tetris_arcade.kiosk.operator_menu import OperatorActions, OperatorMenu
from tetris_arcade.scenes.base import Push, Scene
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.title import TitleScene

IDLE_SECONDS = 12.0
STATUS = "Running 171 h 24 min, training"
PIN = "7351"
MakeScene = Callable[[App], Scene]


def _demo(app: App) -> Scene:
    show_demo(app.context, ended=4)
    return DemoScene(app.context, "champion", 2.0)


def _operator(app: App) -> Scene:
    actions = OperatorActions(lambda: "", lambda: "", lambda: None)
    question = OperatorMenu(app.context, actions).ask_pin(PIN, STATUS, 0.0)
    assert question is not None
    return question


@pytest.fixture
def open_kiosk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[tuple[int, int]], App]]:
    monkeypatch.setattr("tetris_arcade.app.WorkerClient", FakeWorkerClient)
    opened: list[App] = []

    def make_controller(app: App) -> KioskController:
        kiosk = KioskSettings(idle_seconds=IDLE_SECONDS)
        rules = KioskRules(kiosk)
        environment = KioskEnvironment(
            HeartbeatWriter(tmp_path / "beat"), app.end, app.end, lambda: (Settings(), rules, None)
        )
        return KioskController(app.context, rules, environment)

    def open_one(size: tuple[int, int]) -> App:
        settings = Settings()
        settings = replace(settings, display=replace(settings.display, window_size=size))
        app = App(DataPaths(tmp_path, shipped_slots()), settings, TitleScene, make_kiosk=make_controller)
        opened.append(app)
        play_plan(app, [0.2, "x", 0.2], is_real_time=False)
        return app

    yield open_one
    for app in opened:
        app.close()


@pytest.mark.parametrize(
    ("name", "scene", "size", "plan"),
    [
        ("kiosk_countdown", _demo, (1280, 720), (0.1, "h", 8.0)),
        ("kiosk_countdown_portrait", _demo, (1080, 1920), (0.1, "h", 8.0)),
        ("kiosk_pin", _operator, (800, 480), (1.0, "2", "4", 0.1)),
        ("kiosk_menu", _operator, (1280, 720), (1.0, *PIN, "return", 0.1)),
    ],
)
def test_kiosk_looks_like_its_picture(
    open_kiosk: Callable[[tuple[int, int]], App],
    request: pytest.FixtureRequest,
    name: str,
    scene: MakeScene,
    size: tuple[int, int],
    plan: Plan,
) -> None:
    app = open_kiosk(size)
    app.apply(Push(scene(app)))
    shown = play_plan(app, plan, 0.1, is_real_time=False)
    assert_like_reference(shown, name, update=request.config.getoption("--update-references"))
