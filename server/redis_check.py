"""Looks at a Redis before anything is written there, and says in one sentence what is wrong.

A Redis that starts beside its servers gets a little time to answer, one that reads its file as
much as it needs, and a replica some seconds to connect.
"""

import asyncio
import contextlib
import logging
import ssl
import time
from collections.abc import Awaitable, Iterator, Sequence
from typing import Any, Final, TypeVar

from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    InvalidResponse,
    NoPermissionError,
    OutOfMemoryError,
    RedisError,
    ResponseError,
)
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

from server.logs.redis_link import Link
from server.promises import FLAWS, Promise, flaws, strongest
from server.redis_claim import ABOUT, Claim
from server.redis_facts import OLDEST, Facts, read_facts
from server.settings import Settings, SettingsError

logger = logging.getLogger("oneroom.redis")

WAIT_S: Final = 5.0
"""How long a Redis may take to answer, and its replica to connect."""
LOADING_S: Final = 120.0
"""How long a Redis may take to read its file."""
_LOADING: Final = "Redis at {} still reads its file: wait, and start again"
AGAIN_S: Final = 0.2
RIGHTS: Final = "~oneroom:* &oneroom:* +@all -@dangerous +info +config|get +bgrewriteaof"
"""What the user in REDIS_URL may do; on a cluster also +cluster|info and +cluster|slots."""

T = TypeVar("T")


async def check(link: Link, settings: Settings, key: str) -> Promise:
    """The promise that a server keeps with this Redis, or cluster, under the operator's `key`.
    SettingsError with what is wrong and what to do, where it cannot."""
    facts = await _wait(link, settings)
    mode = _mode(facts, settings)
    claim = Claim(link, settings.redis_address, key)
    try:
        await _asked(_try_what_rooms_need(link), settings)
        await _asked(claim.make(), settings)
    except NotYet as why:
        raise SettingsError(str(why)) from None

    async def look() -> Sequence[Facts]:
        found = await _facts(link)
        with contextlib.suppress(ResponseError):  # full, or a replica by now: the facts say so
            await claim.renew()
        return found

    promise = Promise(mode, look)
    promise.take(facts)
    return promise


async def _facts(link: Link) -> Sequence[Facts]:
    """What each Redis tells of itself."""
    return await asyncio.gather(*map(read_facts, link.all()))


async def _wait(link: Link, settings: Settings) -> Sequence[Facts]:
    """The facts, once Redis answers, has read its file and has the replica it needs."""
    began = time.monotonic()
    told = False
    while True:
        waited = time.monotonic() - began
        try:
            facts = await _asked(_ready(link, settings), settings)
            lacking = flaws(facts, settings.durability or "redis-fast")
            if lacking != ("no_replica",) or waited > WAIT_S:
                return facts
        except NotYet as why:
            if waited > why.patience_s:
                raise SettingsError(str(why)) from None
        if not told:
            logger.info("waiting for redis", extra={"redis": settings.redis_address})
            told = True
        await asyncio.sleep(AGAIN_S)


async def _ready(link: Link, settings: Settings) -> Sequence[Facts]:
    """The facts of a Redis that is ready to be used. NotYet where it is not."""
    lacking = await link.look()
    answers = await asyncio.gather(*map(read_facts, link.all()), return_exceptions=True)
    facts = [one for one in answers if isinstance(one, Facts)]
    for one in facts:
        _refuse_unfit(one, settings)
    if lacking and (facts or not answers):
        raise NotYet(lacking, WAIT_S)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    if any(one.is_loading for one in facts):
        raise NotYet(_LOADING.format(settings.redis_address), LOADING_S)
    return facts


def _refuse_unfit(facts: Facts, settings: Settings) -> None:
    """SettingsError for a Redis of the wrong kind."""
    address = settings.redis_address
    if facts.is_too_old:
        oldest = ".".join(map(str, OLDEST))
        raise SettingsError(
            f"Redis at {address} is version {facts.version}: take {oldest} or newer"
        )
    if facts.is_cluster and not settings.is_cluster:
        raise SettingsError(
            f"Redis at {address} is a node of a cluster: begin REDIS_URL with redis+cluster://"
        )
    if settings.is_cluster and not facts.is_cluster:
        raise SettingsError(
            f"Redis at {address} is no node of a cluster: begin REDIS_URL with redis://"
        )


