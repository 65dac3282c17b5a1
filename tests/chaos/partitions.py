"""Rows in which servers and Redis are alive and cannot hear each other, or not all of it."""

import asyncio
import contextlib
from random import Random

from client.own_redis import OwnRedis
from client.room_client import RoomClient
from tests.chaos.figures import staleness
from tests.chaos.row import Bound, Outcome, Plan, Row
from tests.chaos.world import World, now_s

BREATH_S = 0.6
LOOK_S = 5.0
"""How long somebody may take to see a room whose server has no storage."""
PARTITIONS_S = {False: (1.0, 3.0, 10.0), True: (1.0, 10.0, 60.0)}
"""How long a server is cut off from Redis: in a usual run, and in a long one."""


async def _partitioned(plan: Plan, both: bool) -> Outcome:
    outcome = Outcome(plan.rounds)
    chance = Random(plan.seed)
    redis = OwnRedis()
    async with World(
        servers=2, redis=redis, lines=True, people=plan.people, seed=plan.seed
    ) as world:
        waits: list[float] = []
        await world.storm(BREATH_S)
        for number in range(plan.rounds):
            lengths = PARTITIONS_S[plan.long]
            cut_off = world.lines if both else [chance.choice(world.lines)]
            for line in cut_off:
                line.stall()
            taps = await world.tap()
            ends_s = now_s() + lengths[number % len(lengths)]
            outcome.must(await can_be_seen(world), "a room cut off from Redis could not be seen")
            await asyncio.sleep(ends_s - now_s())
            for line in cut_off:
                line.flow()
            waits += await world.waits(taps, now_s())
            await asyncio.sleep(BREATH_S)
        outcome.add(await world.judge(), waits)
    return outcome


async def partition(plan: Plan) -> Outcome:
    """Nothing passes between one of two servers and Redis."""
    return await _partitioned(plan, both=False)


async def partition_of_all(plan: Plan) -> Outcome:
    """Nothing passes between any server and Redis."""
    return await _partitioned(plan, both=True)


async def can_be_seen(world: World) -> bool:
    """Whether a newcomer sees the room and its clock on every server."""
    for server in world.servers:
        client = RoomClient(world.link(server, "member"))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S), client:
                continue
        await client.close()
        return False
    return True


async def subscribers_dropped(plan: Plan) -> Outcome:
    """Redis hangs up on its subscribers, again and again, as it does with slow ones."""
    return await _subscribers_dropped(plan, OwnRedis(), kills=True)


async def subscribers_drowned(plan: Plan) -> Outcome:
    """The same by a very small buffer for subscribers: what does not fit is lost with them."""
    redis = OwnRedis("--client-output-buffer-limit", "pubsub 4kb 2kb 1")
    return await _subscribers_dropped(plan, redis, kills=False)


async def _subscribers_dropped(plan: Plan, redis: OwnRedis, *, kills: bool) -> Outcome:
    outcome = Outcome(plan.rounds)
    chance = Random(plan.seed)
    async with World(servers=2, redis=redis, people=plan.people, seed=plan.seed) as world:
        await world.storm(BREATH_S)
        since = now_s()
        for _ in range(plan.rounds):
            await asyncio.sleep(chance.uniform(0, BREATH_S))
            if kills:
                await asyncio.to_thread(redis.cli, "CLIENT", "KILL", "TYPE", "pubsub")
            else:
                await world.tap()
        outcome.add(await world.judge(), staleness(world.crowd.records, since))
    return outcome


ROWS = [
    Row(
        "one server is cut off from Redis",
        "It goes on showing the room, answers nothing it cannot keep, and heals within 2 s.",
        partition,
        3,
        Bound("p95", 2.0),
        "from the line's return to an answer",
    ),
    Row(
        "all servers are cut off from Redis",
        "The same for everybody.",
        partition_of_all,
        3,
        Bound("p95", 2.0),
        "from the line's return to an answer",
    ),
    Row(
        "Redis hangs up on its subscribers",
        "A server that missed something notices within a second or so.",
        subscribers_dropped,
        20,
        Bound("p99", 1.5),
        "from an answer to being seen by all",
    ),
    Row(
        "subscribers' buffers overflow",
        "The same.",
        subscribers_drowned,
        20,
        Bound("p99", 1.5),
        "from an answer to being seen by all",
    ),
]
