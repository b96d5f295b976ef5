"""Commands, states and reports survive the way over a link."""

from __future__ import annotations

import json

import pytest

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.remote.messages import (
    COMMANDS,
    RefusedError,
    RemoteCommand,
    StartDemo,
    StartTraining,
    TakeScreenshot,
    WorkerStatus,
    command_message,
    decode_report,
    decode_status,
    parse_command,
    report_message,
    status_message,
)
from tetris_arcade.remote.speed_scale import scale_from_speed, speed_from_scale
from tetris_arcade.worker.shared.messages import (
    AddNote,
    DuelEnded,
    EpisodeEnded,
    Failed,
    NewBest,
    NewGame,
    Pause,
    PlayTask,
    Report,
    Resume,
    Save,
    Saved,
    SaveSlot,
    Seek,
    SetHyperparameter,
    SetInStep,
    SetLookahead,
    SetSpeed,
    SetVisuals,
    Stage,
    Step,
    Stop,
    TrainTask,
    WorkerState,
)

ALL: list[RemoteCommand] = [
    Pause(),
    Resume(),
    Step(),
    Stop(),
    Save(),
    SaveSlot("mine", overwrite=True),
    SetSpeed(None),
    SetSpeed(12.5),
    SetVisuals(False),
    SetInStep(True),
    SetLookahead(True),
    NewGame(),
    NewGame(seed=0),
    Seek(0),
    SetHyperparameter("gamma", 0.9),
    AddNote("It stacks on the left."),
    StartDemo("champion"),
    StartTraining({"env": {"height": 12}}, resume=True),
    TakeScreenshot(),
]


@pytest.mark.parametrize("command", ALL)
def test_command_arrives_as_it_was_sent(command: RemoteCommand) -> None:
    assert parse_command(json.loads(json.dumps(command_message(command)))) == command


def test_every_command_is_tried() -> None:
    assert {command_message(command)["command"] for command in ALL} == COMMANDS


@pytest.mark.parametrize(
    "status",
    [
        WorkerStatus(),
        WorkerStatus(WorkerState.STARTING, "It starts.", Stage("compiling", 0.5), TrainTask(), 3),
        WorkerStatus(
            WorkerState.RUNNING,
            task=TrainTask(TrainConfig(seed=4, goal_lines=2.0), resume=True, speed=3.0, visuals=False),
        ),
        WorkerStatus(WorkerState.PAUSED, task=PlayTask(("a", "b"), EnvConfig(height=8), seed=9)),
    ],
)
def test_status_arrives_as_it_was(status: WorkerStatus) -> None:
    assert decode_status(json.loads(json.dumps(status_message("trainer", status)))) == status


@pytest.mark.parametrize(
    "report",
    [NewBest(3.5, 100), Saved("best", "best"), EpisodeEnded(1, 2.5, 3, 4, 5, 6), DuelEnded((1, 2), None)],
)
def test_report_arrives_as_it_was(report: Report) -> None:
    assert decode_report(json.loads(json.dumps(report_message("trainer", report)))) == report


def test_traceback_stays_with_the_host() -> None:
    message = report_message("trainer", Failed("It failed.", "Traceback ..."))
    assert "Traceback" not in json.dumps(message)


def test_report_of_another_version_is_ignored() -> None:
    assert decode_report({"kind": "Unheard", "fields": {}}) is None
    assert decode_report({"kind": "NewBest", "fields": {"lines": "many"}}) is None


def test_incomplete_status_is_refused() -> None:
    with pytest.raises(ValueError, match="not complete"):
        decode_status({"type": "status", "state": "RUNNING"})


def test_speed_scale_is_even_and_its_end_is_no_delay() -> None:
    speeds = [speed_from_scale(scale) for scale in (0.1, 0.55, 0.99, 1.0)]
    assert speeds == [1.0, pytest.approx(10.0), pytest.approx(95.0, rel=0.01), None]
    for scale in (0.1, 0.3, 0.55, 0.9, 1.0):
        assert scale_from_speed(speed_from_scale(scale)) == pytest.approx(scale)
    assert scale_from_speed(0.5) == 0.1
    assert scale_from_speed(5_000.0) == 0.99


def test_speed_beyond_its_bounds_is_refused() -> None:
    with pytest.raises(RefusedError, match=r"pieces_per_second must be 0\.1"):
        parse_command({"command": "set_speed", "pieces_per_second": 0})
