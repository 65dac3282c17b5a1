"""Rows in which a clock jumps: a server's, or that of Redis."""

import asyncio
import contextlib
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


class Truth:
    """When steps really end: `STEP_S` after each other, since the first was begun at some moment
    between the facilitator's press and its answer."""

    def __init__(self) -> None:
        self.pressed = self.answered = 0.0
        self.first = 0

    def off_s(self, seen_s: float, steps: int) -> float:
        """How far a moment is from the end of the step that so many precede; early is negative."""
        earliest, latest = (at + (steps + 1) * STEP_S for at in (self.pressed, self.answered))
        return min(0.0, seen_s - earliest) or max(0.0, seen_s - latest)


class Watch:
    """Somebody who looks at the countdown, on one server."""

    def __init__(self, client: RoomClient, truth: Truth) -> None:
        self.client = client
        self.turns: list[tuple[float, int]] = []
        """When each step was first seen as the current one."""
        self.errors_s: list[float] = []
        """How far what the countdown showed was from the truth."""
        self._truth = truth

    async def look(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            current = self.client.step
            if current is not None and (not self.turns or self.turns[-1][1] != current.id):
                self.turns.append((now_s(), current.id))
            if current is not None and current.kind == "brief" and self._truth.answered:
                ends_s = now_s() + (current.deadline_ms - self._server_ms()) / 1000
                self.errors_s.append(abs(self._truth.off_s(ends_s, current.id - self._truth.first)))
            await self.client.ping()
            await asyncio.sleep(LOOK_S)

    def _server_ms(self) -> float:
        return time.time() * 1000 + self.client.clock_offset_ms

    def ends_s(self) -> list[float]:
        """How late each step that ended by itself was seen to end; early is negative."""
        return [self._truth.off_s(at, number) for number, (at, _) in enumerate(self.turns[1:])]


async def _jumps(plan: Plan, clock: FalseClock, world: World, outcome: Outcome) -> None:
    """Let a short agenda run by itself while a clock jumps forth and back."""
    chance = Random(plan.seed)
    truth = Truth()
    watches = [Watch(RoomClient(world.link(one, "stage")), truth) for one in world.servers]
    for watch in watches:
        await watch.client.connect()
    looks = [asyncio.create_task(watch.look()) for watch in watches]
    async with RoomClient(world.link(world.servers[0], "facilitator")) as boss:
        truth.first = boss.agenda.order[0] if boss.agenda else 0
        truth.pressed = now_s()
        await boss.do(NextStep())
        truth.answered = now_s()
        await world.storm(0)
        for number in range(plan.rounds):
            await asyncio.sleep(chance.uniform(0.3, STEP_S - 0.3))
            clock.set((JUMP_S, 0, -JUMP_S, 0)[number % 4])
            await asyncio.sleep(STEP_S)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while not all(len(watch.ends_s()) >= short(plan.rounds) for watch in watches):
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
    ends = watch.ends_s()
    wanted = short(plan.rounds)
    outcome.must(len(ends) == wanted, f"{len(ends)} of {wanted} steps ended by themselves")
    for off in ends:
        outcome.must(-EARLY_S < off < LATE_S, f"a step ended {off:+.2f} s from its time")
    wrong = max(watch.errors_s, default=0.0)
    outcome.must(wrong < SHOWN_S, f"a countdown was wrong by {wrong:.2f} s")
    outcome.waits_s += [abs(off) for off in ends]


def short(rounds: int) -> int:
    """How many short steps it takes that the clock still runs at the last of so many jumps."""
    return 2 * rounds + 1


def agenda(rounds: int) -> list[list[object]]:
    """Short steps, and one to end in."""
    return [*(step("brief", int(STEP_S * 1000)) for _ in range(short(rounds))), step("close")]


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
OFF = "how far the end of a step was from its time"
ROWS = [
    Row("a server's clock jumps by an hour", KEPT, server_clock, 4, None, OFF, 10, ("faketime",)),
    Row("Redis' clock jumps by an hour", KEPT, redis_clock, 4, None, OFF, 10, ("faketime",)),
    Row("the only server's clock jumps", KEPT, sqlite_clock, 4, None, OFF, 10, ("faketime",)),
]
