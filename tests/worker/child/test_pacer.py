"""What lets a move through, and when."""

from __future__ import annotations

import time
from collections.abc import Iterator
from multiprocessing import Pipe

import pytest

from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.child.pacer import Pacer
from tetris_arcade.worker.shared.messages import (
    LevelCommand,
    Pause,
    QueuedCommand,
    Resume,
    Save,
    SaveSlot,
    SetSpeed,
    SetVisuals,
    Step,
    Stop,
    WorkerState,
)
from tetris_arcade.worker.shared.telemetry import SharedCell, Telemetry


class Bench:
    """A gate over real shared memory, both ends in this process; obeying a command can set a level."""

    def __init__(self, telemetry: Telemetry) -> None:
        self.telemetry = telemetry
        reading_end, self.commands = Pipe(duplex=False)
        self.reading_end, writing_end = Pipe(duplex=False)
        self.channel = Channel(telemetry, reading_end, writing_end)
        self.obeyed: list[QueuedCommand] = []
        self.states: list[WorkerState] = []
        self.at_standstill: list[QueuedCommand] = []
        self.then: list[LevelCommand] = []
        self.channel.levels.set(SetVisuals(True))
        self.gate = Pacer(self.channel, self._obey, self._show)

    def set(self, *commands: LevelCommand) -> None:
        for command in commands:
            self.channel.levels.set(command)

    def put(self, command: QueuedCommand) -> None:
        self.commands.send(command)
        self.telemetry.cells[SharedCell.COMMANDS] += 1

    def _show(self) -> None:
        while self.at_standstill:
            self.put(self.at_standstill.pop())

    def _obey(self, command: QueuedCommand) -> None:
        self.obeyed.append(command)
        self.states.append(self.channel.state)
        if self.then:
            self.set(self.then.pop(0))


@pytest.fixture
def bench() -> Iterator[Bench]:
    telemetry = Telemetry.create()
    bench = Bench(telemetry)
    yield bench
    bench.__dict__.clear()
    telemetry.remove()


def test_nothing_holds_up_an_unthrottled_move(bench: Bench) -> None:
    for _ in range(100):
        assert bench.gate.passes()
        bench.gate.moved()


def test_commands_are_obeyed_during_a_pause(bench: Bench) -> None:
    bench.set(Pause())
    bench.put(Save())
    bench.put(SaveSlot("one"))
    bench.then = [Pause(), Resume()]
    assert bench.gate.passes()
    assert bench.obeyed == [Save(), SaveSlot("one")]
    assert (
        bench.telemetry.cells[SharedCell.PAUSED_AT] == 0
    )  # what came before the pause was looked at, came first


def test_a_pause_shows_and_ends(bench: Bench) -> None:
    bench.channel.begin()
    bench.set(Pause())
    bench.at_standstill = [Save()]
    bench.then = [Resume()]
    assert bench.gate.passes()
    assert bench.states == [WorkerState.PAUSED]
    assert bench.channel.state is WorkerState.RUNNING
    assert 0 < bench.telemetry.cells[SharedCell.PAUSED_AT] <= time.monotonic_ns()


def test_a_step_lets_one_move_through_however_often_the_gate_is_asked(bench: Bench) -> None:
    bench.set(Pause(), Step())
    assert [bench.gate.passes() for _ in range(3)] == [True] * 3
    bench.gate.moved()
    bench.put(Save())
    bench.then = [Stop()]
    assert not bench.gate.passes()


def test_steps_granted_while_running_do_not_wait_for_the_next_pause(bench: Bench) -> None:
    bench.set(Step(), Step())
    assert bench.gate.passes()
    bench.gate.moved()
    bench.set(Pause())
    bench.put(Save())
    bench.then = [Stop()]
    assert not bench.gate.passes()


def test_a_stop_ends_a_pause(bench: Bench) -> None:
    bench.set(Pause(), Stop())
    assert not bench.gate.passes()


def test_moves_keep_their_pace_though_the_gate_is_asked_often(bench: Bench) -> None:
    bench.set(SetSpeed(100.0))
    begun_at = time.monotonic()
    for _ in range(11):
        for _ in range(3):
            assert bench.gate.passes()
        bench.gate.moved()
    assert time.monotonic() - begun_at > 0.095


def test_speed_holds_nothing_up_while_visuals_are_off(bench: Bench) -> None:
    bench.set(SetSpeed(0.01), SetVisuals(False))
    assert bench.gate.move_seconds == 0.0
    for _ in range(3):
        assert bench.gate.passes()
        bench.gate.moved()


def test_a_new_speed_is_in_force_during_a_long_move(bench: Bench) -> None:
    bench.set(SetSpeed(0.01))
    assert bench.gate.passes()
    bench.gate.moved()
    bench.put(Save())
    bench.then = [SetSpeed(None)]
    assert bench.gate.passes()


def test_waiting_counts_as_progress(bench: Bench) -> None:
    bench.set(SetSpeed(50.0))
    assert bench.gate.passes()
    bench.gate.moved()
    before = int(bench.telemetry.cells[SharedCell.PROGRESS])
    assert bench.gate.passes()
    assert bench.telemetry.cells[SharedCell.PROGRESS] > before + 2
