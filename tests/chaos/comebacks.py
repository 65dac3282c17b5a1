"""Rows in which Redis dies, loses what it had, gives way to another, or runs out of room."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

from client.own_redis import OwnRedis
from tests.chaos.bots import Bot
from tests.chaos.row import Bound, Outcome, Plan, Row
from tests.chaos.world import Server, World, now_s, start_redis

BREATH_S = 0.6
DOWN_S = 0.5
OLD_S = 4.0
"""How old a copy is that Redis comes back with: too old for what phones still keep."""
AOF = "appendonlydir"
NEWCOMERS = 4


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
            await start_redis(redis)
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
        for number in range(plan.rounds):
            size = aof_size(redis)
            await asyncio.sleep(chance.uniform(0.3, 1.0))
            await write_on(world, world.servers[0], number)  # their seats may be lost as well
            await asyncio.to_thread(redis.kill)
            for server in world.servers[survivors:]:
                await asyncio.to_thread(server.kill)
            taps = await world.tap()
            redis.cut(chance.randint(1, max(1, aof_size(redis) - size)))
            await start_redis(redis)
            missing += await world.not_stored()
            for server in world.servers[survivors:]:
                await asyncio.to_thread(server.start)
            waits += await world.waits(taps, now_s())
            await asyncio.sleep(BREATH_S)
        outcome.add(await world.judge(silent=survivors > 0), waits)
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


# Another Redis than before


async def _replaced(plan: Plan, keep: Callable[[OwnRedis, Path], None]) -> Outcome:
    """Redis dies; what it comes back with is what `keep` has put aside a while before."""
    outcome = Outcome(plan.rounds)
    redis = OwnRedis()
    async with World(servers=2, redis=redis, people=plan.people, seed=plan.seed) as world:
        waits: list[float] = []
        await world.storm(BREATH_S)
        for number in range(plan.rounds):
            aside = world.folder / f"aside-{number}"
            await asyncio.to_thread(keep, redis, aside)
            await asyncio.sleep(OLD_S)
            await asyncio.to_thread(redis.kill)
            await asyncio.to_thread(shutil.rmtree, redis.folder / AOF)
            if aside.exists():
                await asyncio.to_thread(shutil.copytree, aside, redis.folder / AOF)
            taps = await world.tap()
            await start_redis(redis)
            waits += await world.waits(taps, now_s())
            await asyncio.sleep(BREATH_S)
        outcome.add(await world.judge(), waits)
    return outcome


def _copy(redis: OwnRedis, aside: Path) -> None:
    shutil.copytree(redis.folder / AOF, aside)


async def emptied(plan: Plan) -> Outcome:
    """Redis comes back with nothing at all."""
    return await _replaced(plan, lambda redis, aside: None)


async def set_back(plan: Plan) -> Outcome:
    """Redis comes back as it was some seconds before."""
    return await _replaced(plan, _copy)


# A fork


async def forked(plan: Plan) -> Outcome:
    """Redis loses the end of its log while the one server that holds it cannot reach Redis; another
    server starts, and newcomers write on without knowing."""
    outcome = Outcome(plan.rounds)
    chance = Random(plan.seed)
    redis = OwnRedis()
    async with World(
        servers=2, redis=redis, lines=True, people=plan.people, seed=plan.seed
    ) as world:
        waits: list[float] = []
        await world.storm(BREATH_S)
        holder, line = world.servers[0], world.lines[0]
        other = world.servers[1]
        for number in range(plan.rounds):
            size = aof_size(redis)
            await asyncio.sleep(chance.uniform(0.3, 1.0))
            await asyncio.to_thread(redis.kill)
            await asyncio.to_thread(other.kill)
            redis.cut(chance.randint(1, max(1, aof_size(redis) - size)))
            line.stall()
            taps = await world.tap(world.bots_of(holder))
            await start_redis(redis)
            await asyncio.to_thread(other.start)
            await write_on(world, other, number)
            line.flow()
            waits += await world.waits(taps, now_s())
            await asyncio.sleep(BREATH_S)
        outcome.add(await world.judge(silent=False), waits)
    return outcome


async def write_on(world: World, server: Server, number: int) -> None:
    """Newcomers on one server take seats and act, and stay."""
    for n in range(NEWCOMERS):
        bot = Bot(f"newcomer {number}.{n}", [world.link(server, "member")])
        world.crowd.bots.append(bot)
        await bot.enter()
        for _ in range(NEWCOMERS):
            await bot.write()


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
    ),
    Row(
        "Redis comes back empty",
        "The servers put back everything they hold.",
        emptied,
        3,
        Bound("p95", 3.0),
        "from Redis' return to an answer",
    ),
    Row(
        "Redis comes back as it was some seconds ago",
        "The servers put back what it forgot.",
        set_back,
        3,
        Bound("p95", 3.0),
        "from Redis' return to an answer",
    ),
    Row(
        "the log goes on without what one server holds",
        "The log wins; that server's people are told by a reset, and what they did is done again.",
        forked,
        3,
        Bound("p95", 5.0),
        "from the server's return to an answer",
    ),
]
