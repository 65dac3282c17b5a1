"""The websocket protocol class: slow readers, fragments, closing, and what of uvicorn it needs."""

import asyncio
import inspect
import os
import socket
import time

import msgpack
import pytest
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from client.own_server import OwnServer, RoomLinks, new_room
from client.replay import design
from protocols.codes import Close
from server.frames import KERNEL_BUFFER_BYTES, WRITE_BUFFER_BYTES
from tests.server.world import Raw, World, tokens

MASK = bytes(4)


@pytest.fixture
def made(server: OwnServer) -> RoomLinks:
    wanted = design()
    wanted["steps"][0][-1]["hidden"] = False
    return new_room(server.base, server.key, **wanted)


def test_uvicorn_still_has_what_we_lean_on() -> None:
    """Its protocol class is not documented; a new minor version must be held against this."""
    source = inspect.getsource(WebSocketsSansIOProtocol)
    for name in (
        "self.frames",
        "self.curr_msg_data_type",
        "self.close_sent",
        "self.disconnected",
        "self.handshake_complete",
        "self.queue.put_nowait",
        "self.conn.send_close",
        "self.close_timer",
        "self.scope",
    ):
        assert name in source
    for method in (
        "send_receive_event_to_app",
        "handle_connect",
        "handle_close",
        "handle_pong",
        "handle_parser_exception",
        "keepalive_timeout",
        "pause_writing",
        "resume_writing",
        "shutdown",
        "stop_keepalive",
    ):
        assert callable(getattr(WebSocketsSansIOProtocol, method))


class Wire:
    """A websocket by hand, to do what no library does."""

    def __init__(self, server: OwnServer, code: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port), 10)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.sendall(
            f"GET /ws/{code} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.socket.recv(1)
        assert head.startswith(b"HTTP/1.1 101")

    def send(self, payload: bytes, opcode: int = 2, fin: bool = True) -> None:
        assert len(payload) < 126
        first = (0x80 if fin else 0) | opcode
        self.socket.sendall(bytes([first, 0x80 | len(payload)]) + MASK + payload)

    def frame(self) -> tuple[int, bytes]:
        first, size = self._exactly(2)
        if size == 126:
            size = int.from_bytes(self._exactly(2))
        elif size == 127:
            size = int.from_bytes(self._exactly(8))
        return first & 15, self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = self.socket.recv(size - len(data))
            assert more, "closed without a close frame"
            data += more
        return data

    def hello(self, token: str) -> None:
        self.send(msgpack.packb(["hello", 1, token, 0, "p", ["", 0, ""], 0]))


def test_fragments_make_one_message(server: OwnServer, made: RoomLinks) -> None:
    wire = Wire(server, made.code)
    hello = msgpack.packb(["hello", 1, tokens(made.urls)["member"], 0, "p", ["", 0, ""], 0])
    wire.send(hello[:7], fin=False)
    wire.send(b"", opcode=9)
    wire.send(hello[7:20], opcode=0, fin=False)
    wire.send(hello[20:], opcode=0)
    assert wire.frame()[0] == 10, "the ping in between is answered"
    opcode, payload = wire.frame()
    assert opcode == 2 and msgpack.unpackb(payload)[0] == "welcome"
    wire.socket.close()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\xf2\x80" + MASK, 1002),  # reserved bits
        (b"\x83\x80" + MASK, 1002),  # an opcode that is not used
        (b"\x82\x05hello", 1002),  # not masked
        (b"\x89\xfe\x00\x7e" + MASK + bytes(126), 1002),  # a long control frame
        (b"\x80\x80" + MASK, 1002),  # a continuation of nothing
    ],
)
def test_bad_frame_is_closed_with_its_code(
    server: OwnServer, made: RoomLinks, raw: bytes, code: int
) -> None:
    """RFC 6455, section 5."""
    wire = Wire(server, made.code)
    wire.socket.sendall(raw)
    opcode, payload = wire.frame()
    assert opcode == 8 and int.from_bytes(payload[:2]) == code
    wire.socket.close()


def _runs(one: Raw) -> bool:
    agenda = one.replica.room.get("agenda", 2)
    return agenda is not None and agenda.current != 0


async def talk(writer: Raw, rounds: int) -> None:
    """Fill the room with new cards, as fast as one seat may."""
    for n in range(rounds):
        await writer.good(["post_idea", 0], f"{n:03d}" + os.urandom(290).hex())


async def test_stalled_reader_costs_little_and_catches_up(world: World, made: RoomLinks) -> None:
    """Others are not delayed, memory is bounded, and one patch brings it up to date."""
    facilitator = await world.raw(made.code, tokens(made.urls)["facilitator"]).enter()
    writers = [await world.raw(made.code, tokens(made.urls)["member"]).enter() for _ in range(6)]
    for n, writer in enumerate(writers):
        await writer.join(f"Writer {n}")
    stalled = [Wire(world.server, made.code) for _ in range(20)]
    for wire in stalled:
        wire.hello(tokens(made.urls)["member"])
    await facilitator.good(["next_step"])
    for writer in writers:
        await writer.until(lambda w=writer: _runs(w))
    before = world.server.rss_kb()
    begun = time.monotonic()
    await asyncio.gather(*(talk(writer, 40) for writer in writers))
    took = time.monotonic() - begun
    await asyncio.sleep(0.2)
    texts = 240 * 600
    assert world.server.rss_kb() - before < 10 * 1024
    bound = len(stalled) * (WRITE_BUFFER_BYTES + KERNEL_BUFFER_BYTES)
    assert bound < 20 * 240 * texts, "far less than everything for everybody"
    assert took < 15, "nobody waited for the slowest"
    wanted = writers[0].replica.room.rows()

    def read_all(wire: Wire) -> Raw:
        reader = Raw("", "")
        while len(list(reader.replica.room.all("card"))) < 240:
            opcode, payload = wire.frame()
            if opcode == 2:
                message = msgpack.unpackb(payload)
                if message[0] in ("welcome", "patch"):
                    reader._take(message)
        return reader

    reader = await asyncio.to_thread(read_all, stalled[0])
    assert reader.replica.room.rows().keys() == wanted.keys()
    for wire in stalled:
        wire.socket.close()


async def test_stop_does_not_wait_for_a_stalled_reader(world: World, made: RoomLinks) -> None:
    """SIGTERM: out in under five seconds, people told when to come back, a snapshot kept."""
    facilitator = await world.raw(made.code, tokens(made.urls)["facilitator"]).enter()
    writer = await world.raw(made.code, tokens(made.urls)["member"]).enter()
    await writer.join("Writer")
    wires = [Wire(world.server, made.code) for _ in range(3)]
    for wire in wires:
        wire.hello(tokens(made.urls)["member"])
    await facilitator.good(["next_step"])
    await writer.until(lambda: _runs(writer))
    await talk(writer, 40)
    begun = time.monotonic()
    await asyncio.to_thread(world.server.stop)
    assert time.monotonic() - begun < 5
    await writer.until(lambda: writer.closed)
    assert writer.closed is not None and writer.closed[0] == Close.RESTARTING
    assert writer.messages[-1][0] == "farewell"
    assert "fault" not in world.log
    for wire in wires:
        wire.socket.close()
