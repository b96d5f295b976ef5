"""A window on the data folder of another program's training shows it, steers it, and outlives it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.pilot import OpenPilot, Pilot, pilots
from tetris_arcade.commands.train_host import HostThread, TrainHost, listen
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.process.local_socket import connect
from tetris_arcade.remote.attached_client import AttachedClient
from tetris_arcade.remote.host import HostLinks
from tetris_arcade.remote.link import HostLink
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.storage.data_lock import DataLock
from tetris_arcade.worker.shared.messages import TrainTask

_MAX_FRAMES = 2_000


class OtherProgram:
    """A `train` without its trainer: it owns the folder, is watched, and its telemetry is written by hand."""

    def __init__(self, paths: DataPaths) -> None:
        self.host = TrainHost(TrainTask(), paths)
        self.lines: list[str] = []
        self._resources = ExitStack()
        self._resources.enter_context(DataLock(paths))
        links = HostLinks(lambda: self.host)
        listen(links, paths, self.lines.append)
        self._resources.enter_context(HostThread(self.host, links, None, self.lines.append))
        self.channel = self.host.channel
        self.channel.mark_started()
        self.show(timesteps=12_345)

    def show(self, timesteps: int) -> None:
        self.channel.frame["counters"]["timesteps"] = timesteps
        self.channel.frame["num_boards"] = 1
        self.channel.publish_frame()

    def end(self, reason: str | None) -> None:
        """End as intended with a reason, or without a word with None."""
        if reason is not None:
            self.host.mark_ended(reason)
        self._resources.close()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[OtherProgram]:
    program = OtherProgram(DataPaths(tmp_path))
    yield program
    program.end(None)


@pytest.fixture
def open_pilot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenPilot]:
    with pilots(tmp_path, monkeypatch) as open_one:
        yield open_one


def _until(pilot: Pilot, condition: Callable[[], bool]) -> None:
    for _ in range(_MAX_FRAMES):
        if condition():
            return
        pilot.send()
    raise AssertionError(pilot.texts())


def _watch(open_pilot: OpenPilot) -> Pilot:
    pilot = open_pilot(TitleScene, (1280, 720))
    _until(pilot, lambda: pilot.title == "Training" and pilot.sees("12,345"))
    return pilot


def test_window_shows_the_other_training_and_says_whose_it_is(
    other: OtherProgram, open_pilot: OpenPilot
) -> None:
    pilot = _watch(open_pilot)
    assert pilot.sees("Another program trains here, and this window watches it")
    assert pilot.sees("You are watching") or pilot.sees("Another program trains")
    assert not any("viewing and demo only" in message for message in pilot.app.overlays.messages)
    other.show(timesteps=54_321)
    _until(pilot, lambda: pilot.sees("54,321"))


def test_window_steers_the_other_training(other: OtherProgram, open_pilot: OpenPilot) -> None:
    pilot = _watch(open_pilot)
    controls = other.channel.controls
    _until(pilot, lambda: controls.visuals)
    pilot.press("p")
    _until(pilot, lambda: controls.is_paused)
    pilot.press("v")
    _until(pilot, lambda: not controls.visuals)
    pilot.press("x")
    assert pilot.sees("Another program runs this training")
    pilot.choose("Keep it running")
    assert not other.channel.is_stopping
    pilot.press("x")
    pilot.choose("Save and stop it")
    _until(pilot, lambda: other.channel.is_stopping)


def test_ended_training_leaves_a_window_that_may_train(other: OtherProgram, open_pilot: OpenPilot) -> None:
    pilot = _watch(open_pilot)
    other.end("it reached its limit")
    _until(pilot, lambda: pilot.title == "Title")
    assert "The training has ended: it reached its limit." in pilot.app.overlays.messages
    _until(pilot, lambda: not pilot.app.context.is_locked)
    pilot.choose("Train")
    assert pilot.title == "Train"


def test_vanished_training_is_noticed(other: OtherProgram, open_pilot: OpenPilot) -> None:
    pilot = _watch(open_pilot)
    other.end(None)
    _until(pilot, lambda: pilot.title == "Title")
    assert "The other program has ended unexpectedly." in pilot.app.overlays.messages


def test_closed_window_leaves_the_other_training_alone(
    other: OtherProgram, open_pilot: OpenPilot, tmp_path: Path
) -> None:
    pilot = _watch(open_pilot)
    client = AttachedClient(HostLink(connect(DataPaths(tmp_path).socket_file)))
    _until(pilot, lambda: client.poll() == [] and client.is_busy)
    pilot.close()
    other.show(timesteps=99_999)
    deadline = time.monotonic() + 10.0
    while client.frame["counters"]["timesteps"] != 99_999:
        assert time.monotonic() < deadline
        client.poll()
    assert not other.channel.is_stopping
    client.close()
