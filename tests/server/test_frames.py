"""The websocket connection: frames as they are, readers that stall, and the way out.

`server/frames.py` leans on attributes of uvicorn's protocol that are documented nowhere; each is
held here by a test that fails where a new version has another.
"""

import asyncio
import inspect
import os

import pytest
import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

from client.replica import decode
from protocols.codes import Close
from protocols.frames import frame
from protocols.wire import MESSAGE_BYTES
from server.frames import PROBE, FramesProtocol
from tests.server.harness import PATIENCE_S, until
from tests.server.phones import People, Rude, entered, ping, port_of
from tests.server.serving import Process, Serving

BASE = WebSocketsSansIOProtocol
HANDLERS = (
    "connection_made handle_connect send_receive_event_to_app handle_cont handle_pong "
    "pause_writing resume_writing handle_close handle_parser_exception keepalive_timeout "
    "shutdown connection_lost eof_received stop_keepalive"
)
STATE = (
    "transport conn loop queue frames curr_msg_data_type handshake_complete close_sent "
    "disconnected close_timer"
)


@pytest.mark.parametrize("name", HANDLERS.split())
def test_uvicorn_has_the_methods_we_override_or_call(name: str) -> None:
    """With the parameters that we pass on."""
    theirs = inspect.signature(getattr(BASE, name))
    ours = inspect.signature(getattr(FramesProtocol, name))
    assert list(theirs.parameters) == list(ours.parameters)


@pytest.mark.parametrize("name", STATE.split())
async def test_uvicorn_has_the_state_we_read_or_write(name: str) -> None:
    config = uvicorn.Config(lambda: None, log_config=None)
    config.load()
    server = uvicorn.Server(config)
    one = FramesProtocol(config, server.server_state, {})
    assert hasattr(one, name)


@pytest.mark.parametrize(
    ("caller", "callee"),
    [
        ("data_received", "handle_events"),
        ("data_received", "handle_parser_exception"),
        ("handle_events", "handle_connect"),
        ("handle_events", "handle_cont"),
        ("handle_events", "handle_close"),
        ("handle_events", "handle_pong"),
        ("handle_bytes", "send_receive_event_to_app"),
        ("handle_text", "send_receive_event_to_app"),
        ("handle_cont", "send_receive_event_to_app"),
        ("send_keepalive_ping", "keepalive_timeout"),
    ],
)
def test_uvicorn_calls_what_we_override(caller: str, callee: str) -> None:
    assert f"self.{callee}" in inspect.getsource(getattr(BASE, caller))


def test_uvicorn_makes_scope_and_extensions_in_its_handshake() -> None:
    """The endpoint finds its connection there."""
    assert '"extensions": {' in inspect.getsource(BASE.handle_connect)


def test_version_of_uvicorn_is_the_one_that_was_read() -> None:
    """Another minor version asks for another look at everything above."""
    assert uvicorn.__version__.startswith("0.54.")


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 300_000])
def test_a_frame_built_once_is_the_frame_the_library_builds(size: int) -> None:
    data = os.urandom(size)
    assert frame(data) == Frame(Opcode.BINARY, data).serialize(mask=False)


# Messages


def pongs(one: Rude) -> list[int]:
    return [m[1] for m in map(decode, one.messages) if m[0] == "pong"]


async def test_fragmented_messages_are_one_message(serving: Serving, people: People) -> None:
    """Also with control frames in between, empty parts and single bytes."""
    room = await serving.room()
    one = await entered(people, serving, room, "member")
    data = ping(77)
    await one.frame(Opcode.BINARY, data[:1], fin=False)
    await one.frame(Opcode.PING, b"between")
    await one.frame(Opcode.CONT, b"", fin=False)
    for byte in data[1:-1]:
        await one.frame(Opcode.CONT, bytes([byte]), fin=False)
    await one.frame(Opcode.CONT, data[-1:])
    await one.frame(Opcode.BINARY, ping(78))
    await one.until(lambda: len(pongs(one)) == 2)
    assert pongs(one) == [77, 78]


async def test_many_messages_in_one_segment_are_answered_in_order(
    serving: Serving, people: People
) -> None:
    room = await serving.room()
    one = await entered(people, serving, room, "member")
    wire = b"".join(Frame(Opcode.BINARY, ping(n)).serialize(mask=True) for n in range(40))
    await one.bytes(wire)
    await one.until(lambda: len(pongs(one)) == 40)
    assert pongs(one) == list(range(40))


async def test_fragments_without_end_do_not_pile_up(serving: Serving, people: People) -> None:
    """A million empty parts are no message: the connection is closed, not the memory filled."""
    room = await serving.room()
    one = await entered(people, serving, room, "member")
    first = Frame(Opcode.BINARY, b"", fin=False).serialize(mask=True)
    empty = Frame(Opcode.CONT, b"", fin=False).serialize(mask=True)
    [protocol] = serving.protocols
    await one.bytes(first)
    for _ in range(100):
        if protocol.close_sent:
            break
        try:
            await one.bytes(empty * 500)
        except ConnectionError:
            break
    await until(lambda: protocol.close_sent, "the connection is closed")
    assert len(protocol.frames) < 10_000


