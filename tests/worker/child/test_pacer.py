"""When the pacer allows a move."""

from __future__ import annotations

import time
from collections.abc import Iterator
from multiprocessing import Pipe

import pytest

from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.child.pacer import Pacer
from tetris_arcade.worker.shared.messages import (
    ControlCommand,
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


class Harness:
    """A pacer over real shared memory, with both ends in this process; a command can set controls."""

    def __init__(self, telemetry: Telemetry) -> None:
        self.telemetry = telemetry
        reading_end, self.commands = Pipe(duplex=False)
        self.reading_end, writing_end = Pipe(duplex=False)
        self.channel = Channel(telemetry, reading_end, writing_end)
        self.obeyed: list[QueuedCommand] = []
        self.states: list[WorkerState] = []
        self.commands_at_pause: list[QueuedCommand] = []
        self.next_controls: list[ControlCommand] = []
        self.channel.controls.set(SetVisuals(True))
        self.pacer = Pacer(self.channel, self._on_command, self._publish)

    def set(self, *commands: ControlCommand) -> None:
        for command in commands:
            self.channel.controls.set(command)

    def put(self, command: QueuedCommand) -> None:
        self.commands.send(command)
        self.telemetry.cells[SharedCell.COMMANDS] += 1

    def _publish(self) -> None:
        while self.commands_at_pause:
            self.put(self.commands_at_pause.pop())

    def _on_command(self, command: QueuedCommand) -> None:
        self.obeyed.append(command)
        self.states.append(self.channel.state)
        if self.next_controls:
            self.set(self.next_controls.pop(0))


@pytest.fixture
def harness() -> Iterator[Harness]:
    telemetry = Telemetry.create()
    harness = Harness(telemetry)
    yield harness
    harness.__dict__.clear()
    telemetry.close()


def test_unthrottled_moves_do_not_wait(harness: Harness) -> None:
    for _ in range(100):
        assert harness.pacer.wait_for_turn()
        harness.pacer.mark_moved()


def test_commands_are_obeyed_during_a_pause(harness: Harness) -> None:
    harness.set(Pause())
    harness.put(Save())
    harness.put(SaveSlot("one"))
    harness.next_controls = [Pause(), Resume()]
    assert harness.pacer.wait_for_turn()
    assert harness.obeyed == [Save(), SaveSlot("one")]
    assert harness.telemetry.cells[SharedCell.PAUSED_AT] == 0  # The commands came before the pause.


def test_pause_publishes_and_ends(harness: Harness) -> None:
    harness.channel.mark_started()
    harness.set(Pause())
    harness.commands_at_pause = [Save()]
    harness.next_controls = [Resume()]
    assert harness.pacer.wait_for_turn()
    assert harness.states == [WorkerState.PAUSED]
    assert harness.channel.state is WorkerState.RUNNING
    assert 0 < harness.telemetry.cells[SharedCell.PAUSED_AT] <= time.monotonic_ns()


def test_pause_begins_after_a_move_that_is_shown(harness: Harness) -> None:
    assert harness.pacer.wait_for_turn()
    harness.pacer.mark_moved(is_shown=False)
    harness.set(Pause())
    assert harness.pacer.wait_for_turn()
    assert harness.pacer.should_show_next_move
    harness.pacer.mark_moved()
    harness.put(Save())
    harness.next_controls = [Stop()]
    assert not harness.pacer.wait_for_turn()


def test_pause_of_a_hidden_board_needs_no_shown_move(harness: Harness) -> None:
    harness.pacer.mark_moved(is_shown=False)
    harness.set(SetVisuals(False), Pause())
    harness.put(Save())
    harness.next_controls = [Stop()]
    assert not harness.pacer.wait_for_turn()


def test_step_allows_one_move(harness: Harness) -> None:
    harness.set(Pause(), Step())
    assert [harness.pacer.wait_for_turn() for _ in range(3)] == [True] * 3
    harness.pacer.mark_moved()
    harness.put(Save())
    harness.next_controls = [Stop()]
    assert not harness.pacer.wait_for_turn()


def test_steps_while_running_are_discarded(harness: Harness) -> None:
    harness.set(Step(), Step())
    assert harness.pacer.wait_for_turn()
    harness.pacer.mark_moved()
    harness.set(Pause())
    harness.put(Save())
    harness.next_controls = [Stop()]
    assert not harness.pacer.wait_for_turn()


def test_stop_ends_a_pause(harness: Harness) -> None:
    harness.set(Pause(), Stop())
    assert not harness.pacer.wait_for_turn()


def test_repeated_waits_keep_the_pace(harness: Harness) -> None:
    harness.set(SetSpeed(100.0))
    for _ in range(11):
        for _ in range(3):
            assert harness.pacer.wait_for_turn()
        harness.pacer.mark_moved()
    assert harness.pacer.running_seconds > 0.095


def test_speed_is_ignored_with_visuals_off(harness: Harness) -> None:
    harness.set(SetSpeed(0.01), SetVisuals(False))
    assert harness.pacer.move_seconds == 0.0
    for _ in range(3):
        assert harness.pacer.wait_for_turn()
        harness.pacer.mark_moved()


def test_new_speed_applies_during_a_move(harness: Harness) -> None:
    harness.set(SetSpeed(0.01))
    assert harness.pacer.wait_for_turn()
    harness.pacer.mark_moved()
    harness.put(Save())
    harness.next_controls = [SetSpeed(None)]
    assert harness.pacer.wait_for_turn()


def test_waiting_counts_as_progress(harness: Harness) -> None:
    harness.set(SetSpeed(4.0))
    assert harness.pacer.wait_for_turn()
    harness.pacer.mark_moved()
    before = int(harness.telemetry.cells[SharedCell.PROGRESS])
    assert harness.pacer.wait_for_turn()
    assert harness.telemetry.cells[SharedCell.PROGRESS] > before + 2