def _mode(facts: Sequence[Facts], settings: Settings) -> str:
    """The mode to work by: the one that was asked for, or what Redis keeps by itself. A replica
    is made use of only where that was asked for, since every answer then waits for it."""
    asked = settings.durability or "redis-safe"
    found = flaws(facts, asked)
    keeps = strongest(found, asked)
    if keeps == asked or (keeps and not settings.durability):
        return keeps
    if found == ("unknown",) and not settings.durability:
        return "redis-fast"
    told, remedy = FLAWS[found[0]].told[1], FLAWS[found[0]].remedy[1]
    if not settings.durability:
        raise SettingsError(f"at {settings.redis_address}, {told}: {remedy}")
    instead = f", or set DURABILITY to {keeps}" if keeps else ""
    if found[0] == "unknown":
        instead = ", or unset DURABILITY and have nothing promised about a power cut"
    raise SettingsError(
        f"DURABILITY is {asked}, but at {settings.redis_address} {told}: {remedy}{instead}"
    )


async def _try_what_rooms_need(link: Link) -> None:
    """Find out now what would make every append fail: an access list that is too narrow."""
    redis: Any = link.at(ABOUT)
    await redis.eval("return redis.call('EXISTS', KEYS[1])", 1, ABOUT)
    await redis.execute_command(link.telling, ABOUT, "")


class NotYet(Exception):
    """Redis may do in a moment; the text is what to say where it does not for `patience_s`."""

    def __init__(self, told: str, patience_s: float) -> None:
        super().__init__(told)
        self.patience_s = patience_s


async def _asked(answer: Awaitable[T], settings: Settings) -> T:
    """What Redis answers. SettingsError or NotYet with a sentence where that is an error."""
    try:
        return await answer
    except SettingsError:
        raise
    except (RedisError, OSError, TimeoutError, TypeError, ValueError) as why:
        raise _told(why, settings.redis_address) from None


def _told(why: Exception, address: str) -> SettingsError | NotYet:
    """What Redis, or the way to it, has thrown, as a sentence that says what to do."""
    said = str(why)
    match why:
        case AuthenticationError() if "HELLO must be called" in said or "required" in said:
            told = (
                f"Redis at {address} wants a password: put it in REDIS_URL, as in "
                "redis://:password@host:6379/0"
            )
        case AuthenticationError():
            told = f"Redis at {address} does not take the name and password in REDIS_URL: mend them"
        case BusyLoadingError():
            return NotYet(_LOADING.format(address), LOADING_S)
        case _ if any(isinstance(one, ssl.SSLCertVerificationError) for one in _causes(why)):
            told = (
                f"the certificate of Redis at {address} is not trusted: name the file of who "
                "signed it at the end of REDIS_URL, as in rediss://host:6379/0?ssl_ca_certs=/ca.pem"
            )
        case _ if any(isinstance(one, FileNotFoundError) for one in _causes(why)):
            told = "a file that REDIS_URL names is not there: mend its path"
        case NoConnection() | NoAnswer() | OSError():
            return NotYet(
                f"Redis at {address} cannot be reached ({_reason(why)}): start it, or mend "
                "REDIS_URL",
                WAIT_S,
            )
        case InvalidResponse():
            told = f"what answers at {address} is no Redis: mend REDIS_URL"
        case NoPermissionError():
            told = (
                f"the user in REDIS_URL may not do what rooms need ({said}): allow it, as in "
                f"ACL SETUSER name {RIGHTS}"
            )
        case OutOfMemoryError():
            told = f"Redis at {address} is full and takes nothing new: raise its maxmemory"
        case ResponseError() if "DB index" in said:
            told = f"Redis at {address} has no database of that number: end REDIS_URL with /0"
        case RedisError():
            told = f"Redis at {address} cannot be used ({said}): see its log"
        case _:
            told = f"REDIS_URL has an option that cannot be used ({said}): leave it out"
    return SettingsError(told)


def _reason(why: Exception) -> str:
    """Why there is no connection, in a few words."""
    for cause in _causes(why):
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
    return "no answer" if isinstance(why, (NoAnswer, TimeoutError)) else str(why).rstrip(".")


def _causes(why: BaseException | None) -> Iterator[BaseException]:
    """What was thrown, and what led to it."""
    while why is not None:
        yield why
        why = why.__cause__ or why.__context__
