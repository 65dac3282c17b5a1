"""A live room: answers, repeats, resuming, coalescing, clocks (rules W4 to W9)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgpack
import pytest

from client.replica import Replica
from protocols.wire import Do, Hello, Position
from rooms.agenda import NextStep, OpenRoom, PauseClock, StepPlan
from rooms.cards import PostIdea
from rooms.kernel import Command
from rooms.people import AddLink, Join, RevokeLink
from rooms.roles import EVERYBODY, FACILITATOR, MEMBER
from rooms.steps import AGENDA_ID, Agenda, Text
from rooms.votes import CastOpinion
from server.connection import Connection
from server.fanout import SLICE
from server.hub import Hub, links
from server.keys import BlindKeys
from server.live import Live, Services
from server.logs.sqlite import SqliteLog
from server.metrics import Metrics
from server.promises import Promise
from server.tokens import open_token

MINUTE_MS = 60_000
NAME = Text("шаг", "step")


SETTINGS: dict[str, Any] = {
    "ideate": {"lanes": [["а", "a"]], "hidden": False},
    "vote": {"style": "opinion", "secret_until_close": False},
}


class Clock:
    now_ms = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now_ms


class Pipe:
    """Stands in for the websocket protocol: keeps frames, and can be slow or dead."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.stalled = False
        self.is_open = True
        self.answers = True
        self.code = 0
        self.sink: Any = None
        self.transport = self

    def write(self, frame: bytes) -> None:
        assert self.is_open, "no frame may follow the close"
        self.frames.append(frame)

    def end(self, code: int, reason: str = "") -> None:
        if self.is_open:
            self.is_open, self.code = False, code
            self.sink.leaving()

    def probe(self) -> "asyncio.Future[bool]":
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        if self.answers:
            future.set_result(True)
        return future


class Device:
    """A connection on a pipe, with the replica that a client would keep."""

    def __init__(self, world: "World", live: Live, token: str) -> None:
        self.world, self.live, self.token = world, live, token
        self.replica = Replica()
        self.client = self.seat = 0
        self.page = f"page{id(self)}"
        self.messages: list[list[Any]] = []
        self.refs = 0
        self._read = 0

    async def enter(self, *, fresh: bool = False) -> "Device":
        if fresh:
            self.replica = Replica()
        self.pipe = Pipe()
        self._read = 0
        self.connection = Connection(self.pipe, self.world.clock)  # type: ignore[arg-type]
        claim = open_token(self.live.record.key, self.token)
        assert claim is not None
        role = next(role for n, role, _ in links(self.live) if n == claim.link)
        log_id, seq, chain = self.replica.position
        have = Position(log_id, seq, chain)
        hello = Hello(1, self.token, self.client, self.page, have, self.replica.own.seq)
        await self.live.enter(self.connection, hello, claim, role)
        self.read()
        return self

    def read(self) -> list[list[Any]]:
        """Take what has come. Returns the new messages."""
        new = []
        for frame in self.pipe.frames[self._read :]:
            size = frame[1]
            start = 2 if size < 126 else 4 if size == 126 else 10
            message = msgpack.unpackb(frame[start:])
            new.append(message)
            self._take(message)
        self._read = len(self.pipe.frames)
        self.messages += new
        return new

    def _take(self, message: list[Any]) -> None:
        tag, *fields = message
        if tag == "welcome":
            self.replica.log_id, self.client = fields[2], fields[3]
        elif tag == "reset":
            self.replica.reset()
        elif tag == "patch":
            assert self.replica.apply(fields), "a patch must follow what the client has"
        elif tag == "ack":
            self.replica.own.write(fields[4], fields[5])
            self.replica.own.seq = max(self.replica.own.seq, fields[2])
            if fields[6]:
                self.token, self.seat = fields[6], fields[3][0]

    def send(self, command: Command, *words: str, ref: int = 0, step: int = -1) -> int:
        if not ref:
            self.refs += 1
            ref = self.refs
        agenda = self.live.room.get(Agenda, AGENDA_ID)
        number = agenda.current if agenda and step < 0 else max(step, 0)
        self.live.do(self.connection, Do(ref, 0, number, 0, command, list(words)))
        return ref

    async def do(self, command: Command, *words: str, **where: int) -> list[Any]:
        ref = self.send(command, *words, **where)
        await self.live.settled()
        self.read()
        answers = [m for m in self.messages if m[0] in ("ack", "refused") and m[1] == ref]
        return answers[-1]


