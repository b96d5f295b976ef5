"""The host's side of its links: it sends what its workers do, and obeys commands that it checks itself."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from tetris_arcade import __version__
from tetris_arcade.languages import N_
from tetris_arcade.process.local_socket import LocalListener
from tetris_arcade.remote.channel import Message, MessageChannel
from tetris_arcade.remote.messages import (
    WATCH,
    RefusedError,
    RemoteCommand,
    WorkerStatus,
    parse_command,
    report_message,
    status_message,
)
from tetris_arcade.worker.shared.messages import Report
from tetris_arcade.worker.shared.segments import Segment

logger = logging.getLogger(__name__)

MAX_LINKS = 8


@dataclass(frozen=True)
class Screenshot:
    """The pixels of a window: RGB, row by row, in shared memory."""

    size: tuple[int, int]
    pixels: Segment


class Host(Protocol):
    """A program that owns workers.

    kind: "arcade", "kiosk", "web" or "train". commands: the names of those that it knows. is_writable:
    whether it owns its data folder, so that models may be saved and deleted there.
    """

    kind: str
    commands: frozenset[str]

    @property
    def is_writable(self) -> bool: ...

    def segments(self) -> Mapping[str, Segment]:
        """The telemetry of each worker: of the "trainer", and of the "player" if there is one."""
        ...

    def statuses(self) -> Mapping[str, WorkerStatus]:
        """What each worker is doing now, under the same names."""
        ...

    def obey(self, command: RemoteCommand) -> Screenshot | None:
        """Do it, without blocking; raises RefusedError."""
        ...


class HostLinks:
    """All links of a host. Use it from one thread; no call blocks.

    make_host: makes the host when the first link does; until then, there is none.
    """

    def __init__(self, make_host: Callable[[], Host]) -> None:
        self._make_host = make_host
        self._listener: LocalListener | None = None
        self._links: list[MessageChannel] = []
        self._watching: set[MessageChannel] = set()
        self._statuses: dict[str, WorkerStatus] = {}

    @cached_property
    def _host(self) -> Host:
        return self._make_host()

    @property
    def is_watched(self) -> bool:
        """Whether somebody looks at what the workers do, at the other end of any link."""
        return any(not link.is_closed for link in self._watching)

    def listen(self, path: Path) -> None:
        """Let other programs of this user make links over a socket at a path; raises OSError."""
        self._listener = LocalListener(path)

    def connect(self) -> socket.socket:
        """Make a link, and return the other end for a process to be started."""
        ours, theirs = socket.socketpair()
        self.add(ours)
        return theirs

    def add(self, sock: socket.socket) -> None:
        """Start a link over a connected socket; one too many is closed."""
        channel = MessageChannel(sock)
        if len(self._links) >= MAX_LINKS:
            logger.warning("a program that wanted to watch was refused: %d do already", MAX_LINKS)
            channel.close()
            return
        host, segments = self._host, self._host.segments()
        hello = {
            "type": "hello",
            "version": __version__,
            "kind": host.kind,
            "commands": sorted(host.commands),
            "writable": host.is_writable,
            "segments": {name: segment.size for name, segment in segments.items()},
        }
        channel.send(hello, list(segments.values()))
        for source, status in host.statuses().items():
            channel.send(status_message(source, status))
        self._links.append(channel)

    def filenos(self) -> list[int]:
        """Descriptors that are readable when there is something to obey, or a new link."""
        listening = [] if self._listener is None else [self._listener.fileno()]
        return listening + [link.fileno() for link in self._links if not link.is_closed]

    def on_report(self, source: str, reports: Iterable[Report]) -> None:
        """Pass on reports of a worker."""
        for report in reports:
            self._send_to_all(report_message(source, report))

    def poll(self) -> None:
        """Take new links, obey what has arrived, and send what has changed."""
        for connection in () if self._listener is None else self._listener.accept_all():
            self.add(connection)
        for link in self._links:
            link.flush()
            for message, _ in link.receive():
                self._answer(link, message)
        self._links = [link for link in self._links if not link.is_closed]
        self._watching.intersection_update(self._links)
        if self._links:
            self._send_changes()

    def close(self) -> None:
        """End all links, and listen no more."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for link in self._links:
            link.close()
        self._links.clear()
        self._watching.clear()

    def _send_changes(self) -> None:
        for source, status in self._host.statuses().items():
            if self._statuses.get(source) != status:
                self._statuses[source] = status
                self._send_to_all(status_message(source, status))

    def _send_to_all(self, message: Message) -> None:
        for link in self._links:
            link.send(message)

    def _answer(self, link: MessageChannel, message: Message) -> None:
        if message.get("command") == WATCH:
            (self._watching.add if message.get("on") is True else self._watching.discard)(link)
            return
        answer: dict[str, Any] = {"id": message.get("id"), "ok": True}
        try:
            result = self._obey(message)
        except RefusedError as error:
            link.send({**answer, "ok": False, "error": str(error), "code": error.code})
            return
        if result is None:
            link.send(answer)
            return
        link.send({**answer, "size": list(result.size)}, [result.pixels])
        result.pixels.close()

    def _obey(self, message: Message) -> Screenshot | None:
        if message.get("command") not in self._host.commands and isinstance(message.get("command"), str):
            parse_command(message)  # Says what is wrong with an unknown one.
            raise RefusedError(N_("This program does not take that command."))
        return self._host.obey(parse_command(message))
