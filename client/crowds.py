"""What light clients say to a server, and what they look for in its answers: ours, and the peers
it is compared with, behind the same handful of methods."""

import json
import re
from collections.abc import Callable
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from client.light import BINARY, TEXT, Crowd, LoadError, Wire, client_frame
from client.replica import decode, encode
from protocols.commands import FIELDS, Command, Join, ParkTopic, array
from protocols.limits import ADDRESS
from protocols.wire import VERSION

MARK: Final = re.compile(rb"@@(\d{8})\|")
KEPT: Final = 4_096
"""Payloads whose content is remembered."""
CAREFUL: Final = 0.95
"""The share of an allowed rate that is used, since two clocks never agree exactly."""
PEOPLE: Final = FIELDS["tally"].index("people") + 1


def mark(number: int, size: int) -> bytes:
    """A text of `size` bytes by which one broadcast is told from the others."""
    return (b"@@%08d|" % number).ljust(size, b"0")


def marked(payload: bytes) -> int:
    """The number in a payload with a mark; 0 where there is none."""
    found = MARK.search(payload)
    return int(found[1]) if found else 0


class Once:
    """Applies a function to a payload once, however many people it came to."""

    def __init__(self, look: Callable[[bytes], int]) -> None:
        self._look = look
        self._known: dict[bytes, int] = {}

    def __call__(self, payload: bytes) -> int:
        found = self._known.get(payload)
        if found is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            found = self._known[payload] = self._look(payload)
        return found


class Speech(Protocol):
    """How one kind of server is spoken to."""

    path: str

    def upgraded(self, crowd: Crowd, wire: Wire) -> None:
        """A connection may speak."""

    def entering(self, crowd: Crowd, wire: Wire, payload: bytes) -> None:
        """Something came while people come in."""

    def broadcast(self, wire: Wire, number: int, size: int) -> bytes:
        """The frame that has everybody sent about `size` bytes with a mark."""

    def allowed(self, passed_s: float) -> float:
        """How many connections the server takes in so many seconds."""


class Oneroom:
    """Our own protocol: hello, the whole view, and a seat."""

    def __init__(self, code: str, token: str) -> None:
        self.path = f"/ws/{code}"
        hello = ["hello", VERSION, token, 0, "load", ["", 0, ""], 0]
        self._hello = client_frame(encode(hello))
        self._join = do(1, 0, Join(0, "remote"), "Person")
        self.step = 0
        """The step that commands are meant for."""

    def upgraded(self, crowd: Crowd, wire: Wire) -> None:
        wire.send(self._hello)

    def entering(self, crowd: Crowd, wire: Wire, payload: bytes) -> None:
        if is_patch(payload) and not wire.ref:
            wire.ref = 1
            wire.send(self._join)
        elif is_ack(payload):
            crowd.came_in(wire)
        else:
            complain(payload)

    def broadcast(self, wire: Wire, number: int, size: int) -> bytes:
        """Parks a topic: everybody sees a new card, and nothing older is touched."""
        wire.ref += 1
        return do(wire.ref, self.step, ParkTopic(), mark(number, size).decode())

    def allowed(self, passed_s: float) -> float:
        return CAREFUL * (ADDRESS.burst + passed_s * ADDRESS.per_s)


class Raw:
    """A server that broadcasts every message that does not begin with `v`."""

    def __init__(self, path: str = "/ws") -> None:
        self.path = path

    def upgraded(self, crowd: Crowd, wire: Wire) -> None:
        crowd.came_in(wire)

    def entering(self, crowd: Crowd, wire: Wire, payload: bytes) -> None:
        """Nothing is said while people come in."""

    def broadcast(self, wire: Wire, number: int, size: int) -> bytes:
        return client_frame(mark(number, size))

    def allowed(self, passed_s: float) -> float:
        return float("inf")


class SocketIo:
    """Socket.IO 4 over a websocket alone: an event `p` is broadcast."""

    path = "/socket.io/?EIO=4&transport=websocket"

    def upgraded(self, crowd: Crowd, wire: Wire) -> None:
        """The server speaks first."""

    def entering(self, crowd: Crowd, wire: Wire, payload: bytes) -> None:
        if payload.startswith(b"0"):
            wire.send(client_frame(b"40", TEXT))
        elif payload.startswith(b"40"):
            crowd.came_in(wire)

    def broadcast(self, wire: Wire, number: int, size: int) -> bytes:
        text = json.dumps(["p", mark(number, size).decode()], separators=(",", ":"))
        return client_frame(b"42" + text.encode(), TEXT)

    def allowed(self, passed_s: float) -> float:
        return float("inf")


def address(base: str, speech: Speech) -> str:
    """Where a crowd of this speech connects, on the server at `base`."""
    parts = urlsplit(base)
    return f"ws://{parts.netloc}{speech.path}"


def do(ref: int, step: int, command: Command, *words: str) -> bytes:
    """A command under one's own name, as a whole frame."""
    return client_frame(encode(["do", ref, 0, step, 0, array(command), list(words)]), BINARY)


def is_patch(payload: bytes) -> bool:
    """Whether this is a patch of the room's table. Looks only at the bytes that tell."""
    return payload[1:8] == b"\xa5patch\xc2"


def is_ack(payload: bytes) -> bool:
    """Whether this acknowledges a command."""
    return payload[1:5] == b"\xa3ack"


def online(payload: bytes) -> int:
    """How many people a presence message tells of; 0 for any other message."""
    return int(decode(payload)[1]) if payload[1:9] == b"\xa7present" else 0


def complain(payload: bytes) -> None:
    """LoadError where a message is a refusal or a farewell."""
    tag = payload[1:9]
    if tag == b"\xa7refused":
        raise LoadError(f"the server refused a command: {decode(payload)[3]}")
    if tag == b"\xa8farewel":
        raise LoadError("the server is about to stop")


def most_voters(payload: bytes) -> int:
    """The largest number of people that a patch shows on any tally."""
    message: list[Any] = decode(payload)
    return max((view[PEOPLE] for view in message[6] if view[0] == "tally"), default=0)