class World:
    """A hub on a SQLite file, with a clock that the test sets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()

    async def open(self) -> None:
        self.log = await SqliteLog.open(self.folder / "log.sqlite3", self.clock)
        keys = BlindKeys(self.folder / "keys")
        self.services = Services(self.log, keys, Metrics(), self.clock, Promise("embedded"))
        self.hub = Hub(self.services)

    async def close(self) -> None:
        await self.hub.close()
        await self.log.close()

    async def restart(self, live: Live) -> Live:
        await self.close()
        await self.open()
        again = await self.hub.get(live.record.code)
        assert again is not None
        return again

    async def room(self, *kinds: str, minutes: int = 10) -> Live:
        steps = [
            StepPlan(
                kind,
                NAME,
                NAME,
                minutes * MINUTE_MS,
                "hard",
                EVERYBODY,
                EVERYBODY,
                0,
                False,
                SETTINGS.get(kind, {}),
            )
            for kind in kinds or ("ideate", "vote", "close")
        ]
        return await self.hub.create(OpenRoom(1, "en", steps, [FACILITATOR, MEMBER], []), ["T", ""])

    async def device(self, live: Live, role: int) -> Device:
        token = next(token for _, of, token in links(live) if of == role)
        return await Device(self, live, token).enter()

    def count(self, name: str) -> int:
        return self.services.metrics.counts[f"oneroom_{name}_total"]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    one = World(tmp_path)
    await one.open()
    yield one
    await one.close()


async def flushed(live: Live) -> None:
    """Everybody has been told."""
    await live.settled()
    live._fanout.flush()
    while live._fanout._writing:
        await asyncio.sleep(0)


async def test_repeat_gets_the_same_answer_everywhere(world: World) -> None:
    """W5: on the same connection, on another one, and after the server was started anew."""
    live = await world.room()
    anna = await world.device(live, MEMBER)
    first = await anna.do(Join(0, "remote"), "Anna", ref=1)
    again = await anna.do(Join(0, "remote"), "Anna", ref=1)
    assert again[:5] == first[:5] and again[7] == first[7]
    link_token = next(token for _, of, token in links(live) if of == MEMBER)
    for round_ in range(2):
        other = Device(world, live, link_token)
        other.client = anna.client
        anna.pipe.answers = False
        await other.enter()
        repeated = await other.do(Join(0, "remote"), "Anna", ref=1)
        assert repeated[4] == first[4], "the same seat"
        assert repeated[7] == first[7], "and its token"
        anna.pipe, anna.connection = other.pipe, other.connection
        if not round_:
            live = await world.restart(live)


async def crowd_in_a_vote(world: World, count: int) -> tuple[Live, Device, list[Device]]:
    live = await world.room()
    boss = await world.device(live, FACILITATOR)
    people = [await world.device(live, MEMBER) for _ in range(count)]
    for n, person in enumerate(people):
        await person.do(Join(0, "remote"), f"Person {n}")
    await boss.do(NextStep())
    await people[0].do(PostIdea(0), "An idea")
    await boss.do(NextStep())
    await flushed(live)
    for one in (boss, *people):
        one.read()
    return live, boss, people


async def test_storm_costs_few_frames_and_one_encode_per_audience(world: World) -> None:
    """W7: N votes at once are told in one frame to each, encoded once per role."""
    live, boss, people = await crowd_in_a_vote(world, 30)
    choice = next(boss.replica.room.all("choice")).id
    before, encodes = len(people[0].pipe.frames), world.count("encodes")
    flushes = world.count("flushes")
    for person in people:
        person.send(CastOpinion(choice, "agree"))
    await flushed(live)
    told = world.count("flushes") - flushes
    assert world.count("encodes") - encodes == 2 * told
    assert told <= 2
    for person in people:
        person.read()
        assert len(person.pipe.frames) - before <= told + 1 + 1
        tally = person.replica.room.get("tally", choice)
        assert tally is not None and (tally.people, tally.agree) == (30, 30)


async def test_every_replica_is_the_same(world: World) -> None:
    """W8: steady, late, resumed, slow, and lagging past a slice: all end with the same table."""
    live, boss, people = await crowd_in_a_vote(world, 12)
    choice = next(boss.replica.room.all("choice")).id
    slow, gone, steady = people[1], people[2], people[0]
    slow.pipe.stalled = True
    slow.connection.paused()
    at = len(slow.pipe.frames)
    gone.connection.leaving()
    for person in people[3:]:
        await person.do(CastOpinion(choice, "disagree"))
        await flushed(live)
    assert len(slow.pipe.frames) == at, "nothing is written past a slow reader"
    slow.pipe.stalled = False
    slow.connection.resumed()
    assert len(slow.pipe.frames) == at + 1, "one patch from where it was"
    await gone.enter()
    late = await world.device(live, MEMBER)
    await flushed(live)
    tables = []
    for one in (steady, slow, gone, late):
        one.read()
        tables.append(one.replica.room.rows())
    assert tables[0] == tables[1] == tables[2] == tables[3]
    assert "reset" not in [m[0] for m in gone.messages]


async def test_large_room_is_written_in_slices(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.fanout.SLICE", 4)
    assert SLICE >= 100
    live, boss, people = await crowd_in_a_vote(world, 11)
    choice = next(boss.replica.room.all("choice")).id
    people[0].send(CastOpinion(choice, "agree"))
    await live.settled()
    live._fanout.flush()
    assert live._fanout._writing, "the rest waits for its turn"
    people[7].pipe.stalled = True
    people[7].connection.paused()
    people[9].connection.leaving()
    people[9].pipe.is_open = False
    newcomer = await world.device(live, MEMBER)
    while live._fanout._writing:
        await asyncio.sleep(0)
    people[7].pipe.stalled = False
    people[7].connection.resumed()
    for one in (*people[:9], people[10], newcomer):
        one.read()
        assert one.replica.room.get("tally", choice).agree == 1  # type: ignore[union-attr]


async def test_link_revoked_while_one_waits_at_the_door(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P3: whoever comes in later than the revocation does not come in."""
    monkeypatch.setattr("server.leases.PROBE_S", 0.05)
    live = await world.room()
    boss = await world.device(live, FACILITATOR)
    old = await world.device(live, MEMBER)
    old.pipe.answers = False
    late = Device(world, live, old.token)
    late.client = old.client
    entering = asyncio.create_task(late.enter())
    await asyncio.sleep(0)
    number = next(n for n, role, _ in links(live) if role == MEMBER)
    await boss.do(RevokeLink(number))
    await entering
    assert late.pipe.code == 4403 and not late.messages


