"""The row in which everything breaks at once: faults of all kinds, by chance, over each other."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Final

from client.own_redis import OwnRedis
from tests.chaos.comebacks import aof_size
from tests.chaos.row import Bound, Outcome, Plan, Row
from tests.chaos.world import World, now_s, start_redis

SERVERS: Final = 3
AT_ONCE: Final = 2
"""Faults that may overlap."""
PAUSE_S: Final = 0.8
LONGEST_S: Final = 2.0


class Monkey:
    """Breaks something, by chance, and mends it a little later. What is broken already is left
    alone until it is whole again."""

    def __init__(self, world: World, redis: OwnRedis, chance: Random) -> None:
        self._world, self._redis, self._chance = world, redis, chance
        self._servers = [asyncio.Lock() for _ in world.servers]
        self._redis_lock = asyncio.Lock()
        self.faults: list[str] = []

    async def break_one(self) -> None:
        """One fault, from its beginning to its end."""
        faults: list[Callable[[], Awaitable[None]]] = [
            self.kill_server,
            self.stop_server,
            self.freeze_server,
            self.cut_off_server,
            self.kill_redis,
            self.cut_tail,
            self.freeze_redis,
            self.drop_subscribers,
        ]
        fault = self._chance.choice(faults)
        self.faults.append(fault.__name__)
        self._world.note(f"{fault.__name__} is to begin")
        await fault()
        self._world.note(f"{fault.__name__} is over")

    async def _a_while(self) -> None:
        await asyncio.sleep(self._chance.uniform(0, LONGEST_S))

    def _any_server(self) -> int:
        return self._chance.randrange(len(self._servers))

    async def kill_server(self) -> None:
        number = self._any_server()
        async with self._servers[number]:
            self._world.note(f"server {number} is killed")
            await asyncio.to_thread(self._world.servers[number].kill)
            await self._a_while()
            await self._start(number)

    async def stop_server(self) -> None:
        number = self._any_server()
        async with self._servers[number]:
            self._world.note(f"server {number} is told to stop")
            await asyncio.to_thread(self._world.servers[number].stop)
            await self._start(number)

    async def _start(self, number: int) -> None:
        """Start a server, which wants Redis to be there."""
        async with self._redis_lock:
            self._world.note(f"server {number} starts")
            await asyncio.to_thread(self._world.servers[number].start)

    async def freeze_server(self) -> None:
        """As a machine does that is moved, or swaps."""
        number = self._any_server()
        async with self._servers[number]:
            self._world.note(f"server {number} stands still")
            self._world.servers[number].freeze()
            await self._a_while()
            self._world.servers[number].thaw()

    async def cut_off_server(self) -> None:
        number = self._any_server()
        async with self._servers[number]:
            self._world.note(f"server {number} is cut off")
            self._world.lines[number].stall()
            await self._a_while()
            self._world.lines[number].flow()

    async def kill_redis(self) -> None:
        async with self._redis_lock:
            self._world.note("Redis is killed")
            await asyncio.to_thread(self._redis.kill)
            await self._a_while()
            await start_redis(self._redis)

    async def cut_tail(self) -> None:
        async with self._redis_lock:
            size = aof_size(self._redis)
            await asyncio.sleep(self._chance.uniform(0.1, 0.5))
            self._world.note("Redis is killed, and its end cut off")
            await asyncio.to_thread(self._redis.kill)
            self._redis.cut(self._chance.randint(1, max(1, aof_size(self._redis) - size)))
            await start_redis(self._redis)

    async def freeze_redis(self) -> None:
        async with self._redis_lock:
            self._world.note("Redis stands still")
            self._redis.freeze()
            await self._a_while()
            self._redis.thaw()

    async def drop_subscribers(self) -> None:
        async with self._redis_lock:
            await asyncio.to_thread(self._redis.cli, "CLIENT", "KILL", "TYPE", "pubsub")


async def everything(plan: Plan) -> Outcome:
    """Two faults at any time, of any kind."""
    outcome = Outcome(plan.rounds)
    redis = OwnRedis()
    async with World(
        servers=SERVERS, redis=redis, lines=True, people=plan.people, seed=plan.seed
    ) as world:
        await world.storm(PAUSE_S)
        monkey = Monkey(world, redis, Random(plan.seed))
        left = list(range(plan.rounds))

        async def go_on() -> None:
            while left:
                left.pop()
                await monkey.break_one()
                await asyncio.sleep(PAUSE_S)

        await asyncio.gather(*(go_on() for _ in range(AT_ONCE)))
        waits = await world.waits(await world.tap(), now_s())
        outcome.add(await world.judge(silent=False), waits)
    kinds = len(set(monkey.faults))
    outcome.notes.append(f"{kinds} kinds of faults")
    return outcome


ROWS = [
    Row(
        "everything at once, by chance",
        "Whatever breaks while something else is broken: nothing that was acknowledged is lost.",
        everything,
        25,
        Bound("p95", 10.0),
        "from the end to an answer",
        people=100,
    ),
]
