"""The other side of a link: telemetry and state of a host, and commands to it."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tetris_arcade import __version__
from tetris_arcade.remote.channel import Message, MessageChannel
from tetris_arcade.remote.messages import WATCH, RemoteCommand, WorkerStatus, command_message, decode_status
from tetris_arcade.worker.shared.segments import Segment
from tetris_arcade.worker.shared.telemetry import Telemetry


@dataclass(frozen=True)
class Hello:
    """What a host says first. commands: those that it knows. is_writable: whether it owns its data folder."""

    version: str
    kind: str
    commands: frozenset[str]
    is_writable: bool


class OtherVersionError(Exception):
    """The host is of another version, whose telemetry this one cannot read."""


class HostLink:
    """A link to a host. Use it from one thread; no call blocks.

    hello: None until the host has said it. telemetry: of each worker, read-only; every link has mailboxes of
    its own. statuses: what each worker is doing.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._channel = MessageChannel(sock, accepts_segments=True)
        self._ids = itertools.count(1)
        self.hello: Hello | None = None
        self.telemetry: dict[str, Telemetry] = {}
        self.statuses: dict[str, WorkerStatus] = {}

    @property
    def is_closed(self) -> bool:
        """Whether the host is gone, or sent something that is no message."""
        return self._channel.is_closed

    def fileno(self) -> int:
        return self._channel.fileno()

    def send(self, command: RemoteCommand | Mapping[str, Any]) -> int:
        """Send a command; returns the `id` that its answer will have."""
        message = command if isinstance(command, Mapping) else command_message(command)
        number = next(self._ids)
        self._channel.send({**message, "id": number})
        return number

    def watch(self, *, on: bool) -> None:
        """Say whether somebody looks at what is read here; a host may show nothing to nobody."""
        self._channel.send({"command": WATCH, "on": on})

    def poll(self) -> list[Message]:
        """What has arrived, in order; an answer with shared memory has it as its `segment`.

        Raises OtherVersionError.
        """
        self._channel.flush()
        messages = []
        for message, segments in self._channel.receive():
            self._take(message, segments)
            messages.append(message)
        return messages

    def close(self) -> None:
        """End the link."""
        self._channel.close()

    def _take(self, message: Message, segments: list[Segment]) -> None:
        kind = message.get("type")
        if kind == "hello":
            self._greet(message, segments)
        elif kind == "status":
            self.statuses[str(message["source"])] = decode_status(message)
        elif segments:
            message["segment"] = segments[0]

    def _greet(self, message: Message, segments: list[Segment]) -> None:
        version = str(message.get("version"))
        if version != __version__ or any(segment.size != Telemetry.size() for segment in segments):
            self.close()
            raise OtherVersionError(
                f"the program that runs there is of version {version}, this one is of {__version__}"
            )
        self.hello = Hello(
            version, str(message["kind"]), frozenset(message["commands"]), bool(message["writable"])
        )
        self.telemetry = {
            name: Telemetry.attach(segment, read_only=True)
            for name, segment in zip(message["segments"], segments, strict=True)
        }
