"""A server's line to Redis servers among which keys move: another takes over, or shares the work.

Who holds what is asked for once a second, and at once when a command fails: what failed is tried
again anyway, and then goes to the right place. How to ask: `redis_cluster`, `redis_sentinel`.
"""

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import SplitResult, urlunsplit

from msgspec import Struct
from redis.asyncio import Redis
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

from server.logs.redis_link import Heard, RedisLink, end

logger = logging.getLogger("oneroom.redis")

MAP_S: Final = 1.0
"""How often it is asked where keys are."""
SOON_S: Final = 0.1
"""The shortest pause between two questions."""
ANSWER_S: Final = 1.0
SLOTS: Final = REDIS_CLUSTER_HASH_SLOTS

Place = tuple[str, int]
"""Host and port."""


class Map(Struct, frozen=True):
    """Which primary holds which slots (first, last, place), as somebody tells it who may be cut off
    from the others: then it knows an older epoch, or that not all is well."""

    is_whole: bool
    epoch: int
    slots: list[tuple[int, int, Place]]

    @property
    def trust(self) -> tuple[bool, int]:
        """The map with the most counts."""
        return self.is_whole, self.epoch


class MovingLink(ABC):
    """A line to each primary, and which slot is where. It knows them after `look`. `parts` are
    scheme, account and options of their URLs; before the first look `first` stands for all."""

    telling: str
    lacking: str
    """What to say where not all keys have their place."""

    def __init__(self, parts: SplitResult, first: RedisLink | None = None) -> None:
        self.on_subscribed: list[Callable[[str], None]] = []
        self._parts = parts
        self._first = first
        self._lines: dict[Place, RedisLink] = {}
        self._slots: list[RedisLink | None] = [first] * SLOTS
        self._channels: dict[str, tuple[Heard, RedisLink]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._closes = False
        self._task = asyncio.create_task(self._look_always(), name="places of redis")

    @abstractmethod
    async def ask(self) -> list[Map]:
        """What those say who know where keys are, as far as they answer."""

    async def close(self) -> None:
        """Tell what still waits to be told, if that goes quickly, and hang up."""
        self._closes = True
        self._wake.set()
        await end([self._task])
        lines = [*self._lines.values(), *((self._first,) if self._first else ())]
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
        """All primaries that are known."""
        lines = list(self._lines.values()) or ([self._first] if self._first else [])
        return [line.redis for line in lines]

    async def disconnect(self) -> None:
        """Break all lines that commands wait on; new ones are made when they are needed."""
        for redis in self.all():
            await redis.connection_pool.disconnect()

    def failed(self, why: Exception) -> None:
        """A command failed: look where its key is by now."""
        self._wake.set()

    def _line(self, key: str) -> RedisLink:
        line = self._slots[key_slot(key.encode())]
        assert line is not None, "nothing is asked for before the first look has found all"
        return line

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

    # Places

    async def look(self) -> str:
        """Ask where keys are, and go there. "" where all have their place, else what to say."""
        best = max(await self.ask(), key=lambda one: one.trust, default=None)
        if best is None or not best.slots or self._closes:
            return self.lacking
        self._follow(best)
        return "" if best.is_whole else self.lacking

    async def _look_always(self) -> None:
        while not self._closes:
            try:
                await self.look()
            except Exception:
                logger.exception("it was not understood where keys are")
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
        account, at, _ = self._parts.netloc.rpartition("@")
        url = self._parts._replace(netloc=f"{account}{at}{spelled(place)}")
        shard = self.telling == "SPUBLISH"
        line = self._lines[place] = RedisLink(urlunsplit(url), shard=shard, lost=self.failed)
        line.on_subscribed = self.on_subscribed
        return line

    def _drop(self, place: Place) -> None:
        closing = asyncio.create_task(self._lines.pop(place).close(), name="redis line closing")
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)


def spelled(place: Place) -> str:
    """A place as it stands in a URL."""
    host, port = place
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
