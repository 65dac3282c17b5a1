"""`oneroom load`: many people in one room or several, and what they cost the servers.

The servers run on one core, this process and Redis on another; its clients are light
(`client.light`), and CPU and memory of the servers are read from /proc, so that the load does not
measure itself.
"""

import argparse
import asyncio
import contextlib
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from typing import Any, Final

from client.crowds import Oneroom, Raw, SocketIo
from client.light import LoadError
from client.meters import Measured, Meter
from client.own_server import RoomLinks, new_room
from client.own_servers import OwnServers
from client.room_client import RoomClient
from client.scenarios import IDEA, IDEAS_PER_S, IDEAS_S, REST_S, Door, Run
from client.spread import Spread
from protocols.commands import ROLES, NextStep, PostIdea, Reveal

SCENARIOS: Final = ("join", "vote", "fan", "idle", "ideas", "write", "spread")
HOURS_MS: Final = 4 * 3_600_000
CARDS: Final = 300
AUTHORS: Final = 8

# Making the room


def design(scenario: str) -> dict[str, Any]:
    """The room of a scenario, as POST /api/rooms takes it."""
    everybody = sum(ROLES.values())

    def step(kind: str, **settings: Any) -> list[Any]:
        name = [kind, kind]
        return [kind, name, name, HOURS_MS, "hard", everybody, everybody, 0, False, settings]

    hidden = scenario in ("join", "ideas")
    steps = [step("ideate", lanes=[["идеи", "ideas"]], hidden=hidden)]
    if scenario == "vote":
        steps.append(step("vote", style="opinion", secret_until_close=False))
    return {"title": "Load", "lang": "en", "steps": [*steps, step("close")]}


