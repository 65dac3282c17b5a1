"""Servers of one's own that host the same rooms: one with SQLite, or several with one Redis."""

import contextlib
import secrets
from types import TracebackType
from typing import Self

from client.own_redis import OwnRedis
from client.own_server import OwnServer


class OwnServers:
    """So many servers, as processes beside this one. Several share a Redis, which is their own too;
    with `redis` one server alone has it as well. With `core` all servers run on that CPU core.
    RuntimeError on entering where one does not come up, or redis-server is missing."""

    def __init__(self, count: int = 1, core: int | None = None, *, redis: bool = False) -> None:
        self.redis = OwnRedis() if redis or count > 1 else None
        self.key = secrets.token_urlsafe(24)
        """Their operator's key."""
        self.all: list[OwnServer] = []
        self._count, self._core = count, core
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            settings = {}
            if self.redis is not None:
                stack.enter_context(self.redis)
                settings = {"REDIS_URL": self.redis.url, "OPERATOR_KEY": self.key}
            for _ in range(self._count):
                self.all.append(stack.enter_context(OwnServer(self._core, **settings)))
            self._stack = stack.pop_all()
        if self.redis is None:
            self.key = self.all[0].key
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        why: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def bases(self) -> list[str]:
        """Their addresses."""
        return [server.base for server in self.all]

    def used_s(self) -> float:
        """CPU seconds of all of them, in all their lives."""
        return sum(server.used_s() for server in self.all)
