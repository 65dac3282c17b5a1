"""Light clients: frames in and out, whatever the pieces they come in."""

import contextlib
import random
import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest

from client.crowds import KEPT, Once, mark, marked
from client.light import BINARY, PING, TEXT, Crowd, LoadError, Wire, client_frame, cut


def server_frame(payload: bytes, opcode: int = BINARY) -> bytes:
    """A whole frame from a server: not masked."""
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", 0x80 | opcode, size) + payload
    if size < 1 << 16:
        return struct.pack("!BBH", 0x80 | opcode, 126, size) + payload
    return struct.pack("!BBQ", 0x80 | opcode, 127, size) + payload


def unmasked(frame: bytes) -> tuple[int, bytes]:
    """Opcode and payload of a client's frame, read as RFC 6455 says."""
    assert frame[1] & 0x80, "a client's frame is masked"
    size, head = frame[1] & 0x7F, 2
    if size == 126:
        size, head = struct.unpack_from("!H", frame, 2)[0], 4
    elif size == 127:
        size, head = struct.unpack_from("!Q", frame, 2)[0], 10
    mask, data = frame[head : head + 4], frame[head + 4 :]
    assert len(data) == size
    return frame[0] & 0x0F, bytes(byte ^ mask[n & 3] for n, byte in enumerate(data))


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536])
def test_client_frame_carries_its_payload(size: int) -> None:
    payload = bytes(n & 0xFF for n in range(size))
    assert unmasked(client_frame(payload, TEXT)) == (TEXT, payload)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536])
def test_cut_finds_a_frame_of_any_length(size: int) -> None:
    assert cut(server_frame(bytes(size)) + b"\x82") == ([(BINARY, bytes(size))], b"\x82")


def test_cut_finds_the_same_frames_in_any_pieces() -> None:
    chance = random.Random(3)
    payloads = [bytes([n]) * chance.choice([0, 5, 125, 126, 300, 70_000]) for n in range(20)]
    stream = b"".join(server_frame(payload) for payload in payloads)
    found, rest = [], b""
    while stream:
        size = chance.choice([1, 2, 3, 9, 4_000])
        frames, rest = cut(rest + stream[:size])
        found += frames
        stream = stream[size:]
    assert rest == b""
    assert found == [(BINARY, payload) for payload in payloads]


@pytest.mark.parametrize(
    "data",
    [b"\x02\x01a", b"\xc2\x01a", b"\x82\x81abcde"],
    ids=["fragment", "compressed", "masked"],
)
def test_cut_refuses_what_was_not_agreed_on(data: bytes) -> None:
    with pytest.raises(LoadError):
        cut(data)


def test_a_payload_is_looked_at_once() -> None:
    seen: list[bytes] = []

    def look(payload: bytes) -> int:
        seen.append(payload)
        return len(payload)

    once = Once(look)
    assert [once(b"abc"), once(b"abc"), once(b"d"), once(b"abc")] == [3, 3, 1, 3]
    assert seen == [b"abc", b"d"]


def test_what_is_remembered_stays_bounded() -> None:
    calls = 0

    def look(payload: bytes) -> int:
        nonlocal calls
        calls += 1
        return calls

    once = Once(look)
    for number in range(KEPT + 1):
        once(b"%d" % number)
    assert once(b"0") == KEPT + 2, "the first was forgotten, and looked at again"


@pytest.mark.parametrize("number", [1, 42, 99_999_999])
def test_a_mark_is_found_inside_other_bytes(number: int) -> None:
    assert len(mark(number, 160)) == 160
    assert marked(b"\x93before" + mark(number, 160) + b"after") == number


def test_no_mark_is_zero() -> None:
    assert marked(b"\x93patch@ something else") == 0


class Talker:
    """A websocket server of one connection that says what it is told to."""

    def __init__(self, reply: bytes) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._reply = reply
        self.port: int = self._listener.getsockname()[1]
        self.heard = b""
        self.connection: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self.connection, _ = self._listener.accept()
        request = b""
        while b"\r\n\r\n" not in request:
            request += self.connection.recv(4096)
        # In pieces, so that neither head nor frame arrives whole.
        for at in range(0, len(self._reply), 7):
            self.connection.sendall(self._reply[at : at + 7])
            time.sleep(0.001)
        self.connection.settimeout(5)
        try:
            self.heard = self.connection.recv(4096)
        except OSError:
            return

    def close(self) -> None:
        self._thread.join(10)
        if self.connection is not None:
            self.connection.close()
        self._listener.close()


UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"


class Heard:
    """A crowd of one, and what it heard."""

    def __init__(self, talker: Talker) -> None:
        self.payloads: list[bytes] = []
        self.crowd = Crowd([f"ws://127.0.0.1:{talker.port}/ws"], self._upgraded, self._hear)

    def _upgraded(self, wire: Wire) -> None:
        self.crowd.came_in(wire)

    def _hear(self, wire: Wire, payload: bytes) -> None:
        self.payloads.append(payload)


@contextlib.contextmanager
def talk(reply: bytes) -> Iterator[tuple[Talker, Heard]]:
    talker = Talker(reply)
    heard = Heard(talker)
    try:
        yield talker, heard
    finally:
        heard.crowd.close()
        talker.close()


def test_a_crowd_hears_frames_and_answers_pings() -> None:
    reply = UPGRADED + server_frame(b"one") + server_frame(b"?", PING) + server_frame(b"x" * 300)
    with talk(reply) as (talker, heard):
        heard.crowd.enter(1, lambda _: float("inf"), 5)
        heard.crowd.wait(lambda: len(heard.payloads) == 2, 5, "the second frame")
        talker.close()
        assert heard.payloads == [b"one", b"x" * 300]
        assert unmasked(talker.heard) == (10, b"?")
        assert heard.crowd.wires[0].frames == 2, "a ping is no data frame"


@pytest.mark.parametrize(
    ("reply", "what"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "no websocket: HTTP/1.1 403"),
        (UPGRADED + server_frame(struct.pack("!H", 4408) + b"later", 8), "4408 later"),
    ],
)
def test_a_crowd_says_why_it_was_turned_away(reply: bytes, what: str) -> None:
    with talk(reply) as (_, heard), pytest.raises(LoadError, match=what):
        heard.crowd.enter(1, lambda _: float("inf"), 5)
        heard.crowd.wait(lambda: False, 5, "a close")
