"""Light clients: thousands of websockets in one thread, so that a load does not measure itself.

What is sent is a frame built beforehand. What comes in is cut into frames and handed on as bytes;
whoever listens decodes each distinct payload once, however many connections it came to.
"""

import contextlib
import select
import socket
import time
from collections.abc import Callable, Sequence
from struct import pack, unpack_from
from typing import Final
from urllib.parse import urlsplit

BINARY: Final = 2
TEXT: Final = 1
CLOSE: Final = 8
PING: Final = 9
PONG: Final = 10
READ_BYTES: Final = 1 << 18
AT_ONCE: Final = 50
"""Connections that may be on their way in at the same time."""
REQUEST: Final = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class LoadError(RuntimeError):
    """The load could not be put on the server as planned; the text says why."""


def client_frame(payload: bytes, opcode: int = BINARY) -> bytes:
    """A whole frame from a client. Its mask is zero, which leaves the payload as it is."""
    size = len(payload)
    if size < 126:
        head = pack("!BB", 0x80 | opcode, 0x80 | size)
    elif size < 1 << 16:
        head = pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
    else:
        head = pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
    return head + bytes(4) + payload


def cut(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The whole frames at the beginning of `data`, as (opcode, payload), and the rest.
    LoadError for what a server may not send: fragments, extensions, masked frames."""
    frames: list[tuple[int, bytes]] = []
    at, end = 0, len(data)
    while end - at >= 2:
        first, size, head = data[at], data[at + 1], 2
        if first & 0xF0 != 0x80 or size & 0x80:
            raise LoadError(f"not a frame that was agreed on: {data[at : at + 2].hex()}")
        if size == 126:
            if end - at < 4:
                break
            size, head = unpack_from("!H", data, at + 2)[0], 4
        elif size == 127:
            if end - at < 10:
                break
            size, head = unpack_from("!Q", data, at + 2)[0], 10
        if end - at < head + size:
            break
        frames.append((first & 0x0F, data[at + head : at + head + size]))
        at += head + size
    return frames, data[at:]


class Wire:
    """One connection, by the crowd's door of that number. `seen` and `asked_at` are for whoever
    listens: what was last seen, and when the question was sent that is under way (0: none)."""

    __slots__ = ("asked_at", "door", "frames", "is_in", "ref", "rest", "seen", "socket", "upgraded")

    def __init__(self, connection: socket.socket, door: int) -> None:
        self.socket = connection
        self.door = door
        self.rest = b""
        self.upgraded = False
        self.is_in = False
        self.frames = 0
        self.seen = 0
        self.ref = 0
        self.asked_at = 0.0

    def send(self, frame: bytes) -> None:
        """Send a whole frame. LoadError where the server does not take it: it lags hopelessly."""
        try:
            sent = self.socket.send(frame)
        except OSError as why:
            raise LoadError(f"the server does not take what is sent: {why}") from None
        if sent != len(frame):
            raise LoadError("the server does not read")


class Crowd:
    """Many connections, by turns to each of the addresses `doors`. `upgraded` is called when one
    may speak; `hear` with each data frame's payload."""

    def __init__(
        self,
        doors: Sequence[str],
        upgraded: Callable[[Wire], None],
        hear: Callable[[Wire, bytes], None],
    ) -> None:
        self._doors = [_door(url) for url in doors]
        self._upgraded = upgraded
        self.hear = hear
        self.wires: list[Wire] = []
        self.inside = 0
        self.received = 0
        """Bytes that came in so far."""
        self._by_fd: dict[int, Wire] = {}
        self._epoll = select.epoll()

    def enter(self, people: int, allowed: Callable[[float], float], timeout_s: float) -> None:
        """Open connections until `people` are in, as many as `allowed` says after so many seconds.
        LoadError where that takes longer than `timeout_s`."""
        start = time.perf_counter()
        while True:
            inside = self.inside
            if inside == people:
                return
            passed = time.perf_counter() - start
            if passed > timeout_s:
                raise LoadError(f"only {inside} of {people} came in within {timeout_s} s")
            most = min(people, inside + AT_ONCE, allowed(passed))
            while len(self.wires) < most:
                self._open()
            self.poll(0.001)

    def came_in(self, wire: Wire) -> None:
        """Count a connection as being in, for `enter`."""
        if not wire.is_in:
            wire.is_in = True
            self.inside += 1

    def _open(self) -> None:
        number = len(self.wires) % len(self._doors)
        address, request = self._doors[number]
        connection = socket.create_connection(address, timeout=10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Reset at the end: a port that lingers could not be used again by the next run.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, pack("ii", 1, 0))
        wire = Wire(connection, number)
        wire.send(request)
        connection.setblocking(False)
        self.wires.append(wire)
        self._by_fd[connection.fileno()] = wire
        self._epoll.register(connection.fileno(), select.EPOLLIN)

    def poll(self, timeout_s: float) -> None:
        """Read what is there, waiting for it at most `timeout_s`."""
        for fd, _ in self._epoll.poll(max(0.0, timeout_s)):
            wire = self._by_fd[fd]
            try:
                data = wire.socket.recv(READ_BYTES)
            except BlockingIOError:
                continue
            except OSError as why:
                raise LoadError(f"a connection was lost: {why}") from None
            if not data:
                raise LoadError("the server closed a connection")
            self.received += len(data)
            self._take(wire, wire.rest + data if wire.rest else data)

    def until(self, moment: float) -> None:
        """Read what comes until a moment of `time.perf_counter`."""
        while (left := moment - time.perf_counter()) > 0:
            self.poll(left)

    def wait(self, condition: Callable[[], bool], timeout_s: float, what: str) -> None:
        """Read until a condition holds. LoadError, naming `what`, after `timeout_s`."""
        end = time.perf_counter() + timeout_s
        while not condition():
            if time.perf_counter() > end:
                raise LoadError(f"{what} did not come within {timeout_s} s")
            self.poll(0.05)

    def _take(self, wire: Wire, data: bytes) -> None:
        if not wire.upgraded:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                wire.rest = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                raise LoadError(f"no websocket: {head[:60].decode(errors='replace')}")
            wire.upgraded = True
            self._upgraded(wire)
        frames, wire.rest = cut(data)
        for opcode, payload in frames:
            if opcode <= BINARY:
                wire.frames += 1
                self.hear(wire, payload)
            elif opcode == PING:
                wire.send(client_frame(payload, PONG))
            elif opcode == CLOSE:
                code = int.from_bytes(payload[:2], "big")
                why = payload[2:].decode(errors="replace")
                raise LoadError(f"the server closed a connection: {code} {why}")

    def close(self) -> None:
        """Leave, all at once."""
        for wire in self.wires:
            with contextlib.suppress(OSError):
                wire.socket.close()
        self._epoll.close()


def _door(url: str) -> tuple[tuple[str, int], bytes]:
    """Where to connect, and what to ask for there."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    request = REQUEST.format(path=path, host=parts.netloc).encode()
    return (parts.hostname or "127.0.0.1", parts.port or 80), request
