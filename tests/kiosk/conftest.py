"""A kiosk without a display, sound or visitors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tests.kiosk.driver import IDLE, PIN, SIZE, OpenKiosk, key, with_releases
from tetris_arcade.app import App
from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.config.settings import DisplaySettings, KioskSettings, Settings
from tetris_arcade.kiosk.controller import KioskController, KioskEnvironment, KioskRules
from tetris_arcade.kiosk.heartbeat import HeartbeatWriter
from tetris_arcade.kiosk.screen_power import ScreenPower
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.storage.settings_file import load_settings


@pytest.fixture
def open_kiosk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenKiosk]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setenv("SDL_AUDIODRIVER", "there is none")
    opened: list[App] = []

    def read_settings(rules: KioskRules) -> tuple[Settings, KioskRules, str | None]:
        settings, problem = load_settings(tmp_path / "settings.toml")
        return settings, replace(rules, settings=settings.kiosk), problem

    def open_one(
        allow_exit: bool = False,
        hour: int = 12,
        local_time: Callable[[], datetime] | None = None,
        restart: Callable[[], None] | None = None,
        screen_power: ScreenPower | None = None,
        has_visitor: bool = True,
        show_pin: bool = False,
        **settings: object,
    ) -> App:
        """Open a kiosk, and press a key to end the attract loop if there is a visitor."""
        kiosk = replace(KioskSettings(idle_seconds=IDLE, pin=PIN), **settings)  # type: ignore[arg-type]

        def make_controller(app: App) -> KioskController:
            rules = KioskRules(kiosk, None, allow_exit, show_pin)
            environment = KioskEnvironment(
                HeartbeatWriter(tmp_path / "beat"),
                app.end,
                restart or app.end,
                lambda: read_settings(rules),
                local_time or (lambda: datetime(2026, 3, 14, hour, 30)),
                screen_power or ScreenPower(programs=()),
            )
            return KioskController(app.context, rules, environment)

        all_settings = Settings(display=DisplaySettings(window_size=SIZE), kiosk=kiosk)
        app = App(DataPaths(tmp_path, shipped_slots()), all_settings, TitleScene, make_kiosk=make_controller)
        opened.append(app)
        app.frame([], 0.0, 0.1)
        if has_visitor:
            app.frame(with_releases((key("x"),)), 0.0, 0.1)
        return app

    yield open_one
    for app in opened:
        app.close()
