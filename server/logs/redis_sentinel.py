"""A server's line to the primary that Redis Sentinels tell of, and to the next when it fails over.

The URL names one Sentinel and the name under which it watches the primary; the other Sentinels are
learnt from it. Of what they say the latest epoch counts: one that is cut off knows an older one.
"""

import asyncio
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from server.logs.redis_link import AWAY
from server.logs.redis_moving import ANSWER_S, SLOTS, Map, MovingLink, Place

PORT = 26379


class SentinelLink(MovingLink):
    """A line to whichever Redis is primary. The account in the URL is that of Redis; the option
    `sentinel_password` is the Sentinels' own."""

    telling = "PUBLISH"

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        self._password = options.pop("sentinel_password", None)
        self._tls = parts.scheme.startswith("rediss")
        self._name = parts.path.strip("/")
        place = parts.hostname or "", parts.port or PORT
        self.lacking = (
            f"no Sentinel at {place[0]}:{place[1]} tells of a primary named {self._name} that "
            "answers: start it, or mend REDIS_URL"
        )
        self._sentinels = {place: self._sentinel(place)}
        scheme = "rediss" if self._tls else "redis"
        super().__init__(parts._replace(scheme=scheme, path="/0", query=urlencode(options)))

    async def close(self) -> None:
        """Tell what still waits to be told, if that goes quickly, and hang up."""
        await super().close()
        for sentinel in self._sentinels.values():
            await sentinel.aclose()

    async def ask(self) -> list[Map]:
        """Ask all Sentinels that are known."""
        told = await asyncio.gather(*map(self._told, list(self._sentinels.values())))
        found = []
        for answer in told:
            if answer is not None:
                found.append(answer[0])
                for place in answer[1]:
                    if place not in self._sentinels:
                        self._sentinels[place] = self._sentinel(place)
        return found

    async def _told(self, sentinel: Redis) -> tuple[Map, list[Place]] | None:
        """Where a Sentinel says that the primary is, and the other Sentinels are."""
        asked: Any = sentinel
        try:
            async with asyncio.timeout(ANSWER_S):
                primary = await asked.sentinel_master(self._name)
                others = await asked.sentinel_sentinels(self._name)
        except AWAY:
            return None
        place = str(primary["ip"]), int(primary["port"])
        found = Map(not primary["is_odown"], int(primary["config-epoch"]), [(0, SLOTS - 1, place)])
        return found, [(str(other["ip"]), int(other["port"])) for other in others]

    def _sentinel(self, place: Place) -> Redis:
        return Redis(
            host=place[0],
            port=place[1],
            password=self._password,
            ssl=self._tls,
            socket_timeout=ANSWER_S,
            socket_connect_timeout=ANSWER_S,
            retry=Retry(NoBackoff(), 0),
        )
