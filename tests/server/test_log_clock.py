"""The log's time on several servers with a real Redis, whose clock is set under them (rule L10)."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from client.own_redis import OwnRedis
from server.logs.base import StorageFailed
from server.logs.log_clock import CLOCK, LogClock
from server.logs.reckoning import steady_ms
from server.logs.redis_link import RedisLink
from tests.server.false_clock import FalseClock
from tests.server.harness import until

HOUR_MS: Final = 3_600_000
LOOK_S: Final = 0.05
ANSWER_S: Final = 0.3
"""Long beside what an answer takes: what a slow machine keeps back counts as not said."""
NEAR_MS: Final = 100


class Held:
    """A steady clock that stood still for a while, as a machine's does that was held up."""

    def __init__(self) -> None:
        self.missed_ms = 0.0

    def __call__(self) -> float:
        return steady_ms() - self.missed_ms


class Server:
    """A server's clock, and how far it is from the time that a test began with."""

    def __init__(self, link: RedisLink, clock: LogClock, held: Held) -> None:
        self.link, self.clock, self.held = link, clock, held
        self._begun = clock() - steady_ms()

    @property
    def moved_ms(self) -> float:
        """By how much this server's time has moved against real time."""
        return self.clock() - steady_ms() - self._begun


@pytest.fixture
def false(tmp_path: Path) -> FalseClock:
    return FalseClock(tmp_path)


@pytest.fixture
def own(false: FalseClock) -> Iterator[OwnRedis]:
    with OwnRedis(environment=false.environment) as running:
        yield running


class Servers:
    """Starts clocks on one Redis, and ends them."""

    def __init__(self, own: OwnRedis) -> None:
        self._own = own
        self._stack = contextlib.AsyncExitStack()

    async def start(self, **how: Any) -> Server:
        link = RedisLink(self._own.url)
        self._stack.push_async_callback(link.close)
        held = Held()
        how = {"steady": held, "look_s": LOOK_S, "answer_s": ANSWER_S, **how}
        clock = await LogClock.start(link, **how)
        self._stack.push_async_callback(clock.close)
        return Server(link, clock, held)

    async def close(self) -> None:
        await self._stack.aclose()


@pytest.fixture
async def servers(own: OwnRedis) -> AsyncIterator[Servers]:
    found = Servers(own)
    yield found
    await found.close()


async def agree_on(correction_ms: int, *servers: Server) -> None:
    """Wait until all add about so much to Redis' clock."""

    def agreed() -> bool:
        found = {one.clock.correction_ms for one in servers}
        return len(found) == 1 and abs(found.pop() - correction_ms) <= NEAR_MS

    await until(agreed, "they agree")


def goes_on(*servers: Server) -> bool:
    """Whether time goes on as it did when the test began."""
    return all(abs(one.moved_ms) <= NEAR_MS for one in servers)


@pytest.mark.parametrize("jump_s", [3 * 3600, -3 * 3600, 5])
async def test_time_goes_on_where_redis_clock_is_set(
    servers: Servers, false: FalseClock, jump_s: int
) -> None:
    """R9.2, L10: the servers find out together, and nobody's time moves meanwhile."""
    both = [await servers.start(), await servers.start()]
    await agree_on(0, *both)
    false.set(jump_s)
    moved = []
    while both[0].clock.correction_ms == 0:
        moved += [one.moved_ms for one in both]
        await asyncio.sleep(0.01)
    await agree_on(-1000 * jump_s, *both)
    moved += [one.moved_ms for one in both]
    assert max(map(abs, moved)) <= NEAR_MS
    late = await servers.start()
    assert abs(late.clock() - both[0].clock()) <= NEAR_MS


async def test_a_server_alone_keeps_time(servers: Servers, false: FalseClock) -> None:
    """L10: there is nobody to ask, and nobody to be held up against."""
    alone = await servers.start()
    for jump_s in (-40, 3 * 3600, 0):
        false.set(jump_s)
        await agree_on(-1000 * jump_s, alone)
        assert goes_on(alone)


async def test_a_server_that_was_held_up_takes_the_others_time(servers: Servers) -> None:
    """L10: what one machine has missed moves nobody else's time, and is made up for there."""
    three = [await servers.start() for _ in range(3)]
    await agree_on(0, *three)
    three[0].held.missed_ms = 20_000
    assert not goes_on(three[0])
    await until(lambda: goes_on(*three), "it is back")
    await agree_on(0, *three)


async def test_of_two_servers_the_one_that_was_held_up_gives_in(servers: Servers) -> None:
    """L10: who finds nothing wrong wins where it is one against one."""
    both = [await servers.start(), await servers.start()]
    both[1].held.missed_ms = 4_000
    await until(lambda: goes_on(*both), "it is back")
    await agree_on(0, *both)


async def test_time_goes_on_without_redis(
    servers: Servers, own: OwnRedis, false: FalseClock
) -> None:
    """R9.2, L10: while Redis is away and after it is back, even if its clock was set meanwhile."""
    both = [await servers.start(), await servers.start()]
    own.kill()
    await until(lambda: not both[0].link.is_up, "Redis is away")
    assert goes_on(*both)
    false.set(-7200)
    own.start()
    await agree_on(7200_000, *both)
    assert goes_on(*both)


async def test_a_correction_that_redis_lost_is_found_again(
    servers: Servers, own: OwnRedis, false: FalseClock
) -> None:
    """L10: the servers know their time where Redis comes back without its memory."""
    both = [await servers.start(), await servers.start()]
    false.set(3600)
    await agree_on(-HOUR_MS, *both)
    own.cli("DEL", CLOCK)
    await until(lambda: own.cli("HGET", CLOCK, "correction") != "", "it is written again")
    await agree_on(-HOUR_MS, *both)
    assert goes_on(*both)


async def test_who_starts_alone_does_not_go_back(
    servers: Servers, own: OwnRedis, false: FalseClock
) -> None:
    """L10: a clock that was set back while no server ran does not hold rooms up."""
    first = await servers.start()
    await until(lambda: own.cli("HGET", CLOCK, "latest") != "", "the time is noted")
    before = first.clock()
    await servers.close()
    false.set(-3600)
    again = await servers.start()
    assert 0 <= again.clock() - before < 20_000


async def test_a_clock_cannot_start_without_redis(own: OwnRedis) -> None:
    link = RedisLink(own.url)
    own.kill()
    with pytest.raises(StorageFailed):
        await LogClock.start(link)
    await link.close()
    own.start()
