"""A room as its log tells it: state, words, and the chain over all entries (rules L1 to L9)."""

import asyncio
import logging
import math
import random
import time
from array import array
from collections import deque
from collections.abc import Sequence
from typing import Final

from protocols.log import START, Logged, Word, entry, link, restore, snapshot
from protocols.wire import Position
from rooms.features import BOOK, new_room
from rooms.kernel import ID_BITS, WORD_BITS, Book, Entry, Outcome, Room
from server.logs.base import Head, Log, OutOfStep, RoomRecord, StorageFailed
from server.tokens import Claim

logger = logging.getLogger("oneroom.room")

SNAPSHOT_EVERY: Final = 20_000
COMPARE_S: Final = 20.0
"""Within how long a store that was started anew is searched for words that were erased."""
MARK: Final = 8
"""Hex digits of a chain that mark what an entry made."""


class Forked(Exception):
    """An entry does not continue this history: the log was written anew."""


class Held:
    """The entries of one log as they were, so that they can be put back into a log that lost them.
    Words are kept apart, by whoever shows them: what was erased is not put back."""

    def __init__(self) -> None:
        self.before = 0
        """The number before the first entry that is held."""
        self._bodies: list[bytes] = []
        self._times = array("q")
        self._batches = array("Q")
        self._salts: dict[int, bytes] = {}

    def begin_at(self, seq: int) -> None:
        """Hold what comes after an entry."""
        self.before = seq

    def keep(self, logged: Logged) -> None:
        """Hold the next entry."""
        self._bodies.append(logged.body)
        self._times.append(logged.at_ms)
        self._batches.append(logged.batch)
        for position, word in enumerate(logged.words):
            if word is not None and word.text:
                self._salts[logged.seq << WORD_BITS | position] = word.salt

    def forget(self, ref: int) -> None:
        """A word was erased."""
        self._salts.pop(ref, None)

    def put_before(self, older: "Held") -> None:
        """Hold also what came before, which `older` has read up to where this one begins."""
        self._bodies[:0] = older._bodies
        self._times = older._times + self._times
        self._batches = older._batches + self._batches
        self._salts = older._salts | self._salts
        self.before = older.before

    def entries(
        self, after: Head, chains: Sequence[int], words: dict[int, str], book: Book
    ) -> list[Logged]:
        """The entries after one that is held, or was the last before."""
        found = []
        start = after.seq - self.before
        for index in range(start, len(self._bodies)):
            seq = self.before + index + 1
            beside: list[Word | None] = []
            for position in range(len(entry_digests(self._bodies[index], seq, book))):
                ref = seq << WORD_BITS | position
                kept = ref in words and ref in self._salts
                beside.append(Word(self._salts[ref], words[ref]) if kept else None)
            found.append(
                Logged(
                    seq,
                    self._times[index],
                    f"{chains[seq]:016x}",
                    self._bodies[index],
                    tuple(beside),
                    self._batches[index],
                )
            )
        return found


def entry_digests(body: bytes, seq: int, book: Book) -> tuple[bytes, ...]:
    """The digests of the words that a body names."""
    return entry(Logged(seq, 0, "", body), book).digests


