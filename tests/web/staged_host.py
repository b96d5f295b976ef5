"""A host whose workers do what a test says, with the real server beside it, and a browser in a few lines."""

from __future__ import annotations

import json
import select
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from websockets.sync.client import ClientConnection, connect

from tests.sample_data import STACK, set_board
from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.remote.host import HostLinks, Screenshot
from tetris_arcade.remote.messages import COMMANDS, RefusedError, RemoteCommand, TakeScreenshot, WorkerStatus
from tetris_arcade.remote.sidecar import Sidecar
from tetris_arcade.remote.web_options import make_web_options
from tetris_arcade.worker.shared.messages import PlayTask, Report, Task, TrainTask, WorkerState
from tetris_arcade.worker.shared.segments import Segment
from tetris_arcade.worker.shared.telemetry import SharedCell, Telemetry, empty_frame, empty_series

OPERATOR, WATCHER = "operators-token", "watchers-token"
SECONDS = 30.0
PIXELS = bytes(range(6 * 4 * 3))


class StagedHost:
    """obeyed: the commands that came. refusal: raised instead of obeying the next one."""

    kind = "arcade"
    commands = COMMANDS

    def __init__(self) -> None:
        self.is_writable = True
        self.telemetry = {name: Telemetry.create() for name in ("trainer", "player")}
        self.now = {name: WorkerStatus() for name in self.telemetry}
        self.obeyed: list[RemoteCommand] = []
        self.refusal: RefusedError | None = None

    def segments(self) -> Mapping[str, Segment]:
        return {name: telemetry.segment for name, telemetry in self.telemetry.items()}

    def statuses(self) -> Mapping[str, WorkerStatus]:
        return dict(self.now)

    def obey(self, command: RemoteCommand) -> Screenshot | None:
        refusal, self.refusal = self.refusal, None
        if refusal is not None:
            raise refusal
        self.obeyed.append(command)
        if not isinstance(command, TakeScreenshot):
            return None
        segment = Segment(len(PIXELS))
        segment.map()[:] = PIXELS
        return Screenshot((6, 4), segment)

    # --- What its workers do ---

    def start(self, worker: str = "trainer", task: Task | None = None) -> None:
        """A worker is at work on another task."""
        task = task or (TrainTask() if worker == "trainer" else PlayTask())
        self.telemetry[worker].clear()
        self.telemetry[worker].cells[SharedCell.VISUALS] = 1
        generation = self.now[worker].generation + 1
        self.now[worker] = WorkerStatus(WorkerState.RUNNING, "At work.", task=task, generation=generation)

    def change(self, worker: str = "trainer", **fields: Any) -> None:
        """Change a worker's status."""
        self.now[worker] = replace(self.now[worker], **fields)

    def rest(self) -> None:
        """Nothing is at work."""
        for worker in self.now:
            self.change(worker, state=WorkerState.STOPPED, task=None, message="It has ended.")

    def show(self, move: int, worker: str = "trainer", **counters: float) -> None:
        """Publish a board and counters."""
        frame = empty_frame()
        set_board(frame["boards"][0][0], STACK, "T", 18, move=move, lines=move)
        frame["num_boards"] = 1
        for name, value in counters.items():
            frame["counters"][name] = value
        self.telemetry[worker].frame.write(frame)

    def plot(self, points: int) -> None:
        """Publish a graph."""
        series = empty_series()
        series["lines"]["count"] = points
        series["lines"]["timesteps"][0][:points] = np.arange(points) * 100
        series["lines"]["values"][0][:points] = np.arange(points) + 0.5
        self.telemetry["trainer"].series.write(series)


class Browser:
    """One open WebSocket. messages: those that came, in order."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self.messages: list[dict[str, Any]] = []

    def send(self, text: str | bytes = "", /, **command: Any) -> None:
        """Send a command, or a text as it is."""
        self._connection.send(text or json.dumps(command))

    def receive(self, *types: str, seconds: float = SECONDS) -> dict[str, Any]:
        """The next message of one of these types."""
        end = time.monotonic() + seconds
        while True:
            message = json.loads(self._connection.recv(timeout=max(0.01, end - time.monotonic())))
            self.messages.append(message)
            if message["type"] in types:
                return message

    def ask(self, **command: Any) -> dict[str, Any]:
        """Send a command; returns how it ended."""
        number = command.setdefault("id", len(self.messages) + 1)
        self.send(**command)
        while (answer := self.receive("done", "error")).get("id") != number:
            pass
        return answer

    def until(self, kind: str, is_wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The next message of that type that is wanted."""
        while not is_wanted(message := self.receive(kind)):
            pass
        return message


@dataclass
class Site:
    """A server that runs, its host, and the lock under which the host's thread runs."""

    host: StagedHost
    links: HostLinks
    sidecar: Sidecar
    paths: DataPaths
    lock: threading.Lock

    @property
    def port(self) -> int:
        return self.sidecar.options.port

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def http(self, token: str | None = OPERATOR, **headers: str) -> httpx.Client:
        """A program that uses REST."""
        given = {} if token is None else {"Authorization": f"Bearer {token}"}
        # Certificates take a fifth of a second to load, and are for https only.
        return httpx.Client(
            base_url=f"http://{self.address}", headers=given | headers, timeout=SECONDS, verify=False
        )

    @contextmanager
    def browser(self, token: str | None = OPERATOR, query: str = "", **headers: str) -> Iterator[Browser]:
        """A page's WebSocket."""
        given = {} if token is None else {"Authorization": f"Bearer {token}"}
        with connect(
            f"ws://{self.address}/ws{query}",
            additional_headers=given | headers,
            compression=None,
            max_size=None,
            open_timeout=SECONDS,
            close_timeout=1.0,
        ) as connection:
            yield Browser(connection)

    def state(self) -> dict[str, Any]:
        """What a page is first sent."""
        with self.browser() as browser:
            return browser.receive("sync")

    def report(self, report: Report, worker: str = "trainer") -> None:
        """A worker reports."""
        with self.lock:
            self.links.on_report(worker, [report])

    def wait_until_up(self) -> None:
        """Wait until the server answers and knows its host."""
        with self.http(None) as client:
            wait_until(lambda: client.get("/health").json()["ok"])


@contextmanager
def open_site(root: Path) -> Iterator[Site]:
    """Run a host in a thread, with the real server beside it."""
    paths = DataPaths(root, shipped_slots())
    host = StagedHost()
    links = HostLinks(lambda: host)
    options = make_web_options("127.0.0.1", 0, OPERATOR, WATCHER, environment={})
    site = Site(host, links, Sidecar(options, paths, links.connect), paths, threading.Lock())
    stop = threading.Event()

    def run() -> None:
        # The server's process ends with the thread that started it.
        while not stop.is_set():
            with site.lock:
                site.sidecar.poll()
                links.poll()
            select.select(links.filenos(), [], [], 0.01)
        links.close()
        site.sidecar.close()

    thread = threading.Thread(target=run, name="staged host")
    thread.start()
    try:
        site.wait_until_up()
        yield site
    finally:
        stop.set()
        thread.join()


def wait_until(is_true: Callable[[], Any], seconds: float = SECONDS) -> None:
    """Wait until a condition holds; connections that fail do not count."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if is_true():
                return
        except (httpx.TransportError, OSError, KeyError):
            pass
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")
