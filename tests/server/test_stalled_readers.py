"""Readers that stall, and floods: bounded memory, nobody delayed, and a way out in time."""

import asyncio
import secrets
import time

import pytest
from websockets.frames import Frame, Opcode

from client.replica import Replica, decode, encode
from protocols.codes import Close
from protocols.commands import array
from rooms.cards import EditIdea, PostIdea
from rooms.kernel import Command
from rooms.moderation import HideCard
from server.connection import RETRY_MS
from server.frames import WRITE_BUFFER_BYTES
from server.rates import Rates
from tests.server.harness import plan
from tests.server.phones import People, Rude, entered, hello, ping, port_of
from tests.server.serving import CLEAN, Process, Serving

# Floods and full buffers take their time on a loaded machine.
pytestmark = pytest.mark.timeout(60)


async def test_a_stalled_reader_costs_no_memory_and_delays_nobody(
    serving: Serving, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its buffer is bounded, the others are told as ever; when it reads again one patch makes its
    replica equal to a steady one's."""
    monkeypatch.setattr("server.fanout.WINDOW_S", 0.0)
    monkeypatch.setattr("server.frames.KERNEL_BUFFER_BYTES", 16_384)
    room = await serving.room(plan("ideate", hidden=False))
    boss = await people.phone(serving, room, "facilitator")
    await boss.next_step()
    writer = await people.phone(serving, room, "member", name="Anna")
    live = await serving.live(room)
    slow = await entered(people, serving, room, "observer", buffer_bytes=4_096)
    steady = await people.phone(serving, room, "observer")
    [stalled] = [p for p in serving.protocols if p.client and p.client[1] == port_of(slow)]

    async def do(command: Command) -> list[int]:
        live._intake._rates = Rates()  # the limit per person is not the subject here
        return await writer.done(command, secrets.token_hex(290))

    cards = [(await do(PostIdea(0)))[0] for _ in range(40)]
    for number in range(2_000):
        if stalled.stalled:
            break
        await do(EditIdea(cards[number % 40]))
    assert stalled.stalled, "a reader that never reads never stalled"
    begun = live.room.seq
    size = stalled.transport.get_write_buffer_size()
    assert size < WRITE_BUFFER_BYTES + 2_000
    for card in cards:
        await do(EditIdea(card))
    await boss.done(HideCard(cards[0]))
    await steady.until(lambda: steady.replica.room.seq == live.room.seq)
    assert stalled.transport.get_write_buffer_size() == size, "something was written past it"
    replica = Replica()
    read = patches = 0

    def caught_up() -> bool:
        nonlocal read, patches
        for message in map(decode, slow.messages[read:]):
            if message[0] == "patch":
                assert replica.apply(message[1:]), "a patch did not fit"
                patches += message[3] > begun
        read = len(slow.messages)
        return replica.room.seq == live.room.seq

    await slow.until(caught_up)
    assert replica.room.rows() == steady.replica.room.rows()
    assert patches == 1, "one patch for all that it missed"


async def flood(one: Rude, wire: bytes) -> None:
    """Send the same again and again, until the other side reads no more."""
    for _ in range(30 * 1024 * 1024 // len(wire)):
        await one.bytes(wire)


FLOODS = [
    (Opcode.BINARY, ping(1)),
    (Opcode.PING, b"x" * 125),
    (Opcode.BINARY, encode(["do", 1, 0, 0, 0, array(PostIdea(0)), ["x" * 700]])),
]


@pytest.mark.parametrize(("opcode", "data"), FLOODS, ids=["ping", "websocket ping", "do"])
async def test_answers_to_a_reader_that_never_reads_do_not_pile_up(
    process: Process, people: People, opcode: Opcode, data: bytes
) -> None:
    """Who sends and sends and takes no answer is not read any further; others are served."""
    room = process.new_room()
    one = await entered(people, process, room, "member", buffer_bytes=4_096)
    before = process.memory_kib()
    wire = Frame(opcode, data).serialize(mask=True) * 2_000
    task = asyncio.create_task(flood(one, wire))
    await asyncio.wait([task], timeout=2)
    assert process.memory_kib() - before < 8 * 1024
    assert not task.done(), "the server read on without end"
    phone = await people.phone(process, room, "member")
    await phone.settled()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_server_told_to_stop_goes_in_time_with_a_stalled_reader(
    process: Process, people: People
) -> None:
    """SIGTERM with one who reads, one who stalls and one who never said hello: everybody who
    reads gets Farewell and 1012, and the process is out in under 5 s."""
    room = process.new_room()
    phone = await people.phone(process, room, "member")
    await people.rude(process, room.code)  # never says hello
    slow = await people.rude(process, room.code, buffer_bytes=4_096)
    await slow.frame(Opcode.BINARY, hello(room.tokens["member"]))
    wire = Frame(Opcode.PING, b"x" * 125).serialize(mask=True) * 2_000
    stuck = asyncio.create_task(flood(slow, wire))
    await asyncio.wait([stuck], timeout=1)
    assert not stuck.done(), "the server read on without end"
    begun = time.monotonic()
    process.signal()
    assert await phone.ended() == Close.RESTARTING
    assert phone.told[-1] == ["farewell", RETRY_MS], "it may be back by then"
    assert await asyncio.to_thread(process.wait) in CLEAN
    assert time.monotonic() - begun < 5
    stuck.cancel()
    await asyncio.gather(stuck, return_exceptions=True)
    assert "Traceback" not in process.errors()
