"""A training continues, whatever keeps other programs from watching it."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tetris_arcade.commands import train_host
from tetris_arcade.commands.train_host import HostThread, TrainHost, listen
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.process.signals import handle_signals
from tetris_arcade.remote.host import HostLinks
from tetris_arcade.remote.messages import RefusedError, StartDemo, StartTraining
from tetris_arcade.worker.shared.messages import NewGame, Save, Stop, TrainTask


def test_folder_without_a_socket_is_said_once(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    paths.socket_file.mkdir()
    host, said = TrainHost(TrainTask(), paths), list[str]()
    listen(HostLinks(lambda: host), paths, said.append)
    assert len(said) == 1
    assert said[0].startswith("other programs cannot watch this training: ")
    assert paths.socket_file.is_dir()


def test_failure_of_the_host_is_said_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = DataPaths(tmp_path)
    host, said = TrainHost(TrainTask(), paths), list[str]()
    monkeypatch.setattr(HostLinks, "poll", lambda _: 1 / 0)
    with HostThread(host, HostLinks(lambda: host), None, said.append):
        pass
    assert said == ["other programs cannot watch this training any more; it continues"]


def test_what_a_training_does_not_know_is_refused(tmp_path: Path) -> None:
    host = TrainHost(TrainTask(), DataPaths(tmp_path))
    for command in (StartTraining(), StartDemo("champion"), NewGame()):
        with pytest.raises(RefusedError):
            host.obey(command)
    host.obey(Save())
    assert list(host.channel.commands()) == [Save()]


def test_stopped_training_that_does_not_end_is_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_host, "_STOP_SECONDS", 0.1)
    paths = DataPaths(tmp_path)
    host, said, interrupts = TrainHost(TrainTask(), paths), list[str](), list[int]()
    with (
        handle_signals(interrupts.append),
        HostThread(host, HostLinks(lambda: host), None, said.append),
    ):
        time.sleep(0.5)
        assert not interrupts
        host.obey(Stop())
        until = time.monotonic() + 20.0
        while len(interrupts) < 2:
            assert time.monotonic() < until
            time.sleep(0.02)
        host.mark_ended("limit")
    assert set(interrupts) == {signal.SIGINT}
    assert len(said) == 1
