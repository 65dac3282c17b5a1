"""A server's line to a Redis Cluster: one `RedisLink` to each primary, and which slot is where.

All keys of a room share a hash tag, so a room lies whole on one primary, whose channels tell of it
(sharded pub/sub). The map of slots is asked for once a second, and at once when a command fails:
what failed is tried again anyway, and then goes to the right place. A room whose slot is being
moved takes nothing until it has arrived.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from msgspec import Struct
from redis.asyncio import Redis
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot
from redis.exceptions import RedisError

from server.logs.redis_link import Heard, Link, RedisLink, end
from server.settings import CLUSTER

logger = logging.getLogger("oneroom.redis")

MAP_S: Final = 1.0
"""How often the map of slots is asked for."""
SOON_S: Final = 0.1
"""The shortest pause between two questions."""
ANSWER_S: Final = 1.0

Place = tuple[str, int]
"""Host and port."""


class Map(Struct, frozen=True):
    """Which primary holds which slots, as one node tells it. A node that is cut off from most
    others tells of an older epoch, and that the cluster is not whole."""

    is_whole: bool
    epoch: int
    slots: list[tuple[int, int, Place]]

    @property
    def trust(self) -> tuple[bool, int]:
        """The map with the most counts."""
        return self.is_whole, self.epoch


class ClusterLink:
    """A line to a cluster, of which the URL names any node. It knows the others after `look`."""

    telling = "SPUBLISH"

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._parts = parts._replace(scheme=parts.scheme.partition("+")[0])
        self.on_subscribed: list[Callable[[str], None]] = []
        self._seed = RedisLink(urlunsplit(self._parts))
        self._lines: dict[Place, RedisLink] = {}
        self._slots: list[RedisLink] = [self._seed] * REDIS_CLUSTER_HASH_SLOTS
        self._channels: dict[str, tuple[Heard, RedisLink]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._closes = False
        self._task = asyncio.create_task(self._look_always(), name="redis cluster")

    async def close(self) -> None:
        """Tell what still waits to be told, if that goes quickly, and hang up."""
        self._closes = True
        self._wake.set()
        await end([self._task])
        lines = (self._seed, *self._lines.values())
        await asyncio.gather(*(line.close() for line in lines), *self._closing)

    # Commands

    @property
    def is_up(self) -> bool:
        """Whether everything that is listened to is heard."""
        return bool(self._lines) and all(line.is_up for line in self._lines.values())

    def at(self, key: str) -> Redis:
        """The Redis that holds a key. Keys with the same {tag} are at one."""
        return self._line(key).redis

    def all(self) -> Sequence[Redis]:
        """All primaries; before the first look, the node that the URL names."""
        return [line.redis for line in self._lines.values()] or [self._seed.redis]

    async def disconnect(self) -> None:
        """Break all lines that commands wait on; new ones are made when they are needed."""
        for redis in (*self.all(), self._seed.redis):
            await redis.connection_pool.disconnect()

    def failed(self, why: Exception) -> None:
        """A command failed: look where its key is by now."""
        self._wake.set()

    def _line(self, key: str) -> RedisLink:
        return self._slots[key_slot(key.encode())]

    # Messages

    def listen(self, channel: str, heard: Heard) -> None:
        """Have `heard` called with each message of a channel, from soon on."""
        line = self._line(channel)
        self._channels[channel] = heard, line
        line.listen(channel, heard)

    def deafen(self, channel: str) -> None:
        """Listen to a channel no more."""
        found = self._channels.pop(channel, None)
        if found is not None:
            found[1].deafen(channel)

    def publish(self, channel: str, message: bytes) -> None:
        """Tell whoever listens. Never waits, never fails; dropped while its Redis is away."""
        self._line(channel).publish(channel, message)

    # The map

    async def look(self) -> bool:
        """Ask where the slots are, and go there. Whether each slot has its Redis."""
        asked = [line.redis for line in self._lines.values()] or [self._seed.redis]
        told = [one for one in await asyncio.gather(*map(_told, asked)) if one is not None]
        if not told and self._lines:  # all that were known are gone
            again = await _told(self._seed.redis)
            told = [again] if again is not None else []
        best = max(told, key=lambda one: one.trust, default=None)
        if best is None or not best.slots or self._closes:
            return False
        self._follow(best)
        return best.is_whole

    async def _look_always(self) -> None:
        while not self._closes:
            try:
                await self.look()
            except Exception:
                logger.exception("the map of a Redis cluster was not understood")
            await asyncio.sleep(SOON_S)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(MAP_S):
                    await self._wake.wait()
            self._wake.clear()

    def _follow(self, found: Map) -> None:
        """Take a map: new lines, moved channels, lines that nobody needs any more."""
        for first, last, place in found.slots:
            line = self._lines.get(place) or self._new_line(place)
            self._slots[first : last + 1] = [line] * (last + 1 - first)
        for channel, (heard, before) in list(self._channels.items()):
            if self._line(channel) is not before:
                before.deafen(channel)
                self.listen(channel, heard)
        needed = {place for _, _, place in found.slots}
        for place in [place for place in self._lines if place not in needed]:
            self._drop(place)

    def _new_line(self, place: Place) -> RedisLink:
        host = f"[{place[0]}]" if ":" in place[0] else place[0]
        account, at, _ = self._parts.netloc.rpartition("@")
        url = urlunsplit(self._parts._replace(netloc=f"{account}{at}{host}:{place[1]}"))
        line = self._lines[place] = RedisLink(url, shard=True, lost=self.failed)
        line.on_subscribed = self.on_subscribed
        return line

    def _drop(self, place: Place) -> None:
        closing = asyncio.create_task(self._lines.pop(place).close(), name="redis node closing")
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)


async def _told(redis: Redis) -> Map | None:
    """The map that a node tells, or None where it does not answer."""
    pipeline = redis.pipeline(transaction=False)
    pipeline.execute_command("CLUSTER INFO")
    pipeline.execute_command("CLUSTER SLOTS")
    try:
        async with asyncio.timeout(ANSWER_S):
            info, slots = await pipeline.execute()
    except (RedisError, OSError, TimeoutError):
        return None
    asked: dict[str, Any] = redis.connection_pool.connection_kwargs
    return Map(
        info.get("cluster_state") == "ok",
        int(info.get("cluster_current_epoch", 0)),
        [(first, last, _place(primary, asked)) for first, last, primary, *_ in slots],
    )


def _place(node: Sequence[Any], asked: dict[str, Any]) -> Place:
    """Where a node is; one that does not know its own address is where it was asked."""
    host = (node[0] or b"").decode()
    known = host not in ("", "?")
    return (host if known else asked.get("host", "localhost"), int(node[1]))


def open_link(url: str) -> Link:
    """The line to what a REDIS_URL names."""
    return ClusterLink(url) if urlsplit(url).scheme in CLUSTER else RedisLink(url)
