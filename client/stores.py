"""What the logs cost by themselves, in this process: appending to them, and bringing a room back.

All is done through a live room, as a server does it, in SQLite and in a Redis of one's own.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from client.meters import redis_holds
from client.own_redis import OwnRedis
from client.own_server import cpu_of
from client.rounds import RoundError
from client.serve import loop_factory, services_of
from protocols.log import SALT_BYTES, START, Draft, Logged, Word, draft, entry, link
from rooms.agenda import NextStep, OpenRoom, StepPlan
from rooms.cards import PostIdea
from rooms.features import RULES_NUMBER, new_room
from rooms.kernel import Actor, Outcome, Room
from rooms.people import Join, Link
from rooms.reveal import Reveal
from rooms.roles import EVERYBODY, FACILITATOR, MEMBER, SYSTEM
from rooms.spotlight import Spotlight
from rooms.steps import AGENDA_ID, Agenda, Text
from rooms.votes import CastOpinion, Choice
from server.live import Live, Services
from server.logs.base import Log, RoomRecord
from server.logs.sqlite import SqliteLog, wall_clock_ms
from server.settings import Settings

PEOPLE_IN_LOG: Final = 200
IDEAS_IN_LOG: Final = 1_000
HOURS_MS: Final = 4 * 3_600_000
RATE: Final = 2_000
"""Commands a second that are appended."""
APPEND_S: Final = 1.5
SYNCED: Final = 2_000
"""Entries appended alone that each wait for the disk."""
KEY: Final = "bench"
T = TypeVar("T")


# What is in the log


class Unkept(SqliteLog):
    """Numbers and chains what is appended, and keeps none of it: a server without a log."""

    async def create(self, record: RoomRecord, draft: Draft) -> Logged:
        self._last = await super().create(record, draft)
        return self._last

    async def append(
        self, log_id: str, drafts: Sequence[Draft], *, number: int = 0, **_: Any
    ) -> list[Logged]:
        made, last = [], self._last
        for one in drafts:
            seq, at_ms = last.seq + 1, max(last.at_ms, wall_clock_ms())
            chain = link(last.chain, seq, at_ms, one.body)
            last = Logged(seq, at_ms, chain, one.body, one.words, number)
            made.append(last)
        self._last = last
        return made


class Gathered(Unkept):
    """The same, for which commands gather as they do for Redis."""

    shared = True


def session(entries: int) -> list[Draft]:
    """A session of so many entries: people join, write, and vote for the rest."""
    room = new_room()
    drafts: list[Draft] = []

    def write(some: Sequence[Draft]) -> list[Outcome]:
        now = wall_clock_ms()
        logged = [Logged(room.seq + 1 + n, now, START, one.body) for n, one in enumerate(some)]
        outcomes = [room.apply(entry(one)) for one in logged]
        if refused := {outcome.refused for outcome in outcomes if outcome.refused}:
            raise RoundError(f"the log could not be written: {refused}")
        drafts.extend(some)
        return outcomes

    write([opening()])
    links = {link.role: link.id for link in room.all(Link)}
    leader = Actor(FACILITATOR, 0, 1, links[FACILITATOR])
    write([draft(leader, NextStep(), ref=1)])
    guests = [Actor(MEMBER, 0, 2 + n, links[MEMBER]) for n in range(PEOPLE_IN_LOG)]
    joins = [draft(one, Join(0, "remote"), ref=1, words=(_word("Person"),)) for one in guests]
    seats = [outcome.made[0] for outcome in write(joins)]
    people = [Actor(MEMBER, s, 2 + n, links[MEMBER]) for n, s in enumerate(seats)]
    step = _current(room)
    text = _word("We answer every letter on the day it came.")
    write(
        [
            draft(people[n % len(people)], PostIdea(0), ref=2 + n, step=step, words=(text,))
            for n in range(IDEAS_IN_LOG)
        ]
    )
    write([draft(leader, Reveal(step, -1), ref=2, step=step)])
    write([draft(leader, NextStep(), ref=3, step=step)])
    step, choices = _current(room), [choice.id for choice in room.all(Choice)]
    write(
        [
            draft(
                people[n % len(people)],
                CastOpinion(choices[n * 7 % len(choices)], "agree" if n % 3 else "disagree"),
                ref=2 + IDEAS_IN_LOG + n,
                step=step,
            )
            for n in range(entries - room.seq)
        ]
    )
    return drafts


def opening() -> Draft:
    """Entry 1 of a room of three steps."""

    def step(kind: str, **settings: Any) -> StepPlan:
        name = Text(kind, kind)
        masks = (EVERYBODY, EVERYBODY, EVERYBODY)
        return StepPlan(kind, name, name, HOURS_MS, "grace", *masks, False, settings)

    steps = [step("ideate", lanes=[["a", "a"]]), step("vote", style="opinion"), step("close")]
    design = OpenRoom(RULES_NUMBER, "en", steps, [FACILITATOR, MEMBER], [])
    return draft(Actor(SYSTEM), design, words=(_word("Bench"),))


def _word(text: str) -> Word:
    return Word(os.urandom(SALT_BYTES), text)


def _current(room: Room) -> int:
    agenda = room.get(Agenda, AGENDA_ID)
    return agenda.current if agenda else 0


def record(code: str) -> RoomRecord:
    """A room of that code, with a log of its own."""
    return RoomRecord(code, f"bench{code.lower()}", bytes(32), wall_clock_ms())


async def fill(log: Log, room: RoomRecord, drafts: Sequence[Draft], at_once: int) -> None:
    """Write a whole log, so many entries to an append."""
    await log.create(room, drafts[0])
    await append_all(log, room, drafts[1:], at_once)


async def append_all(log: Log, room: RoomRecord, drafts: Sequence[Draft], at_once: int) -> None:
    """Append entries, so many to an append."""
    for start in range(0, len(drafts), at_once):
        await log.append(room.log_id, drafts[start : start + at_once], number=start + 1)


# Where it lies


class Store(Struct, frozen=True):
    """A log that is measured: SQLite in a folder, or the Redis of `redis`."""

    folder: Path
    redis: OwnRedis | None = None

    async def services(self) -> Services:
        """What a server on this log has."""
        url = self.redis.url if self.redis else ""
        return await services_of(Settings(data_dir=self.folder, redis_url=url), KEY)

    def redis_s(self) -> float:
        """CPU seconds of Redis so far; 0 where there is none."""
        return cpu_of(self.redis.pid).total_s if self.redis else 0.0

    def appends(self, room: RoomRecord) -> int:
        """Appends to a room's log so far; 0 where the log does not tell."""
        if self.redis is None:
            return 0
        return int(self.redis.cli("XLEN", f"oneroom:{{{room.log_id}}}:log"))


