"""The keys of anonymous rounds where servers share a Redis: one for all, sealed, and gone from
everywhere afterwards. (law 13; R5.6)"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Iterator
from typing import Any, Self

import pytest
from redis.exceptions import ResponseError

from client.own_redis import OwnRedis
from protocols.between import SERVERS
from server.keys import KeyAway
from server.logs.base import Log, RoomRecord
from server.logs.redis_link import RedisLink
from server.shared_keys import LOOK_S, Seal, SharedKeys
from tests.server.harness import until
from tests.server.redises import files

OPERATOR = "the-key-of-the-operator"
ROUND = 3


class Keeper:
    """The keys of one server. Make it with `async with`."""

    def __init__(self, redis: OwnRedis, operator: str = OPERATOR) -> None:
        self._redis = redis
        self._operator = operator
        self.now = 1_000_000.0

    async def __aenter__(self) -> Self:
        self.link = RedisLink(self._redis.url)
        self.redis: Any = self.link.redis
        self.keys = SharedKeys(self.link, self._operator, self._erase, lambda: self.now)
        return self

    async def _erase(self) -> None:
        with contextlib.suppress(ResponseError):  # one is under way
            await self.link.redis.bgrewriteaof()

    async def kill(self) -> None:
        """Do nothing more, and finish nothing."""
        self.keys._clean.set()
        await self.__aexit__()

    async def __aexit__(self, *why: object) -> None:
        await self.keys.close()
        await self.link.close()


class NoLog:
    """Shared keys know the rooms' codes by themselves."""


def room() -> RoomRecord:
    """A room of its own for each test."""
    log_id = secrets.token_hex(8)
    return RoomRecord(log_id[:6].upper(), log_id, b"", 0)


@pytest.fixture(scope="module")
def redis() -> Iterator[OwnRedis]:
    with OwnRedis() as redis:
        yield redis


@pytest.fixture
async def one(redis: OwnRedis) -> AsyncIterator[Keeper]:
    async with Keeper(redis) as keeper:
        yield keeper


@pytest.fixture
async def two(redis: OwnRedis) -> AsyncIterator[Keeper]:
    async with Keeper(redis) as keeper:
        yield keeper


async def test_a_round_has_one_key_on_all_servers(one: Keeper, two: Keeper) -> None:
    """R5.6, R9.2: also when both come at the same moment; each round has its own."""
    record = room()
    rounds = range(1, 9)
    preparing = [keeper.keys.prepare(record, n) for n in rounds for keeper in (one, two)]
    await asyncio.gather(*preparing)
    keys = [one.keys.get(record.log_id, n) for n in rounds]
    assert keys == [two.keys.get(record.log_id, n) for n in rounds]
    assert len(set(keys)) == len(keys) and all(len(key) == 32 for key in keys)
    assert one.keys.rounds(record.log_id) == list(rounds)


async def test_a_key_not_here_yet_is_neither_made_nor_lost(one: Keeper) -> None:
    """Whoever writes meanwhile is told to try again."""
    record = room()
    assert not one.keys.has(record.log_id, ROUND)
    with pytest.raises(KeyAway):
        one.keys.get(record.log_id, ROUND)
    await one.keys.prepare(record, ROUND)
    assert one.keys.has(record.log_id, ROUND)


async def test_a_later_server_finds_the_key_that_there_is(one: Keeper, redis: OwnRedis) -> None:
    record = room()
    await one.keys.prepare(record, ROUND)
    key = one.keys.get(record.log_id, ROUND)
    await one.kill()
    async with Keeper(redis) as later:
        await later.keys.prepare(record, ROUND)
        assert later.keys.get(record.log_id, ROUND) == key


async def test_no_key_lies_in_redis_as_it_is(one: Keeper, redis: OwnRedis) -> None:
    """Neither in its memory nor in its files: it is sealed there."""
    record = room()
    await one.keys.prepare(record, ROUND)
    key = one.keys.get(record.log_id, ROUND)
    name = f"oneroom:{{{record.log_id}}}:key:{ROUND}"
    sealed = await one.redis.get(name)
    assert sealed is not None and key not in sealed and key not in files(redis)
    assert Seal(OPERATOR).open((record.log_id, ROUND), sealed) == key


async def test_a_destroyed_key_is_nowhere(one: Keeper, two: Keeper, redis: OwnRedis) -> None:
    """R5.6: not with a server, not in Redis, not in its append-only file, sealed or not."""
    record = room()
    for keeper in (one, two):
        await keeper.keys.prepare(record, ROUND)
    key = one.keys.get(record.log_id, ROUND)
    sealed = await one.redis.get(f"oneroom:{{{record.log_id}}}:key:{ROUND}")
    assert sealed is not None
    await until(lambda: sealed in files(redis), "Redis keeps it while the round is open")
    for keeper in (one, two):
        keeper.keys.destroy(record.log_id, ROUND)
        assert keeper.keys.rounds(record.log_id) == []
    await until(lambda: sealed not in files(redis), "the file is written anew")
    assert key not in files(redis)
    assert not await one.redis.keys(f"*{record.log_id}*")
    assert record.log_id.encode() not in b"".join(await one.redis.zrange("oneroom:keys", 0, -1))


