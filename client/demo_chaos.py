"""`oneroom demo-chaos`: a room full of simulated people on three servers, while servers and Redis
are killed, stopped and frozen in turn; and a page that shows every server side by side.

It runs until Ctrl-C, or for `--minutes`. At the end all servers must hold the same and the log
everything that was acknowledged: else the exit code is 1. HOST and PORT are where the room is
reached; the page is on the port after it.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import random
import secrets
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

from client.chaos_page import Board, Page, serving_page
from client.demo import DEPARTMENTS, TEMPLATE, TITLES, Steering, say
from client.faults import Faults, Parts
from client.ledger import Ledger, Noting
from client.own_redis import OwnRedis, free_port
from client.own_server import OwnServer, RoomLinks, new_room
from client.people import Person, Place, crowd
from client.proxy import Proxy, ProxyError, Target
from client.room_client import CommandRefused, ConnectionEnded, RoomClient
from client.sayings import SAYINGS, Lang
from client.serve import loop_factory, raise_file_limit, reachable
from client.side_by_side import Agreement, look
from protocols.commands import LowerHand
from server.logs.base import StorageFailed
from server.logs.redis import RedisLog
from server.logs.redis_link import RedisLink

SERVERS: Final = 3
PEOPLE: Final = 200
HURRY: Final = 3.0
LOOK_S: Final = 0.5
COMPARE_S: Final = 2.0
SETTLE_S: Final = 20.0
"""How long servers may take at the end to hold the same."""


class Room:
    """One session: its people, and what they were told."""

    def __init__(
        self,
        made: RoomLinks,
        options: argparse.Namespace,
        chance: random.Random,
        servers: Sequence[str],
    ) -> None:
        self.made = made
        self.ledger = Ledger()
        self.sent_away: list[str] = []
        self.is_over = False
        self._moderator = Noting(made.urls["facilitator"], self.ledger)
        of = partial(Noting, ledger=self.ledger)
        sayings = SAYINGS[options.lang]
        self._crowd = crowd(made.urls, options.people, sayings, chance, HURRY, of)
        people = [person.client for person, _, _ in self._crowd]
        self.people: list[RoomClient] = list(people)
        # One on each server, whatever the proxy does, so that each has the room all the time.
        stage = made.urls["stage"].split("/", 3)[3]
        self._watchers = [RoomClient(f"{server}/{stage}") for server in servers]

    @property
    def log_id(self) -> str:
        """The id of its log, "" before anybody came in."""
        return self._moderator.replica.log_id

    async def live(self) -> None:
        """The whole session, with a facilitator who moves on whenever it has become quiet."""
        async with asyncio.TaskGroup() as group:
            everybody = [group.create_task(self._one(*one)) for one in self._crowd]
            for client in (self._moderator, *self._watchers):
                await client.connect()
            await Steering(self._moderator, len(self._crowd), HURRY).run()
            await asyncio.wait(everybody, timeout=SETTLE_S)
            for task in everybody:
                task.cancel()
        self.is_over = True

    async def _one(self, person: Person, name: str, place: Place) -> None:
        try:
            await person.live(name, place)
        except ConnectionEnded as end:
            self.sent_away.append(f"{name}: {end}")

    async def probe(self) -> None:
        """Have the log take one command, however long that takes. It is refused, as the stage may
        do nothing, and changes nothing; but nothing is refused either that is not in the log."""
        connected = [one for one in self._watchers if one.is_connected] or self._watchers
        with contextlib.suppress(CommandRefused):
            await connected[0].do(LowerHand(), step=0)

    async def rest(self) -> None:
        """Nobody does anything any more; the servers are still watched."""
        await asyncio.gather(*(client.close() for client in (self._moderator, *self.people)))

    async def leave(self) -> None:
        """Everybody goes."""
        await self.rest()
        await asyncio.gather(*(client.close() for client in self._watchers))


class Chaos:
    """Servers, Redis, a proxy, one room after the other, and what is found out about them."""

    def __init__(self, options: argparse.Namespace, parts: Parts, key: str) -> None:
        self._options = options
        self._parts = parts
        self._key = key
        self._chance = random.Random(options.seed)
        self._log = RedisLog(RedisLink(parts.redis.url))
        self._agreements: dict[str, Agreement] = {}
        self._over: list[Room] = []
        self._faults = Faults(parts, self._people, self._probe, options.every)
        self.page = parts.page
        self.room: Room | None = None

    async def run(self) -> None:
        """Rooms and faults, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._again(LOOK_S, self._look))
            group.create_task(self._again(COMPARE_S, self._compare))
            group.create_task(self._faults.run())
            await self._sessions()

    async def _sessions(self) -> None:
        lang: Lang = self._options.lang
        title, goal = TITLES[lang]
        departments = [{"name": name, "internal": inner} for name, inner in DEPARTMENTS[lang]]
        wanted = {"template": TEMPLATE, "title": title, "goal": goal, "lang": lang}
        while True:
            made = await self._make({**wanted, "departments": departments})
            servers = [server.base for server in self._parts.servers]
            self.room = Room(made, self._options, self._chance, servers)
            self.page.room(made)
            for role in ("facilitator", "stage", "member"):
                say(f"  {role:<14} {made.urls[role]}")
            await self.room.live()
            await self.room.leave()
            self._over.append(self.room)

    async def _make(self, wanted: dict[str, object]) -> RoomLinks:
        """A new room, as soon as there are a server and Redis to make it."""
        while True:
            with contextlib.suppress(OSError, ValueError):
                return await asyncio.to_thread(
                    partial(new_room, self._parts.base, self._key, **wanted)
                )
            await asyncio.sleep(LOOK_S)

    def _people(self) -> list[RoomClient]:
        return self.room.people if self.room is not None else []

    async def _probe(self) -> None:
        if self.room is not None:
            await self.room.probe()

    # What is found out

    async def _again(self, every_s: float, what: Callable[[], Awaitable[None]]) -> None:
        while True:
            await what()
            await asyncio.sleep(every_s)

    async def _look(self) -> None:
        """Ask every server where it stands, and tell the page."""
        room = self.room
        if room is None:
            return
        agreement = self._agreements.setdefault(room.made.code, Agreement())
        pairs = zip(self.page.board.servers, self._parts.servers, strict=True)
        await asyncio.gather(
            *(look(side, one.base, self._key, room.made.code, agreement) for side, one in pairs)
        )
        rooms = [*self._over, room] if room not in self._over else self._over
        board = self.page.board
        board.people = sum(client.is_connected for client in room.people)
        board.waiting = sum(client.unanswered for client in room.people)
        board.acknowledged = sum(one.ledger.acknowledged for one in rooms)
        board.compared = sum(one.compared for one in self._agreements.values())
        board.differences = sum(one.differences for one in self._agreements.values())
        board.sent_away = sum(len(one.sent_away) for one in rooms)

    async def _compare(self) -> None:
        """Look for what was acknowledged in the log, as far as it can be read just now."""
        room = self.room
        if room is not None and room.log_id:
            with contextlib.suppress(StorageFailed, LookupError):
                self.page.board.lost = len(await room.ledger.compare(self._log, room.log_id))

    # The end

    async def settle(self) -> None:
        """When everything runs again and nobody does anything any more, compare it all once more,
        from the first entry on."""
        await self._faults.finished()
        await asyncio.to_thread(self._parts.start_all)
        if self.room is not None:
            await self.room.rest()
        rooms = {room.made.code: room for room in (*self._over, self.room) if room is not None}
        missing = 0
        for room in rooms.values():
            if room.log_id:
                missing += await self._missing(room)
        self.page.board.lost = missing
        end = time.monotonic() + SETTLE_S
        while not self._all_same() and time.monotonic() < end:
            await asyncio.sleep(LOOK_S)
            await self._look()
        self.page.board.over = True
        if self.room is not None:
            await self.room.leave()

    async def _missing(self, room: Room) -> int:
        """How much of what was acknowledged in a room is not in its log. StorageFailed where the
        log cannot be read."""
        end = time.monotonic() + SETTLE_S
        while True:
            try:
                missing = await room.ledger.compare(self._log, room.log_id, anew=True)
            except StorageFailed:  # the first try finds connections to a Redis that is no more
                if time.monotonic() > end:
                    raise
                await asyncio.sleep(LOOK_S)
            else:
                return len(missing) + sum(len(client.lost) for client in room.people)

    def _all_same(self) -> bool:
        """Whether all servers tell the same."""
        sides = self.page.board.servers
        told = {(side.seq, side.chain, side.digest) for side in sides if side.answers}
        return len(told) == 1 and all(side.answers and side.seq for side in sides)

    def summary(self) -> tuple[str, bool]:
        """What was found out, in words, and whether all of it is as promised."""
        same = self.room is None or self._all_same()
        return summary(self.page.board, len(self._agreements), same=same)

    async def close(self) -> None:
        """Let go of the log."""
        await self._log.close()


