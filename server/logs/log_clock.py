"""The log's time on a server of many: looks at Redis' clock, and agreeing with the others when it
was set (rule L10). How the time is counted in between: `reckoning.py`.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Callable
from typing import Any, Final, Protocol, cast

import msgspec

from server.logs.base import StorageFailed
from server.logs.reckoning import (
    Look,
    Opinion,
    Reckoning,
    first_correction,
    outweighed,
    steady_ms,
)
from server.logs.redis_link import AWAY, Link, end

logger = logging.getLogger("oneroom.clock")

CLOCK: Final = "oneroom:clock"
"""The hash with what all servers share: the correction, and the last log time that was noted. Of
the channel with this name too."""
LOOK_S: Final = 1.0
"""How often Redis' clock is looked at."""
ANSWER_S: Final = 0.3
"""How long the others may take to say what they see."""
NOTE_MS: Final = 10_000
"""How often the log's time is noted, for those who start when nobody is left who has counted."""
CORRECT: Final = """
local shared = redis.call('HGET', KEYS[1], 'correction') or '0'
if shared ~= ARGV[1] then return shared end
redis.call('HSET', KEYS[1], 'correction', ARGV[2])
return ARGV[2]
"""


class LogTime(Protocol):
    """Where a log has its time from."""

    @property
    def correction_ms(self) -> int:
        """What is to be added to Redis' clock."""

    def __call__(self) -> int:
        """The log's time in milliseconds since 1970, as this server counts it."""

    async def close(self) -> None:
        """Look at no clock any more."""


class Message(msgspec.Struct, frozen=True, array_like=True):
    """What servers tell each other about time. `asker` is whoever asked for it: `who`, if this is
    a question."""

    asker: str
    who: str
    correction: int
    kept_ms: int


_message: Final = msgspec.msgpack.Decoder(Message)


class LogClock:
    """The log's time in milliseconds since 1970, by calling it; it goes on while Redis is away.
    Make it with `await LogClock.start(link)`."""

    def __init__(
        self,
        link: Link,
        *,
        steady: Callable[[], float] = steady_ms,
        wall: Callable[[], float] = time.time,
        look_s: float = LOOK_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._link = link
        self._steady, self._wall = steady, wall
        self._look_s, self._answer_s = look_s, answer_s
        self._me = secrets.token_hex(6)
        self._opinions: dict[str, Opinion] = {}
        self._returned = asyncio.Event()
        self._asked: asyncio.Queue[str] = asyncio.Queue(maxsize=16)
        self._tasks: list[asyncio.Task[None]] = []
        self._reckoning = Reckoning(Look(0, 0, 0), 0)

    @classmethod
    async def start(cls, link: Link, **how: Any) -> "LogClock":
        """A clock that is right from the first. StorageFailed where Redis does not answer."""
        clock = cls(link, **how)
        try:
            await clock._begin()
        except AWAY as why:
            raise StorageFailed(str(why) or type(why).__name__) from None
        return clock

    async def close(self) -> None:
        """Look no more. Time goes on."""
        self._link.deafen(CLOCK)
        await end(self._tasks, self._link.disconnect)

    def __call__(self) -> int:
        return self._reckoning.at(self._steady())

    @property
    def correction_ms(self) -> int:
        return self._reckoning.correction

    # Looking

    async def _begin(self) -> None:
        self._link.listen(CLOCK, self._heard)
        look, shared, latest_ms = await self._look()
        self._reckoning = Reckoning(look, shared)
        wall_ms = int(self._wall() * 1000)
        first = first_correction(shared, int(look.redis), wall_ms, latest_ms, NOTE_MS)
        if first != shared and await self._ask() == []:
            await self._correct(shared, first)
            look, shared, _ = await self._look()
            self._reckoning.follow(look, shared, self._steady())
        self._tasks = [
            asyncio.create_task(self._every(self._watch), name="looks at the clock"),
            asyncio.create_task(self._every(self._answer), name="answers about the clock"),
        ]

    async def _every(self, work: Callable[[], Any]) -> None:
        while True:
            try:
                await work()
            except AWAY:
                await asyncio.sleep(self._look_s)
            except Exception:
                logger.exception("the clock was not looked at")
                await asyncio.sleep(self._look_s)

    async def _look(self) -> tuple[Look, int, int]:
        """A look at Redis' clock, the correction that all share, and the last time noted."""
        pipeline = self._link.at(CLOCK).pipeline(transaction=False)
        pipeline.time()
        pipeline.hmget(CLOCK, ("correction", "latest"))
        before = self._steady()
        (seconds, micro), kept = await pipeline.execute()
        look = Look(before, self._steady(), seconds * 1000 + micro / 1000)
        correction, latest = (int(one) if one else 0 for one in kept)
        return look, correction, latest

    async def _watch(self) -> None:
        await asyncio.sleep(self._look_s)
        look, shared, latest_ms = await self._look()
        if not self._reckoning.take(look, shared, self._steady()):
            await self._settle()
        elif self() > latest_ms + NOTE_MS:
            await cast(Any, self._link.at(CLOCK).hset(CLOCK, "latest", str(self())))

    # Agreeing

    async def _settle(self) -> None:
        """Redis' clock does not say what was counted here: find out with the others who is right,
        and have time go on as most have counted it."""
        others = await self._ask()
        look, shared, _ = await self._look()
        if others is None or self._reckoning.take(look, shared, self._steady()):
            return
        if outweighed(shared, self._opinion(look), others):
            logger.warning("this server's time was wrong", extra={"by_ms": self._off(look, shared)})
            self._reckoning.follow(look, shared, self._steady())
            return
        wanted = self._reckoning.wanted(look)
        if await self._correct(shared, wanted) == wanted:
            logger.warning(
                "Redis' clock was set; the rooms' time goes on as before",
                extra={"by_ms": -self._off(look, shared)},
            )
            self._reckoning.follow(look, wanted, self._steady())

    def _off(self, look: Look, shared: int) -> int:
        return self._reckoning.wanted(look) - shared

    async def _correct(self, before: int, after: int) -> int:
        """Change the correction that all share, unless somebody else was quicker. Returns it."""
        run: Any = self._link.at(CLOCK).eval(CORRECT, 1, CLOCK, str(before), str(after))
        return int(await run)

    def _opinion(self, look: Look) -> Opinion:
        kept_ms = int(self._steady() - self._reckoning.since)
        return Opinion(self._reckoning.wanted(look), kept_ms)

    async def _ask(self) -> list[Opinion] | None:
        """What the other servers see. None where they could not be asked."""
        self._opinions.clear()
        self._returned.clear()
        look, _, _ = await self._look()
        self._tell(self._me, self._opinion(look))
        try:
            await asyncio.wait_for(self._returned.wait(), 4 * self._answer_s)
        except TimeoutError:
            return None
        await asyncio.sleep(self._answer_s)
        return list(self._opinions.values())

    async def _answer(self) -> None:
        asker = await self._asked.get()
        look, _, _ = await self._look()
        self._tell(asker, self._opinion(look))

    def _tell(self, asker: str, opinion: Opinion) -> None:
        said = Message(asker, self._me, opinion.correction, opinion.kept_ms)
        self._link.publish(CLOCK, msgspec.msgpack.encode(said))

    def _heard(self, message: bytes) -> None:
        said = _message.decode(message)
        if said.asker == said.who == self._me:
            self._returned.set()
        elif said.asker == said.who:
            with contextlib.suppress(asyncio.QueueFull):
                self._asked.put_nowait(said.asker)
        elif said.asker == self._me:
            self._opinions[said.who] = Opinion(said.correction, said.kept_ms)
