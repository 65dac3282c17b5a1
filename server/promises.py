"""What a server promises about everything it has acknowledged, and how it knows that it is kept.

A promise is a mode with its words. In a Redis mode the promise is Redis' to keep, so a server reads
how Redis is set up, at its start and from then on: it refuses to promise more than Redis keeps, and
when Redis is set up anew or another one takes over, it says so at once. What Redis does not tell
counts as not kept.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

from msgspec import Struct

from server.logs.redis_link import AWAY
from server.redis_facts import Facts
from server.settings import REDIS

logger = logging.getLogger("oneroom.promises")

Pair = tuple[str, str]
"""A text in Russian and in English."""
FRESH_S: Final = 1.0
"""How old the truth may be that is told to whoever asks."""
WATCH_S: Final = 5.0
"""How often a server looks without being asked."""
ANSWER_S: Final = 2.0
"""How long one look may take. Past it Redis counts as away."""


class Mode(Struct, frozen=True):
    """A promise in words: what everything acknowledged survives, and what it does not."""

    survives: Pair
    lost: Pair


MODES: Final = {
    "embedded": Mode(
        (
            "Всё подтверждённое лежит на диске этого сервера. Оно переживёт сбой сервера "
            "и отключение питания.",
            "Everything acknowledged is on this server's disk. It survives a crash of the server "
            "and a power cut.",
        ),
        ("Потерю диска оно не переживёт.", "It does not survive the loss of the disk."),
    ),
    "embedded-fast": Mode(
        (
            "Всё подтверждённое передано операционной системе этого сервера. Оно переживёт "
            "сбой сервера.",
            "Everything acknowledged was given to this server's operating system. It survives a "
            "crash of the server.",
        ),
        (
            "Отключение питания может отнять последние три секунды, потеря диска — всё.",
            "A power cut may take the last three seconds, the loss of the disk everything.",
        ),
    ),
    "redis-safe": Mode(
        (
            "Всё подтверждённое лежит на диске Redis. Оно переживёт сбой серверов и Redis "
            "и отключение питания у Redis.",
            "Everything acknowledged is on Redis' disk. It survives a crash of servers and Redis, "
            "and a power cut at Redis.",
        ),
        (
            "Потерю диска Redis оно не переживёт.",
            "It does not survive the loss of Redis' disk.",
        ),
    ),
    "redis-fast": Mode(
        (
            "Всё подтверждённое принято Redis, и раз в секунду он пишет его на диск. Оно переживёт "
            "сбой серверов и Redis.",
            "Everything acknowledged was taken by Redis, which writes to disk once a second. It "
            "survives a crash of servers and Redis.",
        ),
        (
            "Отключение питания у Redis отнимает около секунды, на медленном диске до двух. "
            "Потеря диска отнимает всё.",
            "A power cut at Redis takes about a second, up to two on a slow disk. The loss of the "
            "disk takes everything.",
        ),
    ),
    "redis-ha": Mode(
        (
            "Всё подтверждённое лежит на диске Redis и принято его репликой. Оно переживёт потерю "
            "любой из двух машин.",
            "Everything acknowledged is on Redis' disk and was taken by its replica. It survives "
            "the loss of either of the two machines.",
        ),
        (
            "Потерю обеих машин оно не переживёт; редкие двойные сбои (главным стала отставшая "
            "реплика) могут отнять последние секунды.",
            "It does not survive the loss of both; rare double faults (a replica that lagged takes "
            "over) may take the last seconds.",
        ),
    ),
}
"""The modes by name."""
NOTHING: Final = Mode(
    (
        "Сейчас сервер не может обещать, что подтверждённое переживёт сбой Redis.",
        "Just now this server cannot promise that what it acknowledges survives a crash of Redis.",
    ),
    ("Отключение питания может отнять всё.", "A power cut may take everything."),
)
"""What is told where not even the weakest mode is kept."""
UNKNOWN: Final = Mode(
    (
        "Всё подтверждённое переживёт сбой серверов и Redis.",
        "Everything acknowledged survives a crash of servers and Redis.",
    ),
    (
        "Что отнимет отключение питания у Redis, неизвестно. Потеря диска отнимет всё.",
        "What a power cut at Redis takes is not known. The loss of the disk takes everything.",
    ),
)
"""What is told where Redis keeps a log, and does not say how."""


class Flaw(Struct, frozen=True):
    """Something about a Redis that weakens the promise. `allows` is the strongest mode that it
    still allows, "" for none."""

    allows: str
    found: Callable[[Facts], bool]
    told: Pair
    remedy: Pair


FLAWS: Final = {
    "read_only": Flaw(
        "",
        lambda facts: facts.role != "master",
        ("этот Redis — реплика, она только читает", "this Redis is a read-only replica"),
        ("укажите в REDIS_URL главный Redis", "give REDIS_URL the address of its primary"),
    ),
    "evicts": Flaw(
        "",
        lambda facts: facts.most_memory > 0 and facts.policy != "noeviction",
        (
            "когда память кончается, Redis удаляет данные (maxmemory-policy), а с ними комнаты",
            "when its memory is full, Redis deletes data (maxmemory-policy), and rooms with it",
        ),
        ("установите maxmemory-policy noeviction", "set maxmemory-policy noeviction"),
    ),
    "no_file": Flaw(
        "",
        lambda facts: not facts.appends_to_file,
        (
            "Redis не ведёт журнал на диске (appendonly no): его остановка стоит всех комнат",
            "Redis keeps no log on disk (appendonly no): stopping it would cost all rooms",
        ),
        ("установите appendonly yes", "set appendonly yes"),
    ),
    "no_sync": Flaw(
        "",
        lambda facts: facts.sync == "no",
        (
            "Redis не следит, чтобы записанное дошло до диска (appendfsync no)",
            "Redis does not see to it that what it writes reaches the disk (appendfsync no)",
        ),
        ("установите appendfsync always", "set appendfsync always"),
    ),
    "pauses_sync": Flaw(
        "",
        lambda facts: facts.pauses_sync,
        (
            "переписывая журнал, Redis не дожидается диска (no-appendfsync-on-rewrite yes)",
            "while it rewrites its log, Redis does not wait for the disk "
            "(no-appendfsync-on-rewrite yes)",
        ),
        ("установите no-appendfsync-on-rewrite no", "set no-appendfsync-on-rewrite no"),
    ),
    "unknown": Flaw(
        "",
        lambda facts: not facts.sync,
        (
            "Redis не показывает, как он настроен (CONFIG GET запрещён)",
            "Redis does not tell how it is set up (CONFIG GET is forbidden)",
        ),
        (
            "разрешите пользователю команду config|get",
            "allow its user the command config|get",
        ),
    ),
    "each_second": Flaw(
        "redis-fast",
        lambda facts: facts.sync == "everysec",
        (
            "Redis пишет на диск раз в секунду (appendfsync everysec)",
            "Redis writes to disk once a second (appendfsync everysec)",
        ),
        ("установите appendfsync always", "set appendfsync always"),
    ),
    "no_replica": Flaw(
        "redis-safe",
        lambda facts: facts.replicas == 0,
        (
            "у Redis нет подключённой реплики, а без неё ничего не подтверждается",
            "Redis has no replica connected, and without one nothing is acknowledged",
        ),
        ("подключите реплику", "connect a replica"),
    ),
}
"""What can be wrong with a Redis, by code; what is worst comes first."""


def rank(mode: str) -> int:
    """How strong a Redis mode is; "" is weaker than all."""
    return REDIS.index(mode) if mode else -1


def flaws(facts: Iterable[Facts], mode: str) -> tuple[str, ...]:
    """Why a Redis, or one of a cluster, does not keep a mode: codes of `FLAWS`. Empty where all
    do."""
    found = {code for one in facts for code, flaw in FLAWS.items() if flaw.found(one)}
    return tuple(code for code in FLAWS if code in found and rank(FLAWS[code].allows) < rank(mode))


def strongest(found: Iterable[str], mode: str) -> str:
    """The strongest mode that flaws allow, up to one; "" where they allow none."""
    return min((mode, *(FLAWS[code].allows for code in found)), key=rank)


class Standing(Struct, frozen=True):
    """How a promise stands: the `mode` that was promised, the one that is really kept ("" for
    none), why it is less, and whether the storage answers."""

    mode: str
    keeps: str
    why: tuple[str, ...] = ()
    reachable: bool = True

    @property
    def is_kept(self) -> bool:
        """Whether no less is kept than was promised."""
        return not self.why

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is wrong but that Redis does not tell enough."""
        return self.why == ("unknown",)

    @property
    def words(self) -> Mode:
        """What is really kept, in words."""
        if self.is_unknown:
            return UNKNOWN
        return MODES[self.keeps] if self.keeps else NOTHING