async def test_what_was_acknowledged_is_never_refused_when_it_comes_again(world: World) -> None:
    """Law 5: a client that resends over its limit must not be told to try under another number."""
    live = await world.room()
    anna = await world.device(live, MEMBER)
    await anna.do(Join(0, "remote"), "Anna")
    boss = await world.device(live, FACILITATOR)
    await boss.do(NextStep())
    answers = [await anna.do(PostIdea(0), f"idea {n}") for n in range(60)]
    assert answers[-1] == ["refused", answers[-1][1], 0, "too_fast"]
    last = max(answer[1] for answer in answers if answer[0] == "ack")
    again = await anna.do(PostIdea(0), "once more", ref=last)
    assert again[0] == "ack" and again[4] == next(a[4] for a in answers if a[1] == last)


async def test_newcomers_stand_where_the_audience_stands(world: World) -> None:
    """W8: a shared frame made while news waits in the window must not leave people behind it."""
    live = await world.room()
    boss = await world.device(live, FACILITATOR)
    steady = await world.device(live, MEMBER)
    live._fanout.flush()
    await boss.do(NextStep())  # within the window: not told yet
    first = await world.device(live, MEMBER)
    await first.do(Join(0, "remote"), "Only moderators hear of me")
    await flushed(live)
    second = await world.device(live, MEMBER)
    await boss.do(PauseClock())
    await flushed(live)
    for one in (steady, first, second):
        one.read()
        assert one.replica.room.get("agenda", 2).state == "paused"  # type: ignore[union-attr]


async def test_lone_reader_that_was_slow_follows_again(world: World) -> None:
    """W8: also where nothing was new for it, since its audience moved on with nobody listening."""
    live = await world.room()
    boss = await world.device(live, FACILITATOR)
    phone = await world.device(live, MEMBER)
    phone.pipe.stalled = True
    phone.connection.paused()
    await boss.do(AddLink(MEMBER))
    await flushed(live)
    phone.pipe.stalled = False
    phone.connection.resumed()
    await boss.do(NextStep())
    await flushed(live)
    phone.read()
    assert phone.replica.room.get("agenda", 2).state == "running"  # type: ignore[union-attr]
