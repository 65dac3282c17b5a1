"""`oneroom capacity`: what so many people in so many rooms would take, reckoned from what one
person, room, command and delivery cost here.

Each cost comes from runs of `oneroom load` in which one thing differs; the account multiplies them
by a rhythm that is assumed (`Rhythm`). One run at another size tells how far the reckoning holds.
"""

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from client.meters import machine
from client.rounds import RoundError, load

PEOPLE: Final = "1000"
ROOMS: Final = "20"
"""So that fifty people are in a room."""
SMALL_ROOMS: Final = "200"
"""So that five are."""
REST: Final = "20"
"""Seconds in which nobody does anything: each connection is asked once for a sign of life."""
PER_ROOM: Final = 8.0
"""Commands a second in each room: too few for two to travel together."""
CHECKED: Final = ("--people", "5000", "--rooms", "100", "--rate", "400")
FLUSHES_PER_S: Final = 25.0
"""How often at most a room tells its people what changed (rule W7)."""

MARKS: Final = ("<!-- measured -->", "<!-- end of what was measured -->")

Found = dict[str, Any]


class Costs(Struct, frozen=True):
    """What one of each costs: CPU in microseconds, of the servers or of Redis. A server, a person
    and a room that do nothing cost it each second; `elsewhere` is a command on each further server
    that hosts its room."""

    server_us: float
    join_us: float
    join_redis_us: float
    person_us: float
    room_us: float
    room_redis_us: float
    command_us: float
    command_redis_us: float
    elsewhere_us: float
    elsewhere_redis_us: float
    delivery_us: float
    join_bytes: float
    delivery_bytes: float
    person_kb: float
    room_kb: float
    entry_bytes: float
    entry_file_bytes: float


LABELS: Final = {
    "server_us": ("a server without people: CPU a second", "us", "nobody"),
    "join_us": ("a person coming in, where 300 cards lie: CPU of the server", "us", "join"),
    "join_redis_us": ("the same: CPU of Redis", "us", "join"),
    "join_bytes": ("the same: sent to the phone", "bytes", "join"),
    "person_us": ("a person who does nothing: CPU of the server a second", "us", "people"),
    "person_kb": ("a person: memory of the server", "kB", "people"),
    "room_us": ("an open room: CPU of each of its servers a second", "us", "rooms"),
    "room_redis_us": ("the same: CPU of Redis", "us", "rooms"),
    "room_kb": ("an open room: memory of each of its servers", "kB", "rooms"),
    "command_us": ("a command, appended alone: CPU of its server", "us", "large, small"),
    "delivery_us": ("a delivery of it to one phone: CPU of the server", "us", "large, small"),
    "command_redis_us": ("a command, appended alone: CPU of Redis", "us", "small"),
    "elsewhere_us": (
        "a command on each further server of its room: CPU",
        "us",
        "two, large, small",
    ),
    "elsewhere_redis_us": ("the same: CPU of Redis", "us", "two, large"),
    "delivery_bytes": ("a delivery: sent to the phone", "bytes", "large"),
    "entry_bytes": ("a card of 72 letters: memory of Redis", "bytes", "small"),
    "entry_file_bytes": ("the same: append-only file of Redis", "bytes", "small"),
}
RUNS: Final[dict[str, tuple[str, ...]]] = {
    "join": ("--scenario", "join", "--people", PEOPLE, "--redis"),
    "nobody": ("--scenario", "idle", "--people", "1", "--for", REST, "--redis"),
    "people": ("--scenario", "idle", "--people", PEOPLE, "--for", REST, "--redis"),
    "rooms": (
        *("--scenario", "idle", "--people", "200", "--rooms", SMALL_ROOMS),
        *("--for", REST, "--redis"),
    ),
    "large": (
        *("--scenario", "write", "--people", PEOPLE, "--rooms", ROOMS),
        *("--rate", str(PER_ROOM * int(ROOMS)), "--redis"),
    ),
    "small": (
        *("--scenario", "write", "--people", PEOPLE, "--rooms", SMALL_ROOMS),
        *("--rate", str(PER_ROOM * int(SMALL_ROOMS)), "--redis"),
    ),
    "two": (
        *("--scenario", "write", "--people", PEOPLE, "--rooms", ROOMS),
        *("--rate", str(PER_ROOM * int(ROOMS)), "--servers", "2"),
    ),
}
"""The runs of one round, by the name under which the costs refer to them."""


