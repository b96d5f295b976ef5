"""A video that is being saved continues when its screen is left; the stop key cancels it on every screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.fake_screens import open_demo, open_duel, open_replays
from tests.fakes import as_fake
from tests.pilot import OpenPilot, Pilot
from tests.sample_data import save_sample_replays, show_demo, show_training, show_video_export
from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.base import Push, Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.models.scene import ModelsScene
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.play.replay import ReplayScene
from tetris_arcade.scenes.play.replay_summary import read_replays
from tetris_arcade.scenes.settings.scene import SettingsScene
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.worker.shared.messages import TrainTask

SIZE = (1280, 720)


@pytest.fixture
def open_with_video(open_pilot: OpenPilot) -> Callable[[Callable[[Context], Scene]], Pilot]:
    """Open a screen while a video is being saved."""

    def open_one(first_scene: Callable[[Context], Scene]) -> Pilot:
        pilot = open_pilot(first_scene, SIZE)
        show_video_export(pilot.app.context, 0.37)
        pilot.send()
        return pilot

    return open_one


Opener = Callable[[Callable[[Context], Scene]], Pilot]


def _replay(context: Context) -> Scene:
    save_sample_replays(context)
    show_demo(context)
    return ReplayScene(context, read_replays(context.paths), 0)


def _training(context: Context) -> Scene:
    show_training(context).start(TrainTask())
    return TrainScene(context)


@pytest.mark.parametrize(
    "scene", [open_demo, open_duel, _replay, open_replays, _training, ModelsScene, TitleScene, SettingsScene]
)
def test_stop_key_only_cancels_the_video(open_with_video: Opener, scene: Callable[[Context], Scene]) -> None:
    pilot = open_with_video(scene)
    top = pilot.app.top
    assert pilot.sees("cancel the video (37%)")
    pilot.press("x")
    assert pilot.app.top is top
    assert as_fake(pilot.app.context.trainer).stops == 0
    pilot.send()
    assert pilot.sees("Video cancelled")
    assert not pilot.sees("cancel the video")


@pytest.mark.parametrize("scene", [open_demo, open_duel, _replay])
def test_video_continues_when_its_screen_is_left(
    open_with_video: Opener, scene: Callable[[Context], Scene]
) -> None:
    pilot = open_with_video(TitleScene)
    app = pilot.app
    app.apply(Push(scene(app.context)))
    pilot.press("escape")
    assert pilot.title == TitleScene.title
    assert app.context.videos.is_busy
    assert pilot.sees("Saving the video continues in the background")
    app.context.videos._process.returncode = 0  # type: ignore[union-attr]
    pilot.send()
    pilot.send()
    assert pilot.sees("Video saved: videos/game.gif")


def test_stop_key_is_a_letter_in_a_name(open_with_video: Opener) -> None:
    pilot = open_with_video(lambda context: NameEntryScene(context, "A name", "", lambda _: None))
    pilot.press("x")
    assert pilot.sees("x")
    assert pilot.app.context.videos.hint is not None


def test_stop_key_ends_the_attract_loop(open_with_video: Opener) -> None:
    pilot = open_with_video(TitleScene)
    pilot.app.apply(Push(AttractScene(pilot.app.context)))
    pilot.press("x")
    assert pilot.title == TitleScene.title
    assert pilot.app.context.videos.hint is not None


def test_quit_asks_about_the_video(open_with_video: Opener) -> None:
    pilot = open_with_video(TitleScene)
    pilot.choose("Quit")
    assert pilot.sees("A video is not finished yet")
    pilot.choose("Wait for it")
    assert pilot.title == TitleScene.title
    assert pilot.app.context.videos.hint is not None
    pilot.choose("Quit")
    pilot.choose("Quit without it")
    assert pilot.app.has_ended


def test_closing_window_says_that_it_cancels_the_video(open_with_video: Opener) -> None:
    pilot = open_with_video(TitleScene)
    pilot.app.close()
    assert pilot._canvases[-1].written == ["CANCELLING THE VIDEO..."]
