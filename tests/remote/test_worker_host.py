"""What the host over two workers allows, and which of them it tells."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from tests.fakes import FakeWorkerClient
from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.config.settings import TrainingSettings
from tetris_arcade.remote.host import Screenshot
from tetris_arcade.remote.messages import (
    RefusedError,
    RemoteCommand,
    StartDemo,
    StartTraining,
    TakeScreenshot,
)
from tetris_arcade.remote.worker_host import WorkerHost
from tetris_arcade.worker.shared.messages import (
    NewGame,
    Pause,
    PlayTask,
    Save,
    SaveSlot,
    SetSpeed,
    SetVisuals,
    Stop,
    TrainTask,
    WorkerState,
)
from tetris_arcade.worker.shared.segments import Segment
from tetris_arcade.worker.viewer.client import WorkerClient


class FakeWindow:
    def __init__(self) -> None:
        self.done: list[str] = []

    def open_demo(self, slot: str) -> None:
        self.done.append(slot)

    def close_demo(self) -> None:
        self.done.append("close")

    def take_screenshot(self) -> Screenshot:
        return Screenshot((1, 1), Segment(3))


class Setup:
    """A host over fake workers."""

    def __init__(self, root: Path, window: FakeWindow | None = None, *, is_writable: bool = True) -> None:
        self.trainer, self.player = FakeWorkerClient(), FakeWorkerClient()
        self.host = WorkerHost(
            "web" if window is None else "arcade",
            DataPaths(root, shipped_slots()),
            cast(WorkerClient, self.trainer),
            cast(WorkerClient, self.player),
            lambda: TrainingSettings(height=12, speed=5.0),
            is_writable=is_writable,
            window=window,
        )
        self.trainer.sent.clear()

    def refusal(self, command: RemoteCommand) -> str:
        with pytest.raises(RefusedError) as refused:
            self.host.obey(command)
        return f"{refused.value.code}: {refused.value}"


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(tmp_path)


def test_training_starts_with_the_settings_and_the_given_fields(setup: Setup) -> None:
    setup.host.obey(StartTraining({"seed": 7, "env": {"pieces": "uniform"}}))
    (task,) = setup.trainer.started
    assert isinstance(task, TrainTask)
    assert (task.config.seed, task.config.env.pieces, task.config.env.height) == (7, "uniform", 12)
    assert (task.speed, task.visuals, task.resume) == (5.0, True, False)


def test_what_is_chosen_before_a_training_holds_for_it(setup: Setup) -> None:
    setup.host.obey(SetSpeed(3.0))
    setup.host.obey(SetVisuals(False))
    setup.host.obey(StartTraining())
    (task,) = setup.trainer.started
    assert (task.speed, task.visuals) == (3.0, False)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"sed": 7}, "invalid: start: sed is not known."),
        ({"seed": "x"}, "invalid: start: seed must be a whole number, got 'x'."),
        ({"seed": -1}, "invalid: start: seed must be 0..4294967295, got -1."),
        ({"env": {"height": 3}}, "invalid: start: env: height must be 4..40, got 3."),
        ({"env": 3}, "invalid: start: env must be a table, got 3."),
    ],
)
def test_bad_field_is_named(setup: Setup, config: dict[str, object], message: str) -> None:
    assert setup.refusal(StartTraining(config)) == message
    assert setup.trainer.started == []


def test_without_a_saved_run_nothing_is_resumed(setup: Setup) -> None:
    assert setup.refusal(StartTraining(resume=True)) == "unknown: There is no saved run to resume."


def test_one_activity_at_a_time(setup: Setup) -> None:
    setup.host.obey(StartTraining())
    assert setup.refusal(StartTraining()) == "busy: A training is running: stop it first."
    assert setup.refusal(StartDemo("champion")) == "busy: A training is running: pause or stop it first."
    setup.host.obey(Pause())
    setup.host.obey(StartDemo("champion"))
    assert isinstance(setup.player.started[0], PlayTask)


def test_commands_go_to_what_is_seen(setup: Setup) -> None:
    setup.host.obey(StartTraining())
    setup.host.obey(Pause())
    setup.host.obey(StartDemo("champion"))
    for command in (Pause(), SetSpeed(2.0), NewGame()):
        setup.host.obey(command)
    assert setup.player.sent == [Pause(), SetSpeed(2.0), NewGame()]
    setup.host.obey(Stop())
    assert setup.player.rests == 1
    setup.host.obey(Stop())
    assert setup.trainer.stops == 1


def test_without_work_there_is_nothing_to_pause_or_save(setup: Setup) -> None:
    for command in (Pause(), Stop()):
        assert setup.refusal(command) == "busy: Nothing is running."
    assert setup.refusal(Save()) == "busy: No training is running."
    assert setup.refusal(NewGame()) == "busy: No demo is running."
    assert setup.refusal(TakeScreenshot()) == "refused: There is no window here."


def test_model_is_saved_to_a_name_that_is_free_and_allowed(setup: Setup) -> None:
    setup.host.obey(StartTraining())
    setup.host.obey(SaveSlot("  mine "))
    assert setup.trainer.sent[-1] == SaveSlot("mine")
    assert setup.refusal(SaveSlot("latest")).startswith("invalid: the name latest is reserved")
    assert setup.refusal(SaveSlot("champion")).startswith("invalid: champion ships")
    setup.trainer.state = WorkerState.STARTING
    assert setup.refusal(SaveSlot("mine")).startswith("busy: The training is still starting")


@pytest.mark.parametrize(
    "name", ["nobody", "/etc/passwd", "../champion", "", "latest", "checkpoints/slots/champion"]
)
def test_demo_plays_models_only(setup: Setup, name: str) -> None:
    assert setup.refusal(StartDemo(name)) == "unknown: There is no such model."


def test_window_shows_the_demo_also_while_a_training_runs(tmp_path: Path) -> None:
    window = FakeWindow()
    setup = Setup(tmp_path, window)
    setup.host.obey(StartTraining())
    setup.host.obey(StartDemo("champion"))
    setup.player.state = WorkerState.RUNNING
    setup.host.obey(Stop())
    assert window.done == ["champion", "close"]
    assert setup.host.obey(TakeScreenshot()) is not None


def test_nothing_is_trained_in_the_folder_of_another_program(tmp_path: Path) -> None:
    setup = Setup(tmp_path, is_writable=False)
    assert setup.refusal(StartTraining()).startswith("refused: Another program uses this data folder")
