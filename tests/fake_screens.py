"""First scenes for tests that look at screens, with fake workers that have something to show."""

from __future__ import annotations

from tests.sample_data import save_sample_models, save_sample_replays, show_demo, show_duel
from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.models.scene import ModelsScene
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.duel import DuelScene
from tetris_arcade.scenes.play.replay_list import ReplaysScene
from tetris_arcade.scenes.title import TitleScene


def open_demo(context: Context) -> Scene:
    show_demo(context)
    return DemoScene(context, "champion")


def open_duel(context: Context) -> Scene:
    show_duel(context)
    return DuelScene(context, "champion", "bcts")


def open_models(context: Context) -> Scene:
    save_sample_models(context)
    return ModelsScene(context)


def open_title(context: Context) -> Scene:
    show_duel(context)
    return TitleScene(context)


def open_replays(context: Context) -> Scene:
    save_sample_replays(context)
    return ReplaysScene(context)


def open_attract(context: Context) -> Scene:
    show_demo(context)
    return AttractScene(context)
