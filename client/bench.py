"""`oneroom bench`: everything that has a bar, in interleaved rounds, beside the bars.

Other servers are measured in the same rounds where their programs are in a folder of their own
(`--peers`, or ONEROOM_PEERS; see `client.peers`).
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from client.peers import Peer, find
from client.rounds import REPLAY, REPLAY_CPU, STEP, Round, RoundError, measure, shown, table
from client.serve import collect_seldom
from protocols.log import SALT_BYTES, Draft, Logged, Word, draft, entry
from rooms.agenda import NextStep, OpenRoom, StepPlan
from rooms.cards import PostIdea
from rooms.features import RULES_NUMBER, new_room
from rooms.kernel import Actor, Outcome, Room
from rooms.people import Join, Link
from rooms.reveal import Reveal
from rooms.roles import EVERYBODY, FACILITATOR, MEMBER, SYSTEM
from rooms.steps import AGENDA_ID, Agenda, Text
from rooms.votes import CastOpinion, Choice
from server.keys import BlindKeys
from server.live import Live, Services
from server.logs.base import RoomRecord
from server.logs.sqlite import SqliteLog, wall_clock_ms
from server.metrics import Metrics
from server.promises import Promise

ENTRIES: Final = 10_000
PEOPLE_IN_LOG: Final = 200
IDEAS_IN_LOG: Final = 1_000
HOURS_MS: Final = 4 * 3_600_000
DATABASE: Final = "oneroom.sqlite3"
BARS_PEOPLE: Final = 1_000
"""The bars were set for so many people."""


# The core alone


def write_log(folder: Path) -> RoomRecord:
    """A log of `ENTRIES` entries: people join, write, and vote for the rest."""
    record = RoomRecord("BENCH1", "bench", bytes(32), wall_clock_ms())

    async def work() -> None:
        log = await SqliteLog.open(folder / DATABASE)
        try:
            await _fill(log, record)
        finally:
            await log.close()

    asyncio.run(work())
    return record


async def _fill(log: SqliteLog, record: RoomRecord) -> None:
    room = new_room()

    async def write(drafts: list[Draft]) -> list[Outcome]:
        outcomes = [room.apply(entry(one)) for one in await log.append(record.log_id, drafts)]
        if refused := {outcome.refused for outcome in outcomes if outcome.refused}:
            raise RoundError(f"the log could not be written: {refused}")
        return outcomes

    opening = draft(Actor(SYSTEM), _opening(), words=(_word("Bench"),))
    room.apply(entry(await log.create(record, opening)))
    links = {link.role: link.id for link in room.all(Link)}
    leader = Actor(FACILITATOR, 0, 1, links[FACILITATOR])
    await write([draft(leader, NextStep(), ref=1)])
    guests = [Actor(MEMBER, 0, 2 + n, links[MEMBER]) for n in range(PEOPLE_IN_LOG)]
    joins = [draft(one, Join(0, "remote"), ref=1, words=(_word("Person"),)) for one in guests]
    seats = [outcome.made[0] for outcome in await write(joins)]
    people = [Actor(MEMBER, s, 2 + n, links[MEMBER]) for n, s in enumerate(seats)]
    step = _current(room)
    text = _word("We answer every letter on the day it came.")
    await write(
        [
            draft(people[n % len(people)], PostIdea(0), ref=2 + n, step=step, words=(text,))
            for n in range(IDEAS_IN_LOG)
        ]
    )
    await write([draft(leader, Reveal(step, -1), ref=2, step=step)])
    await write([draft(leader, NextStep(), ref=3, step=step)])
    step, choices = _current(room), [choice.id for choice in room.all(Choice)]
    rest = ENTRIES - room.seq
    await write(
        [
            draft(
                people[n % len(people)],
                CastOpinion(choices[n * 7 % len(choices)], "agree" if n % 3 else "disagree"),
                ref=2 + IDEAS_IN_LOG + n,
                step=step,
            )
            for n in range(rest)
        ]
    )


def _opening() -> OpenRoom:
    def step(kind: str, **settings: Any) -> StepPlan:
        name = Text(kind, kind)
        masks = (EVERYBODY, EVERYBODY, EVERYBODY)
        return StepPlan(kind, name, name, HOURS_MS, "grace", *masks, False, settings)

    steps = [step("ideate", lanes=[["a", "a"]]), step("vote", style="opinion"), step("close")]
    return OpenRoom(RULES_NUMBER, "en", steps, [FACILITATOR, MEMBER], [])


def _word(text: str) -> Word:
    return Word(os.urandom(SALT_BYTES), text)


def _current(room: Room) -> int:
    agenda = room.get(Agenda, AGENDA_ID)
    return agenda.current if agenda else 0


def core(folder: Path, record: RoomRecord) -> Round:
    """Brings the room back from its file as a server does, then takes each step of the reducer
    alone. The CPU is that of all threads of this process."""

    async def work() -> tuple[float, float, list[Logged]]:
        log = await SqliteLog.open(folder / DATABASE)
        live = Live(
            record,
            Services(
                log, BlindKeys(folder / "blind-keys"), Metrics(), wall_clock_ms, Promise("embedded")
            ),
        )
        start, cpu = time.perf_counter(), time.process_time()
        await live.load()
        seconds, used = time.perf_counter() - start, time.process_time() - cpu
        if live.room.seq != ENTRIES:
            raise RoundError(f"{live.room.seq} entries came back of {ENTRIES}")
        live.failed = True  # so that no snapshot makes the next round easier
        await live.close()
        logged = [one async for one in log.read(record.log_id)]
        await log.close()
        return seconds, used, logged

    seconds, used, logged = asyncio.run(work())
    entries, room, steps = [entry(one) for one in logged], new_room(), []
    for one in entries:
        begun = time.perf_counter_ns()
        room.apply(one)
        steps.append(time.perf_counter_ns() - begun)
    return {
        REPLAY.name: seconds,
        REPLAY_CPU.name: used,
        STEP.name: statistics.median(steps) / 1000,
    }


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    information = Path("/proc/cpuinfo").read_text()
    models = [line for line in information.splitlines() if line.startswith("model name")]
    return {
        "cpu": models[0].partition(":")[2].strip() if models else platform.machine(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
    }


# The command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `oneroom bench`."""
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--people", type=int, default=BARS_PEOPLE)
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
        record = write_log(folder)
        for number in range(options.rounds):
            start = time.monotonic()
            found, missing = measure(options.people, compared)
            rounds.append(found | core(folder, record))
            failed += [f"round {number + 1}, {line}" for line in missing]
            for line in missing:
                tell(f"failed: {line}")
            tell(f"round {number + 1} of {options.rounds}: {time.monotonic() - start:.0f} s")
    except RoundError as why:
        tell(f"oneroom: {why}")
        return rounds, failed, True
    return rounds, failed, False


def tell(text: str) -> None:
    """Progress, beside the result."""
    sys.stderr.write(text + "\n")
