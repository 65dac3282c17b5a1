"""Rows in which Redis' machine is lost: its power, its place to a replica, the room on its disk."""

import asyncio
import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

from client.own_redis import OwnRedis
from tests.chaos.line import Line
from tests.chaos.partitions import can_be_seen
from tests.chaos.row import Bound, Outcome, Plan, Row
from tests.chaos.synced import Synced
from tests.chaos.world import World, now_s, start_redis

BREATH_S = 0.6
STALLED_S = 0.5
"""How long replication stands before the primary dies."""
AT_ONCE = ("--repl-diskless-sync-delay", "0")
"""A new replica is given the data as soon as it asks."""
DISK_MIB = 8
LEFT_KIB = 48
"""What is left of the small disk before a storm fills it."""
FULL_S = 15.0

# Power


async def _power_lost(plan: Plan, *options: str) -> Outcome:
    """Redis' machine loses power, and both servers die with it."""
    outcome = Outcome(plan.rounds)
    chance = Random(plan.seed)
    missing = lost = 0
    with tempfile.TemporaryDirectory(prefix="oneroom-synced-") as folder:
        synced = Synced(Path(folder))
        redis = OwnRedis(*options, environment=synced.environment)
        async with World(servers=2, redis=redis, people=plan.people, seed=plan.seed) as world:
            waits: list[float] = []
            await world.storm(BREATH_S)
            for _ in range(plan.rounds):
                await asyncio.sleep(chance.uniform(0.3, 1.5))
                await asyncio.to_thread(redis.kill)
                await asyncio.gather(*(asyncio.to_thread(one.kill) for one in world.servers))
                lost += synced.lose_power()
                taps = await world.tap()
                await start_redis(redis)
                missing += await world.not_stored()
                await asyncio.gather(*(asyncio.to_thread(one.start) for one in world.servers))
                waits += await world.waits(taps, now_s())
            outcome.add(await world.judge(silent=not options), waits)
    outcome.notes += [f"{lost} bytes had not been synced", not_stored(missing)]
    outcome.must(not missing or bool(options), not_stored(missing))
    return outcome


def not_stored(missing: int) -> str:
    """That the storage alone did not have what was acknowledged, at some time."""
    return f"{missing} acknowledged commands were not in Redis at first"


async def power_lost(plan: Plan) -> Outcome:
    return await _power_lost(plan)


async def power_lost_fast(plan: Plan) -> Outcome:
    return await _power_lost(plan, "--appendfsync", "everysec")


# Fail-over


class Pair:
    """A primary and its replica, with a line between them that may stall."""

    def __init__(self) -> None:
        self.primary = OwnRedis(*AT_ONCE)
        self.replica: OwnRedis | None = None
        self._between = Line(0)
        self._open = contextlib.AsyncExitStack()

    async def begin(self, world: World, stack: contextlib.AsyncExitStack) -> None:
        """Give the primary that has just been started its replica."""
        self._between.target = self.primary.port
        await stack.enter_async_context(self._between)
        stack.push_async_callback(self._end)
        await self._add_replica()

    async def _end(self) -> None:
        if self.replica is not None:
            await asyncio.to_thread(self.replica.__exit__, None, None, None)

    async def _add_replica(self) -> None:
        self.replica = OwnRedis(*AT_ONCE, "--replicaof", "127.0.0.1", str(self._between.port))
        await asyncio.to_thread(self.replica.start)
        async with asyncio.timeout(10):
            while "master_link_status:up" not in await self._info():
                await asyncio.sleep(0.05)

    async def _info(self) -> str:
        assert self.replica is not None
        return await asyncio.to_thread(self.replica.cli, "INFO", "replication")

    def stall(self) -> None:
        """The replica hears nothing more of the primary."""
        self._between.stall()

    async def fail_over(self) -> None:
        """Kill the primary, promote the replica as it is, and give it a replica of its own."""
        assert self.replica is not None
        await asyncio.to_thread(self.primary.kill)
        await self._between.cut()
        await asyncio.to_thread(self.replica.cli, "REPLICAOF", "NO", "ONE")
        await asyncio.to_thread(self.primary.__exit__, None, None, None)
        self.primary = self.replica
        self._between.target = self.primary.port
        self._between.flow()
        await self._add_replica()


async def _failed_over(plan: Plan, *, kills_servers: bool, durability: str) -> Outcome:
    outcome = Outcome(plan.rounds)
    pair = Pair()
    missing = 0
    async with World(
        servers=2,
        redis=pair.primary,
        lines=True,
        people=plan.people,
        seed=plan.seed,
        prepare=pair.begin,
        DURABILITY=durability,
    ) as world:
        waits: list[float] = []
        await world.storm(BREATH_S)
        for _ in range(plan.rounds):
            pair.stall()
            await asyncio.sleep(STALLED_S)
            if kills_servers:
                await asyncio.gather(*(asyncio.to_thread(one.kill) for one in world.servers))
            await pair.fail_over()
            world.redis = pair.primary
            missing += await world.not_stored()
            taps = await world.tap()
            for line in world.lines:
                line.target = pair.primary.port
                await line.cut()
            if kills_servers:
                await asyncio.gather(*(asyncio.to_thread(one.start) for one in world.servers))
            waits += await world.waits(taps, now_s())
            await asyncio.sleep(BREATH_S)
        verdict = await world.judge(honest=kills_servers, silent=not kills_servers)
        outcome.add(verdict, waits)
    outcome.must(not missing or kills_servers, not_stored(missing))
    outcome.notes.append(not_stored(missing))
    if kills_servers:
        outcome.notes.append(f"{outcome.verdict.lost} of them lost for good, and told by a reset")
    return outcome


