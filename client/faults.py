"""Faults on purpose, in turn, with how long everybody needs to be back afterwards."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from msgspec import Struct

from client.chaos_page import Event, Page
from client.own_redis import OwnRedis
from client.own_server import OwnServer
from client.proxy import Proxy
from client.room_client import RoomClient

DOWN_S: Final = 4.0
"""How long what was killed stays away."""
PATIENCE_S: Final = 30.0
LOOK_S: Final = 0.02
NOTICE_S: Final = 0.1
"""How long a client may take to see that its connection is over."""


class Parts(Struct):
    """What can be broken, and the page that tells of it. `base` is the address of the whole."""

    servers: list[OwnServer]
    redis: OwnRedis
    proxy: Proxy
    page: Page
    base: str

    def start_all(self) -> None:
        """Have everything run again that does not."""
        self.redis.thaw() if self.redis.is_running else self.redis.start()
        self.page.board.redis = "up"
        for server, side in zip(self.servers, self.page.board.servers, strict=True):
            if not server.is_running:
                server.start()
            side.state = "up"


class Faults:
    """Breaks one thing after the other, with `every_s` seconds of rest between. `clients` gives
    those who are to come back, `probe` returns when the log has taken one more command."""

    def __init__(
        self,
        parts: Parts,
        clients: Callable[[], Sequence[RoomClient]],
        probe: Callable[[], Awaitable[None]],
        every_s: float,
    ) -> None:
        self._parts = parts
        self._page = parts.page
        self._clients = clients
        self._probe = probe
        self._every_s = every_s
        self._doing: set[asyncio.Task[None]] = set()

    async def _do(self, what: Callable[[], None]) -> None:
        """Do something that takes time in a thread, to its end even where we are cancelled."""
        doing = asyncio.create_task(asyncio.to_thread(what))
        self._doing.add(doing)
        doing.add_done_callback(self._doing.discard)
        await asyncio.shield(doing)

    async def finished(self) -> None:
        """Wait until nothing is being killed or started any more."""
        await asyncio.gather(*self._doing, return_exceptions=True)

    async def run(self) -> None:
        """In turn, until cancelled; not before most people have come."""
        servers = range(len(self._parts.servers))
        one, two, three = (servers[n % len(servers)] for n in range(3))
        turns: list[Callable[[], Awaitable[None]]] = [
            lambda: self.server(one, kill=True),
            lambda: self.redis("kill_redis"),
            lambda: self.server(two, kill=False),
            lambda: self.redis("restart_redis"),
            lambda: self.server(three, kill=True),
            lambda: self.redis("freeze_redis"),
        ]
        for turn in itertools.cycle(turns):
            await asyncio.sleep(self._every_s)
            await self._until(lambda: self._connected() >= len(self._clients()) // 2 > 0)
            await turn()

    def _connected(self) -> int:
        return sum(client.is_connected for client in self._clients())

    async def _until(self, condition: Callable[[], bool], patience_s: float = PATIENCE_S) -> bool:
        """Wait until a condition holds; whether it came to that."""
        end = time.monotonic() + patience_s
        while not condition():
            if time.monotonic() > end:
                return False
            await asyncio.sleep(LOOK_S)
        return True

    async def server(self, number: int, *, kill: bool) -> None:
        """Kill a server, or ask it to stop. Its people come back to the others; then it starts
        again."""
        server, side = self._parts.servers[number], self._page.board.servers[number]
        event = Event("kill_server" if kill else "stop_server", side.name)
        self._page.begin(event)
        side.state = "killed" if kill else "stopped"
        began = time.monotonic()
        going = asyncio.create_task(self._do(server.kill if kill else server.stop))
        await self._watch_people(event, number)
        await going
        await asyncio.sleep(max(0.0, DOWN_S - (time.monotonic() - began)))
        side.state = "starting"
        await self._do(server.start)
        side.state = "up"
        event.lasted_s = time.monotonic() - began
        event.over = True

    async def _watch_people(self, event: Event, number: int) -> None:
        """See how many lose their server, and when the last of them is back."""
        began, room = time.monotonic(), self._clients()
        before = {client: client.connections for client in room if client.is_connected}
        await self._until(lambda: not self._parts.proxy.targets[number].connections)
        await asyncio.sleep(NOTICE_S)
        event.people = sum(
            not client.is_connected or client.connections != count
            for client, count in before.items()
        )
        if await self._until(
            lambda: all(one.is_connected for one in before) or self._clients() is not room
        ):
            event.recovery_s = time.monotonic() - began
        if self._clients() is not room:  # the session ended, and nobody had to come back
            self._page.board.events.remove(event)

    async def redis(self, kind: str) -> None:
        """Take Redis away, and give it back. Commands wait; then they go on."""
        own, board = self._parts.redis, self._page.board
        event = Event(kind, "redis")
        self._page.begin(event)
        began = time.monotonic()
        if kind == "freeze_redis":
            board.redis = "frozen"
            own.freeze()
            probing = asyncio.ensure_future(self._probe())
            await asyncio.sleep(DOWN_S)
            own.thaw()
        else:
            board.redis = "killed" if kind == "kill_redis" else "stopped"
            await self._do(own.kill if kind == "kill_redis" else own.stop)
            probing = asyncio.ensure_future(self._probe())
            if kind == "kill_redis":
                await asyncio.sleep(DOWN_S)
            board.redis = "starting"
            await self._do(own.start)
        back = time.monotonic()
        board.redis = "up"
        event.lasted_s = back - began
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(probing, PATIENCE_S)
            event.recovery_s = time.monotonic() - back
        event.over = True