def in_loop(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, in an event loop as the server has it."""
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        return runner.run(work)


# Bringing a room back


class Brought(Struct, frozen=True):
    """Seconds by the clock, and of CPU of all threads of this process."""

    wall_s: float
    cpu_s: float


async def bring_back(
    store: Store, room: RoomRecord, entries: int, *, keep: bool = False
) -> Brought:
    """Bring a room back as a server does. With `keep` a snapshot is kept of it on closing."""
    services = await store.services()
    live = Live(room, services)
    start, cpu = time.perf_counter(), time.process_time()
    await live.load()
    found = Brought(time.perf_counter() - start, time.process_time() - cpu)
    if live.room.seq != entries:
        raise RoundError(f"{live.room.seq} entries came back of {entries}")
    live.failed = (
        not keep
    )  # a room that failed keeps no snapshot, which makes no later round easier
    await live.close()
    await services.log.close()
    return found


def steps(drafts: Sequence[Draft]) -> float:
    """The median microseconds that one step of the reducer takes."""
    now = wall_clock_ms()
    entries = [entry(Logged(n, now, START, one.body)) for n, one in enumerate(drafts, 1)]
    room, taken = new_room(), []
    for one in entries:
        begun = time.perf_counter_ns()
        room.apply(one)
        taken.append(time.perf_counter_ns() - begun)
    return statistics.median(taken) / 1000


# Appending


class Appended(Struct, frozen=True):
    """What appending costs: CPU of this process and of Redis, in microseconds a command; and the
    commands to an append, where the log tells."""

    cpu_us: float
    redis_us: float
    batch: float


async def commands(store: Store, room: RoomRecord) -> Appended:
    """What it costs to have commands come to a live room, `RATE` a second for `APPEND_S`, each by
    itself; the room carries them to the log as they gather. They are the facilitator's, have no
    words and change little, so that hardly anything but the log makes a difference. The CPU is
    what the same commands cost more than with `Unkept`."""
    nothing, _, _ = await _commands(store, room, kept=False)
    used, redis_s, appends = await _commands(store, room)
    count = RATE * APPEND_S
    batch = count / appends if appends else 0.0
    return Appended((used - nothing) / count * 1e6, redis_s / count * 1e6, batch)


async def _commands(
    store: Store, room: RoomRecord, *, kept: bool = True
) -> tuple[float, float, int]:
    """CPU seconds of this process and of Redis, and how many appends there were."""
    services = await (store if kept else Store(store.folder)).services()
    if not kept:
        await services.log.close()
        log = await (Gathered if store.redis else Unkept).open(store.folder / "unkept.sqlite3")
        services = replace(services, log=log)
    await services.log.create(room, opening())
    live = Live(room, services)
    await live.load()
    await live.by_operator(NextStep())
    before, cpu = store.appends(room), time.process_time()
    redis_s = store.redis_s()
    count = int(RATE * APPEND_S)
    await asyncio.gather(*await _propose(live, count))
    used, redis_s = time.process_time() - cpu, store.redis_s() - redis_s
    appends = store.appends(room) - before
    live.failed = True
    await live.close()
    await services.log.close()
    return used, redis_s, appends


async def _propose(live: Live, count: int) -> list["asyncio.Task[str]"]:
    """Propose so many commands, evenly spread."""
    tasks: list[asyncio.Task[str]] = []
    start = time.perf_counter()
    while len(tasks) < count:
        due = min(count, int((time.perf_counter() - start) * RATE))
        new = range(due - len(tasks))
        tasks += [asyncio.create_task(live.by_operator(Spotlight(0))) for _ in new]
        await asyncio.sleep(0.001)
    return tasks


class Alone(Struct, frozen=True):
    """What an entry costs that is appended to Redis alone: CPU of this process and of Redis in
    microseconds, bytes of Redis' memory and of its append-only file."""

    cpu_us: float
    redis_us: float
    memory_bytes: float
    file_bytes: float


async def fill_alone(store: Store, room: RoomRecord, drafts: Sequence[Draft]) -> Alone:
    """Write a whole log into Redis, one entry to an append, as in a small room. The CPU is that of
    the first `SYNCED`; after them Redis does not wait for the disk, which may be slow."""
    assert store.redis is not None, "there is a Redis"
    services = await store.services()
    before, cpu, redis_s = redis_holds(store.redis), time.process_time(), store.redis_s()
    await fill(services.log, room, drafts[:SYNCED], 1)
    used, redis_s = time.process_time() - cpu, store.redis_s() - redis_s
    store.redis.cli("CONFIG", "SET", "appendfsync", "everysec")
    await append_all(services.log, room, drafts[SYNCED:], 1)
    store.redis.cli("CONFIG", "SET", "appendfsync", "always")
    now = redis_holds(store.redis)
    await services.log.close()
    memory, file = (after - earlier for after, earlier in zip(now, before, strict=True))
    first, each = min(SYNCED, len(drafts)), len(drafts)
    return Alone(used / first * 1e6, redis_s / first * 1e6, memory / each, file / each)