class Rhythm(Struct, frozen=True):
    """What is assumed: all rooms do the same at the same moment."""

    people: int
    rooms: int
    servers_per_room: int
    joining_s: float = 300.0
    """All come in within so long."""
    cards_per_minute: float = 0.6
    """Of each person, while people write."""
    votes_per_minute: float = 5.0
    """Of each person, in a vote whose tally is shown as it runs."""
    presence_per_s: float = 1.0
    """Times that each person is told who is here, done and typing: the most there can be."""
    share: float = 0.6
    """How far a core is filled."""


class Phase(Struct, frozen=True):
    """What all do at once, and what it takes."""

    name: str
    commands_per_s: float
    deliveries_per_s: float
    server_cores: float
    redis_cores: float
    gbit_per_s: float


def costs(found: dict[str, Found]) -> Costs:
    """The costs that follow from one round of `RUNS`."""
    people, rooms = found["people"], found["rooms"]
    room_redis_us = rooms["idle_redis_cpu_ms_per_s"] * 1000 / rooms["rooms"]
    server_us = found["nobody"]["idle_cpu_ms_per_s"] * 1000
    person_us, room_us = _solved(
        (people["people"], people["rooms"], people["idle_cpu_ms_per_s"] * 1000 - server_us),
        (rooms["people"], rooms["rooms"], rooms["idle_cpu_ms_per_s"] * 1000 - server_us),
    )

    def busy_us(run: Found) -> float:
        """CPU of a run past what its servers, people and rooms cost anyway."""
        seconds = run["commands"] / (PER_ROOM * run["rooms"])
        of_servers = (server_us + room_us * run["rooms"]) * run["servers"]
        return float(run["server_cpu_s"] * 1e6 - (of_servers + person_us * run["people"]) * seconds)

    def busy_redis_us(run: Found) -> float:
        seconds = run["commands"] / (PER_ROOM * run["rooms"])
        idle = room_redis_us * run["rooms"] * run["servers"]
        return float(run["redis_cpu_s"] * 1e6 - idle * seconds)

    large, small, two = found["large"], found["small"], found["two"]
    command_us, delivery_us = _solved(
        (large["commands"], large["deliveries"], busy_us(large)),
        (small["commands"], small["deliveries"], busy_us(small)),
    )
    there_us = busy_us(two) - two["deliveries"] * delivery_us
    one_redis_us = busy_redis_us(large) / large["commands"]
    return Costs(
        server_us,
        found["join"]["server_cpu_us_per_join"],
        found["join"]["redis_cpu_us_per_join"],
        person_us,
        room_us,
        room_redis_us,
        command_us,
        busy_redis_us(small) / small["commands"],
        max(0.0, there_us / two["commands"] - command_us),
        max(0.0, busy_redis_us(two) / two["commands"] - one_redis_us),
        delivery_us,
        found["join"]["bytes_per_join"],
        large["bytes_per_delivery"],
        people["server_kb_per_person"],
        rooms["server_kb_per_room"],
        small["redis_bytes_per_command"],
        small["redis_file_bytes_per_command"],
    )


def _solved(
    one: tuple[float, float, float], other: tuple[float, float, float]
) -> tuple[float, float]:
    """x and y of a·x + b·y = c, from two such (a, b, c)."""
    (a, b, c), (d, e, f) = one, other
    whole = a * e - b * d
    return (c * e - b * f) / whole, (a * f - c * d) / whole


def account(cost: Costs, rhythm: Rhythm) -> list[Phase]:
    """What each phase of the sessions takes."""
    people, rooms = rhythm.people, rhythm.rooms

    def phase(name: str, joins_per_s: float, per_minute: float, presence: float) -> Phase:
        commands = joins_per_s + people * per_minute / 60
        flushes = min(commands / rooms, FLUSHES_PER_S) if per_minute else 0.0
        deliveries = people * (flushes + presence)
        others = rhythm.servers_per_room - 1
        server_us = (
            people * cost.person_us
            + rooms * rhythm.servers_per_room * cost.room_us
            + joins_per_s * cost.join_us
            + (commands - joins_per_s) * cost.command_us
            + commands * others * cost.elsewhere_us
            + deliveries * cost.delivery_us
        )
        redis_us = (
            rooms * rhythm.servers_per_room * cost.room_redis_us
            + joins_per_s * cost.join_redis_us
            + (commands - joins_per_s) * cost.command_redis_us
            + commands * others * cost.elsewhere_redis_us
        )
        sent = joins_per_s * cost.join_bytes + deliveries * cost.delivery_bytes
        full_us = rhythm.share * 1e6
        return Phase(
            name, commands, deliveries, server_us / full_us, redis_us / full_us, sent * 8 / 1e9
        )

    return [
        phase("nobody does anything", 0.0, 0.0, 0.0),
        phase("all come in", people / rhythm.joining_s, 0.0, rhythm.presence_per_s),
        phase("all write", 0.0, rhythm.cards_per_minute, rhythm.presence_per_s),
        phase("all vote", 0.0, rhythm.votes_per_minute, rhythm.presence_per_s),
    ]