async def test_destroying_waits_for_redis_to_be_back() -> None:
    """The server forgets the key at once; Redis is told as soon as it can be reached."""
    with OwnRedis() as redis:
        async with Keeper(redis) as keeper:
            record = room()
            await keeper.keys.prepare(record, ROUND)
            redis.kill()
            keeper.keys.destroy(record.log_id, ROUND)
            assert keeper.keys.rounds(record.log_id) == []
            redis.start()
            await until(lambda: not keeper.keys._to_delete, "it is deleted")
            assert not await keeper.redis.keys(f"*{record.log_id}*")


async def test_while_redis_is_away_no_key_is_made(one: Keeper) -> None:
    """It could be another than the others'. One that is known stays good."""
    with OwnRedis() as redis:
        async with Keeper(redis) as keeper:
            record = room()
            await keeper.keys.prepare(record, ROUND)
            key = keeper.keys.get(record.log_id, ROUND)
            redis.kill()
            with pytest.raises(KeyAway):
                await keeper.keys.prepare(record, ROUND + 1)
            with pytest.raises(KeyAway):
                keeper.keys.get(record.log_id, ROUND + 1)
            assert keeper.keys.get(record.log_id, ROUND) == key


async def test_a_room_let_go_of_leaves_no_key_in_memory(one: Keeper, two: Keeper) -> None:
    """The server would not hear of the end of its round. Others keep theirs."""
    record, other = room(), room()
    for keeper in (one, two):
        await keeper.keys.prepare(record, ROUND)
        await keeper.keys.prepare(other, ROUND)
    key = two.keys.get(record.log_id, ROUND)
    one.keys.release(record.log_id)
    assert one.keys.rounds(record.log_id) == []
    assert one.keys.rounds(other.log_id) == [ROUND]
    await one.keys.prepare(record, ROUND)
    assert one.keys.get(record.log_id, ROUND) == key


async def test_keys_of_a_killed_server_are_found() -> None:
    """R5.6: by exactly those that nobody looks after, when some time has passed; whoever finds one
    can destroy it without ever having read it."""
    record, tended = room(), room()
    log: Log = NoLog()  # type: ignore[assignment]
    with OwnRedis() as redis:
        async with Keeper(redis) as killed:
            await killed.keys.prepare(record, ROUND)
            await killed.kill()
        async with Keeper(redis) as alive, Keeper(redis) as finder:
            await alive.keys.prepare(tended, ROUND)
            assert record.code not in await finder.keys.left_over(log)
            for keeper in (alive, finder):
                keeper.now += LOOK_S + 1
            await alive.keys.tend()
            found = await finder.keys.left_over(log)
            assert record.code in found and tended.code not in found
            assert finder.keys.rounds(record.log_id) == [ROUND]
            assert record.code not in await alive.keys.left_over(log), "one server is enough"
            finder.keys.destroy(record.log_id, ROUND)
            await until(lambda: not finder.keys._to_delete)
            assert not await finder.redis.keys(f"*{record.log_id}*")


async def test_a_key_that_redis_lost_is_put_back(one: Keeper, two: Keeper) -> None:
    """By whoever holds it, so that the next server does not make another."""
    record = room()
    await one.keys.prepare(record, ROUND)
    await one.redis.delete(f"oneroom:{{{record.log_id}}}:key:{ROUND}")
    await one.keys.tend()
    await two.keys.prepare(record, ROUND)
    assert two.keys.get(record.log_id, ROUND) == one.keys.get(record.log_id, ROUND)


async def test_keys_are_put_back_as_soon_as_redis_is_back() -> None:
    """From an empty Redis, too: before anybody could make another key."""
    with OwnRedis() as redis:
        async with Keeper(redis) as keeper:
            keeper.link.listen(SERVERS, lambda _: None)
            record = room()
            await keeper.keys.prepare(record, ROUND)
            name = f"oneroom:{{{record.log_id}}}:key:{ROUND}"
            redis.cli("FLUSHALL")
            assert redis.cli("EXISTS", name) == "0"
            redis.cli("CLIENT", "KILL", "TYPE", "pubsub")
            await until(lambda: redis.cli("EXISTS", name) == "1", "it is put back")


async def test_another_operators_key_opens_nothing(
    one: Keeper, redis: OwnRedis, caplog: pytest.LogCaptureFixture
) -> None:
    """Commands are refused as `key_lost`, and the log says why, once."""
    record = room()
    await one.keys.prepare(record, ROUND)
    async with Keeper(redis, "another-operator") as stranger:
        for _ in range(3):
            await stranger.keys.prepare(record, ROUND)
            with pytest.raises(OSError, match="does not open"):
                stranger.keys.get(record.log_id, ROUND)
    assert [one.message for one in caplog.records if one.levelname == "ERROR"] == [
        "the key of a round does not open with this operator's key"
    ]


def test_a_seal_holds() -> None:
    """Each time another text; what was changed, or is another round's, does not open."""
    seal, of, key = Seal(OPERATOR), ("a" * 16, 7), secrets.token_bytes(32)
    sealed = seal.close(of, key)
    assert sealed != seal.close(of, key)
    assert seal.open(of, sealed) == key == Seal(OPERATOR).open(of, sealed)
    for at in range(len(sealed)):
        damaged = bytearray(sealed)
        damaged[at] ^= 1
        with pytest.raises(ValueError, match="does not open"):
            seal.open(of, bytes(damaged))
    for other in (("a" * 16, 8), ("b" * 16, 7)):
        with pytest.raises(ValueError, match="does not open"):
            seal.open(other, sealed)
    with pytest.raises(ValueError, match="does not open"):
        Seal("another").open(of, sealed)
    with pytest.raises(ValueError, match="does not open"):
        seal.open(of, b"")
