"""`oneroom demo`: a server, and a room full of simulated people who do what the agenda asks.

The human has the facilitator's link and steers; with `--auto` the demo steers by itself and ends
with the session. PORT, DATA_DIR, HOST and PUBLIC_URL hold as for `oneroom serve`; without DATA_DIR
everything is in a temporary folder and gone afterwards.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from client.people import Person, Place, crowd
from client.room_client import CommandRefused, ConnectionEnded, RoomClient
from client.sayings import SAYINGS, Lang
from protocols.commands import CloseRoom, NextStep, SetFate

TEMPLATE: Final = "first-session-45"
TITLES: Final[dict[Lang, tuple[str, str]]] = {
    "ru": (
        "Клиент получает ответ за один день",
        "К новому году каждый клиент получает ответ по существу за один рабочий день.",
    ),
    "en": (
        "An answer within a day",
        "By New Year every customer has a real answer within one working day.",
    ),
}
DEPARTMENTS: Final[dict[Lang, list[tuple[str, bool]]]] = {
    "ru": [("Продажи", False), ("Поддержка", False), ("Бухгалтерия", True), ("Логистика", True)],
    "en": [("Sales", False), ("Support", False), ("Accounting", True), ("Logistics", True)],
}
START_S: Final = 20.0
STOP_S: Final = 10.0
QUIET_S: Final = 12.0
"""So long nothing must have happened before the demo steers on."""
LONGEST_STEP_S: Final = 90.0


class DemoError(RuntimeError):
    """The demo could not begin; the text says why."""


@contextlib.contextmanager
def serving() -> Iterator[tuple[str, str]]:
    """Run `oneroom serve` beside this process. Gives its address and the operator's key."""
    with tempfile.TemporaryDirectory(prefix="oneroom-demo-") as temporary:
        environment = {"DATA_DIR": temporary, **os.environ}
        command = [sys.executable, "-m", "client.cli", "serve"]
        root = Path(__file__).resolve().parent.parent
        paths = [str(root), *filter(None, [environment.get("PYTHONPATH")])]
        environment["PYTHONPATH"] = os.pathsep.join(paths)
        process = subprocess.Popen(command, env=environment)
        try:
            host = environment.get("HOST", "")
            host = "127.0.0.1" if host in ("", "0.0.0.0", "::") else host
            base = f"http://{host}:{environment.get('PORT', '8000')}"
            _wait(base, process)
            key = Path(environment["DATA_DIR"]) / "operator.key"
            yield base, key.read_text().strip()
        finally:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(base: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if process.poll() is not None:
            raise DemoError("the server did not start; it said why above")
        try:
            urllib.request.urlopen(f"{base}/healthz", timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise DemoError(f"no server answers at {base}")


def open_room(base: str, key: str, lang: Lang) -> dict[str, Any]:
    """Make the demo's room: {code, links}."""
    title, goal = TITLES[lang]
    wanted = {
        "template": TEMPLATE,
        "title": title,
        "goal": goal,
        "lang": lang,
        "departments": [{"name": n, "internal": inner} for n, inner in DEPARTMENTS[lang]],
    }
    request = urllib.request.Request(
        f"{base}/api/rooms",
        json.dumps(wanted).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            made: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as why:
        with why:
            raise DemoError(why.read().decode(errors="replace")) from None
    return made


def at(base: str, url: str) -> str:
    """A link, by the address at which this process reaches the server."""
    return base + "/" + url.split("/", 3)[3]


# Steering


class Steering:
    """Takes the session through its agenda: on to the next step when it has become quiet."""

    def __init__(self, moderator: RoomClient, people: int, hurry: float) -> None:
        self._moderator = moderator
        self._people = people
        self._hurry = hurry

    async def run(self) -> None:
        """From the lobby to the end of the session."""
        moderator = self._moderator
        await self._until_all_joined()
        while True:
            agenda = moderator.agenda
            assert agenda is not None, "it is in every view"
            if agenda.current == agenda.order[-1]:
                await self._end()
                return
            before = agenda.current
            await moderator.do(NextStep(), step=before)
            await moderator.until(partial(self._moved_from, before))
            step = moderator.step
            say(f"step: {step.name[1] if step and step.name else '?'}")
            await self._until_quiet()

    def _moved_from(self, step: int) -> bool:
        return self._current() != step

    def _current(self) -> int:
        agenda = self._moderator.agenda
        return agenda.current if agenda is not None else 0

    async def _until_all_joined(self) -> None:
        seats = self._moderator.replica.room
        with contextlib.suppress(TimeoutError):
            await self._moderator.until(
                lambda: sum(1 for _ in seats.all("seat")) >= self._people, LONGEST_STEP_S
            )

    async def _until_quiet(self) -> None:
        """Wait until nothing has changed for a while, or everybody says to be done."""
        moderator, start = self._moderator, time.monotonic()
        while time.monotonic() - start < LONGEST_STEP_S / self._hurry:
            before = moderator.replica.room.seq
            await asyncio.sleep(QUIET_S / self._hurry)
            if before == moderator.replica.room.seq or moderator.done >= self._people:
                return

    async def _end(self) -> None:
        """Nobody's decisions are said to be nobody's, and the session is closed."""
        for decision in list(self._moderator.replica.room.all("decision")):
            if decision.fate == "open" and not decision.signed:
                with contextlib.suppress(CommandRefused):
                    await self._moderator.do(SetFate(decision.id, "nobody"))
        await self._moderator.do(CloseRoom())
        say("the session is closed")


# Running


async def perform(base: str, links: dict[str, str], options: argparse.Namespace) -> None:
    """Let the people live until the session is over, or somebody stops the demo."""
    chance = random.Random(options.seed)
    sayings = SAYINGS[options.lang]
    people = crowd(links, options.people, sayings, chance, options.hurry)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    lives: list[asyncio.Task[None]] = [asyncio.create_task(_live(*one)) for one in people]
    moderator = RoomClient(links["facilitator"])
    if options.auto:
        await moderator.connect()
        steering = Steering(moderator, len(people), options.hurry)
        lives.append(asyncio.create_task(steering.run()))
    stopping = asyncio.create_task(stop.wait())
    session = asyncio.gather(*lives)
    both: list[asyncio.Future[Any]] = [stopping, session]
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if session.done():
            session.result()
            if not options.auto:
                say("The session is over; the results stay until Ctrl+C.")
                await stop.wait()
    finally:
        for task in both:
            task.cancel()
        await asyncio.gather(*both, *lives, return_exceptions=True)
        clients = [moderator, *(person.client for person, _, _ in people)]
        await asyncio.gather(*(client.close() for client in clients))


async def _live(person: Person, name: str, place: Place) -> None:
    try:
        await person.live(name, place)
    except ConnectionEnded as end:
        say(f"{name} was shown out: {end}")


def say(text: str = "") -> None:
    """Tell the person who started the demo."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `oneroom demo`."""
    parser.add_argument("--people", type=int, default=25)
    parser.add_argument("--lang", choices=list(SAYINGS), default="ru")
    parser.add_argument("--auto", action="store_true", help="the demo steers, and ends by itself")
    parser.add_argument("--hurry", type=float, default=1.0, help="all pauses divided by this")
    parser.add_argument("--seed", type=int, default=None, help="to repeat a run")


def run(options: argparse.Namespace) -> int:
    """`oneroom demo`: 0, or 2 where it could not begin."""
    try:
        with serving() as (base, key):
            made = open_room(base, key, options.lang)
            say(f"\nDemo room {made['code']} with {options.people} simulated people")
            for link in made["links"]:
                say(f"  {link['role']:<14} {link['url']}")
            say("\nOpen the facilitator's link and begin; Ctrl+C ends the demo.\n")
            links = {link["role"]: at(base, link["url"]) for link in made["links"]}
            asyncio.run(perform(base, links, options))
    except (DemoError, OSError) as why:
        sys.stderr.write(f"oneroom: {why}\n")
        return 2
    return 0