async def prepare(scenario: str, links: RoomLinks) -> tuple[int, int]:
    """Bring the room to where the scenario begins. Returns the current step and, where there is a
    vote, what is voted on."""
    async with RoomClient(links.urls["facilitator"]) as moderator:
        await moderator.do(NextStep())
        await moderator.until(lambda: moderator.step is not None)
        step = moderator.step.id if moderator.step else 0
        if scenario == "join":
            await asyncio.gather(
                *(write(links, step, CARDS // AUTHORS + 1) for _ in range(AUTHORS))
            )
            await moderator.do(Reveal(step, -1))
        if scenario != "vote":
            return step, 0
        await write(links, step, 1)
        await moderator.do(NextStep())
        table = moderator.replica.room
        await moderator.until(lambda: next(table.all("choice"), None))
        choice = next(table.all("choice"))
        return choice.step, choice.id


async def write(links: RoomLinks, step: int, cards: int) -> None:
    """One person comes, writes so many cards and leaves."""
    async with RoomClient(links.urls["member"]) as author:
        await author.join("Author")
        await author.until(lambda: author.step is not None)
        for number in range(cards):
            await author.do(PostIdea(0), f"{IDEA} {number}", step=step)


# The command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `oneroom load`."""
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--scenario", choices=SCENARIOS, default="vote")
    parser.add_argument("--rooms", type=int, default=1, help="spread the people over so many rooms")
    parser.add_argument(
        "--servers", type=int, default=1, help="so many servers of one's own; several share a Redis"
    )
    parser.add_argument(
        "--redis", action="store_true", help="with Redis also where there is one server"
    )
    parser.add_argument("--url", help="a running server; without it one is started")
    parser.add_argument("--key", default="", help="the operator's key of that server")
    parser.add_argument("--pid", type=int, default=0, help="that server's process, if it is here")
    parser.add_argument(
        "--rate", type=float, default=IDEAS_PER_S, help="ideas, write: cards a second in all"
    )
    parser.add_argument(
        "--for", dest="seconds", type=float, default=IDEAS_S, help="so many seconds"
    )
    parser.add_argument("--size", type=int, default=160, help="fan: bytes of text in a change")
    parser.add_argument(
        "--speech",
        choices=["oneroom", "raw", "socket.io"],
        default="oneroom",
        help="fan: how to speak to the server at --url, to compare others",
    )
    parser.add_argument("--json", action="store_true", help="only the result")


def run(options: argparse.Namespace) -> int:
    """`oneroom load`: 0, or 2 where the load could not be put on."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        check(options)
        with pinned() as core:
            if options.url:
                base = options.url.rstrip("/")
                meter = Meter([options.pid] if options.pid else [], [base], options.key)
                result = against(options, [base], options.key, meter)
            else:
                with OwnServers(options.servers, core, redis=options.redis) as own:
                    pids = [server.pid for server in own.all]
                    meter = Meter(pids, own.bases, own.key, own.redis)
                    result = against(options, own.bases, own.key, meter)
    except (LoadError, OSError, ValueError, RuntimeError) as why:
        sys.stderr.write(f"oneroom: {why}\n")
        return 2
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    sys.stdout.write(json.dumps(rounded(result)) + "\n")
    return 0


def check(options: argparse.Namespace) -> None:
    """LoadError where the options do not go together."""
    if min(options.people, options.servers, options.rooms) < 1:
        raise LoadError("at least one person, one server and one room")
    if options.url and (options.servers > 1 or options.redis):
        raise LoadError("--servers and --redis are for servers of one's own: leave out --url")
    if options.scenario == "spread" and options.servers < 2:
        raise LoadError("to spread people takes several servers: --servers 2")
    if options.rooms > 1 and options.scenario not in ("idle", "join", "ideas", "write"):
        raise LoadError(f"the scenario {options.scenario} is for one room")


@contextlib.contextmanager
def pinned() -> Iterator[int | None]:
    """Keep this process to one core, and give another for the server; None where there is one."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        yield None
        return
    os.sched_setaffinity(0, {cores[1]})
    try:
        yield cores[0]
    finally:
        os.sched_setaffinity(0, cores)


def against(options: argparse.Namespace, bases: list[str], key: str, meter: Meter) -> Measured:
    """Put the load on the servers at `bases`."""
    kb = meter.rss_kb()
    doors, choice = prepared(options, bases, key)
    going = Run(options.scenario, options.people, doors, meter)
    if kb is not None and options.rooms > 1:
        going.result.server_kb_per_room = ((meter.rss_kb() or kb) - kb) / options.rooms
    start = time.perf_counter()
    try:
        say(options, f"{options.people} people come in")
        going.enter(rest=options.scenario != "join")
        say(options, f"they are in; now: {options.scenario}")
        perform(going, options, choice)
    finally:
        going.crowd.close()
    going.result.seconds = time.perf_counter() - start
    return going.result


def prepared(options: argparse.Namespace, bases: list[str], key: str) -> tuple[list[Door], int]:
    """Make the rooms, and give the doors through which people come, each room's on each server in
    turn; with them what is voted on, where there is a vote."""
    if options.speech != "oneroom":
        if options.scenario != "fan":
            raise LoadError("others are compared by the scenario fan alone")
        return [Door(bases[0], Raw() if options.speech == "raw" else SocketIo())], 0
    rooms: list[Oneroom] = []
    choice = 0
    for _ in range(options.rooms):
        links = new_room(bases[0], key, **design(options.scenario))
        step, choice = asyncio.run(prepare(options.scenario, links))
        rooms.append(Oneroom(links.code, links.urls["member"].rpartition("#")[2]))
        rooms[-1].step = step
    return [Door(base, speech, n) for base in bases for n, speech in enumerate(rooms)], choice


def perform(going: Run, options: argparse.Namespace, choice: int) -> None:
    """What the scenario is about, once everybody is in."""
    match options.scenario:
        case "vote":
            going.vote(choice)
        case "fan":
            going.fan(options.size)
        case "idle":
            going.idle(options.seconds or REST_S)
        case "ideas" | "write":
            going.ideas(options.rate, options.seconds or IDEAS_S)
        case "spread":
            going.fan(options.size)
            Spread(going).perform()


def say(options: argparse.Namespace, text: str) -> None:
    """Progress, beside the result."""
    if not options.json:
        sys.stderr.write(text + "\n")


def rounded(result: Measured) -> dict[str, Any]:
    """The result with no more digits than it has meaning."""
    values = {name: getattr(result, name) for name in result.__struct_fields__}
    return {
        name: round(value, 3) if isinstance(value, float) else value
        for name, value in values.items()
    }
