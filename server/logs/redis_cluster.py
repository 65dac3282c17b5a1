"""A server's line to a Redis Cluster: to each primary, by the slots of keys.

All keys of a room share a hash tag, so a room lies whole on one primary, whose channels tell of it
(sharded pub/sub). A room whose slot is being moved takes nothing until it has arrived.
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from redis.asyncio import Redis

from server.logs.redis_link import AWAY, Link, RedisLink
from server.logs.redis_moving import ANSWER_S, Map, MovingLink, Place
from server.logs.redis_sentinel import SentinelLink
from server.settings import CLUSTER, SENTINEL


class ClusterLink(MovingLink):
    """A line to a cluster, of which the URL names any node."""

    telling = "SPUBLISH"

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        parts = parts._replace(scheme=parts.scheme.partition("+")[0])
        self.lacking = (
            f"the Redis Cluster at {parts.hostname}:{parts.port or 6379} is not whole: see "
            "`redis-cli --cluster check`"
        )
        super().__init__(parts, RedisLink(urlunsplit(parts)))

    async def ask(self) -> list[Map]:
        """Ask all primaries; where none that is known answers, the node that the URL names."""
        told = await asyncio.gather(*map(_told, self.all()))
        found = [one for one in told if one is not None]
        if not found and self._lines and self._first is not None:
            again = await _told(self._first.redis)
            found = [again] if again is not None else []
        return found


async def _told(redis: Redis) -> Map | None:
    """The map that a node tells, or None where it does not answer."""
    pipeline = redis.pipeline(transaction=False)
    pipeline.execute_command("CLUSTER INFO")
    pipeline.execute_command("CLUSTER SLOTS")
    try:
        async with asyncio.timeout(ANSWER_S):
            info, slots = await pipeline.execute()
    except AWAY:
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
    scheme = urlsplit(url).scheme
    if scheme in CLUSTER:
        return ClusterLink(url)
    return SentinelLink(url) if scheme in SENTINEL else RedisLink(url)
