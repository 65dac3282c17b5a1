"""A room's clock while the clocks of machines are set: two server processes and a Redis whose wall
clocks a test sets. R9.2: the timer loses nothing."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import msgspec
import pytest

from client.own_redis import OwnRedis
from client.room_client import CommandRefused, RoomClient
from protocols.commands import NextStep, RaiseHand
from rooms.agenda import StepPlan
from tests.server.false_clock import FalseClock
from tests.server.harness import plan
from tests.server.serving import Process

STEP_S: Final = 20
SHORT_S: Final = 4
EARLY_S: Final = 0.3
LATE_S: Final = 3.0
"""A busy machine may notice late; the step has ended at its moment all the same."""
LONG_S: Final = 60


class Machine:
    """A server process on a machine whose clock can be set."""

    def __init__(self, folder: Path, redis: OwnRedis | None) -> None:
        folder.mkdir()
        (folder / "data").mkdir()
        (folder / "data" / "operator.key").write_text("the-key-of-the-operator\n")
        self.clock = FalseClock(folder)
        environment = dict(self.clock.environment)
        if redis is not None:
            environment["REDIS_URL"] = redis.url
        self.process = Process(folder / "data", 0, **environment)

    def __enter__(self) -> "Machine":
        self.process.start()
        return self

    def __exit__(self, *why: object) -> None:
        self.process.stop()


class Watch:
    """Notes when a device sees which step begin."""

    def __init__(self, client: RoomClient) -> None:
        self.client = client
        self.seen: list[tuple[int, float]] = []
        self._task = asyncio.create_task(self._look())

    async def _look(self) -> None:
        while True:
            await self.client.until(self._moved_on, timeout_s=None)
            self.seen.append((self._step, time.monotonic()))

    @property
    def _step(self) -> int:
        return self.client.step.id if self.client.step else 0

    def _moved_on(self) -> bool:
        return self._step != (self.seen[-1][0] if self.seen else 0)

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


def short_steps(step_s: int) -> list[StepPlan]:
    """A step of a few seconds, and two longer ones that would open if it ended more than once."""
    return [plan("break", minutes=step_s / 60), plan("break"), plan("break")]


@contextlib.asynccontextmanager
async def watching(step_s: int, *machines: Machine) -> AsyncIterator[list[Watch]]:
    """A room that begins with a short step, and its facilitator's device on each machine."""
    made = machines[0].process.new_room(
        template="", steps=msgspec.to_builtins(short_steps(step_s)), links=["facilitator"]
    )
    async with contextlib.AsyncExitStack() as stack:
        watches = []
        for machine in machines:
            url = machine.process.url(f"/r/{made.code}#{made.tokens['facilitator']}")
            watch = Watch(await stack.enter_async_context(RoomClient(url)))
            stack.push_async_callback(watch.stop)
            watches.append(watch)
        yield watches


async def ends_at_its_moment(watches: list[Watch], ends: float) -> None:
    """The first step ends once, at its right moment, on all devices; the second one goes on."""
    await asyncio.sleep(max(0.0, ends + LATE_S - time.monotonic()))
    for watch in watches:
        (first, _), (second, ended) = watch.seen
        assert second == first + 1
        assert -EARLY_S <= ended - ends <= LATE_S
        step, following = (watch.client.replica.room.get("step", n) for n in (first, second))
        assert step is not None and following is not None
        assert step.deadline_ms == following.started_ms, "the next one began when this one ended"
        assert watch.client.agenda is not None and watch.client.agenda.state == "running"


@pytest.mark.timeout(LONG_S)
async def test_a_step_ends_once_and_at_its_moment_whatever_clocks_are_set(tmp_path: Path) -> None:
    """R9.2, L10: three hours ahead, three behind, five seconds ahead, on Redis' machine and on a
    server's, with commands right behind: the first entry after a jump has the right time."""
    redis_clock = FalseClock(tmp_path)
    with (
        OwnRedis(environment=redis_clock.environment) as redis,
        Machine(tmp_path / "a", redis) as one,
        Machine(tmp_path / "b", redis) as other,
    ):
        async with watching(STEP_S, one, other) as watches:
            await watches[0].client.do(NextStep())
            begun = time.monotonic()
            for n, watch in enumerate(watches):
                await watch.client.join(f"Anna {n}")
            for jump_s in (3 * 3600, -3 * 3600, 5):
                await asyncio.sleep(1)
                redis_clock.set(jump_s)
                await say_something(watches)
                await asyncio.sleep(1)
                one.clock.set(-jump_s)
                await say_something(watches)
            await ends_at_its_moment(watches, begun + STEP_S)


@pytest.mark.timeout(LONG_S)
async def test_a_step_ends_at_its_moment_on_a_server_without_redis(tmp_path: Path) -> None:
    """L10: nor does a single server's own wall clock move it."""
    with Machine(tmp_path / "a", None) as machine:
        async with watching(SHORT_S, machine) as watches:
            await watches[0].client.do(NextStep())
            begun = time.monotonic()
            await watches[0].client.join("Anna")
            for jump_s in (3 * 3600, -3 * 3600):
                await asyncio.sleep(1)
                machine.clock.set(jump_s)
                await say_something(watches)
            await ends_at_its_moment(watches, begun + SHORT_S)


async def say_something(watches: list[Watch]) -> None:
    """Have each server append an entry; that it may be refused does not matter to time."""
    for watch in watches:
        with contextlib.suppress(CommandRefused):
            await watch.client.do(RaiseHand())
