"""The kiosk's parent: a window that dies, hangs or never comes is started again; one that is left is not."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from tetris_arcade.kiosk.heartbeat import Heart, silent_seconds
from tetris_arcade.kiosk.service import Service
from tetris_arcade.kiosk.supervisor import Patience, Supervisor

QUICK = Patience(start=5.0, silence=0.8, end=2.0, first_pause=0.05, longest_pause=0.2, forgive_after=60.0)
# A window in small: counts its starts in a file and beats; what it then does stands in the last argument.
WINDOW = """
import os, sys, time
from pathlib import Path
starts, beat, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
count = int(starts.read_text() or 0) + 1 if starts.exists() else 1
starts.write_text(str(count))
beat.touch()
if count >= 3:
    sys.exit(0)
if what == "dies":
    os.kill(os.getpid(), 9)
if what == "fails":
    sys.exit(1)
time.sleep(60)
"""


def _supervisor(tmp_path: Path, what: str, patience: Patience = QUICK) -> Supervisor:
    beat = tmp_path / "beat"
    command = [sys.executable, "-c", WINDOW, str(tmp_path / "starts"), str(beat), what]
    return Supervisor(command, beat, Service({}), patience)


@pytest.mark.parametrize("what", ["dies", "fails", "is silent"])
def test_a_window_that_is_gone_is_started_again(what: str, tmp_path: Path) -> None:
    supervisor = _supervisor(tmp_path, what)
    supervisor.run()
    assert (tmp_path / "starts").read_text() == "3"
    assert supervisor.restarts == 2


def test_a_window_that_never_appears_is_started_again(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    script = f"import time; open({str(starts)!r}, 'a').write('x'); time.sleep(60)"
    patience = Patience(start=0.5, silence=5.0, end=1.0, first_pause=0.05, longest_pause=0.1)
    supervisor = Supervisor([sys.executable, "-c", script], tmp_path / "beat", Service({}), patience)
    threading.Timer(3.0, supervisor.stop).start()
    supervisor.run()
    assert len(starts.read_text()) >= 2


def test_a_supervisor_that_is_asked_to_stop_ends_its_window_first(tmp_path: Path) -> None:
    supervisor = _supervisor(tmp_path, "is silent", Patience(silence=60.0, end=2.0))
    ended: list[int] = []
    start = supervisor._start

    def started() -> object:
        window = start()
        ended.append(window.pid)
        return window

    supervisor._start = started  # type: ignore[method-assign, assignment]
    threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()
    supervisor.run()
    with pytest.raises(ProcessLookupError):
        os.kill(ended[0], 0)


def test_a_heart_beats_about_once_a_second_and_survives_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "logs" / "beat"
    assert silent_seconds(file) is None
    heart = Heart(file)
    heart.beat(0.0)
    os.utime(file, (time.time() - 30, time.time() - 30))
    heart.beat(0.5)
    assert 29 < (silent_seconds(file) or 0) < 32
    heart.beat(1.1)
    assert (silent_seconds(file) or 0) < 5
    monkeypatch.setattr(Path, "touch", lambda *_a, **_k: (_ for _ in ()).throw(OSError("full")))
    heart.beat(9.0)


def test_systemd_hears_that_the_arcade_is_ready_alive_and_stopping(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(address)
        listener.settimeout(5)
        environment = {"NOTIFY_SOCKET": address}
        service = Service(environment)
        assert environment == {}
        for speak in (service.ready, service.ready, service.alive, service.stopping):
            speak()
        heard = [listener.recv(200).decode().splitlines()[0] for _ in range(3)]
    assert heard == ["READY=1", "WATCHDOG=1", "STOPPING=1"]


def test_where_nobody_listens_nothing_is_said() -> None:
    Service({}).ready()
    Service({"NOTIFY_SOCKET": "/nowhere/at/all"}).alive()
