"""The learner's set-up: what is chosen is what the training starts with."""

from __future__ import annotations

import pytest

from tests.fakes import as_fake
from tests.pilot import OpenPilot, Pilot
from tetris_arcade.config.settings import Settings, TrainingSettings
from tetris_arcade.config.training import TrainConfig, config_from_settings
from tetris_arcade.scenes.training.setup import TrainingSetupScene
from tetris_arcade.worker.shared.messages import TrainTask


def _started(pilot: Pilot) -> TrainConfig:
    task = as_fake(pilot.app.top.context.trainer).started[-1]
    assert isinstance(task, TrainTask)
    return task.config


@pytest.mark.parametrize("reward", ["lines", "shaped"])
def test_the_training_starts_with_what_was_chosen(open_pilot: OpenPilot, reward: str) -> None:
    settings = Settings(training=TrainingSettings(reward=reward))
    pilot = open_pilot(TrainingSetupScene, (1280, 720), settings)
    pilot.choose("Learner")
    pilot.go_to("Learning rate")
    pilot.press("left")
    pilot.go_to("Discount")
    pilot.press("left")
    pilot.go_to("Exploration")
    pilot.press("right")
    pilot.go_to("Network")
    pilot.press("right")
    assert pilot.sees("128 x 128")
    assert pilot.sees("Penalty: new holes") == (reward == "shaped")
    pilot.press("escape")
    assert pilot.sees("changed")
    pilot.choose("Start fresh")
    config = _started(pilot)
    assert (config.learning_rate, config.final_learning_rate) == (2e-3, 2e-4)
    assert (config.gamma, config.exploration_timesteps, config.net_arch) == (0.95, 20_000, (128, 128))


def test_back_to_the_default(open_pilot: OpenPilot) -> None:
    settings = Settings(training=TrainingSettings(gamma=0.5, net_arch=(16,), game_over_penalty=3.0))
    pilot = open_pilot(TrainingSetupScene, (1280, 720), settings)
    pilot.choose("Learner")
    pilot.choose("Back to the default")
    pilot.press("escape")
    pilot.choose("Start fresh")
    assert _started(pilot) == TrainConfig()


def test_without_a_choice_the_configuration_is_the_default() -> None:
    assert config_from_settings(TrainingSettings()) == TrainConfig()
