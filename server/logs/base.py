"""What every log promises (rules L1 to L6); one contract test suite holds them all to it."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from msgspec import Struct

from protocols.log import Draft, Logged, Snapshot, Word


class StorageFailed(Exception):
    """The log could not write: disk full, gone or read-only. Nothing was acknowledged."""


class DataDirectoryError(Exception):
    """The log cannot be opened; the text says why and what to do."""


class RoomRecord(Struct, frozen=True):
    """A room as the log knows it: its code, its log's id and the key its links are made with."""

    code: str
    log_id: str
    key: bytes
    created_ms: int


class Log(Protocol):
    """A numbered, durable log per room, with the words beside it."""

    async def create(self, record: RoomRecord, draft: Draft) -> Logged:
        """Write a new room and entry 1. ValueError if the code is taken."""

    async def room(self, code: str) -> RoomRecord | None:
        """The room with this code, or None."""

    async def rooms(self) -> list[RoomRecord]:
        """All rooms, oldest first."""

    async def append(self, log_id: str, drafts: Sequence[Draft]) -> list[Logged]:
        """Number the drafts, write them in order and return them; durable when it returns.
        StorageFailed if that was not possible: then none was written."""

    def read(self, log_id: str, after: int = 0) -> AsyncIterator[Logged]:
        """The entries after a number, in order, with the words that were not erased."""

    async def chains(self, log_id: str, until: int) -> list[str]:
        """The chain after each entry up to a number, in order."""

    async def words(self, log_id: str, until: int) -> dict[int, str]:
        """All words of entries up to a number, by reference."""

    async def forget(self, log_id: str, words: Sequence[int]) -> None:
        """Erase words and their salts for good."""

    async def save(self, snapshot: Snapshot) -> None:
        """Keep a snapshot; the two newest of a log are kept."""

    async def load(self, log_id: str) -> list[Snapshot]:
        """The snapshots of a log, newest first."""

    async def close(self) -> None:
        """Write what is under way and let go of the storage."""


__all__ = ["DataDirectoryError", "Log", "RoomRecord", "StorageFailed", "Word"]
