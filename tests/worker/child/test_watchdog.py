"""The watchdog sends heartbeats from a thread of its own, or without one."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from multiprocessing import Pipe

import pytest

from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.child.watchdog import Watchdog
from tetris_arcade.worker.shared.messages import WorkerState
from tetris_arcade.worker.shared.telemetry import SharedCell, Telemetry


@pytest.fixture
def telemetry() -> Iterator[Telemetry]:
    telemetry = Telemetry.create()
    yield telemetry
    telemetry.close()


@pytest.fixture(params=[True, False], ids=["with a thread", "without"])
def has_thread(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if not request.param:
        if not hasattr(signal, "setitimer"):
            pytest.skip("needs interval timers")

        def refuse(*_: object) -> None:
            raise RuntimeError("can't start new thread")

        monkeypatch.setattr("threading._start_new_thread", refuse)
    return bool(request.param)


def test_heartbeats(telemetry: Telemetry, has_thread: bool) -> None:
    reading_end, writing_end = Pipe(duplex=False)
    channel = Channel(telemetry, reading_end, writing_end)
    channel.state = WorkerState.RUNNING
    watchdog, before = Watchdog(channel), threading.active_count()
    watchdog.start()
    assert threading.active_count() == before + has_thread
    deadline = time.monotonic() + 20.0
    while telemetry.cells[SharedCell.HEARTBEAT] < 5:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    watchdog.stop()
    reached = int(telemetry.cells[SharedCell.HEARTBEAT])
    time.sleep(0.15)
    assert telemetry.cells[SharedCell.HEARTBEAT] == reached
