"""The log of many servers on a real Redis: the contract, and what is its own (rules L7 to L9)."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from typing import TypeVar

import pytest
import redis

from client.own_redis import OwnRedis
from protocols.log import START, Logged
from server.logs.base import Head, Log, OutOfStep, StorageFailed
from server.logs.redis import ERASE, RedisLog
from server.logs.redis_link import RedisLink
from server.logs.redis_scripts import key
from tests.server.harness import NOON_MS, Clock, until
from tests.server.log_contract import LogContract, card, chain_holds, everything, record, tick


class Set(Clock):
    """The log's time, as a test sets it."""

    correction_ms = 0

    async def close(self) -> None:
        pass


class RedisStore:
    """A database of a Redis, as one server after another opens it."""

    late_ms = 1_000

    def __init__(self, own: OwnRedis) -> None:
        self.own = own
        self.clock = Set()
        self.log: RedisLog | None = None
        self.direct = redis.Redis(port=own.port)

    async def open(self) -> Log:
        await self.close()
        self.log = await self.another()
        return self.log

    async def another(self) -> RedisLog:
        """A second server's log on the same Redis."""
        return RedisLog(RedisLink(self.own.url), heads_s=0.05, grace_ms=100, clock=self.clock)

    async def close(self) -> None:
        if self.log is not None:
            await self.log.close()
            self.log = None

    def raw(self) -> bytes:
        """All bytes of the append-only file, after it was written anew where that is due."""
        self._written()
        if self.direct.getdel(ERASE):
            self.direct.bgrewriteaof()
        self._written()
        return file_of(self.own)

    def _written(self) -> None:
        while self.direct.info("persistence")["aof_rewrite_in_progress"]:
            time.sleep(0.01)


def file_of(own: OwnRedis) -> bytes:
    """The append-only file as it is just now; parts may vanish while it is written anew."""
    while True:
        try:
            return b"".join(path.read_bytes() for path in own.aof_files())
        except FileNotFoundError:
            continue


@pytest.fixture(scope="module")
def own() -> Iterator[OwnRedis]:
    with OwnRedis("--aof-use-rdb-preamble", "no") as server:
        yield server


@pytest.fixture
async def store(own: OwnRedis) -> AsyncIterator[RedisStore]:
    found = RedisStore(own)
    found.direct.flushall()
    yield found
    await found.close()
    found.direct.close()


class TestContract(LogContract):
    """The suite that every log keeps."""


class Listener:
    """Hears a log."""

    def __init__(self) -> None:
        self.batches: list[list[Logged]] = []
        self.heads: list[Head] = []
        self.renewals = 0

    def heard(self, batch: list[Logged]) -> None:
        self.batches.append(batch)

    def head(self, head: Head, asked_s: float) -> None:
        self.heads.append(head)

    def renewed(self) -> None:
        self.renewals += 1


async def test_l2_a_batch_is_one_stream_entry_and_heard_by_others(store: RedisStore) -> None:
    """With its numbers, words and the number of the append."""
    log, other = await store.open(), await store.another()
    room = record()
    first = await log.create(room, tick())
    listener = Listener()
    other.follow(room.log_id, listener)
    await until(lambda: listener.heads)
    told = await log.append(room.log_id, [card("one", "", "two"), tick()], number=77)
    await until(lambda: listener.batches)
    heard = listener.batches[0]
    assert [one.batch for one in heard] == [77, 77]
    assert [one.body for one in heard] == [one.body for one in told]
    assert heard[0].words == (told[0].words[0], None, told[0].words[2])
    assert chain_holds([first, *heard])
    assert store.direct.xlen(key(room.log_id, "log")) == 2
    await other.close()


async def test_l8_a_repeated_append_is_written_once(store: RedisStore) -> None:
    """The answer was lost on the way; the second try finds the first."""
    log = await store.open()
    room = record()
    first = await log.create(room, tick())
    held = Head(1, first.chain)
    proposed = [card("one"), tick()]
    once = await log.append(room.log_id, proposed, held=held, number=5)
    await log.append(room.log_id, [tick()], held=held, number=6)
    again = await log.append(room.log_id, proposed, held=held, number=5, again=True)
    assert again == once
    assert len(await everything(log, room.log_id)) == 4
    new = await log.append(room.log_id, [tick()], held=held, number=7, again=True)
    assert new[0].seq == 5


async def test_l8_a_log_that_lost_its_tail_is_not_appended_to(store: RedisStore) -> None:
    """Neither where it is shorter, nor where it is as long or longer but another. A server never
    stands within an append."""
    log = await store.open()
    room = record()
    first = await log.create(room, tick())
    told = await log.append(room.log_id, [tick(), tick()])
    others = (Head(4, "f" * 16), Head(3, "f" * 16), Head(1, "f" * 16), Head(2, told[0].chain))
    for held in others:
        with pytest.raises(OutOfStep):
            await log.append(room.log_id, [tick()], held=held)
    behind = await log.append(room.log_id, [tick()], held=Head(1, first.chain))
    assert behind[0].seq == 4


