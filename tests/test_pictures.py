"""Screens look as they did when somebody last looked at them: plans as data, pictures with tolerance.

`pytest tests/test_pictures.py --update-references` takes what is drawn now; look at the pictures then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pygame
import pytest

from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.base import Context, Scene
from tetris_arcade.scenes.duel_setup import DuelSetupScene
from tetris_arcade.scenes.key_settings import KeySettingsScene
from tetris_arcade.scenes.replays import ReplaysScene
from tetris_arcade.scenes.settings import SettingsScene
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.scenes.training_setup import TrainingSetupScene
from tetris_arcade.snapshot import Plan, open_hidden, play_plan
from tetris_arcade.worker.client import WorkerClient

FOLDER = Path(__file__).parent / "pictures"
SMALL, HD, PORTRAIT = (800, 480), (1280, 720), (1080, 1920)
CHANGED_LEVEL, CHANGED_SHARE = 24, 0.002


@dataclass(frozen=True)
class Picture:
    """A screen, a window's size, and keys and pauses that lead to what is seen."""

    scene: Callable[[Context], Scene]
    size: tuple[int, int]
    plan: Plan = (1.0,)


PICTURES = {
    "title_small": Picture(TitleScene, SMALL),
    "title": Picture(TitleScene, HD, (1.0, "down", "down", 0.1)),
    "title_portrait": Picture(TitleScene, PORTRAIT),
    "help": Picture(TitleScene, HD, (0.1, "f1", 0.1)),
    "settings_small": Picture(SettingsScene, SMALL),
    "settings_portrait": Picture(SettingsScene, PORTRAIT, ("down", "right", 0.1)),
    "settings_end": Picture(SettingsScene, HD, ("up", 0.1)),
    "keys": Picture(KeySettingsScene, SMALL, ("down", "down", "down", "down", "down", "return", 0.1)),
    "name": Picture(SettingsScene, SMALL, ("return", "q", "right", "up", 0.1)),
    "lesson": Picture(AttractScene, SMALL, (45.5,)),
    "attract_title": Picture(AttractScene, PORTRAIT, (3.0,)),
    "setup": Picture(TrainingSetupScene, HD, ("down", "right", 0.1)),
    "duel_setup": Picture(DuelSetupScene, SMALL, ("down", "right", 0.1)),
    "no_replays": Picture(ReplaysScene, HD, (0.1,)),
}


@pytest.fixture(autouse=True)
def _no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WorkerClient, "start", lambda *_: None)


@pytest.mark.parametrize("name", PICTURES)
def test_a_screen_looks_as_it_did(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    asked = PICTURES[name]
    app = open_hidden(tmp_path, asked.size, asked.scene)
    try:
        frame_seconds = 0.5 if any(isinstance(step, float) and step > 5.0 for step in asked.plan) else 1 / 30
        shown = play_plan(app, asked.plan, frame_seconds, is_real_time=False)
        if request.config.getoption("--update-references"):
            pygame.image.save(shown, FOLDER / f"{name}.png")
        assert changed_share(shown, pygame.image.load(FOLDER / f"{name}.png")) <= CHANGED_SHARE
    finally:
        app.close()


def changed_share(first: pygame.Surface, second: pygame.Surface) -> float:
    """The share of pixels of which a channel differs by more than the eye forgives."""
    assert first.get_size() == second.get_size()
    pixels = [pygame.surfarray.array3d(picture).astype(np.int16) for picture in (first, second)]
    return float((np.abs(pixels[0] - pixels[1]).max(axis=2) > CHANGED_LEVEL).mean())


def test_a_word_that_is_missing_is_noticed() -> None:
    whole = pygame.image.load(FOLDER / "help.png")
    lacking = whole.copy()
    lacking.fill((0, 0, 0), (200, 280, 160, 40))
    assert changed_share(whole, whole) == 0.0
    assert changed_share(whole, lacking) > CHANGED_SHARE
