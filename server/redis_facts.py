"""What a Redis tells about itself, as far as promises depend on it."""

from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace
from redis.asyncio import Redis
from redis.exceptions import ResponseError

OLDEST: Final = (7, 0)
"""The oldest Redis that will do: it has sharded channels, and an append-only file in parts."""


class Facts(Struct, frozen=True):
    """How a Redis is set up. `sync` is its appendfsync: always, everysec or no, and "" where it
    does not tell; `replicas` are those that are connected and follow; `most_memory` is its limit
    in bytes, 0 for none."""

    version: str
    role: str
    replicas: int
    appends_to_file: bool
    sync: str
    pauses_sync: bool
    most_memory: int
    policy: str
    is_loading: bool = False
    is_cluster: bool = False

    @property
    def is_too_old(self) -> bool:
        """Whether it lacks what rooms need."""
        numbers = [int(part) for part in self.version.split(".")[:2] if part.isdigit()]
        return tuple(numbers) < OLDEST


async def read_facts(redis: Redis) -> Facts:
    """Ask a Redis. RedisError or OSError where it does not answer, or may not tell."""
    info: dict[str, Any] = await redis.info()
    facts = _told(info)
    if facts.is_too_old or facts.is_loading:
        return facts
    try:
        config = await redis.config_get("appendfsync", "no-appendfsync-on-rewrite")
    except ResponseError:  # forbidden by its access list, or renamed away
        return facts
    return replace(
        facts,
        sync=config.get("appendfsync", ""),
        pauses_sync=config.get("no-appendfsync-on-rewrite") == "yes",
    )


def _told(info: dict[str, Any]) -> Facts:
    """The facts that INFO has. How the file is synced is not among them."""
    replicas = [info[name] for name in info if name.startswith("slave") and name[5:].isdigit()]
    return Facts(
        version=str(info.get("redis_version", "0")),
        role=info.get("role", ""),
        replicas=sum(replica.get("state") == "online" for replica in replicas),
        appends_to_file=bool(info.get("aof_enabled")),
        sync="",
        pauses_sync=False,
        most_memory=int(info.get("maxmemory", 0)),
        policy=info.get("maxmemory_policy", ""),
        is_loading=bool(info.get("loading") or info.get("async_loading")),
        is_cluster=bool(info.get("cluster_enabled")),
    )
