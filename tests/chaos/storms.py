"""Rows in which Redis dies, loses what it had, gives way to another, or runs out of room."""

import asyncio
from collections.abc import Callable
from random import Random

from client.own_redis import OwnRedis
from tests.chaos.row import Bound, Outcome, Plan, Row
from tests.chaos.world import World, now_s

BREATH_S = 0.6
DOWN_S = 0.5


async def _redis_ends(plan: Plan, end: Callable[[OwnRedis], None]) -> Outcome:
    outcome = Outcome(plan.rounds)
    chance = Random(plan.seed)
    redis = OwnRedis()
    async with World(servers=2, redis=redis, people=plan.people, seed=plan.seed) as world:
        waits: list[float] = []
        await world.storm(BREATH_S)
        for _ in range(plan.rounds):
            await asyncio.sleep(chance.uniform(0, BREATH_S))
            await asyncio.to_thread(end, redis)
            taps = await world.tap()
            await asyncio.sleep(chance.uniform(0, 2 * DOWN_S))
            await asyncio.to_thread(redis.start)
            waits += await world.waits(taps, now_s())
        outcome.add(await world.judge(), waits)
    return outcome


async def redis_restarted(plan: Plan) -> Outcome:
    """Redis is told to stop, and started again."""
    return await _redis_ends(plan, OwnRedis.stop)


async def redis_killed(plan: Plan) -> Outcome:
    """The same with kill -9."""
    return await _redis_ends(plan, OwnRedis.kill)


async def _tail_cut(plan: Plan, survivors: int) -> Outcome:
    """Redis dies, and what it wrote in its last second is gone; so many servers live on."""
    outcome = Outcome(plan.rounds)
    chance = Random(plan.seed)
    redis = OwnRedis()
    missing = 0
    async with World(servers=2, redis=redis, people=plan.people, seed=plan.seed) as world:
        waits: list[float] = []
        await world.storm(BREATH_S)
        for _ in range(plan.rounds):
            size = aof_size(redis)
            await asyncio.sleep(chance.uniform(0.3, 1.0))
            await asyncio.to_thread(redis.kill)
            for server in world.servers[survivors:]:
                await asyncio.to_thread(server.kill)
            redis.cut(chance.randint(1, max(1, aof_size(redis) - size)))
            taps = await world.tap()
            await asyncio.to_thread(redis.start)
            missing += await world.not_stored()
            for server in world.servers[survivors:]:
                await asyncio.to_thread(server.start)
            waits += await world.waits(taps, now_s())
            await asyncio.sleep(BREATH_S)
        outcome.add(await world.judge(), waits)
    outcome.notes.append(f"{missing} acknowledged commands were not in Redis at first")
    return outcome


def aof_size(redis: OwnRedis) -> int:
    """The bytes in the newest part of its append-only file."""
    parts = [path for path in redis.aof_files() if ".incr." in path.name]
    return parts[-1].stat().st_size


async def tail_cut_two(plan: Plan) -> Outcome:
    return await _tail_cut(plan, 2)


async def tail_cut_one(plan: Plan) -> Outcome:
    return await _tail_cut(plan, 1)


async def tail_cut_none(plan: Plan) -> Outcome:
    return await _tail_cut(plan, 0)


ROWS = [
    Row(
        "Redis is restarted",
        "Rooms go on showing what they have; commands wait, and are answered once Redis is back.",
        redis_restarted,
        5,
        Bound("p95", 2.0),
        "from Redis' return to an answer",
    ),
    Row(
        "Redis is killed",
        "The same: nothing is lost, nothing is written twice.",
        redis_killed,
        5,
        Bound("p95", 2.0),
        "from Redis' return to an answer",
    ),
    Row(
        "Redis loses the end of its log, two servers live",
        "The servers put back what they hold, and nobody notices.",
        tail_cut_two,
        5,
        Bound("p95", 3.0),
        "from Redis' return to an answer",
    ),
    Row(
        "Redis loses the end of its log, one server lives",
        "The server that lives puts it back before the other one can write over it.",
        tail_cut_one,
        5,
        Bound("p95", 3.0),
        "from both being back to an answer",
    ),
    Row(
        "Redis loses the end of its log, no server lives",
        "Phones are told by a reset and offer again what had been acknowledged to them.",
        tail_cut_none,
        5,
        Bound("p95", 5.0),
        "from both being back to an answer",
        silent=False,
    ),
]
