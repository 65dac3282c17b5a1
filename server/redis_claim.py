"""Whose a Redis is: ours or another program's, and of which operator.

The first server writes `oneroom:about` there: the number of the form in which rooms are kept, and
a fingerprint of the operator's key. All later ones must agree, or two operators would hold each
other's rooms without knowing.
"""

import hashlib
import hmac
import re
import secrets
from typing import Any, Final

import msgspec

from server.logs.base import RoomRecord
from server.logs.redis_link import Link
from server.settings import SettingsError

ABOUT: Final = "oneroom:about"
ROOMS: Final = "oneroom:rooms"
CODES: Final = "oneroom:code:"
FORM: Final = b"1"
"""How rooms are kept in Redis."""
SALT_BYTES: Final = 16
SCAN_COUNT: Final = 1_000
SCANS: Final = 200
"""How far into a large Redis we look for names of ours."""
SAMPLE: Final = 20
"""Of so many rooms, the newest, we see whether they are rooms."""
OURS: Final = {
    re.compile(rb"oneroom:(about|clock|\{[0-9a-f]+\}:(meta|words))"): b"hash",
    re.compile(rb"oneroom:(rooms|keys)"): b"zset",
    re.compile(rb"oneroom:(erase|fresh:[0-9a-f]+|code:[0-9A-Z]+)"): b"string",
    re.compile(rb"oneroom:\{[0-9a-f]+\}:log"): b"stream",
}
"""The types of our keys, by name."""


def fingerprint(key: str, salt: bytes = b"") -> bytes:
    """What tells an operator's key without telling the key: salt and a slow hash, since whoever
    reads Redis could try keys against it."""
    salt = salt or secrets.token_bytes(SALT_BYTES)
    return salt + hashlib.scrypt(key.encode(), salt=salt, n=1 << 14, r=8, p=1, dklen=32)


def fits(key: str, kept: bytes) -> bool:
    """Whether a fingerprint is that of a key."""
    return hmac.compare_digest(fingerprint(key, kept[:SALT_BYTES]), kept)


class Claim:
    """One server's claim on a Redis, which it renews, for a Redis may be emptied."""

    def __init__(self, link: Link, address: str, key: str) -> None:
        self._link = link
        self._address = address
        self._key = key
        self._kept = b""

    async def make(self) -> None:
        """Claim the Redis. SettingsError where it is another program's or another operator's;
        nothing is written then."""
        about = await self._about()
        if not about:
            await self._refuse_foreign_names()
        await self._refuse_foreign_rooms()
        self._kept = fingerprint(self._key)
        await self.renew()
        about = await self._about()
        if about.get(b"form") != FORM:
            raise SettingsError(
                f"Redis at {self._address} holds rooms in a form that this version does not know: "
                "take the version of its other servers"
            )
        kept = about.get(b"operator", b"")
        if not fits(self._key, kept):
            raise SettingsError(
                f"the servers of Redis at {self._address} have another operator's key: set "
                "OPERATOR_KEY to the same on all of them. To replace the key, stop all of them and "
                f"call: redis-cli HDEL {ABOUT} operator"
            )
        self._kept = kept

    async def renew(self) -> None:
        """Write the claim where there is none."""
        pipeline = self._at(ABOUT).pipeline(transaction=False)
        pipeline.hsetnx(ABOUT, "form", FORM)
        pipeline.hsetnx(ABOUT, "operator", self._kept)
        await pipeline.execute()

    def _at(self, name: str) -> Any:
        """The Redis that holds a key; its types allow for answers as text."""
        return self._link.at(name)

    async def _about(self) -> dict[bytes, bytes]:
        await self._refuse_type(ABOUT, b"hash")
        about: dict[bytes, bytes] = await self._at(ABOUT).hgetall(ABOUT)
        return about

    async def _refuse_foreign_names(self) -> None:
        """In a Redis that no server has claimed, our names must be free, or those of rooms that
        were put back after it was emptied."""
        for redis in self._link.all():
            await self._refuse_foreign_names_at(redis)

    async def _refuse_foreign_names_at(self, redis: Any) -> None:
        cursor: Any = 0
        for _ in range(SCANS):
            cursor, names = await redis.scan(cursor, match="oneroom:*", count=SCAN_COUNT)
            for name in names:
                expected = [kind for shape, kind in OURS.items() if shape.fullmatch(name)]
                if expected:
                    await self._refuse_type(name.decode(), expected[0])
                elif not re.match(rb"oneroom:\{[0-9a-f]+\}:", name):
                    self._refuse(f"{name.decode(errors='replace')[:80]!r} is there")
            if not cursor:
                return

    async def _refuse_foreign_rooms(self) -> None:
        await self._refuse_type(ROOMS, b"zset")
        codes = await self._at(ROOMS).zrange(ROOMS, -SAMPLE, -1)
        for code in codes:
            name = CODES + code.decode(errors="replace")
            await self._refuse_type(name, b"string")
            value = await self._at(name).get(name)
            if value is None:  # written after the name, and cut off in between
                continue
            try:
                msgspec.msgpack.decode(value, type=RoomRecord)
            except (msgspec.DecodeError, msgspec.ValidationError):
                self._refuse(f"{name[:80]!r} is no room")

    async def _refuse_type(self, name: str, expected: bytes) -> None:
        kind = await self._at(name).type(name)
        if kind not in (expected, b"none"):
            self._refuse(f"{name[:80]!r} is a {kind.decode()}")

    def _refuse(self, what: str) -> None:
        raise SettingsError(
            f"Redis at {self._address} has data of another program under names that begin with "
            f"oneroom: ({what}): name another database in REDIS_URL, as in redis://host:6379/1"
        )
