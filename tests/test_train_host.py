"""A training continues, whatever keeps other programs from watching it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tetris_arcade.commands.train_host import HostThread, TrainHost
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.remote.host import HostLinks
from tetris_arcade.remote.messages import RefusedError, StartDemo, StartTraining
from tetris_arcade.worker.shared.messages import NewGame, Save, TrainTask


def test_folder_without_a_socket_is_said_once(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    paths.socket_file.mkdir()
    host, said = TrainHost(TrainTask(), paths), list[str]()
    with HostThread(host, HostLinks(host), paths, None, said.append):
        host.channel.mark_started()
    assert len(said) == 1
    assert said[0].startswith("other programs cannot watch this training: ")
    assert paths.socket_file.is_dir()


def test_failure_of_the_host_is_said_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = DataPaths(tmp_path)
    host, said = TrainHost(TrainTask(), paths), list[str]()
    monkeypatch.setattr(HostLinks, "poll", lambda _: 1 / 0)
    with HostThread(host, HostLinks(host), paths, None, said.append):
        pass
    assert said == ["other programs cannot watch this training any more; it continues"]


def test_what_a_training_does_not_know_is_refused(tmp_path: Path) -> None:
    host = TrainHost(TrainTask(), DataPaths(tmp_path))
    for command in (StartTraining(), StartDemo("champion"), NewGame()):
        with pytest.raises(RefusedError):
            host.obey(command)
    host.obey(Save())
    assert list(host.channel.commands()) == [Save()]
