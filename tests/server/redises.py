"""Redis servers for tests, and lines to them. All real: `make test` makes sure of redis-server."""

from typing import Final

from client.own_redis import OwnRedis
from server.logs.redis_cluster import open_link
from server.logs.redis_link import Link

USUAL: Final = {
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "maxmemory": "0",
    "maxmemory-policy": "noeviction",
}
"""How an `OwnRedis` is set up, of what tests change."""


def undo(redis: OwnRedis) -> None:
    """Set a Redis up as it was."""
    for name, value in USUAL.items():
        assert redis.cli("CONFIG", "SET", name, value) == "OK"


class Lines:
    """Lines to Redis, hung up at the end."""

    def __init__(self) -> None:
        self._all: list[Link] = []

    def __call__(self, url: str) -> Link:
        """A new line."""
        line = open_link(url)
        self._all.append(line)
        return line

    async def close(self) -> None:
        for line in self._all:
            await line.close()