async def test_a_text_frame_is_closed_with_4400(serving: Serving, people: People) -> None:
    room = await serving.room()
    for text in ("hello", "", "Ж" * 1_000):
        phone = await people.phone(serving, room, "member")
        await phone.raw(text)
        assert await phone.ended() == Close.BAD_MESSAGE


@pytest.mark.parametrize(("size", "fragments"), [(MESSAGE_BYTES + 1, 1), (MESSAGE_BYTES + 1, 40)])
async def test_a_message_over_the_limit_is_closed_with_1009(
    serving: Serving, people: People, size: int, fragments: int
) -> None:
    """In one frame or in many; one that just fits is read."""
    room = await serving.room()
    one = await entered(people, serving, room, "member")
    part = size // fragments + 1
    data = b"\xc4" * size
    for start in range(0, size, part):
        opcode = Opcode.CONT if start else Opcode.BINARY
        await one.frame(opcode, data[start : start + part], fin=start + part >= size)
    assert await one.ended() == Close.TOO_LARGE


async def test_a_message_of_just_the_limit_is_read(serving: Serving, people: People) -> None:
    room = await serving.room()
    one = await entered(people, serving, room, "member")
    await one.frame(Opcode.BINARY, b"\xc4" * MESSAGE_BYTES)
    assert await one.ended() == Close.BAD_MESSAGE


async def test_17_mib_are_refused_with_bounded_memory(process: Process, people: People) -> None:
    """Twenty connections at once that announce and send 17 MiB each: closed with 1009, and the
    server holds none of it."""
    room = process.new_room()
    before = process.memory_kib()
    size = 17 * 1024 * 1024
    head = b"\x82\xff" + size.to_bytes(8) + b"\0\0\0\0"
    many = [await people.rude(process, room.code) for _ in range(20)]

    async def send(one: Rude) -> None:
        try:
            await one.bytes(head)
            for _ in range(17):
                await one.bytes(bytes(1024 * 1024))
        except ConnectionError:
            return  # it hung up, as it should

    senders = [asyncio.create_task(send(one)) for one in many]
    codes = [await one.ended() for one in many]
    await asyncio.gather(*senders, return_exceptions=True)
    assert Close.TOO_LARGE in codes and set(codes) <= {Close.TOO_LARGE, 1006}
    assert process.memory_kib() - before < 20 * 1024
    phone = await people.phone(process, room, "member")
    await phone.settled()


# Signs of life


async def test_a_probe_is_answered_by_the_other_sides_pong(
    serving: Serving, people: People
) -> None:
    room = await serving.room()
    await people.phone(serving, room, "member")
    [protocol] = serving.protocols
    assert await asyncio.wait_for(protocol.probe(), PATIENCE_S) is True
    first = protocol.probe()
    assert protocol.probe() is first, "one question at a time"
    assert await asyncio.wait_for(first, PATIENCE_S) is True


async def test_a_probe_of_a_lost_connection_is_answered_with_no(
    serving: Serving, people: People
) -> None:
    room = await serving.room()
    one = await entered(people, serving, room, "member")
    [protocol] = serving.protocols
    answer = protocol.probe()
    one.close()
    assert await asyncio.wait_for(answer, PATIENCE_S) is False


async def test_a_pong_nobody_asked_for_changes_nothing(serving: Serving, people: People) -> None:
    room = await serving.room()
    one = await entered(people, serving, room, "member")
    for data in (PROBE, b"", b"other", b"x" * 125):
        await one.frame(Opcode.PONG, data)
    await one.frame(Opcode.PING, b"are you there")
    await one.frame(Opcode.BINARY, ping(5))
    await one.until(lambda: pongs(one))
    assert pongs(one) == [5]


# The end


async def test_no_data_frame_follows_a_close_of_the_client(
    serving: Serving, people: People
) -> None:
    """What changes in the room meanwhile is not written behind the answer to Close."""
    room = await serving.room()
    boss = await people.phone(serving, room, "facilitator")
    one = await entered(people, serving, room, "member")
    before = len(one.messages)
    await one.frame(Opcode.CLOSE, b"\x03\xe8bye")
    await boss.next_step()
    assert await one.ended() == 1000
    while await one.read():
        pass
    assert len(one.messages) == before and one.protocol.parser_exc is None


async def test_no_data_frame_follows_a_close_of_the_server(
    serving: Serving, people: People
) -> None:
    """Nor does anything that the client sends afterwards have an effect."""
    room = await serving.room()
    boss = await people.phone(serving, room, "facilitator")
    one = await entered(people, serving, room, "member")
    before = len(one.messages)
    [protocol] = [p for p in serving.protocols if p.client and p.client[1] == port_of(one)]
    protocol.end(Close.TAKEN_OVER, "a test")
    await one.frame(Opcode.BINARY, ping(3))
    await boss.next_step()
    assert await one.ended() == Close.TAKEN_OVER
    while await one.read():
        pass
    assert len(one.messages) == before and one.protocol.parser_exc is None


async def test_a_half_closed_connection_leaves_the_room(serving: Serving, people: People) -> None:
    """Also where its reader had stalled: nobody waits for a buffer that never drains."""
    room = await serving.room()
    one = await entered(people, serving, room, "member")
    live = await serving.live(room)
    assert len(live) == 1
    one.socket.shutdown(1)
    await until(lambda: not len(live), "it left")
