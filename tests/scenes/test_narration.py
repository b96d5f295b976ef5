"""The narrator's line on the training screen and in the attract mode."""

from __future__ import annotations

import pytest

from tests.pilot import OpenPilot
from tests.sample_data import show_training
from tests.screens import SIZES
from tetris_arcade.config.settings import DisplaySettings, Settings
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.worker.shared.messages import TrainTask


def _early_training(context: Context) -> Scene:
    trainer = show_training(context)
    trainer.frame["counters"]["epsilon"] = 0.7
    trainer.start(TrainTask(speed=4.0))
    return TrainScene(context)


def test_line_says_what_the_training_does(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(_early_training)
    pilot.advance(0.5)
    assert pilot.sees("It tries moves at random: 7 of 10.")


def test_students_read_the_terms(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(_early_training, settings=Settings(DisplaySettings(wording="student")))
    pilot.advance(0.5)
    assert pilot.sees("Exploration rate 0.70: 7 of 10 moves are random.")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text_size", [1.0, 1.5])
def test_every_sentence_has_room(open_pilot: OpenPilot, size: tuple[int, int], text_size: float) -> None:
    pilot = open_pilot(_early_training, size, Settings(DisplaySettings(text_size=text_size)), 8.0)
    said = set()
    for _ in range(14):
        pilot.send()
        strip = next(part for part, text in pilot.canvas.explanations if "in one sentence" in text)
        lines = [(text, place) for text, place in pilot.canvas.places if strip.colliderect(place)]
        assert all(strip.contains(place) for _, place in lines), lines
        said.add(" ".join(text for text, _ in lines))
    assert len(said) > 8
