"""What only phones still hold: Redis has lost the end of a log, and every server that held it is
gone. R9.2."""

import asyncio
from collections.abc import Iterator

import pytest

from client.own_redis import OwnRedis
from client.own_server import OwnServer, new_room
from client.replay import design
from client.room_client import RoomClient
from protocols.commands import EditIdea, NextStep, PostIdea

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def redis() -> Iterator[OwnRedis]:
    with OwnRedis() as running:
        yield running


@pytest.fixture
def server(redis: OwnRedis) -> Iterator[OwnServer]:
    with OwnServer(REDIS_URL=redis.url) as running:
        yield running


def size(redis: OwnRedis) -> int:
    """How long the append-only file is."""
    return redis.aof_files()[-1].stat().st_size


def lose(redis: OwnRedis, server: OwnServer, since: int) -> None:
    """Kill both, take off what Redis wrote since it had a size, and start both again."""
    server.kill()
    written = size(redis)
    redis.kill()
    redis.cut(written - since)
    redis.start()
    server.start()


def mine(client: RoomClient) -> list[str]:
    """What this person wrote, as the room has it."""
    return [card.text for card in client.replica.own.all("card")]


async def come(url: str, name: str = "") -> RoomClient:
    client = RoomClient(url)
    await client.connect()
    if name:
        await client.join(name)
    return client


async def is_stable(client: RoomClient) -> None:
    """Wait until nothing can be lost that this client knows of."""
    await client.until(lambda: client.replica.stable_seq >= client.replica.own.seq > 0, 20)
    assert client.outbox.all == []


async def test_what_was_acknowledged_comes_back_from_those_who_sent_it(
    redis: OwnRedis, server: OwnServer
) -> None:
    """Once each, in order, also a change of something that was lost with its id."""
    links = new_room(server.base, server.key, **design())
    moderator = await come(links.urls["facilitator"])
    anna = await come(links.urls["member"], "Anna")
    await moderator.do(NextStep())
    await anna.until(lambda: anna.step)
    kept = await anna.do(PostIdea(0), "kept by Redis")
    await is_stable(anna)
    before = size(redis)
    first = await anna.do(PostIdea(0), "first")
    await anna.do(PostIdea(0), "second")
    await anna.do(EditIdea(first.made[0]), "first, said better")
    lose(redis, server, before)
    other = await come(links.urls["member"], "Boris")  # takes numbers that Anna's ideas had
    expected = ["kept by Redis", "first, said better", "second"]
    await anna.until(lambda: not anna.unanswered and sorted(mine(anna)) == sorted(expected), 20)
    assert anna.replica.own.get("card", kept.made[0]) is not None, "it was never lost"
    assert mine(anna) == expected
    assert anna.lost == []
    for client in (moderator, anna, other):
        await client.close()


async def test_a_seat_that_was_just_taken_is_taken_again(
    redis: OwnRedis, server: OwnServer
) -> None:
    links = new_room(server.base, server.key, **design())
    moderator = await come(links.urls["facilitator"])
    await moderator.do(NextStep())
    await asyncio.sleep(0)
    before = size(redis)
    anna = await come(links.urls["member"], "Anna")
    await anna.do(PostIdea(0), "from whom nobody knows any more")
    lose(redis, server, before)
    boris = await come(links.urls["member"], "Boris")
    await anna.until(lambda: mine(anna) == ["from whom nobody knows any more"], 20)
    await moderator.until(lambda: len(list(moderator.replica.room.all("seat"))) == 2, 20)
    names = {seat.id: seat.name for seat in moderator.replica.room.all("seat")}
    assert (names[anna.seat], names[boris.seat]) == ("Anna", "Boris")
    assert anna.lost == []
    for client in (moderator, anna, boris):
        await client.close()