def predicted_ms_per_s(cost: Costs, run: Found, rate: float) -> float:
    """The CPU that a run of cards should have cost its server."""
    seconds = run["commands"] / rate
    used_us = run["commands"] * cost.command_us + run["deliveries"] * cost.delivery_us
    idle_us = cost.server_us + run["people"] * cost.person_us + run["rooms"] * cost.room_us
    return float(used_us / seconds + idle_us) / 1000


# The command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `oneroom capacity`."""
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--rooms", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--into", type=Path, help="a Markdown file whose part between the marks is written anew"
    )


def run(options: argparse.Namespace) -> int:
    """`oneroom capacity`: 0, or 2 where something could not be measured."""
    if min(options.people, options.rooms, options.rounds) < 1:
        sys.stderr.write("oneroom: at least one person, one room and one round\n")
        return 2
    rounds = []
    try:
        for number in range(options.rounds):
            rounds.append(costs({name: load(*arguments) for name, arguments in RUNS.items()}))
            sys.stderr.write(f"round {number + 1} of {options.rounds}\n")
        check = load("--scenario", "write", "--redis", *CHECKED)
    except RoundError as why:
        sys.stderr.write(f"oneroom: {why}\n")
        return 2
    text = told(rounds, check, options.people, options.rooms)
    if options.into is None:
        sys.stdout.write(text)
    else:
        before, _, rest = options.into.read_text().partition(MARKS[0])
        after = rest.partition(MARKS[1])[2]
        options.into.write_text(f"{before}{MARKS[0]}\n\n{text}\n{MARKS[1]}{after}")
    return 0


def told(rounds: list[Costs], check: Found, people: int, rooms: int) -> str:
    """Costs, account and check as Markdown."""
    columns = list(zip(*(msgspec.structs.astuple(one) for one in rounds), strict=True))
    middle = Costs(*(statistics.median(values) for values in columns))
    ranges = dict(zip(Costs.__struct_fields__, columns, strict=True))
    here = machine()
    lines = [
        f"Measured on {here['cores']} cores of {here['cpu']}, Linux {here['kernel']}, Python "
        f"{here['python']}, in {len(rounds)} rounds, on {here['when'][:10]}.",
        *("", "| what | unit | median | min | max | runs |"),
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for field, (label, unit, runs) in LABELS.items():
        three = (getattr(middle, field), min(ranges[field]), max(ranges[field]))
        numbers = " | ".join(f"{value:,.0f}" if value > 99 else f"{value:.2g}" for value in three)
        lines.append(f"| {label} | {unit} | {numbers} | {runs} |")
    lines += ["", "| run | `oneroom load` with |", "| --- | --- |"]
    lines += [f"| {name} | `{' '.join(arguments)}` |" for name, arguments in RUNS.items()]
    for servers in sorted({1, 2, max(1, people // rooms)}):
        heading = f"{people:,} people in {rooms:,} rooms; servers to a room: {servers}"
        lines += ["", heading, "", *_table(middle, Rhythm(people, rooms, servers))]
    rate = float(CHECKED[-1])
    measured = check["server_cpu_s"] * rate / check["commands"] * 1000
    reckoned = predicted_ms_per_s(middle, check, rate)
    lines += [
        "",
        f"Check: `oneroom load --scenario write --redis {' '.join(CHECKED)}` cost the server "
        f"{measured:.0f} ms of CPU a second. Reckoned from the costs above it is {reckoned:.0f}.",
    ]
    return "\n".join(lines) + "\n"


def _table(cost: Costs, rhythm: Rhythm) -> list[str]:
    heads = "| phase | commands/s | deliveries/s | server cores | Redis cores | Gbit/s |"
    rows = [
        f"| {one.name} | {one.commands_per_s:,.0f} | {one.deliveries_per_s:,.0f} "
        f"| {one.server_cores:,.1f} | {one.redis_cores:,.1f} | {one.gbit_per_s:.1f} |"
        for one in account(cost, rhythm)
    ]
    return [heads, "| --- | --- | --- | --- | --- | --- |", *rows]
