"""Redis servers for tests, and lines to them. All real: `make test` makes sure of redis-server."""

from typing import Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from client.own_redis import OwnRedis

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
    """Lines to Redis, hung up at the end. They try nothing again."""

    def __init__(self) -> None:
        self._all: list[Redis] = []

    def __call__(self, url: str) -> Redis:
        """A new line."""
        line = Redis.from_url(
            url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=1, socket_timeout=2
        )
        self._all.append(line)
        return line

    async def close(self) -> None:
        for line in self._all:
            await line.aclose()
