"""The supervisor restarts a window that dies, freezes or never appears, but not one that was closed."""

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
from tetris_arcade.kiosk.supervisor import (
    EXITED_ON_PURPOSE,
    RESTARTS_AS_PLANNED,
    Supervisor,
    SupervisorTimeouts,
)
from tetris_arcade.kiosk.systemd import SystemdNotifier

QUICK = SupervisorTimeouts(
    start=5.0, silence=0.8, stop=2.0, first_pause=0.05, max_pause=0.2, reset_after=60.0
)
# A small stand-in for the window: counts its starts in a file, beats once, then does what it is told.
WINDOW = """
import os, sys, time
from pathlib import Path
starts, beat, behavior = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
count = int(starts.read_text() or 0) + 1 if starts.exists() else 1
starts.write_text(str(count))
beat.touch()
if count >= 3:
    sys.exit(int(sys.argv[4]))
if behavior == "dies":
    os.kill(os.getpid(), 9)
if behavior == "fails":
    sys.exit(1)
if behavior == "exits with 0":
    sys.exit(0)
time.sleep(60)
"""


def _supervisor(tmp_path: Path, behavior: str, timeouts: SupervisorTimeouts = QUICK) -> Supervisor:
    beat = tmp_path / "beat"
    command = [
        sys.executable,
        "-c",
        WINDOW,
        str(tmp_path / "starts"),
        str(beat),
        behavior,
        str(EXITED_ON_PURPOSE),
    ]
    return Supervisor(command, beat, SystemdNotifier({}), timeouts)


@pytest.mark.parametrize("behavior", ["dies", "fails", "exits with 0", "is silent"])
def test_window_is_restarted(behavior: str, tmp_path: Path) -> None:
    supervisor = _supervisor(tmp_path, behavior)
    supervisor.run()
    assert (tmp_path / "starts").read_text() == "3"
    assert supervisor.restarts == 2


