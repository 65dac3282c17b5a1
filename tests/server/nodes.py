"""Several whole servers on one Redis, in this process."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, Protocol

from redis.exceptions import RedisError

from client.own_redis import OwnRedis
from server.keys import Keys
from server.live import Live
from server.logs.redis import ERASE, REWRITE_S, RedisLog
from server.logs.redis_link import Link, RedisLink
from server.logs.sqlite import wall_clock_ms
from server.peers import Linked, Peers
from server.shared_keys import SharedKeys
from tests.server.harness import Inside, until

OPERATOR: Final = "the-key-of-the-operator"


class Later:
    """The wall clock, and a bit."""

    def __init__(self) -> None:
        self.more_ms = 0

    def __call__(self) -> int:
        return wall_clock_ms() + self.more_ms


class Addressed(Protocol):
    """Something that REDIS_URL may name."""

    @property
    def url(self) -> str: ...


class Node(Inside):
    """One server. `later` moves its clock, but not Redis'. Every `rewrite_s` seconds Redis' file is
    written anew where something was erased."""

    def __init__(self, folder: Path, redis: Addressed, rewrite_s: float = REWRITE_S) -> None:
        self.later = Later()
        super().__init__(folder, self.later)
        self.redis = redis
        self._rewrite_s = rewrite_s

    async def open_log(self) -> RedisLog:
        self.link: Link = RedisLink(self.redis.url)
        self.shared_log = RedisLog(self.link, heads_s=0.1, rewrite_s=self._rewrite_s, grace_ms=300)
        return self.shared_log

    async def vanish(self) -> None:
        """End without a word, as a process does that is killed."""
        for live in list(self.hub._live.values()):
            live._carrier._pump.cancel()
            live._stop_telling()
        self.hub._live.clear()
        with contextlib.suppress(RedisError):  # nor does it have Redis' file written anew
            await self.link.at(ERASE).delete(ERASE)
        await self.__aexit__()

    def make_keys(self) -> Keys:
        return SharedKeys(self.link, OPERATOR, self.shared_log.erase_soon)

    def make_peers(self) -> Peers:
        return Linked(self.link, self.folder.name, "1", sorted(self.book))


@contextlib.asynccontextmanager
async def nodes_on(redis: OwnRedis, folder: Path, count: int = 2) -> AsyncIterator[list[Node]]:
    """So many servers that know each other."""
    async with contextlib.AsyncExitStack() as stack:
        nodes = [
            await stack.enter_async_context(Node(folder / f"node-{n}", redis, rewrite_s=0.1))
            for n in range(count)
        ]
        await until(lambda: all(len(n.services.peers.others) == count - 1 for n in nodes))
        yield nodes


async def opened(nodes: list[Node], live: Live) -> list[Live]:
    """A room, opened on all servers, which know that of each other."""
    lives = [await node.open(live) for node in nodes]
    met = len(nodes) - 1
    await until(lambda: all(len(one.neighbours._heard_at) == met for one in lives))
    return lives
