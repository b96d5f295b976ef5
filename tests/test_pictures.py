"""Screens look like their reference pictures, within a tolerance.

`pytest tests/test_pictures.py --update-references` replaces the references; look at the new pictures then. A
failed comparison leaves its picture and a picture of the differences in `tests/pictures/failed`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.fake_screens import open_attract, open_duel, open_models, open_replays, open_title
from tests.fakes import FakeWorkerClient, as_fake
from tests.hidden_app import Plan, open_hidden, play_plan
from tests.image_comparison import assert_like_reference
from tests.match_screens import SECOND_PERSON_TOPS_OUT, open_match_again, open_match_of_five
from tests.sample_data import (
    LOW,
    save_sample_models,
    show_demo,
    show_training,
    show_video_export,
)
from tests.screens import (
    PIECES_BY_KEYS,
    PIECES_OF_TWO,
    TOPPED_OUT,
    open_attack,
    open_duel_over,
    open_game_replay,
    open_marathon,
    open_race_of_two,
    open_saved_run,
    open_sprint,
    open_title_while_training,
    open_training,
    open_training_start,
    open_two_people,
    open_ultra,
)
from tetris_arcade.config.settings import DisplaySettings, KioskSettings, Settings
from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.duel_setup import DuelSetupScene
from tetris_arcade.scenes.play.play_menu import PlayMenuScene
from tetris_arcade.scenes.play.replay import ReplayScene
from tetris_arcade.scenes.play.replay_list import ReplaysScene
from tetris_arcade.scenes.play.replay_summary import ReplaySummary
from tetris_arcade.scenes.settings.handling import HandlingScene
from tetris_arcade.scenes.settings.keys import KeySettingsScene
from tetris_arcade.scenes.settings.kiosk import PlaylistScene
from tetris_arcade.scenes.settings.scene import SettingsScene
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.scenes.training.setup import TrainingSetupScene
from tetris_arcade.worker.shared.messages import NewBest, Progress, Saved, TrainTask

_ADDRESS = "http://192.168.178.23:8000/?token=Zk3vQ9_x-2LrTb8w"
SMALL, HD, FULL_HD, PORTRAIT = (800, 480), (1280, 720), (1920, 1080), (1080, 1920)


@dataclass(frozen=True)
class Picture:
    """A first scene, the size of the window, and the keys and pauses that lead to the picture."""

    scene: Callable[[Context], Scene]
    size: tuple[int, int]
    steps: Plan = (1.0,)
    display: DisplaySettings = field(default_factory=DisplaySettings)


def _training_new_best(context: Context) -> Scene:
    trainer = show_training(context)
    trainer.answers += [NewBest(997.3, 187_408), Saved("best", "best")]
    trainer.start(TrainTask())
    return TrainScene(context)


def _training_not_saved(context: Context) -> Scene:
    trainer = show_training(context)
    trainer.frame["counters"]["unsaved_since"] = 1_700_000_000.0
    trainer.start(TrainTask())
    return TrainScene(context)


def _training_served(context: Context) -> Scene:
    context.watcher_url = _ADDRESS
    return open_training(context)


def _attract_served(context: Context) -> Scene:
    context.watcher_url, context.is_kiosk = _ADDRESS, True
    context.settings = replace(context.settings, kiosk=KioskSettings(qr_code=True))
    return open_attract(context)


def _demo(context: Context) -> Scene:
    show_demo(context, ended=6)
    return DemoScene(context, "champion", 2.0)


def _low_demo(context: Context) -> Scene:
    show_demo(context, height=10, rows=LOW, ended=3)
    return DemoScene(context, "stacker", None)


def _models_testing(context: Context) -> Scene:
    as_fake(context.player).answers.append(Progress(0.4))
    return open_models(context)


def _playlist(context: Context) -> Scene:
    save_sample_models(context)

    def change(kiosk: KioskSettings) -> None:
        context.change_settings(replace(context.settings, kiosk=kiosk))

    return PlaylistScene(context, change)


def _demo_with_video(context: Context) -> Scene:
    show_video_export(context, 0.37)
    return _demo(context)


def _replay(context: Context) -> Scene:
    show_demo(context)
    games = [
        ReplaySummary(
            context.paths.replays / "game.json",
            player,
            lines,
            score,
            4_000,
            "bag, 20 rows",
            "2026-03-14 15:09",
        )
        for player, lines, score in (
            ("night run", 1_599, 15_030),
            ("champion", 1_600, 24_402),
            ("bcts", 412, 4_110),
        )
    ]
    return ReplayScene(context, games, 1)


PICTURES = {
    "title_small": Picture(TitleScene, SMALL),
    "title": Picture(open_title, HD, (1.0, "down", "down", 0.1)),
    "title_asks_large_text": Picture(
        open_title_while_training, SMALL, (0.1, "down", "return", 0.1), DisplaySettings(text_size=1.5)
    ),
    "title_portrait": Picture(open_title, PORTRAIT),
    "help": Picture(TitleScene, HD, (0.1, "f1", 0.1)),
    "help_large_text": Picture(open_training, SMALL, (0.1, "f1", 0.1), DisplaySettings(text_size=1.5)),
    "settings_small": Picture(SettingsScene, SMALL),
    "settings_portrait": Picture(SettingsScene, PORTRAIT, ("down", "right", 0.1)),
    "settings_end": Picture(SettingsScene, HD, ("up", 0.1)),
    "keys": Picture(KeySettingsScene, SMALL, ("down", "down", "down", "down", "down", "return", 0.1)),
    "name": Picture(SettingsScene, SMALL, ("return", "q", "right", "up", 0.1)),
    "lesson": Picture(AttractScene, SMALL, (45.5,)),
    "attract_title": Picture(AttractScene, PORTRAIT, (3.0,)),
    "attract_game": Picture(open_attract, HD, (12.0,)),
    "attract_qr_code": Picture(_attract_served, SMALL, (12.0,)),
    "attract_leaders": Picture(open_attract, HD, (33.0,)),
    "setup": Picture(TrainingSetupScene, HD, ("down", "right", 0.1)),
    "setup_small": Picture(TrainingSetupScene, SMALL, ("down", "down", "down", *["left"] * 8, 0.1)),
    "setup_portrait": Picture(TrainingSetupScene, PORTRAIT),
    "setup_large_text": Picture(open_saved_run, SMALL, (0.1,), DisplaySettings(text_size=1.5)),
    "setup_saved": Picture(open_saved_run, HD, (0.1,)),
    "setup_full_hd": Picture(TrainingSetupScene, FULL_HD, (0.7,), DisplaySettings(palette="classic")),
    "duel_setup": Picture(DuelSetupScene, SMALL, ("down", "right", 0.1)),
    "duel_setup_hd": Picture(DuelSetupScene, HD, (0.1,)),
    "duel_setup_portrait": Picture(DuelSetupScene, PORTRAIT, (0.1,)),
    "duel_setup_large_text": Picture(DuelSetupScene, SMALL, (0.1,), DisplaySettings(text_size=1.5)),
    "no_replays": Picture(ReplaysScene, HD, (0.1,)),
    "train": Picture(open_training, HD, (0.7,)),
    "train_values": Picture(open_training, FULL_HD, ("h", 0.4)),
    "train_portrait": Picture(open_training, PORTRAIT, (1.0,)),
    "train_small": Picture(open_training, SMALL, ("g", 1.0)),
    "train_large_text": Picture(open_training, SMALL, (1.0,), DisplaySettings(text_size=1.5)),
    "train_paused": Picture(open_training, HD, (1.0, "p", 0.1), DisplaySettings(palette="mono")),
    "train_still": Picture(open_training, HD, (1.0, "v", 0.1), DisplaySettings(palette="high-contrast")),
    "train_starts": Picture(open_training_start, HD, (0.1,)),
    "train_new_best": Picture(_training_new_best, HD, (0.8,)),
    "train_not_saved": Picture(_training_not_saved, SMALL, (1.0,)),
    "train_qr_code": Picture(_training_served, HD, ("q", 0.7)),
    "train_save": Picture(open_training, HD, (0.5, "s", 0.1)),
    "demo": Picture(_demo, HD, (0.9,)),
    "demo_values": Picture(_demo, FULL_HD, ("h", 0.3)),
    "demo_portrait": Picture(_demo, PORTRAIT, (1.0,), DisplaySettings(palette="classic")),
    "demo_low_small": Picture(_low_demo, SMALL, ("up", "l", 1.0)),
    "demo_large_text": Picture(_low_demo, SMALL, (1.0,), DisplaySettings(text_size=1.5)),
    "duel": Picture(open_duel, HD, (0.9,)),
    "duel_portrait": Picture(open_duel_over, PORTRAIT, (0.5,)),
    "duel_over": Picture(open_duel_over, HD, (0.5,)),
    "duel_large_text": Picture(open_duel_over, SMALL, (0.5,), DisplaySettings(text_size=1.5)),
    "models": Picture(open_models, HD, ("down", "right", 0.1)),
    "models_portrait": Picture(open_models, PORTRAIT, (0.1,)),
    "models_small": Picture(open_models, SMALL, ("down", "down", "return", 0.1)),
    "models_large_text": Picture(open_models, SMALL, (0.1,), DisplaySettings(text_size=1.5)),
    "models_measured": Picture(_models_testing, HD, ("return", "down", "return", 0.1)),
    "models_duel": Picture(open_models, SMALL, ("return", "down", "down", "return", 0.1)),
    "models_delete": Picture(open_models, PORTRAIT, (*["down"] * 5, "return", "up", "return", 0.1)),
    "playlist_large_text": Picture(
        _playlist, SMALL, ("down", "down", "return", 0.1), DisplaySettings(text_size=1.5)
    ),
    "playlist_portrait": Picture(_playlist, PORTRAIT, ("down", "down", "return", 0.1)),
    "demo_filmed": Picture(_demo_with_video, SMALL, (0.5,)),
    "play_menu": Picture(PlayMenuScene, HD, ("down", 0.1)),
    "play_menu_portrait": Picture(PlayMenuScene, PORTRAIT, (0.1,)),
    "game": Picture(open_marathon, HD, PIECES_BY_KEYS),
    "game_portrait": Picture(open_marathon, PORTRAIT, PIECES_BY_KEYS),
    "attack": Picture(open_attack, HD, PIECES_BY_KEYS),
    "attack_small": Picture(open_attack, SMALL, PIECES_BY_KEYS),
    "two_people_start": Picture(open_race_of_two, HD, (0.8,)),
    "two_people_portrait": Picture(open_two_people, PORTRAIT, PIECES_OF_TWO),
    "match_decided_portrait": Picture(open_match_of_five, PORTRAIT, (*SECOND_PERSON_TOPS_OUT, 0.5)),
    "match_again": Picture(open_match_again, HD, (0.1, "right", 0.5)),
    "game_starts": Picture(open_sprint, SMALL, (0.8,)),
    "game_paused": Picture(open_ultra, SMALL, (*PIECES_BY_KEYS, "p", 0.1)),
    "game_over": Picture(open_sprint, HD, (*TOPPED_OUT, 1.5)),
    "game_again": Picture(open_game_replay, HD, (0.1, "right", 0.5)),
    "handling": Picture(HandlingScene, SMALL, ("down", 0.1)),
    "replays": Picture(open_replays, HD, (0.1,)),
    "replay": Picture(_replay, HD, (0.8,)),
    "replay_small": Picture(_replay, SMALL, (0.3, "p", 0.1)),
    "replay_portrait": Picture(_replay, PORTRAIT, (0.8,)),
}


@pytest.fixture(autouse=True)
def _fake_workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("tetris_arcade.app.WorkerClient", FakeWorkerClient)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("name", PICTURES)
def test_screen_looks_like_its_reference(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    plan = PICTURES[name]
    app = open_hidden(tmp_path, plan.size, plan.scene, Settings(display=plan.display))
    try:
        is_long = any(isinstance(step, float) and step > 5.0 for step in plan.steps)
        picture = play_plan(app, plan.steps, 0.5 if is_long else 1 / 30, is_real_time=False)
        assert_like_reference(picture, name, update=request.config.getoption("--update-references"))
    finally:
        app.close()