def summary(board: Board, rooms: int, *, same: bool) -> tuple[str, bool]:
    """What a board says at last, in words, and whether all of it is as promised. `same`: whether
    all servers held the same in the end."""
    lines = [
        f"Faults:                 {len(board.events)}",
        f"Rooms:                  {rooms}",
        f"Acknowledged commands:  {board.acknowledged}",
        f"Of them missing:        {board.lost}",
        f"Comparisons of servers: {board.compared}",
        f"Of them different:      {board.differences}",
        f"All the same at last:   {'yes' if same else 'no'}",
        f"People sent away:       {board.sent_away}",
        *(f"  {one.kind:<15} {one.who:<8} {one.told()}" for one in board.events),
    ]
    good = same and not (board.lost or board.differences or board.sent_away)
    return "\n".join(lines), good


# The command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `oneroom demo-chaos`."""
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--lang", choices=list(SAYINGS), default="ru")
    parser.add_argument("--minutes", type=float, default=0.0, help="then it ends by itself")
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two faults")
    parser.add_argument("--seed", type=int, default=None, help="to repeat what people do")


def run(options: argparse.Namespace) -> int:
    """`oneroom demo-chaos`: 0 where all was kept, 1 where not, 2 where it could not begin."""
    raise_file_limit()
    # That Redis is away, and why the log cannot be read, is the show itself.
    logging.getLogger("oneroom").setLevel(logging.CRITICAL)
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            return runner.run(_run(options))
    except (ProxyError, RuntimeError, OSError) as why:
        sys.stderr.write(f"oneroom: {why}\n")
        return 2


