"""`web` as a process, and its clients, as the bench and the tests use them."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tetris_arcade.process.interpreter import program_command
from tetris_arcade.remote.web_options import TOKEN_VARIABLE, WATCH_TOKEN_VARIABLE

TOKEN, WATCH_TOKEN = "operators-token", "watchers-token"
START_SECONDS = 300.0
"""A machine that has not compiled the kernels yet needs most of them."""
_END_SECONDS = 30.0
_ADDRESS = "http://"


class WebProgram:
    """A running `web` on a free port, with its data in a folder; or another command that serves browsers.

    base: its address, without a slash. output: the lines that it has printed.
    """

    def __init__(self, root: Path, *command: str) -> None:
        self._process = subprocess.Popen(
            program_command("--data-dir", str(root), *(command or ("web", "--port", "0"))),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, TOKEN_VARIABLE: TOKEN, WATCH_TOKEN_VARIABLE: WATCH_TOKEN},
        )
        self.output: list[str] = []
        self.base = self._read_base()
        # Its later lines must not fill the pipe.
        threading.Thread(target=self._drain, daemon=True).start()

    def _read_base(self) -> str:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.output.append(line)
            if _ADDRESS in line:
                return _ADDRESS + line.partition(_ADDRESS)[2].partition("/")[0]
        raise RuntimeError(f"web did not start: {''.join(self.output)}")

    def _drain(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.output.append(line)

    def url(self, token: str = TOKEN) -> str:
        """The address that lets a browser in."""
        return f"{self.base}/?token={token}"

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def server(self) -> psutil.Process:
        """The process of the server, which listens on the port."""
        port = int(self.base.rpartition(":")[2])
        for child in psutil.Process(self.pid).children(recursive=True):
            if any(found.laddr and found.laddr.port == port for found in child.net_connections("inet")):
                return child
        raise RuntimeError("the web server is not running")

    def wait(self, seconds: float) -> int:
        """The exit code of the program, which is ending."""
        return self._process.wait(seconds)

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class WebClient:
    """A client of the protocol. A thread reads all messages and counts them by their type.

    status, metrics: the newest. counts, num_bytes: messages, and their bytes, by type. first_board_at:
    `time.monotonic()` of the first board, in the state that comes first or behind it. on_message: called with
    every message, in the reading thread.
    """

    def __init__(
        self,
        program: WebProgram,
        token: str = WATCH_TOKEN,
        on_message: Callable[[Mapping[str, Any]], None] = lambda _: None,
    ) -> None:
        self._on_message = on_message
        self._stack = ExitStack()
        self._connection: ClientConnection = self._stack.enter_context(
            connect(
                f"ws{program.base.removeprefix('http')}/ws",
                additional_headers={"Authorization": f"Bearer {token}"},
                max_size=2**24,
                compression=None,
            )
        )
        self.status: Mapping[str, Any] = {}
        self.metrics: Mapping[str, Any] = {}
        self.counts: Counter[str] = Counter()
        self.num_bytes: Counter[str] = Counter()
        self.first_board_at: float | None = None
        self.errors: list[str] = []
        self._changed = threading.Condition()
        self._next_id = 1
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def command(self, command: str, **fields: Any) -> None:
        """Send a command; what comes of it is seen in `status`, or in `errors`."""
        self._connection.send(json.dumps({"id": self._next_id, "command": command, **fields}))
        self._next_id += 1

    def wait(self, condition: Callable[[], bool], seconds: float = START_SECONDS) -> None:
        """Wait until a message makes a condition true; raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(condition, seconds):
                raise TimeoutError(f"the server did not answer within {seconds:.0f} s: {self.status}")

    def wait_for_status(self, status: str, seconds: float = START_SECONDS) -> None:
        self.wait(lambda: self.status.get("status") == status, seconds)

    def close(self) -> None:
        self._stack.close()
        self._reader.join()

    def _read(self) -> None:
        try:
            for text in self._connection:
                self._take(text)
        except ConnectionClosed:
            return

    def _take(self, text: str | bytes) -> None:
        message = json.loads(text)
        kind = message["type"]
        self._on_message(message)
        with self._changed:
            self.counts[kind] += 1
            self.num_bytes[kind] += len(text.encode() if isinstance(text, str) else text)
            if kind == "sync":
                self.status, self.metrics = message["status"], message["metrics"]
            elif kind == "status":
                self.status = message
            elif kind == "metrics":
                self.metrics = message
            elif kind == "error":
                self.errors.append(message["message"])
            if self.first_board_at is None and (kind == "board" or (kind == "sync" and message["boards"])):
                self.first_board_at = time.monotonic()
            self._changed.notify_all()