async def failed_over(plan: Plan) -> Outcome:
    return await _failed_over(plan, kills_servers=False, durability="redis-ha")


async def failed_over_without_wait(plan: Plan) -> Outcome:
    return await _failed_over(plan, kills_servers=True, durability="redis-safe")


# A full disk


@contextlib.contextmanager
def small_disk() -> Iterator[Path]:
    """A folder on a disk of a few MiB."""
    with tempfile.TemporaryDirectory(prefix="oneroom-disk-") as folder:
        options = ["-t", "tmpfs", "-o", f"size={DISK_MIB}m", "oneroom", folder]
        subprocess.run(["mount", *options], check=True, capture_output=True, text=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True, capture_output=True, text=True)


def fill(folder: Path) -> Path:
    """Take all room on a small disk but a little. Returns the file that holds it."""
    filler = folder / "filler"
    with contextlib.suppress(OSError), filler.open("wb") as file:
        while True:
            file.write(bytes(4_096))
            file.flush()
    with filler.open("r+b") as file:
        file.truncate(max(0, filler.stat().st_size - LEFT_KIB * 1_024))
    return filler


async def _disk_full(plan: Plan, *options: str) -> Outcome:
    outcome = Outcome(plan.rounds)
    with small_disk() as folder:
        redis = OwnRedis(*options, folder=folder)
        async with World(servers=2, redis=redis, people=plan.people, seed=plan.seed) as world:
            waits: list[float] = []
            await world.storm(BREATH_S)
            for _ in range(plan.rounds):
                filler = fill(folder)
                outcome.must(await cannot_write(redis), "the disk never was full")
                taps = await world.tap()
                outcome.must(await can_be_seen(world), "a room could not be seen any more")
                filler.unlink()
                if redis.cli("PING") != "PONG":
                    await asyncio.to_thread(redis.kill)
                    await start_redis(redis)
                waits += await world.waits(taps, now_s())
                await asyncio.sleep(BREATH_S)
            outcome.add(await world.judge(), waits)
    return outcome


async def cannot_write(redis: OwnRedis) -> bool:
    """Wait until Redis has noticed that its disk is full: it is gone, or refuses to write."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FULL_S):
            while await asyncio.to_thread(redis.cli, "SET", "oneroom:disk", "full") == "OK":
                await asyncio.sleep(0.1)
            return True
    return False


async def disk_full(plan: Plan) -> Outcome:
    return await _disk_full(plan)


async def disk_full_fast(plan: Plan) -> Outcome:
    return await _disk_full(plan, "--appendfsync", "everysec")


async def disk_full_sqlite(plan: Plan) -> Outcome:
    """The same for one server with SQLite."""
    outcome = Outcome(plan.rounds)
    with small_disk() as folder:
        async with World(folder=folder, people=plan.people, seed=plan.seed) as world:
            waits: list[float] = []
            await world.storm(BREATH_S)
            for _ in range(plan.rounds):
                filler = fill(folder)
                await asyncio.sleep(2 * BREATH_S)
                taps = await world.tap()
                outcome.must(await can_be_seen(world), "the room could not be seen any more")
                filler.unlink()
                waits += await world.waits(taps, now_s())
                await asyncio.sleep(BREATH_S)
            outcome.add(await world.judge(), waits)
    return outcome


RETURN = "from free space to an answer"
ROWS = [
    Row(
        "power fails, and everything synced is kept",
        "With `redis-safe` what was acknowledged is in Redis' file, whoever else dies.",
        power_lost,
        3,
        Bound("p95", 5.0),
        "from all being back to an answer",
        needs=("gcc",),
    ),
    Row(
        "power fails with a sync each second",
        "With `redis-fast` the last second may be gone from Redis; phones offer it again.",
        power_lost_fast,
        3,
        Bound("p95", 5.0),
        "from all being back to an answer",
        needs=("gcc",),
    ),
    Row(
        "fail-over to a replica that lags",
        "With `redis-ha` nothing that was acknowledged or shown is lost.",
        failed_over,
        3,
        Bound("p95", 5.0),
        "from the promotion to an answer",
    ),
    Row(
        "the same without waiting for the replica, servers die too",
        "With `redis-safe` this may lose what the replica had not heard, never in silence.",
        failed_over_without_wait,
        3,
        Bound("p95", 5.0),
        "from all being back to an answer",
    ),
    Row(
        "Redis' disk is full",
        "Redis gives up; rooms stay to be seen; commands wait until there is space again.",
        disk_full,
        2,
        Bound("p95", 3.0),
        RETURN,
        needs=("root",),
    ),
    Row(
        "Redis' disk is full, with a sync each second",
        "Redis refuses to write; otherwise the same.",
        disk_full_fast,
        2,
        Bound("p95", 3.0),
        RETURN,
        needs=("root",),
    ),
    Row(
        "the disk of one server with SQLite is full",
        "The same.",
        disk_full_sqlite,
        2,
        Bound("p95", 3.0),
        RETURN,
        needs=("root",),
    ),
]
