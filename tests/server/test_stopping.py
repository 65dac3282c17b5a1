"""SIGTERM to a real server on Redis: everybody is told, what is under way is answered or still
theirs, and the process is out in under 5 seconds whatever else is broken (rule W12)."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from websockets.frames import Frame, Opcode

from client.own_redis import OwnRedis
from protocols.codes import RETRY, Close
from rooms.cards import PostIdea
from server.hub import LEAST_RETRY_MS
from tests.server.harness import until
from tests.server.phones import People, Phone, Rude, hello
from tests.server.serving import CLEAN, Process, RoomLinks, ask

OUT_S = 5.0
KEY = "the-key-of-all-the-servers"


@pytest.fixture
def redis() -> Iterator[OwnRedis]:
    with OwnRedis() as own:
        yield own


@pytest.fixture
def servers(redis: OwnRedis, tmp_path: Path) -> Iterator[list[Process]]:
    """Two servers on one Redis; those that still run are killed afterwards."""
    made = [
        Process(tmp_path / name, REDIS_URL=redis.url, OPERATOR_KEY=KEY) for name in ("one", "two")
    ]
    for server in made:
        server.start()
    yield made
    for server in made:
        if server.process is not None:
            server.kill()


@pytest.fixture
async def people() -> AsyncIterator[People]:
    found = People()
    yield found
    await found.close()


@contextlib.asynccontextmanager
async def stalled(people: People, server: Process, room: RoomLinks) -> AsyncIterator[Rude]:
    """Somebody who sends and sends, and has stopped reading."""
    slow = await people.rude(server, room.code, buffer_bytes=4_096)
    await slow.frame(Opcode.BINARY, hello(room.tokens["member"]))
    wire = Frame(Opcode.PING, b"x" * 125).serialize(mask=True) * 2_000

    async def flood() -> None:
        for _ in range(120):
            await slow.bytes(wire)

    stuck = asyncio.create_task(flood())
    await asyncio.wait([stuck], timeout=1)
    assert not stuck.done(), "the server read on without end"
    yield slow
    stuck.cancel()
    await asyncio.gather(stuck, return_exceptions=True)


async def told_to_stop(server: Process) -> float:
    """SIGTERM, and the end. Returns how long that took, in seconds."""
    begun = time.monotonic()
    server.signal()
    assert await asyncio.to_thread(server.wait, 15) in CLEAN
    assert "Traceback" not in server.errors()
    return time.monotonic() - begun


async def ideating(people: People, server: Process, room: RoomLinks) -> tuple[Phone, Phone]:
    """A facilitator and a person with a seat, in a step that takes ideas."""
    boss = await people.phone(server, room, "facilitator")
    anna = await people.phone(server, room, "member", name="Anna")
    while (step := anna.replica.room.get("step", current(boss))) is None or step.kind != "ideate":
        await boss.next_step()
        await anna.until(lambda: current(anna) == current(boss))
    return boss, anna


def current(phone: Phone) -> int:
    agenda = phone.replica.room.get("agenda", 2)
    return agenda.current if agenda else 0


def others(server: Process) -> int:
    """How many other servers a server knows of."""
    return len(ask(server.url("/status.json"), token=KEY).json["others"])


async def back(phone: Phone) -> None:
    """Connect again until the server lets us in, as a phone does after a code that says so."""
    await phone.open()
    while phone.code:
        assert phone.code in RETRY, phone.reason
        await asyncio.sleep(0.1)
        await phone.open()


async def test_in_a_storm_everybody_is_told_and_nothing_acknowledged_is_lost(
    servers: list[Process], people: People, redis: OwnRedis
) -> None:
    """R9.2, SIGTERM in a storm with one who stalls and one who never said hello: those who read
    get Farewell and 1012, the port is closed at once, a snapshot is kept, the other server knows
    that this one is gone, and has every card that was acknowledged."""
    one, two = servers
    room = one.new_room()
    _, anna = await ideating(people, one, room)
    watching = await people.phone(two, room, "facilitator")
    await people.rude(one, room.code)
    acknowledged: list[int] = []

    async def write() -> None:
        while not anna.code:
            with contextlib.suppress(AssertionError):
                acknowledged.extend(await anna.done(PostIdea(0), "An idea"))

    async with stalled(people, one, room):
        storm = asyncio.create_task(write())
        await until(lambda: len(acknowledged) >= 5)
        assert others(two) == 1
        stopping = asyncio.create_task(told_to_stop(one))
        assert await anna.ended() == Close.RESTARTING
        assert anna.told[-1] == ["farewell", LEAST_RETRY_MS], "another server is there for them"
        with pytest.raises(OSError):
            await asyncio.to_thread(socket.create_connection, ("127.0.0.1", one.port), 1)
        assert await stopping < OUT_S
        assert others(two) == 0, "it said goodbye"
        assert "redis is away" not in one.errors()
        await storm
    anna.server = two
    await back(anna)
    assert set(acknowledged) <= {card.id for card in anna.replica.own.all("card")}
    assert watching.code == 0
    log_id = anna.replica.log_id
    assert redis.cli("EXISTS", f"oneroom:{{{log_id}}}:snapshots") == "1"


@pytest.mark.parametrize("how", ["killed", "frozen"])
async def test_it_is_out_in_time_although_redis_is_away(
    servers: list[Process], people: People, redis: OwnRedis, how: str
) -> None:
    """R9.2: with a stalled reader, one who does not answer the close, a command that waits for
    Redis, and a Redis that is dead or answers nothing. The command is not acknowledged; its sender
    is told to come back, and has it carried out once by the other server."""
    one, two = servers
    room = one.new_room()
    _, anna = await ideating(people, one, room)
    mute = await people.rude(one, room.code)
    await mute.frame(Opcode.BINARY, hello(room.tokens["member"], "mute"))
    async with stalled(people, one, room):
        redis.kill() if how == "killed" else redis.freeze()
        sending = asyncio.create_task(anna.do(PostIdea(0), "Waits"))
        await asyncio.sleep(0.3)
        took = await told_to_stop(one)
        assert took < OUT_S, took
        with pytest.raises(AssertionError, match=f"closed with {Close.RESTARTING}"):
            await sending
    redis.start() if how == "killed" else redis.thaw()
    anna.server = two
    await back(anna)
    anna.refs[0] -= 1  # the same command again, as a phone sends it
    await anna.done(PostIdea(0), "Waits")
    words = [card.text for card in anna.replica.own.all("card")]
    assert words == ["Waits"]
