"""The keys of anonymous rounds: while one lives, its server can tell a person's ballots and cards
apart; when it is destroyed, nobody can (law: with log, store and exports in hand nobody can find
the author)."""

import hashlib
import os
import secrets
from pathlib import Path
from typing import Final, Protocol

from server.logs.base import Log, RoomRecord

KEY_BYTES: Final = 32


class KeyAway(Exception):
    """A round's key cannot be had just now; trying again later may help."""


class Keys(Protocol):
    """The keys of one server's rounds."""

    def get(self, log_id: str, number: int) -> bytes:
        """The key of a round. KeyAway where it is not here yet, OSError where there will be
        none."""

    def has(self, log_id: str, number: int) -> bool:
        """Whether a round's key can be got at once, or never."""

    async def prepare(self, record: RoomRecord, number: int) -> None:
        """See to it that a round's key can be got at once. KeyAway where it cannot be had now."""

    def rounds(self, log_id: str) -> list[int]:
        """The rounds of a room whose keys still exist, as far as is known here."""

    def destroy(self, log_id: str, number: int) -> None:
        """Destroy a round's key for good. OSError where that failed: then it still exists."""

    def release(self, log_id: str) -> None:
        """A room is let go of here: keep no key of it that others can read again."""

    async def left_over(self, log: Log) -> set[str]:
        """The codes of rooms that have a key and are perhaps in nobody's memory: to be opened, so
        that no key outlives its round because nobody came back."""

    async def close(self) -> None:
        """Finish what was begun."""


class BlindKeys:
    """One file per round, outside log and store, for one server alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys: dict[tuple[str, int], bytes] = {}
        self._looked = False
        if folder.is_dir():
            for path in sorted(folder.glob("*-*.key")):
                log_id, _, number = path.stem.rpartition("-")
                self._keys[(log_id, int(number))] = path.read_bytes()

    def get(self, log_id: str, number: int) -> bytes:
        """The key of a round, made and made durable where there is none. OSError if it cannot."""
        key = self._keys.get((log_id, number), b"")
        if len(key) != KEY_BYTES:
            key = secrets.token_bytes(KEY_BYTES)
            _write(self._path(log_id, number), key)
            self._keys[(log_id, number)] = key
        return key

    def has(self, log_id: str, number: int) -> bool:
        """A key is made when it is asked for."""
        return True

    async def prepare(self, record: RoomRecord, number: int) -> None:
        """A key is made when it is asked for."""

    def rounds(self, log_id: str) -> list[int]:
        """The rounds of a room whose keys still exist."""
        return sorted(number for of, number in self._keys if of == log_id)

    def release(self, log_id: str) -> None:
        """Keys are in files."""

    async def left_over(self, log: Log) -> set[str]:
        """The rooms that had a key when this server started; told once."""
        logs = set() if self._looked else {log_id for log_id, _ in self._keys}
        codes = {one.code for one in await log.rooms() if one.log_id in logs} if logs else set()
        self._looked = True
        return codes

    async def close(self) -> None:
        """Nothing is under way."""

    def destroy(self, log_id: str, number: int) -> None:
        """Destroy a round's key for good. OSError where that failed: then it still exists."""
        path = self._path(log_id, number)
        if path.exists():
            _write(path, bytes(KEY_BYTES))
            path.unlink()
        self._keys.pop((log_id, number), None)

    def _path(self, log_id: str, number: int) -> Path:
        return self._folder / f"{log_id}-{number}.key"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def blind_name(key: bytes, *parts: int | str) -> str:
    """A blind actor's name: 24 hex digits of keyed BLAKE2b over the parts, after a `b`."""
    return "b" + _keyed(key, parts, 12).hex()


def blind_number(key: bytes, *parts: int | str) -> int:
    """The same as a number below 2**52, for a client's id."""
    return int.from_bytes(_keyed(key, parts, 7)) >> 4


def _keyed(key: bytes, parts: tuple[int | str, ...], size: int) -> bytes:
    """Keyed BLAKE2b (RFC 7693, section 2.9), which is a MAC without a second pass."""
    text = "|".join(map(str, parts)).encode()
    return hashlib.blake2b(text, key=key, digest_size=size).digest()