class Promise:
    """The promise of one server. `mode` is what it works by from start to end; `standing` is the
    truth as it was seen last. Without `look` the promise rests on nothing outside this server."""

    def __init__(
        self,
        mode: str,
        look: Callable[[], Awaitable[Sequence[Facts]]] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.mode = mode
        self.standing = Standing(mode, mode)
        self._look = look
        self._clock = clock
        self._looked_s = float("-inf")
        self._looking = asyncio.Lock()

    async def now(self) -> Standing:
        """The truth, a second old at most. Never fails: a Redis that does not answer is away."""
        async with self._looking:
            if self._look is not None and self._clock() - self._looked_s >= FRESH_S:
                try:
                    async with asyncio.timeout(ANSWER_S):
                        self.take(await self._look())
                except AWAY:
                    self._stand(self.standing.keeps, self.standing.why, reachable=False)
                self._looked_s = self._clock()
        return self.standing

    def take(self, facts: Sequence[Facts]) -> None:
        """Judge what Redis, or each of a cluster, tells of itself."""
        why = flaws(facts, self.mode)
        self._stand(strongest(why, self.mode), why, reachable=True)

    def _stand(self, keeps: str, why: tuple[str, ...], *, reachable: bool) -> None:
        before, self.standing = self.standing, Standing(self.mode, keeps, why, reachable)
        if why != before.why:
            extra = {"mode": self.mode, "keeps": keeps, "why": why}
            if why:
                logger.error("redis keeps less than was promised", extra=extra)
            else:
                logger.info("redis keeps what was promised", extra=extra)

    async def watch(self) -> None:
        """Look from time to time, until cancelled."""
        while self._look is not None:
            await asyncio.sleep(WATCH_S)
            await self.now()
