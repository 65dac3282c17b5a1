"""A server's line to Redis: commands, and one subscription that comes back by itself.

Messages heard are at most once and in no promised order: whoever needs all of them reads what is
kept (rule L7). What is told on a channel is kept nowhere. Where keys move from one Redis to
another, `redis_moving` has a line to each.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Final, Protocol

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.maint_notifications import MaintNotificationsConfig

logger = logging.getLogger("oneroom.redis")

CONNECTIONS: Final = 32
CONNECT_S: Final = 1.0
ANSWER_S: Final = 2.0
"""How long a command may take. Past it Redis counts as away; the command's fate is unknown."""
SIGN_S: Final = 1.0
"""How often a quiet subscription asks for a sign of life."""
SILENCE_S: Final = 3.0
"""A subscription that has heard nothing for so long is made anew: its line may be dead without
having been closed."""
OWN: Final = "oneroom:line"
"""A channel where nobody speaks, so that there is a subscription before anybody listens."""
RETRY_S: Final = 0.2
TRIES: Final = 2
"""The first try may go to a connection that died with the Redis before."""
MOST_WAITING: Final = 2_000
"""Messages that may wait to be told; older ones are dropped."""

AWAY: Final = (RedisError, OSError, TimeoutError, AttributeError)
"""What is raised where Redis is away. The last is redis-py's own slip where a connection is closed
while it is being made."""

Heard = Callable[[bytes], None]


class MovedAway(RedisError):
    """A shard has given a channel away."""


class Link(Protocol):
    """A server's line to a Redis, or to a cluster of them."""

    on_subscribed: list[Callable[[str], None]]
    """Called with a channel's name each time that it begins to be heard (again)."""
    telling: str
    """The command by which a script tells something on a channel."""

    @property
    def is_up(self) -> bool:
        """Whether everything that is listened to is heard."""

    def at(self, key: str) -> Redis:
        """The Redis that holds a key. Keys with the same {tag} are at one."""

    def all(self) -> Sequence[Redis]:
        """All that hold keys."""

    async def disconnect(self) -> None:
        """Break all lines that commands wait on; new ones are made when they are needed."""

    async def look(self) -> str:
        """Find out which Redis holds which keys. "" where all have their place, else what to
        say."""

    def failed(self, why: Exception) -> None:
        """A command failed: keys may have moved to another Redis."""

    def listen(self, channel: str, heard: Heard) -> None:
        """Have `heard` called with each message of a channel, from soon on."""

    def deafen(self, channel: str) -> None:
        """Listen to a channel no more."""

    def publish(self, channel: str, message: bytes) -> None:
        """Tell whoever listens. Never waits, never fails; dropped while Redis is away."""

    async def close(self) -> None:
        """Tell what still waits to be told, if that goes quickly, and hang up."""


