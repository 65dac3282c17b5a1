"""One connection: decodes what comes in, writes what goes out, and decides nothing."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from protocols import limits
from protocols.codes import Close
from protocols.frames import frame
from protocols.wire import (
    BadMessage,
    ClientMessage,
    Do,
    Farewell,
    Hello,
    Here,
    Ping,
    Pong,
    React,
    ServerMessage,
    decode,
    encode,
)
from rooms.kernel import PlaneId
from rooms.roles import Mask
from server.edge import Sender
from server.frames import FramesProtocol

RETRY_MS = 3_000
"""Within how long people come back when their only server stops; each at a moment of its own."""


class Place(Protocol):
    """What a connection may ask of the room it is in."""

    def read(self, data: bytes) -> ClientMessage:
        """Read a message, with the commands of the rules in force. BadMessage if it is none."""

    def do(self, connection: "Connection", do: Do) -> None:
        """Take a command."""

    def here(self, connection: "Connection", here: Here) -> None:
        """Take a sign of presence."""

    def react(self, connection: "Connection", react: React) -> None:
        """Take a reaction."""

    def paused(self, connection: "Connection") -> None:
        """The reader is slow."""

    def resumed(self, connection: "Connection") -> None:
        """The reader has caught up."""

    def leave(self, connection: "Connection") -> None:
        """The connection is gone."""


class Connection:
    """A phone, a moderator's view or a stage. `planes` are the private planes it may read, `own_at`
    how far its private table is told, `own_seen` from where on its planes are looked through."""

    __slots__ = (
        "_clock",
        "_protocol",
        "_retry_ms",
        "_signs",
        "hello",
        "own_at",
        "own_seen",
        "page",
        "place",
        "planes",
        "sender",
        "unanswered",
        "write",
    )

    def __init__(
        self,
        protocol: FramesProtocol,
        clock: Callable[[], int],
        retry_ms: Callable[[], int] = lambda: RETRY_MS,
    ) -> None:
        self._protocol = protocol
        self._clock = clock
        self._retry_ms = retry_ms
        self.hello: asyncio.Future[Hello | None] = asyncio.get_running_loop().create_future()
        self.place: Place | None = None
        self.sender = Sender(0, 0, 0, 0)
        self.page = ""
        self.planes: list[PlaneId] = []
        self.own_at = 0
        self.own_seen = 0
        self.unanswered = 0
        self._signs = (float(limits.SIGNS.burst), time.monotonic())
        self.write: Callable[[bytes], None] = protocol.transport.write
        protocol.sink = self

    @property
    def role(self) -> Mask:
        """The role in which it is connected."""
        return self.sender.role

    @property
    def stalled(self) -> bool:
        """Whether its reader is slow just now."""
        return self._protocol.stalled

    @property
    def is_open(self) -> bool:
        """Whether a frame may still be written."""
        return self._protocol.is_open

    def send(self, message: ServerMessage) -> None:
        """Write one message to this connection alone."""
        if self._protocol.is_open:
            self.write(frame(encode(message)))

    def end(self, code: Close, reason: str = "") -> None:
        """Close with a code."""
        self._protocol.end(code, reason)

    def probe(self) -> "asyncio.Future[bool]":
        """Ask for a sign of life."""
        return self._protocol.probe()

    # What the protocol tells

    def received(self, data: bytes) -> None:
        place = self.place
        try:
            message = decode(data) if place is None else place.read(data)
        except BadMessage as why:
            self.end(Close.BAD_MESSAGE, _short(f"not a message of this protocol: {why}"))
            return
        if isinstance(message, Hello):
            if self.hello.done():
                self.end(Close.BAD_MESSAGE, "hello was said already")
            else:
                self.hello.set_result(message)
        elif place is None:
            self.end(Close.BAD_MESSAGE, "say hello and wait for welcome first")
        elif isinstance(message, Do):
            place.do(self, message)
        elif not self.may_sign():
            self._protocol.rest()  # pings and signs of presence past any need
        elif isinstance(message, Ping):
            self.send(Pong(message.sent, self._clock()))
        elif isinstance(message, React):
            place.react(self, message)
        else:
            place.here(self, message)

    def may_sign(self) -> bool:
        """Whether one more message that is no new command is within the limit."""
        tokens, last = self._signs
        now = time.monotonic()
        tokens, allowed = limits.SIGNS.spend(tokens, now - last)
        self._signs = (tokens, now)
        return allowed

    def text_received(self) -> None:
        self.end(Close.BAD_MESSAGE, "send binary messages")

    def paused(self) -> None:
        if self.place is not None:
            self.place.paused(self)

    def resumed(self) -> None:
        if self.place is not None:
            self.place.resumed(self)

    def leaving(self) -> None:
        if not self.hello.done():
            self.hello.set_result(None)
        place, self.place = self.place, None
        if place is not None:
            place.leave(self)

    def shutting_down(self) -> bytes:
        return frame(encode(Farewell(self._retry_ms())))


def _short(text: str) -> str:
    """A close reason: at most 123 bytes (RFC 6455, section 5.5)."""
    return text.encode()[:120].decode(errors="ignore")