@pytest.mark.parametrize(("min_seconds", "num_pauses"), [(0.0, 0), (60.0, 1)])
def test_planned_restart_has_no_pause_unless_it_comes_at_once(
    min_seconds: float, num_pauses: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = tmp_path / "starts"
    script = f"""
import sys
starts = open({str(starts)!r}, "a+")
starts.write("x")
starts.seek(0)
sys.exit({RESTARTS_AS_PLANNED} if len(starts.read()) == 1 else {EXITED_ON_PURPOSE})
"""
    timeouts = SupervisorTimeouts(reset_after=min_seconds)
    command = [sys.executable, "-S", "-c", script]
    supervisor = Supervisor(command, tmp_path / "beat", SystemdNotifier({}), timeouts)
    pauses = _record_pauses(supervisor, monkeypatch, 5)
    supervisor.run()
    assert starts.read_text() == "xx"
    assert len(pauses) == supervisor.restarts == num_pauses


def _record_pauses(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch, count: int) -> list[float]:
    """Skip the pauses before restarts and stop after `count` of them; returns their seconds."""
    pauses: list[float] = []

    def wait(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == count:
            supervisor.stop()

    monkeypatch.setattr(supervisor, "_wait", wait)
    return pauses


def test_window_that_never_appears_is_restarted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    timeouts = SupervisorTimeouts(start=0.3, silence=5.0, stop=1.0)
    supervisor = Supervisor(command, tmp_path / "beat", SystemdNotifier({}), timeouts)
    _record_pauses(supervisor, monkeypatch, 2)
    supervisor.run()
    assert supervisor.restarts == 2


def test_stop_ends_the_window_first(tmp_path: Path) -> None:
    supervisor = _supervisor(tmp_path, "is silent", SupervisorTimeouts(silence=60.0, stop=2.0))
    windows: list[int] = []
    watch = supervisor._watch

    def record_and_watch(window: subprocess.Popen[bytes], heartbeat: HeartbeatReader) -> None:
        windows.append(window.pid)
        watch(window, heartbeat)

    supervisor._watch = record_and_watch  # type: ignore[method-assign]
    threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()
    supervisor.run()
    with pytest.raises(ProcessLookupError):
        os.kill(windows[0], 0)


def test_failed_starts_are_retried_after_doubling_pauses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeouts = SupervisorTimeouts(first_pause=1.0, max_pause=60.0)
    supervisor = Supervisor([str(tmp_path / "nothing")], tmp_path / "beat", SystemdNotifier({}), timeouts)
    pauses = _record_pauses(supervisor, monkeypatch, 9)
    supervisor.run()
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_unwritable_heartbeat_kills_no_window(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    script = f"import time, sys; time.sleep(1.5); sys.exit({EXITED_ON_PURPOSE})"
    timeouts = SupervisorTimeouts(start=0.5, silence=0.5, stop=1.0, first_pause=0.05)
    beat = tmp_path / "file" / "beat"
    supervisor = Supervisor([sys.executable, "-c", script], beat, SystemdNotifier({}), timeouts)
    supervisor.run()
    assert supervisor.restarts == 0


def test_writer_beats_every_second_despite_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "logs" / "beat"
    writer = HeartbeatWriter(file)
    writer.beat(0.0)
    file.unlink()
    writer.beat(0.5)
    assert not file.exists()
    writer.beat(1.1)
    assert file.exists()
    monkeypatch.setattr(Path, "touch", lambda *_a, **_k: (_ for _ in ()).throw(OSError("full")))
    writer.beat(9.0)


def test_changed_system_time_is_not_silence(tmp_path: Path) -> None:
    file = tmp_path / "beat"
    reader = HeartbeatReader(file, now=0.0)
    reader.silent_seconds(0.2)
    assert not reader.has_beaten
    for beat, stamp in enumerate([2_000_000_000, 1_000, 1_500_000_000]):
        file.touch()
        os.utime(file, (stamp, stamp))
        assert reader.silent_seconds(0.4 + beat / 5) == 0.0
    assert reader.has_beaten
    assert 0.0 < reader.silent_seconds(1.0) < 0.5


def test_beats_of_the_previous_window_do_not_count(tmp_path: Path) -> None:
    file = tmp_path / "beat"
    file.touch()
    reader = HeartbeatReader(file, now=0.0)
    reader.silent_seconds(0.2)
    assert not reader.has_beaten


class _NotifySocket:
    """systemd's end of the socket."""

    def __init__(self, tmp_path: Path) -> None:
        self.address = str(tmp_path / "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.address)
        self._socket.setblocking(False)

    def received(self) -> list[str]:
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


def test_systemd_is_told_ready_and_stopping(listener: _NotifySocket) -> None:
    environment = {"NOTIFY_SOCKET": listener.address}
    notifier = SystemdNotifier(environment)
    assert environment == {}
    for notify in (notifier.ready, notifier.ready, notifier.alive, notifier.stopping):
        notify()
    assert listener.received() == ["READY=1", "STOPPING=1"]


@pytest.mark.parametrize("process", ["", str(os.getpid())], ids=["any process", "this process"])
def test_watchdog_is_reset_twice_per_period(listener: _NotifySocket, process: str) -> None:
    times = iter([0.0, 4.9, 5.0, 9.0, 10.1])
    environment = {"NOTIFY_SOCKET": listener.address, "WATCHDOG_USEC": "10000000", "WATCHDOG_PID": process}
    notifier = SystemdNotifier(environment, clock=lambda: next(times))
    assert environment == {}
    for _ in range(5):
        notifier.alive()
    assert listener.received() == ["WATCHDOG=1"] * 3


@pytest.mark.parametrize(
    "variables", [{"WATCHDOG_USEC": "soon"}, {"WATCHDOG_USEC": "9", "WATCHDOG_PID": "1"}]
)
def test_invalid_or_foreign_watchdog_is_not_reset(listener: _NotifySocket, variables: dict[str, str]) -> None:
    SystemdNotifier({"NOTIFY_SOCKET": listener.address, **variables}).alive()
    assert listener.received() == []


def test_supervisor_notifies_systemd(tmp_path: Path, listener: _NotifySocket) -> None:
    beat = tmp_path / "beat"
    script = (
        f"import time; time.sleep(0.3); open({str(beat)!r}, 'w'); time.sleep(0.7);"
        f"raise SystemExit({EXITED_ON_PURPOSE})"
    )
    environment = {"NOTIFY_SOCKET": listener.address, "WATCHDOG_USEC": "400000"}
    Supervisor([sys.executable, "-c", script], beat, SystemdNotifier(environment), QUICK).run()
    messages = listener.received()
    assert "READY=1" in messages
    assert "WATCHDOG=1" in messages
    assert messages[-1] == "STOPPING=1"


def test_without_address_no_socket_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    monkeypatch.setattr(socket, "socket", lambda *_: opened.append(1))
    notifier = SystemdNotifier({"WATCHDOG_USEC": "1000"})
    for notify in (notifier.ready, notifier.alive, notifier.stopping):
        notify()
    assert opened == []


def test_messages_without_listener_are_dropped(tmp_path: Path) -> None:
    times = iter([0.0, 10.0])
    environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1000000"}
    notifier = SystemdNotifier(environment, clock=lambda: next(times))
    notifier.ready()
    notifier.alive()
    assert list(tmp_path.iterdir()) == []
    late = _NotifySocket(tmp_path)
    try:
        notifier.ready()
        notifier.alive()
        assert late.received() == ["WATCHDOG=1"]
    finally:
        late.close()


def test_supervisor_process_loads_no_large_package() -> None:
    script = (
        "import sys, tetris_arcade.commands.kiosk;"
        "print([name for name in ('pygame', 'torch', 'stable_baselines3', 'numba', 'gymnasium')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="needs waitid")
def test_supervisor_reaps_what_a_dead_window_leaves_behind(tmp_path: Path) -> None:
    """As the first process of a container it becomes the parent of the window's processes."""
    window = (
        "import os, subprocess, sys, time; child = subprocess.Popen(['sleep', '0.3']);"
        f"open({str(tmp_path / 'pids')!r}, 'a').write(str(child.pid) + ' ');"
        f"os._exit({EXITED_ON_PURPOSE}) if len(open({str(tmp_path / 'pids')!r}).read().split()) > 2 else 0;"
        "os.kill(os.getpid(), 9)"
    )
    script = (
        "import ctypes, subprocess, sys, time; ctypes.CDLL(None).prctl(36, 1);"  # PR_SET_CHILD_SUBREAPER
        "from pathlib import Path;"
        "from tetris_arcade.kiosk.supervisor import Supervisor, SupervisorTimeouts;"
        "from tetris_arcade.kiosk.systemd import SystemdNotifier;"
        "timeouts = SupervisorTimeouts(first_pause=1.0, max_pause=1.0);"
        f"Supervisor([sys.executable, '-c', {window!r}], Path({str(tmp_path / 'beat')!r}),"
        " SystemdNotifier({}), timeouts).run();"
        f"pids = Path({str(tmp_path / 'pids')!r}).read_text().split();"
        "print([pid for pid in pids[:2] if Path('/proc', pid).exists()])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
