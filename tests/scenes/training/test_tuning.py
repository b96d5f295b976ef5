"""Changing the training from the window: what is chosen, applied and noted."""

from __future__ import annotations

import pytest

from tests.fakes import as_fake
from tests.pilot import OpenPilot, Pilot
from tests.screens import open_training
from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.training.hyperparameters import step_option
from tetris_arcade.scenes.training.tuning import TuningScene
from tetris_arcade.worker.shared.messages import AddNote, SetHyperparameter, TrainTask


@pytest.fixture
def tuning(open_pilot: OpenPilot) -> Pilot:
    pilot = open_pilot(open_training, (1280, 720))
    pilot.press("c")
    pilot.advance(0.5)
    return pilot


def _sent(pilot: Pilot) -> list[object]:
    return [
        command
        for command in as_fake(pilot.app.top.context.trainer).sent
        if isinstance(command, (SetHyperparameter, AddNote))
    ]


def test_a_chosen_value_counts_when_it_is_applied(tuning: Pilot) -> None:
    assert tuning.sees("0.00172")
    tuning.press("right")
    assert tuning.sees("0.00172 to 0.002")
    tuning.go_to("Exploration")
    tuning.press("left")
    assert _sent(tuning) == []
    tuning.choose("Apply")
    assert _sent(tuning) == [
        SetHyperparameter("learning_rate", 0.002),
        SetHyperparameter("exploration", 0.01),
    ]
    assert tuning.sees("Changed from the next move on")


def test_penalties_of_the_board_are_offered_to_shaped_rewards_only(open_pilot: OpenPilot) -> None:
    for reward in ("lines", "shaped"):

        def open_scene(context: Context, reward: str = reward) -> TuningScene:
            open_training(context)
            config = TrainConfig(env=EnvConfig(reward=reward))
            as_fake(context.trainer).task = TrainTask(config)
            return TuningScene(context)

        pilot = open_pilot(open_scene, (1280, 720))
        assert pilot.sees("Penalty: new holes") == (reward == "shaped")
        assert pilot.sees("Penalty: game over")
        pilot.close()


def test_a_note_is_typed_and_sent(tuning: Pilot) -> None:
    tuning.choose("Write a note")
    tuning.press(*"it stacks on the left side of the board".replace(" ", "_").split("_")[0])
    tuning.press("return")
    assert _sent(tuning) == [AddNote("it")]


def test_what_was_changed_and_noted_is_listed(tuning: Pilot) -> None:
    assert tuning.sees("It keeps the well on the right now.")
    assert tuning.sees("Exploration 5%")


def test_options_are_stepped_through_from_any_value() -> None:
    assert step_option("gamma", 0.97, 1) == 0.98
    assert step_option("gamma", 0.97, -1) == 0.95
    assert step_option("gamma", 0.999, 1) == 0.999
    assert step_option("exploration", 0.0, -1) == 0.0
