"""Cheap tasks that use the same process, channel and pacer as a training."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.child.main import TaskError
from tetris_arcade.worker.child.pacer import Pacer
from tetris_arcade.worker.child.train_task import run_train_task
from tetris_arcade.worker.shared.messages import QueuedCommand, Stage, Task, TrainTask, Warned

_STDERR = 2


@dataclass(frozen=True)
class CountTask(Task):
    """Count moves, from the number in `file` on; at move `fault_at`, fail in the way that `fault` names."""

    runner: ClassVar[str] = "tests.worker.counting_task:count"
    noun: ClassVar[str] = "counter"

    file: str = ""
    moves: int | None = None
    save_seconds: float = 0.0
    fault: str = ""
    fault_at: int = 100
    is_fault_repeated: bool = False

    def resumed(self) -> CountTask:
        return self if self.is_fault_repeated else replace(self, fault="")


@dataclass(frozen=True)
class UnrepeatedTask(CountTask):
    """A CountTask that is not restarted."""

    restarts_on_failure: ClassVar[bool] = False


class UnloadableTask(UnrepeatedTask):
    """A task whose code the worker cannot import."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _fail_to_load, ()


def _fail_to_load() -> None:
    raise ImportError("half of the installation is missing")


class InjectedError(Exception):
    """A fault that no part of a training expects, such as a RuntimeError where there is no thread."""


@dataclass(frozen=True)
class FragileTrainTask(TrainTask):
    """A real training that raises when it receives SIGUSR1."""

    runner: ClassVar[str] = "tests.worker.counting_task:train_with_fault_signal"


def train_with_fault_signal(task: FragileTrainTask, paths: Any, channel: Channel) -> str:
    def fail(*_: object) -> None:
        raise InjectedError("the training broke")

    signal.signal(signal.SIGUSR1, fail)
    return run_train_task(task, paths, channel)


def count(task: CountTask, paths: Any, channel: Channel) -> str:
    """A runner: count one per move, save every hundred moves and at the end."""
    if task.fault == "start-up":
        time.sleep(600)
    if task.fault in ("warning", "abort"):
        os.write(_STDERR, b"Warning: two of them\nError: no such library\n")
    if task.fault == "abort":
        os.abort()
    channel.report(Stage("counting", 0.5))
    pacer = Pacer(channel, lambda command: _on_command(channel, command), channel.publish_frame)
    counters = channel.frame["counters"]
    counters["timesteps"] = _load(task.file)
    channel.mark_started()
    while pacer.wait_for_turn():
        counters["timesteps"] += 1
        # Equal numbers: a torn record would have different ones.
        counters["episodes"] = counters["updates"] = counters["timesteps"]
        channel.frame["boards"]["move"] = counters["timesteps"]
        channel.frame["boards"]["move_seconds"] = pacer.move_seconds
        channel.publish_frame()
        pacer.mark_moved()
        reached = int(counters["timesteps"][0])
        if task.fault and reached == task.fault_at:
            _break(task.fault, channel)
        if reached % 100 == 0:
            _save(task.file, reached)
        if task.moves is not None and reached >= task.moves:
            return "all moves were made"
    time.sleep(task.save_seconds)
    _save(task.file, int(counters["timesteps"][0]))
    if task.file:
        Path(task.file + ".ended").touch()
    return "it was stopped"


def _on_command(channel: Channel, command: QueuedCommand) -> None:
    channel.report(Warned(repr(command)))


def _break(fault: str, channel: Channel) -> None:
    if fault == "exception":
        raise RuntimeError("the counter broke: " + "x" * 10_000)
    if fault == "final":
        raise TaskError("There is no slot called nobody.")
    if fault == "memory":
        _run_out_of_memory()
    if fault == "exit":
        os._exit(3)
    if fault == "hang":
        time.sleep(600)
    if fault == "deaf":
        while True:
            channel.mark_progress()
    if fault == "flood":
        for number in range(5_000):
            channel.report(Warned(f"{number} " + "ä" * 3_000))


def _run_out_of_memory() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    kept = []
    while True:
        kept.append(bytes(1 << 24))


def _load(file: str) -> int:
    try:
        with open(file) as saved:
            return int(saved.read() or 0)
    except FileNotFoundError:
        return 0


def _save(file: str, number: int) -> None:
    if file:
        with open(file + ".new", "w") as saved:
            saved.write(str(number))
        os.replace(file + ".new", file)
