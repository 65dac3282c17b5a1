"""The websocket protocol class: uvicorn's own, with two doors for a room.

Messages go straight to a sink instead of a queue, and frames that were built once can be written
to many. The attributes it leans on are not documented in uvicorn, so its minor version is pinned
and `tests/server/test_frames.py` holds each of them.
"""

import asyncio
import socket
from asyncio.transports import BaseTransport
from typing import Any, Final, Protocol, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request

from protocols.codes import Close

WRITE_BUFFER_BYTES: Final = 64 * 1024
"""What a slow reader may leave in our memory before the room writes past it."""
KERNEL_BUFFER_BYTES: Final = 128 * 1024
"""What it may leave in the kernel's."""
MOST_FRAGMENTS: Final = 1_000
"""Parts of one message. Empty ones weigh nothing against its size, but would fill the memory."""
REST_S: Final = 1.0
"""How long a connection is not read after it sent more pings or signs than it may."""
PROBE: Final = b"there"


class Sink(Protocol):
    """Who takes a connection's messages."""

    def received(self, data: bytes) -> None:
        """A whole binary message."""

    def text_received(self) -> None:
        """A text message, which this protocol does not know."""

    def paused(self) -> None:
        """The reader is slow: write nothing more."""

    def resumed(self) -> None:
        """The reader has caught up."""

    def leaving(self) -> None:
        """The connection is closing or gone: no data frame may follow."""

    def shutting_down(self) -> bytes:
        """The server stops. Returns a last frame to be written."""


class FramesProtocol(WebSocketsSansIOProtocol):
    """One connection. `scope["extensions"]["oneroom"]` holds it for the endpoint."""

    sink: Sink | None = None
    stalled = False
    _probe: asyncio.Future[bool] | None = None
    _rest: asyncio.TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=WRITE_BUFFER_BYTES)
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family != socket.AF_UNIX:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BUFFER_BYTES)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):  # it has none where the handshake was refused
            extensions = cast(dict[str, Any], self.scope["extensions"])
            extensions["oneroom"] = self

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) < MOST_FRAGMENTS:
            super().handle_cont(event)
        else:
            self.end(Close.TOO_LARGE, "a message in too many parts")

    def send_receive_event_to_app(self) -> None:
        sink = self.sink
        if sink is None:
            super().send_receive_event_to_app()
            return
        frames, self.frames = self.frames, []
        if self.close_sent:
            return
        if self.curr_msg_data_type == "bytes":
            sink.received(frames[0] if len(frames) == 1 else b"".join(frames))
        else:
            sink.text_received()

    def write(self, frame: bytes) -> None:
        """Write a frame as it is. Only for a connection that has not left."""
        self.transport.write(frame)

    @property
    def is_open(self) -> bool:
        """Whether a frame may still be written."""
        return self.handshake_complete and not self.close_sent and not self.disconnected

    def end(self, code: int, reason: str = "") -> None:
        """Close with a code, and let the endpoint know."""
        if not self.is_open:
            return
        self._leave()
        self.stop_keepalive()
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        if self.stalled:
            self.transport.abort()
        else:
            self.close_timer = self.loop.call_later(2.0, self.transport.abort)

    def probe(self) -> "asyncio.Future[bool]":
        """Ask the other side for a sign of life. The future becomes True with the answer."""
        if self._probe is None or self._probe.done():
            self._probe = self.loop.create_future()
            self.conn.send_ping(PROBE)
            self.transport.write(b"".join(self.conn.data_to_send()))
        return self._probe

    def rest(self) -> None:
        """Read nothing for a moment: the other side sends more than anybody needs."""
        if self._rest is None and not self.transport.is_closing():
            self.transport.pause_reading()
            self._rest = self.loop.call_later(REST_S, self._rested)

    def _rested(self) -> None:
        self._rest = None
        if not self.stalled and not self.transport.is_closing():
            self.transport.resume_reading()

    def handle_pong(self, event: Frame) -> None:
        if bytes(event.data) == PROBE and self._probe is not None and not self._probe.done():
            self._probe.set_result(True)
            return
        super().handle_pong(event)

    def pause_writing(self) -> None:
        super().pause_writing()
        self.stalled = True
        # Whoever takes no answers is not read either, or answers would pile up without end.
        self.transport.pause_reading()
        if self.sink is not None:
            self.sink.paused()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.stalled = False
        if self._rest is None and not self.transport.is_closing():
            self.transport.resume_reading()
        if self.sink is not None:
            self.sink.resumed()

    def _leave(self) -> None:
        sink, self.sink = self.sink, None
        if sink is not None:
            sink.leaving()

    def handle_close(self, event: Frame) -> None:
        self._leave()
        super().handle_close(event)

    def handle_parser_exception(self) -> None:
        self._leave()
        super().handle_parser_exception()

    def keepalive_timeout(self) -> None:
        self._leave()
        super().keepalive_timeout()
        # Whoever does not read will not let the buffer drain either.
        self.transport.abort()

    def shutdown(self) -> None:
        if self.sink is not None and self.is_open:
            self.transport.write(self.sink.shutting_down())
        self._leave()
        super().shutdown()
        if self.stalled:
            self.transport.abort()

    def eof_received(self) -> None:
        self._leave()
        super().eof_received()
        # The buffer of a stalled reader would keep the connection for ever.
        if self.stalled:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()
        if self._rest is not None:
            self._rest.cancel()
        if self._probe is not None and not self._probe.done():
            self._probe.set_result(False)
        super().connection_lost(exc)
