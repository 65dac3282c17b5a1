"""`oneroom load`: many people in one room, and what they cost the server.

The server runs on one core, this process on another; its clients are light (`client.light`), and
the server's CPU and memory are read from /proc, so that the load does not measure itself.
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

from client.crowds import Oneroom, Raw, SocketIo, Speech
from client.light import LoadError
from client.own_server import OwnServer, RoomLinks, new_room
from client.room_client import RoomClient
from client.scenarios import IDEA, Measured, Meter, Run
from protocols.commands import ROLES, NextStep, PostIdea, Reveal

SCENARIOS: Final = ("join", "vote", "fan", "idle", "ideas")
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
    parser.add_argument("--url", help="a running server; without it one is started")
    parser.add_argument("--key", default="", help="the operator's key of that server")
    parser.add_argument("--pid", type=int, default=0, help="that server's process, if it is here")
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
        with pinned() as core:
            if options.url:
                result = against(options, options.url.rstrip("/"), options.key, options.pid)
            else:
                with OwnServer(core) as server:
                    result = against(options, server.base, server.key, server.pid)
    except (LoadError, OSError, ValueError, RuntimeError) as why:
        sys.stderr.write(f"oneroom: {why}\n")
        return 2
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    sys.stdout.write(json.dumps(rounded(result)) + "\n")
    return 0


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


def against(options: argparse.Namespace, base: str, key: str, pid: int) -> Measured:
    """Put the load on the server at `base`."""
    meter = Meter(pid, base, key)
    speech: Speech
    step = choice = 0
    if options.speech == "oneroom":
        links = new_room(base, key, **design(options.scenario))
        step, choice = asyncio.run(prepare(options.scenario, links))
        speech = Oneroom(links.code, links.urls["member"].rpartition("#")[2])
        speech.step = step
    elif options.scenario == "fan":
        speech = Raw() if options.speech == "raw" else SocketIo()
    else:
        raise LoadError("others are compared by the scenario fan alone")
    going = Run(options.scenario, options.people, base, speech, meter)
    start = time.perf_counter()
    try:
        say(options, f"{options.people} people come in")
        going.enter()
        say(options, f"they are in; now: {options.scenario}")
        perform(going, options, step, choice)
    finally:
        going.crowd.close()
    going.result.seconds = time.perf_counter() - start
    return going.result


def perform(going: Run, options: argparse.Namespace, step: int, choice: int) -> None:
    """What the scenario is about, once everybody is in."""
    match options.scenario:
        case "vote":
            going.vote(step, choice)
        case "fan":
            going.fan(options.size)
        case "idle":
            going.idle()
        case "ideas":
            going.ideas(step)


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
