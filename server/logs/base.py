"""What every log promises (rules L1 to L9); one contract test suite holds them all to it."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from msgspec import Struct

from protocols.log import START, Draft, Logged, Snapshot, Word


class StorageFailed(Exception):
    """The log could not write: disk full, gone, away or read-only. Nothing was acknowledged;
    where the line broke on the way, the entries may have been written all the same."""


class DataDirectoryError(Exception):
    """The log cannot be opened; the text says why and what to do."""


class OutOfStep(Exception):
    """The log does not continue what the server holds of it: it was replaced, or lost entries.
    Nothing was written."""


class Head(Struct, frozen=True):
    """Where a log ends: the number of its last entry and the chain after it; (0, START) where
    there is none."""

    seq: int = 0
    chain: str = START


class RoomRecord(Struct, frozen=True):
    """A room as the log knows it: its code, its log's id and the key its links are made with."""

    code: str
    log_id: str
    key: bytes
    created_ms: int


class Follower(Protocol):
    """Who is told of a log's entries as they are appended, by whichever server."""

    def heard(self, batch: list[Logged]) -> None:
        """The entries of an append, as a rule another server's. Batches may be missing, come twice
        or late."""

    def head(self, head: Head, asked_s: float) -> None:
        """Where the log ended at some moment after `asked_s`, by `time.monotonic`. Told about once
        a second, so that nothing is missed long. The chain is "" where it is not known for that
        number."""

    def renewed(self) -> None:
        """The storage was started anew, or another took its place: what was written last may be
        lost, and what was erased last may be back."""


class Log(Protocol):
    """A numbered, durable log per room, with the words beside it."""

    shared: bool
    """Whether other servers append to it too, and it may lose what they then put back."""
    stable_after_ms: int
    """How old an entry must be for the log never to lose it, in milliseconds; 0: from the first."""

    async def create(self, record: RoomRecord, draft: Draft) -> Logged:
        """Write a new room and entry 1. ValueError if the code is taken."""

    async def room(self, code: str) -> RoomRecord | None:
        """The room with this code, or None."""

    async def rooms(self) -> list[RoomRecord]:
        """All rooms, oldest first."""

    async def append(
        self,
        log_id: str,
        drafts: Sequence[Draft],
        *,
        held: Head | None = None,
        number: int = 0,
        again: bool = False,
    ) -> list[Logged]:
        """Number the drafts, write them in order and return them; durable when it returns.

        `held` is where the server stands; the drafts may land after entries of others that it has
        not heard of. `number` is this append's own: with `again` it is looked for first, since it
        may have been written although it failed. StorageFailed if it could not be done, OutOfStep
        if the log does not hold what the server holds, LookupError if there is no such log."""

    def follow(self, log_id: str, follower: Follower) -> None:
        """Have a follower told of a log from now on."""

    def unfollow(self, log_id: str, follower: Follower) -> None:
        """Have this follower told no more; another one may have come in its place by now."""

    async def restore(self, record: RoomRecord, after: Head, entries: Sequence[Logged]) -> None:
        """Put entries back as they were, after the point where the log ends. OutOfStep if it does
        not end there: somebody else was quicker, or it was written anew."""

    def read(self, log_id: str, after: int = 0) -> AsyncIterator[Logged]:
        """The entries after a number, in order, with the words that were not erased."""

    async def ends(self, log_id: str) -> Head:
        """Where the log ends now. LookupError if there is no such log."""

    async def chain_at(self, log_id: str, seq: int) -> str | None:
        """The chain after an entry that was the last of its append; None if there is no such."""

    async def words(self, log_id: str, until: int) -> dict[int, str]:
        """All words of entries up to a number, by reference."""

    async def forget(self, log_id: str, words: Sequence[int], held: Head | None = None) -> None:
        """Erase words and their salts for good. `held` is where the server stands that knows them
        by these references: OutOfStep if the log is not its own up to there, for then they may be
        others' words."""

    async def save(self, snapshot: Snapshot) -> None:
        """Keep a snapshot; the two newest of a log are kept."""

    async def load(self, log_id: str) -> list[Snapshot]:
        """The snapshots of a log, newest first."""

    async def close(self) -> None:
        """Write what is under way and let go of the storage."""


__all__ = [
    "DataDirectoryError",
    "Follower",
    "Head",
    "Log",
    "OutOfStep",
    "RoomRecord",
    "StorageFailed",
    "Word",
]