class History:
    """What a server holds of one room's log, and what is still to be erased from its store."""

    def __init__(self, record: RoomRecord, log: Log, book: Book = BOOK) -> None:
        self.room: Room = new_room(book)
        self.book = book
        self.chain = START
        self.words: dict[int, str] = {}
        self._record = record
        self._log = log
        self._chains: array[int] = array("Q", [0])  # by number, to compare a client's history
        self._held = Held() if log.shared else None
        self._young: deque[tuple[int, int]] = deque()  # number and time of what may yet be lost
        self._stable = 0
        self._seen = (0, 0.0)  # how far the log was seen to hold this history, and when
        self._to_forget: list[int] = []
        self._compare_at = math.inf
        self._snapshot_at = 0
        self._changed_rules = False

    # Reading

    async def load(self) -> None:
        """Read the room: the newest good snapshot, and what came after it. ValueError if the log
        is damaged, UnknownRules if it goes on beyond the rules of the book."""
        await self._take_snapshot()
        forgotten: list[int] = []
        async for logged in self._log.read(self._record.log_id, self._snapshot_at):
            if not self.continues(logged):
                raise ValueError(f"the chain breaks at entry {logged.seq}")
            forgotten += self._apply(logged)[2]
        # The server may have been cut off between deciding to erase and erasing.
        self._to_forget = [w for w in forgotten if self.words.pop(w, None) is not None]
        await self.forget()

    async def _take_snapshot(self) -> None:
        log, log_id = self._log, self._record.log_id
        for candidate in await log.load(log_id):
            chains = array("Q", candidate.chains)
            try:
                room = restore(candidate, self.book)
            except ValueError as why:
                self._warn("snapshot left out", why)
                continue
            if len(chains) != candidate.seq or f"{chains[-1]:016x}" != candidate.chain:
                self._warn("snapshot left out", "its chains are not whole")
                continue
            if await log.chain_at(log_id, candidate.seq) != candidate.chain:
                self._warn("snapshot left out", "it is not of this log")
                continue
            self.room, self.chain, self._snapshot_at = room, candidate.chain, candidate.seq
            self.words = await log.words(log_id, candidate.seq)
            self._chains.extend(chains)
            self._stable = candidate.seq
            if self._held is not None:
                self._held.begin_at(candidate.seq)
            return

    async def fill(self) -> None:
        """Read what a snapshot made needless to read, so that all of it could be put back."""
        held = self._held
        if held is None or not held.before:
            return
        older = Held()
        async for logged in self._log.read(self._record.log_id):
            if logged.seq > held.before:
                break
            if int(logged.chain, 16) != self._chains[logged.seq]:
                return  # it was written anew meanwhile
            older.keep(logged)
            if not logged.seq % 1_000:
                await asyncio.sleep(0)
        held.put_before(older)

    # Applying

    @property
    def head(self) -> Head:
        """Where this history ends."""
        return Head(self.room.seq, self.chain)

    def continues(self, logged: Logged) -> bool:
        """Whether an entry is the next one of this very log."""
        return logged.seq == self.room.seq + 1 and logged.chain == link(
            self.chain, logged.seq, logged.at_ms, logged.body
        )

    def take(self, logged: Logged) -> tuple[Entry, Outcome]:
        """Apply the next entry, and drop the words that it erases."""
        one, outcome, forgotten = self._apply(logged)
        for word in forgotten:
            self.words.pop(word, None)
            if self._held is not None:
                self._held.forget(word)
        self._to_forget += forgotten
        return one, outcome

    def _apply(self, logged: Logged) -> tuple[Entry, Outcome, list[int]]:
        """Apply one entry. Returns it, what it did, and the words to be erased."""
        one = entry(logged, self.book)
        for position, word in enumerate(logged.words):
            if word is not None and word.text:
                self.words[one.seq << WORD_BITS | position] = word.text
        rules = self.room.rules
        outcome = self.room.apply(one)
        self._changed_rules |= self.room.rules is not rules
        self.chain = logged.chain
        self._chains.append(int(logged.chain, 16))
        if self._held is not None:
            self._held.keep(logged)
        if self._log.stable_after_ms:
            self._young.append((logged.seq, logged.at_ms))
        forgotten = list(outcome.forgot)
        if outcome.refused or outcome.repeat:
            # Words of refused and repeated entries are kept nowhere.
            forgotten += [
                one.seq << WORD_BITS | position
                for position, digest in enumerate(one.digests)
                if digest
            ]
        return one, outcome, forgotten

    # Comparing

    def holds(self, position: Position) -> bool:
        """Whether a position lies in this history."""
        return self.chain_at(position.seq) == position.chain

    def chain_at(self, seq: int) -> str:
        """The chain after an entry; "" where this history does not reach so far."""
        return f"{self._chains[seq]:016x}" if seq <= self.room.seq else ""

    def mark(self, number: int) -> str:
        """By what a thing of this history is told from one of the same number in another: the
        beginning of the chain after the entry that made it."""
        return self.chain_at(number >> ID_BITS)[:MARK] if number else ""

    def claim(self, link: int, seat: int = 0) -> Claim:
        """The claim to a link, or to a seat taken by it."""
        return Claim(link, seat, self.mark(link), self.mark(seat))

    def holds_claim(self, claim: Claim) -> Claim:
        """A claim as far as it is to things of this history: without the seat, or without all."""
        if claim.link_mark not in ("", self.mark(claim.link)):
            return Claim(0, 0)
        if claim.seat_mark not in ("", self.mark(claim.seat)):
            return Claim(claim.link, 0, claim.link_mark)
        return claim

    def common(self, other: "History") -> int:
        """The last number up to which another history of this log is the same."""
        return max(
            n for n, (a, b) in enumerate(zip(self._chains, other._chains, strict=False)) if a == b
        )

    def seen(self, head: Head, asked_s: float) -> None:
        """The log was seen to end there, some moment after `asked_s` of the monotonic clock."""
        if head.seq <= self.room.seq and head.chain in ("", self.chain_at(head.seq)):
            self._seen = (head.seq, asked_s)

    def stable_seq(self, now_ms: int) -> int:
        """The number up to which nothing will be lost with the storage: what had been written for
        a while when a shared log was last seen to hold it. Age alone tells nothing, since a log may
        have lost an entry when it was young, and nobody come to put it back."""
        if not self._log.stable_after_ms:
            return self.room.seq
        most, old_ms = self.room.seq, now_ms - self._log.stable_after_ms
        if self._log.shared:
            most, asked_s = self._seen
            old_ms -= int((time.monotonic() - asked_s) * 1000)
        while self._young and self._young[0][0] <= most and self._young[0][1] <= old_ms:
            self._stable = self._young.popleft()[0]
        return self._stable

    def entries(self, after: int) -> list[Logged] | None:
        """The entries after a number, as they were; None where they are not held so far back."""
        if self._held is None or after < self._held.before:
            return None
        return self._held.entries(Head(after, ""), self._chains, self.words, self.book)

    # Erasing and keeping

    @property
    def must_forget(self) -> bool:
        """Whether words wait to be erased from the store, or it is time to look for them there."""
        return bool(self._to_forget) or time.monotonic() >= self._compare_at

    def doubt(self) -> None:
        """The store may have lost that words were erased: before long, have it compared. It has
        just come back, and all rooms would like to."""
        self._compare_at = time.monotonic() + random.uniform(0, COMPARE_S)

    @property
    def _is_unsure(self) -> bool:
        """Whether words may be in the store that should not be: a room that is read from a
        snapshot no longer knows what was to be erased before it."""
        return bool(self._to_forget) or self._compare_at < math.inf

    async def forget(self) -> None:
        """Erase what is to be erased. What fails stays to be tried again."""
        if not self.must_forget:
            return
        words, self._to_forget = self._to_forget, []
        back: list[int] = []
        compares = time.monotonic() >= self._compare_at
        try:
            if compares:
                self._compare_at = math.inf
                there = await self._log.words(self._record.log_id, self.room.seq)
                back = [ref for ref in there if ref not in self.words]
            await self._log.forget(self._record.log_id, [*words, *back], self.head)
        except (StorageFailed, OutOfStep) as why:
            if compares:
                self.doubt()
            self._to_forget += words
            self._warn("words could not be erased, trying again", why)

    async def keep_snapshot(self, least: int = 1) -> None:
        """Keep a snapshot, where at least so many entries have come since the last one, or other
        rules came into force: nobody should have to go over to them again."""
        least = 1 if self._changed_rules else least
        if self.room.seq < self._snapshot_at + least or self._is_unsure:
            return
        chains = self._chains[1:].tobytes()
        taken = snapshot(self.room, self._record.log_id, self.chain, chains)
        try:
            await self._log.save(taken)
        except StorageFailed as why:
            self._warn("no snapshot could be kept", why)
        else:
            self._snapshot_at = taken.seq
            self._changed_rules = False

    def _warn(self, what: str, why: object) -> None:
        logger.warning(what, extra={"room": self._record.code, "why": str(why)})
