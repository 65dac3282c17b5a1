"""The keys of anonymous rounds where several servers share a Redis (law 13).

A round has one key for all servers: whoever needs it first makes it, and `SET NX` decides. It lies
in Redis, sealed with the operator's key, for as long as the round can be undone, so that a server
that opens the room later finds it; and in the memory of the servers that have the room open. There
is no file of it. Then it is deleted, and Redis' append-only file written anew without it.

What could be found out, and with what in hand:

* with Redis' data alone, at any time: no author. Keys are sealed there.
* with Redis' data, from while the round was open, and the operator's key: the authors of that
  round, since the key opens. So backups of Redis and the operator's key do not belong in one place;
  a backup taken during an anonymous step keeps the sealed key for as long as the backup is kept.
* with Redis' data from after the round and the operator's key: no author. Until the file is
  written anew, within a minute of the deletion, it still holds the sealed key; the blocks that the
  old file lay on are the file system's business, and a replica's files are the replica's.
* a snapshot file (RDB), where Redis is set up to make any, keeps the sealed key until its next one.
* with a running server's memory, while the round is open: the authors, as with one server.
"""

import asyncio
import contextlib
import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from protocols.between import SERVERS
from server.keys import KEY_BYTES, KeyAway
from server.logs.base import Log, RoomRecord, StorageFailed
from server.logs.redis_link import AWAY, Link, end

logger = logging.getLogger("oneroom.keys")

INDEX: Final = "oneroom:keys"
"""A sorted set of all keys there are; the score is when somebody should look whether a key has
outlived its round, in seconds since 1970."""
NONCE_BYTES: Final = 16
TAG_BYTES: Final = 32
TEND_S: Final = 30.0
"""How often a server says that it looks after its keys, and puts back what Redis has lost."""
LOOK_S: Final = 120.0
"""How long a key that nobody looks after is left alone."""
MOST_AT_ONCE: Final = 20
"""Rooms opened at once to see whether their keys are still needed."""
RETRY_S: Final = 2.0
CLOSE_S: Final = 0.5

Round = tuple[str, int]