async def test_l9_what_was_lost_is_put_back_as_it_was(store: RedisStore) -> None:
    """Numbers, times, chain and words; by one server, once."""
    log = await store.open()
    room = record()
    told = [await log.create(room, card("zero"))]
    for n in range(4):
        store.clock.now_ms += 10
        told += await log.append(room.log_id, [card(f"text {n}"), tick(n + 1)], number=n)
    store.direct.flushall()
    with pytest.raises(OutOfStep):
        await log.append(room.log_id, [tick()], held=Head(9, told[-1].chain))
    await log.restore(room, Head(), told[:4])
    await log.restore(room, Head(told[3].seq, told[3].chain), told[4:])
    with pytest.raises(OutOfStep):
        await log.restore(room, Head(told[3].seq, told[3].chain), told[4:])
    assert await everything(log, room.log_id) == told
    assert await log.rooms() == [room]


async def test_l9_a_redis_started_anew_takes_only_what_is_put_back_at_first() -> None:
    """So that whoever holds more than it comes before whoever would write over it."""
    with OwnRedis() as own:
        link = RedisLink(own.url)
        log = RedisLog(link, grace_ms=400)
        room = record()
        told = [await log.create(room, tick())]
        told += await log.append(room.log_id, [tick()], number=9)
        own.kill()
        own.cut(1)
        own.start()
        await until(lambda: link.is_up)
        with pytest.raises(StorageFailed):
            await log.append(room.log_id, [tick()], held=Head(1, told[0].chain), number=1)
        with pytest.raises(OutOfStep):  # told at once, for only this server may have it
            await log.append(room.log_id, [tick()], held=Head(2, told[1].chain), number=2)
        await log.restore(room, Head(1, told[0].chain), told[1:])
        for _ in range(100):
            try:
                late = await log.append(room.log_id, [tick()], held=Head(1, told[0].chain))
            except StorageFailed:
                await asyncio.sleep(0.02)
            else:
                break
        assert late[0].seq == 3
        assert (await everything(log, room.log_id))[:2] == told
        await log.close()


@pytest.mark.parametrize("torn", [20, 60, 100, 200, 300])
async def test_l9_half_a_transaction_at_the_files_end_harms_nobody(torn: int) -> None:
    """Redis forgets it at once, but leaves it in its file: the start after the next would carry it
    out together with what was written behind it."""
    with OwnRedis() as own:
        room = record()
        link = RedisLink(own.url)
        log = RedisLog(link, heads_s=0.05, grace_ms=300)
        told = [await log.create(room, tick())]
        for n in range(3):
            told += await log.append(room.log_id, [card("some words " * 9)], number=n + 1)
        own.kill()
        own.cut(torn)
        own.start()
        kept = await patiently(lambda: everything(log, room.log_id))
        assert kept == told[: len(kept)] and len(kept) < 4
        for n in range(3):
            held = Head(len(kept), kept[-1].chain)
            append = partial(log.append, room.log_id, [tick()], held=held, number=9 + n)
            kept += await patiently(append)
        await until(lambda: own.cli("INFO", "persistence").count("in_progress:0") >= 2)
        own.stop()
        own.start()
        assert await patiently(lambda: everything(log, room.log_id)) == kept
        assert chain_holds(kept)
        await log.close()


T = TypeVar("T")


async def patiently(work: Callable[[], Awaitable[T]]) -> T:
    """What comes once Redis is back."""
    for _ in range(200):
        try:
            return await work()
        except StorageFailed:
            await asyncio.sleep(0.02)
    raise AssertionError("Redis did not come back")


async def test_what_is_erased_leaves_the_file_by_itself(store: RedisStore) -> None:
    log = RedisLog(RedisLink(store.own.url), rewrite_s=0.05)
    room = record()
    await log.create(room, card("erase-this-text " * 9))
    await log.forget(room.log_id, [1 << 8])

    await until(lambda: b"erase-this-text" not in file_of(store.own))
    await log.close()


async def test_redis_away_is_told_and_found_again() -> None:
    """Nothing hangs, nothing is thrown but what says so."""
    with OwnRedis() as own:
        link = RedisLink(own.url)
        log = RedisLog(link, heads_s=0.05, grace_ms=50)
        room = record()
        first = await log.create(room, tick())
        listener = Listener()
        log.follow(room.log_id, listener)
        await until(lambda: listener.heads)
        own.kill()
        with pytest.raises(StorageFailed):
            await log.append(room.log_id, [tick()])
        with pytest.raises(StorageFailed):
            await log.room(room.code)
        own.start()
        listener.heads.clear()
        await until(lambda: listener.heads)
        assert listener.heads[-1] == Head(1, first.chain)
        await log.close()


async def test_time_is_never_before_noon(store: RedisStore) -> None:
    """The harness' clock is the log's."""
    log = await store.open()
    room = record()
    first = await log.create(room, tick())
    assert NOON_MS <= first.at_ms < NOON_MS + store.late_ms
    assert first.chain != START
