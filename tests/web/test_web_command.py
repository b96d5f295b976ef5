"""The command `web`: what it refuses, and a real training and demo that are steered through it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from tests.web.staged_host import OPERATOR, Browser
from tetris_arcade.cli import main
from tetris_arcade.commands import web_options
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.process.interpreter import program_command
from tetris_arcade.storage.data_lock import DataLock
from tetris_arcade.storage.slots import find_model

pytestmark = pytest.mark.system

Say = Callable[[], str]
TINY = {
    "seed": 3,
    "num_envs": 2,
    "net_arch": [8],
    "buffer_size": 2_000,
    "learning_starts": 100,
    "batch_size": 16,
    "best_eval_seconds": 0,
}
_START_SECONDS = 300.0
"""Kernels may have to be compiled first."""


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Say:
    """The one line that the command has said."""

    def read() -> str:
        captured = capsys.readouterr()
        assert captured.out == ""
        (line,) = captured.err.splitlines()
        return line

    return read


def test_open_host_needs_a_token(tmp_path: Path, said: Say) -> None:
    assert main(["web", "--host", "0.0.0.0", "--data-dir", str(tmp_path)]) == 2
    assert said() == (
        "tetris_arcade: on 0.0.0.0, where other machines can connect, a token is needed: give --token"
    )


def test_port_that_is_taken(tmp_path: Path, said: Say) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["web", "--port", str(port), "--data-dir", str(tmp_path)]) == 1
    assert said() == f"tetris_arcade: port {port} on 127.0.0.1 cannot be used: another program uses it"


def test_host_that_is_not_this_machine(tmp_path: Path, said: Say) -> None:
    arguments = ["--host", "203.0.113.7", "--token", "secret-token", "--data-dir", str(tmp_path)]
    assert main(["web", *arguments]) == 1
    line = said()
    assert line.startswith("tetris_arcade: port 8000 on 203.0.113.7 cannot be used: ")
    assert "secret-token" not in line


def test_settings_that_cannot_be_used_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "settings.toml").write_text('[web]\naddresses = ["arcade.example.org"]\n')
    with socket.create_server(("127.0.0.1", 0)) as other:
        main(["web", "--port", str(other.getsockname()[1]), "--data-dir", str(tmp_path)])
    assert "an address must be like https://arcade.example.org" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["web"], ["--web"]])
def test_extra_that_is_not_installed(
    tmp_path: Path, said: Say, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setattr(web_options, "missing_web_packages", lambda: ["fastapi"])
    assert main([*arguments, "--data-dir", str(tmp_path)]) == 1
    assert said() == ('tetris_arcade: the browser view is not installed: pip install "tetris-arcade[web]"')


@pytest.mark.parametrize(
    "arguments", [["web", "--port", "70000"], ["--web", "train"], ["kiosk", "--web", "x"]]
)
def test_port_that_is_none(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "must be" in capsys.readouterr().err


@contextmanager
def running_web(root: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command, and where it listens."""
    command = program_command("web", "--port", "0", "--token", OPERATOR, "--data-dir", str(root))
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        assert process.stderr is not None
        match = re.fullmatch(
            rf"In the browser: http://(127\.0\.0\.1:\d+)/\?token={OPERATOR}\n", process.stderr.readline()
        )
        assert match is not None
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield process, match[1]
    finally:
        process.kill()
        process.wait()


def test_training_and_demo_from_a_browser(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    with running_web(tmp_path) as (process, address):
        headers = {"Authorization": f"Bearer {OPERATOR}"}
        with connect(
            f"ws://{address}/ws", additional_headers=headers, max_size=None, close_timeout=1.0
        ) as ws:
            browser = Browser(ws)
            assert browser.receive("sync", seconds=60)["status"]["status"] == "idle"
            assert browser.ask(command="start", config={**TINY, "sed": 1})["message"] == (
                "start: sed is not known."
            )
            assert browser.ask(command="start", config=TINY)["type"] == "done"
            while browser.receive("status", seconds=_START_SECONDS)["status"] != "running":
                pass
            browser.until("board", lambda message: message["source"] == "training")
            browser.until("episode", lambda message: message["source"] == "training")
            assert browser.ask(command="start")["message"] == "A training is running: stop it first."
            browser.send(command="pause")
            browser.until("status", lambda message: message["status"] == "paused")
            assert browser.ask(command="save_slot", slot_name="mine")["type"] == "done"
            browser.until("info", lambda message: message["message"] == 'The model is saved as "mine".')
            browser.send(command="start_demo", slot="mine")
            browser.until("status", lambda message: message["status"] == "demo_running")
            browser.until("board", lambda message: message["source"] == "demo")
            browser.send(command="stop")
            browser.until("status", lambda message: message["source"] == "training")
            browser.send(command="stop")
            browser.until("status", lambda message: message["status"] == "stopped")
        assert find_model(paths, "mine") is not None
        assert json.loads((paths.latest / "metadata.json").read_text())["timesteps"] > 0
        with DataLock(paths) as lock:
            assert lock.is_taken
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(30) == 0
        with httpx.Client(verify=False) as client, pytest.raises(httpx.TransportError):
            client.get(f"http://{address}/health")
    with DataLock(paths) as lock:
        assert lock.is_held
    assert not any(OPERATOR in file.read_text(errors="replace") for file in paths.logs.glob("*.log*"))
