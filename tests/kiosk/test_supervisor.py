"""The kiosk's parent: a window that dies, hangs or never comes is started again; one that is left is not."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tetris_arcade.kiosk.heartbeat import HeartbeatReader, HeartbeatWriter
from tetris_arcade.kiosk.supervisor import LEFT, Supervisor, SupervisorTimeouts
from tetris_arcade.kiosk.systemd import SystemdNotifier

QUICK = SupervisorTimeouts(
    start=5.0, silence=0.8, end=2.0, first_pause=0.05, longest_pause=0.2, forgive_after=60.0
)
# A window in small: counts its starts in a file and beats; what it then does stands in the last argument.
WINDOW = """
import os, sys, time
from pathlib import Path
starts, beat, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
count = int(starts.read_text() or 0) + 1 if starts.exists() else 1
starts.write_text(str(count))
beat.touch()
if count >= 3:
    sys.exit(int(sys.argv[4]))
if what == "dies":
    os.kill(os.getpid(), 9)
if what == "fails":
    sys.exit(1)
if what == "just ends":
    sys.exit(0)
time.sleep(60)
"""


def _supervisor(tmp_path: Path, what: str, patience: SupervisorTimeouts = QUICK) -> Supervisor:
    beat = tmp_path / "beat"
    command = [sys.executable, "-c", WINDOW, str(tmp_path / "starts"), str(beat), what, str(LEFT)]
    return Supervisor(command, beat, SystemdNotifier({}), patience)


@pytest.mark.parametrize("what", ["dies", "fails", "just ends", "is silent"])
def test_a_window_that_is_gone_is_started_again(what: str, tmp_path: Path) -> None:
    supervisor = _supervisor(tmp_path, what)
    supervisor.run()
    assert (tmp_path / "starts").read_text() == "3"
    assert supervisor.restarts == 2


def test_a_window_that_never_appears_is_started_again(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    script = f"import time; open({str(starts)!r}, 'a').write('x'); time.sleep(60)"
    patience = SupervisorTimeouts(start=0.5, silence=5.0, end=1.0, first_pause=0.05, longest_pause=0.1)
    supervisor = Supervisor([sys.executable, "-c", script], tmp_path / "beat", SystemdNotifier({}), patience)
    threading.Timer(3.0, supervisor.stop).start()
    supervisor.run()
    assert len(starts.read_text()) >= 2


def test_a_supervisor_that_is_asked_to_stop_ends_its_window_first(tmp_path: Path) -> None:
    supervisor = _supervisor(tmp_path, "is silent", SupervisorTimeouts(silence=60.0, end=2.0))
    ended: list[int] = []
    watch = supervisor._watch

    def watched(window: subprocess.Popen[bytes], pulse: HeartbeatReader) -> None:
        ended.append(window.pid)
        watch(window, pulse)

    supervisor._watch = watched  # type: ignore[method-assign]
    threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()
    supervisor.run()
    with pytest.raises(ProcessLookupError):
        os.kill(ended[0], 0)


def test_a_window_that_cannot_be_started_is_tried_again(tmp_path: Path) -> None:
    supervisor = Supervisor([str(tmp_path / "nothing")], tmp_path / "beat", SystemdNotifier({}), QUICK)
    threading.Timer(1.0, supervisor.stop).start()
    supervisor.run()
    assert supervisor.restarts >= 2


def test_pauses_grow_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patience = SupervisorTimeouts(first_pause=1.0, longest_pause=60.0)
    supervisor = Supervisor([str(tmp_path / "nothing")], tmp_path / "beat", SystemdNotifier({}), patience)
    pauses: list[float] = []

    def wait(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 9:
            supervisor.stop()

    monkeypatch.setattr(supervisor, "_wait", wait)
    supervisor.run()
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_where_no_heartbeat_can_be_written_silence_kills_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    script = f"import time, sys; time.sleep(2.5); sys.exit({LEFT})"
    patience = SupervisorTimeouts(start=0.5, silence=0.5, end=1.0, first_pause=0.05)
    beat = tmp_path / "file" / "beat"
    supervisor = Supervisor([sys.executable, "-c", script], beat, SystemdNotifier({}), patience)
    supervisor.run()
    assert supervisor.restarts == 0


def test_a_heart_beats_about_once_a_second_and_survives_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "logs" / "beat"
    heart = HeartbeatWriter(file)
    heart.beat(0.0)
    file.unlink()
    heart.beat(0.5)
    assert not file.exists()
    heart.beat(1.1)
    assert file.exists()
    monkeypatch.setattr(Path, "touch", lambda *_a, **_k: (_ for _ in ()).throw(OSError("full")))
    heart.beat(9.0)


def test_a_clock_that_is_set_makes_no_window_silent(tmp_path: Path) -> None:
    file = tmp_path / "beat"
    pulse = HeartbeatReader(file, now=0.0)
    pulse.silent_seconds(0.2)
    assert not pulse.has_beaten
    for beat, stamp in enumerate([2_000_000_000, 1_000, 1_500_000_000]):
        file.touch()
        os.utime(file, (stamp, stamp))
        assert pulse.silent_seconds(0.4 + beat / 5) == 0.0
    assert pulse.has_beaten
    assert 0.0 < pulse.silent_seconds(1.0) < 0.5


def test_the_beats_of_the_window_before_do_not_count(tmp_path: Path) -> None:
    file = tmp_path / "beat"
    file.touch()
    pulse = HeartbeatReader(file, now=0.0)
    pulse.silent_seconds(0.2)
    assert not pulse.has_beaten


class _NotifySocket:
    """Systemd's end of the socket."""

    def __init__(self, tmp_path: Path) -> None:
        self.address = str(tmp_path / "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.address)
        self._socket.setblocking(False)

    def heard(self) -> list[str]:
        lines: list[str] = []
        try:
            while True:
                lines.append(self._socket.recv(500).decode().splitlines()[0])
        except BlockingIOError:
            return lines

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[_NotifySocket]:
    listener = _NotifySocket(tmp_path)
    yield listener
    listener.close()


def test_systemd_hears_that_the_arcade_is_ready_and_stopping(listener: _NotifySocket) -> None:
    environment = {"NOTIFY_SOCKET": listener.address}
    service = SystemdNotifier(environment)
    assert environment == {}
    for speak in (service.ready, service.ready, service.alive, service.stopping):
        speak()
    assert listener.heard() == ["READY=1", "STOPPING=1"]


@pytest.mark.parametrize("process", ["", str(os.getpid())], ids=["any process", "this process"])
def test_the_watchdog_is_fed_twice_in_its_time(listener: _NotifySocket, process: str) -> None:
    times = iter([0.0, 4.9, 5.0, 9.0, 10.1])
    environment = {"NOTIFY_SOCKET": listener.address, "WATCHDOG_USEC": "10000000", "WATCHDOG_PID": process}
    service = SystemdNotifier(environment, clock=lambda: next(times))
    assert environment == {}
    for _ in range(5):
        service.alive()
    assert listener.heard() == ["WATCHDOG=1"] * 3


@pytest.mark.parametrize("watched", [{"WATCHDOG_USEC": "soon"}, {"WATCHDOG_USEC": "9", "WATCHDOG_PID": "1"}])
def test_a_watchdog_that_is_none_or_anothers_is_not_fed(
    listener: _NotifySocket, watched: dict[str, str]
) -> None:
    SystemdNotifier({"NOTIFY_SOCKET": listener.address, **watched}).alive()
    assert listener.heard() == []


def test_a_supervisor_tells_systemd_when_the_window_is_there_and_when_it_goes(
    tmp_path: Path, listener: _NotifySocket
) -> None:
    beat = tmp_path / "beat"
    script = (
        f"import time; time.sleep(0.3); open({str(beat)!r}, 'w'); time.sleep(0.7); raise SystemExit({LEFT})"
    )
    environment = {"NOTIFY_SOCKET": listener.address, "WATCHDOG_USEC": "400000"}
    Supervisor([sys.executable, "-c", script], beat, SystemdNotifier(environment), QUICK).run()
    heard = listener.heard()
    assert "READY=1" in heard
    assert "WATCHDOG=1" in heard
    assert heard[-1] == "STOPPING=1"


def test_where_no_address_is_told_no_socket_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    monkeypatch.setattr(socket, "socket", lambda *_: opened.append(1))
    service = SystemdNotifier({"WATCHDOG_USEC": "1000"})
    for speak in (service.ready, service.alive, service.stopping):
        speak()
    assert opened == []


def test_where_nobody_listens_nothing_is_kept_for_who_comes_later(tmp_path: Path) -> None:
    times = iter([0.0, 10.0])
    environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1000000"}
    service = SystemdNotifier(environment, clock=lambda: next(times))
    service.ready()
    service.alive()
    assert list(tmp_path.iterdir()) == []
    late = _NotifySocket(tmp_path)
    try:
        service.ready()
        service.alive()
        assert late.heard() == ["WATCHDOG=1"]
    finally:
        late.close()


def test_the_supervisor_loads_neither_a_window_nor_a_framework() -> None:
    script = (
        "import sys, tetris_arcade.commands.kiosk;"
        "print([name for name in ('pygame', 'torch', 'stable_baselines3', 'numba', 'gymnasium')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
