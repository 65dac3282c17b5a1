"""`oneroom bench`: everything that has a bar, in interleaved rounds, beside the bars.

Other servers are measured in the same rounds where their programs are in a folder of their own
(`--peers`, or ONEROOM_PEERS; see `client.peers`).
"""

import argparse
import contextlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from client import rounds as figures
from client.meters import machine
from client.own_redis import OwnRedis
from client.peers import Peer, find
from client.rounds import Round, RoundError, measure, measure_redis, shown, table
from client.serve import collect_seldom
from client.stores import (
    Store,
    bring_back,
    commands,
    fill,
    fill_alone,
    in_loop,
    record,
    session,
    steps,
)
from server.logs.base import RoomRecord

ENTRIES: Final = 10_000
LONG: Final = 20_000
BARS_PEOPLE: Final = 1_000
"""The bars were set for so many people."""
NO_REDIS: Final = "Redis: redis-server is not installed (on Debian: apt-get install redis-server)"


class Logs:
    """Rooms in SQLite, and in Redis where there is one, that each round brings back; and new ones
    that it appends to."""

    def __init__(self, folder: Path, redis: OwnRedis | None) -> None:
        self._file = Store(folder)
        self._redis = Store(folder, redis) if redis else None
        self._made = 0
        self._drafts = session(ENTRIES)
        self._short, self._long, self._kept = record("SHORT"), record("LONG"), record("KEPT")
        self.once: Round = {}
        """What is measured but once: what a long room takes in Redis."""

    def write(self) -> None:
        """Write the rooms; a snapshot is kept of one of each store."""
        long = session(LONG)

        async def write(store: Store) -> None:
            services = await store.services()
            if store is self._file:
                await fill(services.log, self._short, self._drafts, ENTRIES)
                await fill(services.log, self._long, long, LONG)
            await fill(services.log, self._kept, long, LONG)
            await services.log.close()
            await bring_back(store, self._kept, LONG, keep=True)

        in_loop(write(self._file))
        if self._redis:
            alone = in_loop(fill_alone(self._redis, self._long, long))
            in_loop(write(self._redis))
            self.once = {
                figures.ALONE.name: alone.cpu_us,
                figures.ALONE_REDIS.name: alone.redis_us,
                figures.ALONE_MEMORY.name: alone.memory_bytes,
                figures.ALONE_FILE.name: alone.file_bytes,
            }

    def measure(self) -> Round:
        """One round: what the core alone does, and both stores."""
        short = in_loop(bring_back(self._file, self._short, ENTRIES))
        found = {
            figures.REPLAY.name: short.wall_s,
            figures.REPLAY_CPU.name: short.cpu_s,
            figures.STEP.name: steps(self._drafts),
            figures.REBUILD_SQLITE.name: self._brought(self._file, self._long),
            figures.REBUILD_SQLITE_KEPT.name: self._brought(self._file, self._kept),
        }
        return found | (self._measure_redis(self._redis) if self._redis else {})

    def _measure_redis(self, store: Store) -> Round:
        file = in_loop(commands(self._file, self._new()))
        redis = in_loop(commands(store, self._new()))
        brought = in_loop(bring_back(store, self._long, LONG))
        return {
            figures.APPEND.name: redis.cpu_us,
            figures.APPEND_SQLITE.name: file.cpu_us,
            figures.APPEND_REDIS.name: redis.redis_us,
            figures.BATCH.name: redis.batch,
            figures.REBUILD.name: brought.wall_s,
            figures.REBUILD_CPU.name: brought.cpu_s,
            figures.REBUILD_KEPT.name: self._brought(store, self._kept),
        }

    def _brought(self, store: Store, room: RoomRecord) -> float:
        return in_loop(bring_back(store, room, LONG)).wall_s

    def _new(self) -> RoomRecord:
        self._made += 1
        return record(f"NEW{self._made}")


# The command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `oneroom bench`."""
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=BARS_PEOPLE)
    parser.add_argument("--only", choices=["room", "redis"], help="measure only this part")
    parser.add_argument("--peers", type=Path, help="a folder with servers to compare with")
    parser.add_argument("--json", type=Path, help="where to write the result as JSON")


def run(options: argparse.Namespace) -> int:
    """`oneroom bench`: 0 where everything could be measured, whatever came of it; 2 where not."""
    if options.rounds < 1 or options.people < 1:
        tell("oneroom: at least one round and one person")
        return 2
    collect_seldom()  # as the server does, since reducer and replay are measured in this process
    named = options.peers or os.environ.get("ONEROOM_PEERS")
    with tempfile.TemporaryDirectory(prefix="oneroom-bench-") as name:
        compared, skipped = find(Path(named).resolve() if named else None, Path(name))
        if options.only != "room" and shutil.which("redis-server") is None:
            skipped.append(NO_REDIS)
        for line in skipped:
            tell(f"skipped: {line}")
        rounds, failed, broken = measured(options, compared, Path(name))
    rows = table(rounds)
    if rounds:
        sys.stdout.write(shown(rows) + "\n")
        if options.people != BARS_PEOPLE:
            tell(f"the bars are meant for {BARS_PEOPLE} people; these were {options.people}")
    if options.json:
        result = {**machine(), "people": options.people, "rounds": len(rounds)}
        result |= {"skipped": skipped, "failed": failed, "rows": msgspec.to_builtins(rows)}
        options.json.write_text(json.dumps(result, indent=2) + "\n")
    return 2 if broken else 0


def measured(
    options: argparse.Namespace, compared: list[Peer], folder: Path
) -> tuple[list[Round], list[str], bool]:
    """All rounds, a line for each peer that failed in one, and whether the bench broke off."""
    rounds: list[Round] = []
    failed: list[str] = []
    try:
        with redis_for(options) as redis:
            logs = Logs(folder, redis)
            logs.write()
            for number in range(options.rounds):
                start = time.monotonic()
                found = dict(logs.once)
                if options.only != "redis":
                    crowd, missing = measure(options.people, compared, idle=not number % 2)
                    found |= crowd
                    failed += [f"round {number + 1}, {line}" for line in missing]
                    for line in missing:
                        tell(f"failed: {line}")
                if redis:
                    found |= measure_redis(options.people)
                rounds.append(found | logs.measure())
                tell(f"round {number + 1} of {options.rounds}: {time.monotonic() - start:.0f} s")
    except (RoundError, RuntimeError) as why:
        tell(f"oneroom: {why}")
        return rounds, failed, True
    return rounds, failed, False


@contextlib.contextmanager
def redis_for(options: argparse.Namespace) -> Iterator[OwnRedis | None]:
    """A Redis of one's own; None where it is not asked for, or there is no program for it."""
    if options.only == "room" or shutil.which("redis-server") is None:
        yield None
        return
    with OwnRedis() as redis:
        yield redis


def tell(text: str) -> None:
    """Progress, beside the result."""
    sys.stderr.write(text + "\n")
