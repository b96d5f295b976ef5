"""A local socket belongs to its user, survives long paths and leftovers, and is removed by its owner only."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from tetris_arcade.process.local_socket import LocalListener, connect


def _greet(listener: LocalListener, path: Path) -> None:
    with connect(path) as theirs:
        (ours,) = listener.accept_all()
        theirs.send(b"hello")
        assert ours.recv(16) == b"hello"
        ours.close()


def test_programs_connect_and_only_the_user_may(tmp_path: Path) -> None:
    path = tmp_path / "arcade.sock"
    listener = LocalListener(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(listener.accept_all()) == []
    _greet(listener, path)
    listener.close()
    assert not path.exists()
    with pytest.raises(FileNotFoundError):
        connect(path)


def test_socket_of_a_killed_program_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "arcade.sock"
    killed = socket.socket(socket.AF_UNIX)
    killed.bind(str(path))
    killed.close()
    with pytest.raises(ConnectionRefusedError):
        connect(path)
    listener = LocalListener(path)
    _greet(listener, path)
    listener.close()


def test_path_may_be_longer_than_a_socket_address(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["a-long-name-of-a-folder"] * 8)
    folder.mkdir(parents=True)
    path = folder / "arcade.sock"
    assert len(str(path)) > 200
    listener = LocalListener(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    _greet(listener, path)
    listener.close()
    assert not path.exists()


def test_nothing_but_a_socket_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "arcade.sock"
    path.write_text("mine")
    with pytest.raises(OSError, match="in use"):
        LocalListener(path)
    assert path.read_text() == "mine"


def test_socket_of_another_program_is_not_removed(tmp_path: Path) -> None:
    path = tmp_path / "arcade.sock"
    first = LocalListener(path)
    second = LocalListener(path)
    first.close()
    _greet(second, path)
    second.close()


def test_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        LocalListener(tmp_path / "missing" / "arcade.sock")