class RedisLink:
    """A line to one Redis: commands by `redis`, messages by `listen` and `publish`. As one `shard`
    of a cluster it tells and hears on its own channels, which only it passes on, and calls `lost`
    when one of them was taken from it."""

    def __init__(
        self, url: str, *, shard: bool = False, lost: Callable[[Exception], None] | None = None
    ) -> None:
        self.telling = "SPUBLISH" if shard else "PUBLISH"
        self._shard = shard
        self._lost = lost
        self.redis = Redis(
            connection_pool=BlockingConnectionPool.from_url(
                url,
                max_connections=CONNECTIONS,
                timeout=ANSWER_S,
                socket_timeout=ANSWER_S,
                socket_connect_timeout=CONNECT_S,
                socket_keepalive=True,
                retry=Retry(NoBackoff(), 0),
                maint_notifications_config=MaintNotificationsConfig(enabled=False),
            )
        )
        self.on_subscribed: list[Callable[[str], None]] = []
        self.is_up = False
        self._heard: dict[str, Heard] = {}
        self._names: dict[bytes, str] = {}
        self._closes = False
        self._changed = asyncio.Event()
        self._telling: deque[tuple[str, bytes]] = deque(maxlen=MOST_WAITING)
        self._tell = asyncio.Event()
        self._tasks = [
            asyncio.create_task(self._subscribe(), name="redis subscription"),
            asyncio.create_task(self._publish(), name="redis messages"),
        ]

    async def close(self) -> None:
        """Tell what still waits to be told, if that goes quickly, and hang up."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await self._tell_all()
        self._closes = True
        self._changed.set()
        await end(self._tasks, self.redis.connection_pool.disconnect)
        await self.redis.aclose()
        await self.redis.connection_pool.disconnect()

    def at(self, key: str) -> Redis:
        """The Redis that holds a key: the only one."""
        return self.redis

    def all(self) -> Sequence[Redis]:
        """The only one."""
        return (self.redis,)

    async def disconnect(self) -> None:
        """Break all lines that commands wait on; new ones are made when they are needed."""
        await self.redis.connection_pool.disconnect()

    async def look(self) -> str:
        """Find out which Redis holds which keys: the only one holds all."""
        return ""

    def failed(self, why: Exception) -> None:
        """Keys never move."""

    # Telling

    def publish(self, channel: str, message: bytes) -> None:
        """Tell whoever listens. Never waits, never fails; dropped while Redis is away."""
        self._telling.append((channel, message))
        self._tell.set()

    async def _publish(self) -> None:
        while not self._closes:
            await self._tell.wait()
            self._tell.clear()
            await self._tell_all()

    async def _tell_all(self) -> None:
        batch = list(self._telling)
        self._telling.clear()
        for _ in range(TRIES if batch else 0):
            pipeline = self.redis.pipeline(transaction=False)
            for channel, message in batch:
                pipeline.execute_command(self.telling, channel, message)
            try:
                await pipeline.execute()
            except AWAY:
                continue
            return

    # Hearing

    def listen(self, channel: str, heard: Heard) -> None:
        """Have `heard` called with each message of a channel, from soon on."""
        self._heard[channel] = heard
        self._names[channel.encode()] = channel
        self._changed.set()

    def deafen(self, channel: str) -> None:
        """Listen to a channel no more."""
        self._heard.pop(channel, None)
        self._names.pop(channel.encode(), None)
        self._changed.set()

    async def _subscribe(self) -> None:
        while not self._closes:
            pubsub = self.redis.pubsub()
            try:
                await pubsub.subscribe(OWN)
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._hear(pubsub))
                    group.create_task(self._follow(pubsub))
            except* Exception as why:  # whatever it is, it must hear again
                first = why.exceptions[0]
                if self.is_up:
                    logger.warning("redis is away", extra={"why": str(first)})
                if self._lost is not None:
                    self._lost(first)
            finally:
                self.is_up = False
                with contextlib.suppress(*AWAY):
                    await pubsub.aclose()  # type: ignore[no-untyped-call]  # redis-py does not say its types
            await asyncio.sleep(RETRY_S)

    async def _hear(self, pubsub: PubSub) -> None:
        while not self._closes:
            async with asyncio.timeout(SILENCE_S):
                message = await pubsub.parse_response(block=True)
            if isinstance(message, list) and len(message) > 2:
                self._take(*message[:3])

    async def _follow(self, pubsub: PubSub) -> None:
        """Subscribe to what is wanted and to nothing else; give a sign of life in between."""
        subscribed: set[str] = set()
        while not self._closes:
            self._changed.clear()
            wanted = set(self._heard)
            await self._change(pubsub, wanted - subscribed, subscribed - wanted)
            subscribed = wanted
            try:
                async with asyncio.timeout(SIGN_S):
                    await self._changed.wait()
            except TimeoutError:
                await pubsub.ping()

    async def _change(self, pubsub: PubSub, new: set[str], old: set[str]) -> None:
        if not self._shard:
            if new:
                await pubsub.subscribe(*new)
            if old:
                await pubsub.unsubscribe(*old)
            return
        # Each channel of a shard has a slot of its own, and a command may name but one slot.
        for channel in new:
            await pubsub.ssubscribe(channel)
        for channel in old:
            await pubsub.sunsubscribe(channel)

    def _take(self, kind: bytes, name: bytes, message: Any) -> None:
        if kind == b"subscribe":
            self.is_up = True
        channel = self._names.get(name)
        if channel is None:
            return
        if kind in (b"message", b"smessage"):
            try:
                self._heard[channel](message)
            except Exception:
                logger.exception("a message was not understood", extra={"channel": channel})
        elif kind in (b"subscribe", b"ssubscribe"):
            for tell in self.on_subscribed:
                tell(channel)
        elif kind == b"sunsubscribe" and self._lost is not None:
            self._lost(MovedAway(channel))


async def end(
    tasks: Iterable["asyncio.Task[None]"], also: Callable[[], Awaitable[None]] | None = None
) -> None:
    """Have tasks end that use redis-py, which may swallow a cancellation that comes while it
    connects or reads an answer. `also` is done as long as one has not ended."""
    while running := [task for task in tasks if not task.done()]:
        for task in running:
            task.cancel()
        _, late = await asyncio.wait(running, timeout=0.1)
        if late and also is not None:
            await also()
