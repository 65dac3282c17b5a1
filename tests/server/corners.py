"""What servers of one Redis share, without servers: each `Corner` is one server's side of a room,
with a line of its own to a real Redis. Beats are called by the test."""

import secrets
from collections.abc import Callable
from typing import Any, Self, cast

from client.own_redis import OwnRedis
from protocols.between import Digest
from rooms.kernel import Refused
from rooms.roles import MEMBER, Mask
from server.connection import Connection
from server.edge import Sender
from server.frames import FramesProtocol
from server.logs.redis_link import RedisLink
from server.neighbours import Neighbours
from server.peers import Figures, Linked
from server.presence import Presence
from server.rates import Rates
from tests.server.harness import Wire, until

LOG_ID = "0123456789abcdef"


class Seconds:
    """A monotonic clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def page(role: Mask, seat: int = 0, client: int = 1, nonce: str = "") -> tuple[Connection, Wire]:
    """A connection that writes into a list, in a role."""
    wire = Wire()
    connection = Connection(cast(FramesProtocol, wire), lambda: 0)
    connection.sender = Sender(role, seat, client, 1)
    connection.page = nonce
    return connection, wire


class Corner:
    """One server's side of one room."""

    def __init__(self, redis: OwnRedis, name: str, log_id: str = LOG_ID) -> None:
        self.link = RedisLink(redis.url)
        self.peers = Linked(self.link, name, "1", [4, 5])
        self.seconds = Seconds()
        self.log_id = log_id
        self.open_room()

    def open_room(self) -> None:
        """Open the room (again)."""
        self.presence = Presence(self.peers.me)
        self.rates = Rates(self.seconds)
        self.differing: list[Digest] = []
        self.room = Neighbours(
            self.peers,
            self.log_id,
            self.presence,
            self.rates,
            lambda told, own: self.differing.append(told),
        )

    def beat(self, step: int = 7) -> bool:
        """A second passes. Whether phones are to be told who is here."""
        self.peers.beat(Figures(1, len(self.presence.crowd().seats)))
        tells = self.presence.beat(step)
        self.room.beat()
        return tells

    def enter(self, seat: int, role: Mask = MEMBER, client: int = 0) -> Connection:
        """Somebody with a seat is here."""
        connection, _ = page(role, seat, client or seat)
        self.presence.enter(connection)
        return connection

    async def lend(self, client: int, nonce: str) -> tuple[int, Wire]:
        """A page comes with an id. Returns the id it is lent, and its wire."""
        connection, wire = page(MEMBER, nonce=nonce)
        lent = await self.room.leases.lend(client, nonce)
        connection.sender = Sender(MEMBER, 0, lent, 1)
        connection.place = cast(Any, Leaving(self, lent))
        self.room.leases.hold(lent, connection)
        return lent, wire

    def allowed(self, seat: int, tries: int) -> int:
        """How many commands of a seat are let through, of so many."""
        taken = 0
        for _ in range(tries):
            try:
                self.rates.spend(seat, seat)
            except Refused:
                break
            taken += 1
        return taken

    async def kill(self) -> None:
        """Be silent from now on, as a killed server is."""
        await self.link.close()


class Leaving:
    """The place of a connection that gives its id back when it leaves."""

    def __init__(self, corner: Corner, client: int) -> None:
        self._corner = corner
        self._client = client

    def leave(self, connection: Connection) -> None:
        self._corner.room.leases.give_back(self._client, connection)


class Corners:
    """Several servers' sides of one room. Make it with `async with`."""

    def __init__(self, redis: OwnRedis, count: int = 2) -> None:
        self._redis = redis
        self._count = count
        self.all: list[Corner] = []

    async def __aenter__(self) -> Self:
        for number in range(self._count):
            await self.add(f"server-{number}")
        return self

    async def add(self, name: str, knows: Corner | None = None) -> Corner:
        """One more server, which the others know, and which knows them; or at least one of them."""
        corner = Corner(self._redis, name)
        self.all.append(corner)
        these = [knows, corner] if knows else self.all
        await self.heard(lambda: all(self._knows(one, these) for one in these))
        return corner

    def _knows(self, one: Corner, these: list[Corner]) -> bool:
        others = {other.peers.me for other in these} - {one.peers.me}
        return others <= one.peers.others.keys() and others <= one.room._heard_at.keys()

    def __getitem__(self, number: int) -> Corner:
        return self.all[number]

    async def heard(self, condition: Callable[[], Any], what: str = "") -> None:
        """Wait until what was told has been heard."""
        await until(condition, what)

    async def beat(self, step: int = 7) -> None:
        """A second passes everywhere, and all that was told in it has been heard."""
        for corner in self.all:
            corner.beat(step)
        await self.settled()

    async def settled(self) -> None:
        """Wait until what was told before has been heard by everybody."""
        marks = {secrets.token_bytes(8) for _ in self.all}
        heard: list[set[bytes]] = [set() for _ in self.all]
        for corner, told in zip(self.all, heard, strict=True):
            corner.link.listen("test:mark", told.add)

        def all_heard() -> bool:
            for corner, mark in zip(self.all, marks, strict=True):
                corner.link.publish("test:mark", mark)
            return all(told >= marks for told in heard)

        await until(all_heard, "what was told is heard")

    async def __aexit__(self, *why: object) -> None:
        for corner in self.all:
            corner.room.stop(left=False)
            await corner.link.close()
