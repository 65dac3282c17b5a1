"""Rows in which servers die, stop and come back."""

import asyncio
import signal
from random import Random

from websockets.frames import Opcode

from client.own_redis import OwnRedis
from tests.chaos.row import Bound, Outcome, Plan, Row
from tests.chaos.world import Server, World, now_s
from tests.server.phones import Rude, hello

BREATH_S = 0.6
"""How long a storm blows between two faults."""
STOPPED_S = 5.0
"""How soon a server that is told to stop must be gone."""


async def sqlite_killed(plan: Plan) -> Outcome:
    """One server with SQLite is killed and started again, over and over."""
    outcome = Outcome(plan.rounds)
    async with World(people=plan.people, seed=plan.seed) as world:
        server = world.servers[0]
        waits: list[float] = []
        await world.storm(BREATH_S)
        for _ in range(plan.rounds):
            await asyncio.to_thread(server.kill)
            taps = await world.tap()
            await asyncio.to_thread(server.start)
            waits += await world.waits(taps, now_s())
            await asyncio.sleep(BREATH_S)
        outcome.add(await world.judge(), waits)
    return outcome


async def server_killed(plan: Plan) -> Outcome:
    """Three servers; always the fullest is killed at a random moment, and started again."""
    outcome = Outcome(plan.rounds)
    chance = Random(plan.seed)
    async with World(servers=3, redis=OwnRedis(), people=plan.people, seed=plan.seed) as world:
        waits: list[float] = []
        await world.storm(BREATH_S)
        for _ in range(plan.rounds):
            await asyncio.sleep(chance.uniform(0, BREATH_S))
            victim = world.fullest()
            bots = world.bots_of(victim)
            moment = now_s()
            await asyncio.to_thread(victim.kill)
            waits += await world.waits(await world.tap(bots), moment)
            await asyncio.to_thread(victim.start)
        outcome.add(await world.judge(), waits)
    return outcome


async def server_stopped(plan: Plan) -> Outcome:
    """The same with a server that is told to stop, while one reader of its reads nothing."""
    outcome = Outcome(plan.rounds)
    slowest = 0.0
    async with World(servers=3, redis=OwnRedis(), people=plan.people, seed=plan.seed) as world:
        waits: list[float] = []
        await world.storm(BREATH_S)
        for _ in range(plan.rounds):
            victim = world.fullest()
            bots = world.bots_of(victim)
            stalled = await stalled_reader(world, victim)
            await asyncio.sleep(BREATH_S)
            moment = now_s()
            victim.signal(signal.SIGTERM)
            taps = await world.tap(bots)
            await asyncio.to_thread(victim.wait)
            slowest = max(slowest, now_s() - moment)
            stalled.close()
            waits += await world.waits(taps, moment)
            await asyncio.to_thread(victim.start)
        outcome.add(await world.judge(), waits)
    outcome.must(slowest < STOPPED_S, f"a server took {slowest:.1f} s to stop")
    outcome.notes.append(f"gone after {slowest:.1f} s at most")
    return outcome


async def stalled_reader(world: World, server: Server) -> Rude:
    """Somebody who came in and stopped reading, with small buffers."""
    rude = await Rude(server, world.code, buffer_bytes=4_096).open()
    await rude.frame(Opcode.BINARY, hello(world.tokens["member"]))
    return rude


async def reconnect_storm(plan: Plan) -> Outcome:
    """Of two servers the one where everybody is is killed, and they all come to the other."""
    outcome = Outcome()
    async with World(servers=2, redis=OwnRedis(), people=plan.people, think_s=5.0) as world:
        waits: list[float] = []
        await world.storm(BREATH_S)
        while outcome.rounds < plan.rounds:
            victim = world.fullest()
            everybody = len(world.bots_of(victim)) == plan.people
            moment = now_s()
            await asyncio.to_thread(victim.kill)
            found = await world.waits(await world.tap(), moment)
            await asyncio.to_thread(victim.start)
            if everybody:  # the first kill only brings them together
                outcome.rounds += 1
                waits += found
        outcome.add(await world.judge(), waits)
    return outcome


ROWS = [
    Row(
        "one server with SQLite is killed",
        "What was acknowledged is there when it is started again; phones come back by themselves.",
        sqlite_killed,
        5,
        Bound("p95", 3.0),
        "from its start to an answer",
    ),
    Row(
        "a server is killed",
        "Its people come back on the others within a moment and lose nothing.",
        server_killed,
        10,
        Bound("p95", 3.0),
        "from the kill to an answer",
    ),
    Row(
        "a server is stopped",
        "It is gone within 5 s, also with a phone that no longer reads; nobody loses anything.",
        server_stopped,
        5,
        Bound("p95", 3.0),
        "from the signal to an answer",
    ),
    Row(
        "everybody reconnects at once",
        "500 people are back within 10 s.",
        reconnect_storm,
        2,
        Bound("max", 10.0),
        "from the kill to an answer",
        people=500,
    ),
]
