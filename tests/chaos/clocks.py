"""Rows in which a clock jumps: a server's, or that of Redis."""

import asyncio
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Final

from client.own_redis import OwnRedis
from client.room_client import RoomClient
from protocols.commands import NextStep
from tests.chaos.row import Outcome, Plan, Row
from tests.chaos.world import World, now_s, step
from tests.server.false_clock import FalseClock

STEP_S: Final = 2.0
JUMP_S: Final = 3_600
EARLY_S: Final = 0.3
LATE_S: Final = 1.5
SHOWN_S: Final = 0.3
"""How wrong a phone's countdown may be."""
LOOK_S: Final = 0.1
PATIENCE_S: Final = 10.0


class Watch:
    """Somebody who looks at the countdown, on one server."""

    def __init__(self, client: RoomClient) -> None:
        self.client = client
        self.turns: list[tuple[float, int]] = []
        """When each step was first seen as the current one."""
        self.errors_s: list[float] = []
        """How far what the countdown showed was from the truth."""

    async def look(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            agenda = self.client.agenda
            if agenda is not None and (not self.turns or self.turns[-1][1] != agenda.current):
                self.turns.append((now_s(), agenda.current))
            current = self.client.step
            if current is not None and current.state == "open" and current.deadline_ms:
                shown_s = (current.deadline_ms - self._server_ms()) / 1000
                left_s = self.turns[-1][0] + STEP_S - now_s()
                self.errors_s.append(abs(shown_s - left_s))
            await self.client.ping()
            await asyncio.sleep(LOOK_S)

    def _server_ms(self) -> float:
        return time.time() * 1000 + self.client.clock_offset_ms

    def lengths_s(self) -> list[float]:
        """How long each step that has ended by itself was the current one."""
        starts = [at for at, number in self.turns if number]
        return [after - before for before, after in zip(starts, starts[1:], strict=False)]


async def _jumps(plan: Plan, clock: FalseClock, world: World, outcome: Outcome) -> None:
    """Let a short agenda run by itself while a clock jumps forth and back."""
    chance = Random(plan.seed)
    watches = [Watch(RoomClient(world.link(server, "stage"))) for server in world.servers]
    for watch in watches:
        await watch.client.connect()
    looks = [asyncio.create_task(watch.look()) for watch in watches]
    async with RoomClient(world.link(world.servers[0], "facilitator")) as boss:
        await boss.do(NextStep())
        await world.storm(0)
        for number in range(plan.rounds):
            await asyncio.sleep(chance.uniform(0.3, STEP_S - 0.3))
            clock.set((JUMP_S, 0, -JUMP_S, 0)[number % 4])
            await asyncio.sleep(STEP_S)
        ends_s = now_s() + PATIENCE_S
        while not all(len(watch.lengths_s()) >= plan.rounds for watch in watches):
            if now_s() > ends_s:
                break
            await asyncio.sleep(LOOK_S)
    for task in looks:
        task.cancel()
    await asyncio.gather(*looks, return_exceptions=True)
    for watch in watches:
        await watch.client.close()
        judge(watch, plan, outcome)


def judge(watch: Watch, plan: Plan, outcome: Outcome) -> None:
    """Hold what was seen against the agenda."""
    steps = [number for _, number in watch.turns]
    outcome.must(len(steps) == len(set(steps)), f"a step came twice: {steps}")
    lengths = watch.lengths_s()
    outcome.must(len(lengths) >= plan.rounds, f"only {len(lengths)} steps ended by themselves")
    for length in lengths:
        outcome.must(length > STEP_S - EARLY_S, f"a step of {STEP_S} s ended after {length:.2f} s")
        outcome.must(length < STEP_S + LATE_S, f"a step of {STEP_S} s ended after {length:.2f} s")
    wrong = sorted(watch.errors_s)[-1:]
    outcome.must(all(one < SHOWN_S for one in wrong), f"a countdown was wrong by {wrong} s")
    outcome.waits_s += [abs(length - STEP_S) for length in lengths]


def agenda(rounds: int) -> list[list[object]]:
    """Enough short steps for so many jumps, and one to end in."""
    return [*(step("brief", int(STEP_S * 1000)) for _ in range(rounds * 2)), step("close")]


async def server_clock(plan: Plan) -> Outcome:
    """The clock of one of two servers jumps an hour forth and back."""
    with tempfile.TemporaryDirectory(prefix="oneroom-clock-") as folder:
        clock = FalseClock(Path(folder))
        world = _world(plan, OwnRedis(), 2)
        world.servers[0].environment.update(clock.environment)
        return await _run(plan, clock, world)


async def redis_clock(plan: Plan) -> Outcome:
    """The clock of Redis does."""
    with tempfile.TemporaryDirectory(prefix="oneroom-clock-") as folder:
        clock = FalseClock(Path(folder))
        redis = OwnRedis(environment=clock.environment)
        return await _run(plan, clock, _world(plan, redis, 2))


async def sqlite_clock(plan: Plan) -> Outcome:
    """The clock of the only server does."""
    with tempfile.TemporaryDirectory(prefix="oneroom-clock-") as folder:
        clock = FalseClock(Path(folder))
        world = _world(plan, None, 1)
        world.servers[0].environment.update(clock.environment)
        return await _run(plan, clock, world)


def _world(plan: Plan, redis: OwnRedis | None, servers: int) -> World:
    steps = agenda(plan.rounds)
    return World(servers=servers, redis=redis, people=plan.people, seed=plan.seed, steps=steps)


async def _run(plan: Plan, clock: FalseClock, world: World) -> Outcome:
    outcome = Outcome(plan.rounds)
    async with world:
        await _jumps(plan, clock, world, outcome)
        outcome.add(await world.judge(), [])
    return outcome


KEPT = "No step ends early by more than 0.3 s, none twice, and every countdown stays right."
OFF = "how far a step was from its length"
ROWS = [
    Row("a server's clock jumps by an hour", KEPT, server_clock, 4, None, OFF, 10, ("faketime",)),
    Row("Redis' clock jumps by an hour", KEPT, redis_clock, 4, None, OFF, 10, ("faketime",)),
    Row("the only server's clock jumps", KEPT, sqlite_clock, 4, None, OFF, 10, ("faketime",)),
]
