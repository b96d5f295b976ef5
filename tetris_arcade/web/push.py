"""WebSockets that are sent whole frames: a message to many browsers is encoded once, and needs no task."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

_WRITE_BUFFER_BYTES = 16 * 1024
_EXTENSION = "tetris_arcade.push"


def text_frame(text: str) -> bytes:
    """The WebSocket frame of a text; a server's frames are the same for all browsers."""
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


class PushProtocol(WebSocketsSansIOProtocol):
    """A WebSocket that the application may also write to without waiting.

    on_writable: called when the browser has taken what was written.
    """

    on_writable: Callable[[], None] | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=_WRITE_BUFFER_BYTES)
        self._is_paused = False

    def pause_writing(self) -> None:
        super().pause_writing()
        self._is_paused = True

    def resume_writing(self) -> None:
        super().resume_writing()
        self._is_paused = False
        if self.on_writable is not None:
            self.on_writable()

    async def run_asgi(self) -> None:
        cast(dict[str, Any], self.scope["extensions"])[_EXTENSION] = self
        await super().run_asgi()

    @property
    def is_writable(self) -> bool:
        """Whether the browser keeps up, and the connection is open."""
        return not self._is_paused and not self.transport.is_closing()

    def push(self, frames: Iterable[bytes]) -> None:
        """Write whole frames."""
        self.transport.write(b"".join(frames))


def push_protocol(scope: Any) -> PushProtocol:
    """The connection of an accepted WebSocket."""
    return cast(PushProtocol, scope["extensions"][_EXTENSION])
