"""A room as its log tells it: state, words, and the chain over all entries (rules L1 to L6)."""

import logging
from array import array
from typing import Final

from protocols.log import START, Logged, entry, link, restore, snapshot
from protocols.wire import Position
from rooms.features import new_room
from rooms.kernel import WORD_BITS, Entry, Outcome, Room
from server.logs.base import Log, RoomRecord, StorageFailed

logger = logging.getLogger("oneroom.room")

SNAPSHOT_EVERY: Final = 20_000


class History:
    """What a server holds of one room's log, and what is still to be erased from its store."""

    def __init__(self, record: RoomRecord, log: Log) -> None:
        self.room: Room = new_room()
        self.chain = START
        self.words: dict[int, str] = {}
        self._record = record
        self._log = log
        self._chains: array[int] = array("Q", [0])  # by number, to compare a client's history
        self._to_forget: list[int] = []
        self._snapshot_at = 0

    async def load(self) -> None:
        """Read the room: the newest good snapshot, and what came after it. ValueError if the log
        is damaged."""
        await self._take_snapshot()
        forgotten: list[int] = []
        async for logged in self._log.read(self._record.log_id, self._snapshot_at):
            if logged.chain != link(self.chain, logged.seq, logged.at_ms, logged.body):
                raise ValueError(f"the chain breaks at entry {logged.seq}")
            forgotten += self._apply(logged)[2]
        # The server may have been cut off between deciding to erase and erasing.
        self._to_forget = [w for w in forgotten if self.words.pop(w, None) is not None]
        await self.forget()

    async def _take_snapshot(self) -> None:
        log, log_id = self._log, self._record.log_id
        for candidate in await log.load(log_id):
            try:
                room = restore(candidate)
            except ValueError as why:
                self._warn("snapshot left out", why)
                continue
            chains = await log.chains(log_id, candidate.seq)
            if len(chains) != candidate.seq or chains[-1] != candidate.chain:
                self._warn("snapshot left out", "it is not of this log")
                continue
            self.room, self.chain, self._snapshot_at = room, candidate.chain, candidate.seq
            self.words = await log.words(log_id, candidate.seq)
            self._chains.extend(int(chain, 16) for chain in chains)
            return

    def take(self, logged: Logged) -> tuple[Entry, Outcome]:
        """Apply the next entry, and drop the words that it erases."""
        one, outcome, forgotten = self._apply(logged)
        for word in forgotten:
            self.words.pop(word, None)
        self._to_forget += forgotten
        return one, outcome

    def _apply(self, logged: Logged) -> tuple[Entry, Outcome, list[int]]:
        """Apply one entry. Returns it, what it did, and the words to be erased."""
        one = entry(logged)
        for position, word in enumerate(logged.words):
            if word is not None and word.text:
                self.words[one.seq << WORD_BITS | position] = word.text
        outcome = self.room.apply(one)
        self.chain = logged.chain
        self._chains.append(int(logged.chain, 16))
        forgotten = list(outcome.forgot)
        if outcome.refused or outcome.repeat:
            # Words of refused and repeated entries are kept nowhere.
            forgotten += [
                one.seq << WORD_BITS | position
                for position, digest in enumerate(one.digests)
                if digest
            ]
        return one, outcome, forgotten

    def holds(self, position: Position) -> bool:
        """Whether a position lies in this history."""
        seq = position.seq
        return seq <= self.room.seq and f"{self._chains[seq]:016x}" == position.chain

    @property
    def must_forget(self) -> bool:
        """Whether words wait to be erased from the store."""
        return bool(self._to_forget)

    async def forget(self) -> None:
        """Erase what is to be erased. What fails stays to be tried again."""
        if not self._to_forget:
            return
        words, self._to_forget = self._to_forget, []
        try:
            await self._log.forget(self._record.log_id, words)
        except StorageFailed as why:
            self._to_forget += words
            self._warn("words could not be erased, trying again", why)

    async def keep_snapshot(self, least: int = 1) -> None:
        """Keep a snapshot, where at least so many entries have come since the last one."""
        # A room that is read from a snapshot no longer knows what was to be erased before it.
        if self.room.seq < self._snapshot_at + least or self._to_forget:
            return
        taken = snapshot(self.room, self._record.log_id, self.chain)
        try:
            await self._log.save(taken)
        except StorageFailed as why:
            self._warn("no snapshot could be kept", why)
        else:
            self._snapshot_at = taken.seq

    def _warn(self, what: str, why: object) -> None:
        logger.warning(what, extra={"room": self._record.code, "why": str(why)})