async def _run(options: argparse.Namespace) -> int:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    key = secrets.token_urlsafe(24)
    redis = OwnRedis()
    redis.apart = True  # whoever ends the show still wants to see how it ended
    ports = [free_port() for _ in range(SERVERS)]
    async with contextlib.AsyncExitStack() as stack:
        proxy = Proxy([Target("127.0.0.1", one) for one in ports], host, port)
        await stack.enter_async_context(proxy)
        base = reachable(host, proxy.port)
        stack.callback(redis.__exit__, None, None, None)
        await asyncio.to_thread(redis.start)
        settings = {"REDIS_URL": redis.url, "OPERATOR_KEY": key, "PUBLIC_URL": base}
        servers = [OwnServer(None, **settings) for _ in ports]
        for server, one in zip(servers, ports, strict=True):
            server.port, server.apart = one, True
            stack.callback(server.__exit__, None, None, None)
        await asyncio.gather(*(asyncio.to_thread(server.start) for server in servers))
        page = Page([f"{n}" for n in range(1, SERVERS + 1)], options.people)
        where = await stack.enter_async_context(serving_page(page, host, proxy.port + 1))
        say(f"Side by side: {where}\n")
        chaos = Chaos(options, Parts(servers, redis, proxy, page, base), key)
        stack.push_async_callback(chaos.close)
        await _until_over(chaos, stop, options.minutes * 60 or None)
        await chaos.settle()
        told, good = chaos.summary()
        say(f"\n{told}")
        return 0 if good else 1


async def _until_over(chaos: Chaos, stop: asyncio.Event, limit_s: float | None) -> None:
    """Let it run until somebody stops it or its time is over. What went wrong in it is raised."""
    work = asyncio.create_task(chaos.run())
    stopped = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait(
        [work, stopped], timeout=limit_s, return_when=asyncio.FIRST_COMPLETED
    )
    for task in (work, stopped):
        task.cancel()
    await asyncio.gather(work, stopped, return_exceptions=True)
    if work in done:
        work.result()