class Seal:
    """Seals keys with the operator's key: BLAKE2b as stream cipher and as MAC, encrypt-then-MAC.
    Each text is as long as one digest, and each has a nonce of its own."""

    def __init__(self, operator_key: str) -> None:
        secret = operator_key.encode()
        self._stream = hashlib.blake2b(secret, digest_size=32, person=b"oneroom-stream").digest()
        self._mac = hashlib.blake2b(secret, digest_size=32, person=b"oneroom-mac").digest()

    def close(self, of: Round, key: bytes) -> bytes:
        """A round's key as it may lie in Redis."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        hidden = self._hide(nonce, key)
        return nonce + hidden + self._tag(of, nonce + hidden)

    def open(self, of: Round, sealed: bytes) -> bytes:
        """A round's key. ValueError where it is another round's, was sealed with another operator's
        key, or is damaged."""
        body, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
        if not hmac.compare_digest(tag, self._tag(of, body)):
            raise ValueError("the key of a round does not open with this operator's key")
        return self._hide(body[:NONCE_BYTES], body[NONCE_BYTES:])

    def _hide(self, nonce: bytes, key: bytes) -> bytes:
        stream = hashlib.blake2b(nonce, key=self._stream, digest_size=KEY_BYTES).digest()
        return bytes(a ^ b for a, b in zip(key, stream, strict=True))

    def _tag(self, of: Round, body: bytes) -> bytes:
        text = f"{of[0]}|{of[1]}|".encode() + body
        return hashlib.blake2b(text, key=self._mac, digest_size=TAG_BYTES).digest()


class SharedKeys:
    """The keys of the rounds of one server's rooms. `erase_soon` has what was deleted vanish from
    Redis' file as well; `seconds` is the time since 1970, the
    same on all servers."""

    def __init__(
        self,
        link: Link,
        operator_key: str,
        erase_soon: Callable[[], Awaitable[None]],
        seconds: Callable[[], float] = time.time,
    ) -> None:
        self._link = link
        self._seal = Seal(operator_key)
        self._erase_soon = erase_soon
        self._seconds = seconds
        self._codes: dict[str, str] = {}
        self._keys: dict[Round, bytes] = {}
        self._lost: set[Round] = set()
        self._left_over: set[Round] = set()
        self._to_delete: dict[Round, str] = {}
        self._wake = asyncio.Event()
        self._redis_is_back = asyncio.Event()
        link.on_subscribed.append(self._subscribed)
        self._clean = asyncio.Event()
        self._clean.set()
        self._tasks = [
            asyncio.create_task(self._delete(), name="deleting keys"),
            asyncio.create_task(self._tend_always(), name="tending keys"),
        ]

    async def close(self) -> None:
        """Delete what is to be deleted, if that goes quickly; else another server will."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._clean.wait(), CLOSE_S)
        await end(self._tasks)

    # Having keys

    def get(self, log_id: str, number: int) -> bytes:
        """The key of a round. KeyAway where it is not here yet, OSError where it does not open."""
        key = self._keys.get((log_id, number))
        if key is not None:
            return key
        if (log_id, number) in self._lost:
            raise OSError("the key of a round does not open")
        raise KeyAway

    def has(self, log_id: str, number: int) -> bool:
        """Whether a round's key can be got at once, or never."""
        return (log_id, number) in self._keys or (log_id, number) in self._lost

    async def prepare(self, record: RoomRecord, number: int) -> None:
        """See to it that a round's key can be got at once, making it where no server has made it
        yet. KeyAway where Redis is away."""
        of = record.log_id, number
        if self.has(*of):
            return
        self._codes[record.log_id] = record.code
        try:
            self._keys[of] = await self._offer(of, secrets.token_bytes(KEY_BYTES))
        except StorageFailed as why:
            raise KeyAway from why
        except ValueError as why:
            logger.error(str(why), extra={"room": record.code})
            self._lost.add(of)

    async def _offer(self, of: Round, key: bytes) -> bytes:
        """Offer a key for a round, and return the one that there is. ValueError where that does not
        open."""
        due = self._seconds() + LOOK_S
        await self._do(self._at(INDEX).zadd(INDEX, {self._member(of): due}))
        if await self._do(self._at(_name(of)).set(_name(of), self._seal.close(of, key), nx=True)):
            return key
        sealed = await self._do(self._at(_name(of)).get(_name(of)))
        if sealed is None:
            raise StorageFailed("the key of a round was deleted just now")
        return self._seal.open(of, bytes(sealed))

    def _member(self, of: Round) -> str:
        return f"{self._codes[of[0]]}:{of[0]}:{of[1]}"

    def _at(self, name: str) -> Any:
        """The Redis that holds a key; its types allow for answers as text."""
        return self._link.at(name)

    async def _do(self, work: Awaitable[Any]) -> Any:
        """The answer to a command. StorageFailed where there is none."""
        try:
            return await work
        except AWAY as why:
            self._link.failed(why)
            raise StorageFailed(str(why) or type(why).__name__) from None

    # Looking after them

    async def _tend_always(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TEND_S):
                    await self._redis_is_back.wait()
            self._redis_is_back.clear()
            with contextlib.suppress(StorageFailed):
                await self.tend()

    def _subscribed(self, channel: str) -> None:
        """Redis can be heard (again): it may have come back without what it held."""
        if channel == SERVERS:
            self._redis_is_back.set()

    async def tend(self) -> None:
        """Say that somebody looks after these keys, and put back what Redis may have lost.
        StorageFailed where Redis is away."""
        for of, key in list(self._keys.items()):
            if of not in self._keys:
                continue
            with contextlib.suppress(ValueError):
                key = await self._offer(of, key)
            # It may have been destroyed meanwhile; then it is put back at most for a while, since
            # nobody looks after it any more.
            if of in self._keys:
                self._keys[of] = key

    async def left_over(self, log: Log) -> set[str]:
        """The codes of rooms with a key that nobody looks after: a server was killed. They are left
        to this server for a while. StorageFailed where Redis is away."""
        now = self._seconds()
        due = await self._do(self._at(INDEX).zrangebyscore(INDEX, 0, now, 0, MOST_AT_ONCE))
        codes = set()
        for member in due:
            await self._do(self._at(INDEX).zadd(INDEX, {member: now + LOOK_S}, xx=True))
            code, log_id, number = member.decode().split(":")
            self._codes[log_id] = code
            self._left_over.add((log_id, int(number)))
            codes.add(code)
        return codes

    def rounds(self, log_id: str) -> list[int]:
        """The rounds of a room whose keys still exist, as far as is known here."""
        known = self._keys.keys() | self._left_over | self._lost
        return sorted(number for of, number in known if of == log_id)

    def release(self, log_id: str) -> None:
        """A room is let go of here: its keys can be read again from Redis."""
        for of in [
            of for of in self._keys.keys() | self._left_over | self._lost if of[0] == log_id
        ]:
            self._keys.pop(of, None)
            self._left_over.discard(of)
            self._lost.discard(of)

    # Destroying them

    def destroy(self, log_id: str, number: int) -> None:
        """Destroy a round's key for good: here at once, in Redis as soon as that can be reached."""
        of = log_id, number
        self._keys.pop(of, None)
        self._left_over.discard(of)
        self._lost.discard(of)
        self._to_delete[of] = self._member(of)
        self._clean.clear()
        self._wake.set()

    async def _delete(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._delete_all()
            except StorageFailed as why:
                extra = {"why": str(why)}
                logger.warning("a key could not be deleted, trying again", extra=extra)
                await asyncio.sleep(RETRY_S)
                self._wake.set()

    async def _delete_all(self) -> None:
        while self._to_delete:
            of, member = next(iter(self._to_delete.items()))
            await self._do(self._at(_name(of)).delete(_name(of)))
            await self._erase_soon()
            await self._do(self._at(INDEX).zrem(INDEX, member))
            self._to_delete.pop(of, None)
        self._clean.set()


def _name(of: Round) -> str:
    return f"oneroom:{{{of[0]}}}:key:{of[1]}"
