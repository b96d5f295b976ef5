"""A demo and a duel with a fake player at work."""

from __future__ import annotations

import pytest

from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.base import PlayScene
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.duel import DuelScene


@pytest.fixture
def demo(context: Context) -> DemoScene:
    scene = DemoScene(context, "dellacherie")
    scene.enter()
    return scene


@pytest.fixture
def duel(context: Context) -> DuelScene:
    scene = DuelScene(context, "dellacherie", "random")
    scene.enter()
    return scene


@pytest.fixture(params=["demo", "duel"])
def scene(request: pytest.FixtureRequest) -> PlayScene:
    """The demo, then the duel."""
    found: PlayScene = request.getfixturevalue(request.param)
    return found
