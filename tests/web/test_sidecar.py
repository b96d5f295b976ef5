"""The server's process: it comes back after every end, and ends with its host."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.web.staged_host import Site, wait_until
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.remote import sidecar as sidecar_module
from tetris_arcade.remote.sidecar import Sidecar
from tetris_arcade.remote.web_options import make_web_options


def test_killed_server_comes_back_and_the_page_heals(own_site: Site) -> None:
    pid = own_site.sidecar.pid
    assert pid is not None
    own_site.host.start()
    own_site.host.show(5)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: own_site.sidecar.pid not in (None, pid))
    # The port stays open meanwhile: a page that comes back now is answered as soon as the server is there.
    state = own_site.state()
    assert state["status"]["status"] == "running"
    assert own_site.sidecar.restarts == 1


def test_hanging_server_is_killed_and_restarted(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sidecar_module, "_SILENT_SECONDS", 1.0)
    pid = own_site.sidecar.pid
    assert pid is not None
    time.sleep(0.5)  # It has beaten.
    os.kill(pid, signal.SIGSTOP)
    wait_until(lambda: own_site.sidecar.pid not in (None, pid))
    own_site.wait_until_up()


def test_port_that_is_taken_is_told_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        options = make_web_options("127.0.0.1", other.getsockname()[1], None, None, environment={})
        with pytest.raises(OSError, match="in use"):
            Sidecar(options, DataPaths(tmp_path), lambda: socket.socketpair()[0])


def test_server_ends_with_its_host(tmp_path: Path) -> None:
    script = (
        "import time; from pathlib import Path; from tests.web.staged_host import *\n"
        f"host = StagedHost(); links = HostLinks(lambda: host); paths = DataPaths(Path({str(tmp_path)!r}))\n"
        "options = make_web_options('127.0.0.1', 0, OPERATOR, WATCHER, environment={})\n"
        "sidecar = Sidecar(options, paths, links.connect); sidecar.poll(); links.poll()\n"
        "print(sidecar.pid, flush=True); time.sleep(600)"
    )
    host = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    try:
        assert host.stdout is not None
        server = psutil.Process(int(host.stdout.readline()))
        host.kill()
        server.wait(10)
    finally:
        host.kill()
        host.wait()
