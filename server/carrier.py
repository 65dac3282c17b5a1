"""Carries commands to a room's log and the log's entries into the room (rules L2, L7 to L9).

One task per room, the pump, appends: commands that arrive while an append is under way go together
in the next one. Entries come as the answer to an append, or are told by the log because another
server appended them, or are read where some were missed; they are applied in the log's order,
whichever way they came. Where the log lost what this server holds, the pump puts it back; where the
log was written anew, the log wins, and what was lost is proposed again under its old refs.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from typing import Final, Protocol

from msgspec import Struct

from protocols.log import Draft, Logged, Word, entry
from rooms.kernel import Entry, Outcome, PlaneId, UnknownRules
from server.anew import Sieve
from server.connection import Connection
from server.history import Forked, History
from server.logs.base import Head, Log, OutOfStep, RoomRecord, StorageFailed
from server.metrics import Metrics

logger = logging.getLogger("oneroom.room")

BATCH: Final = 500
"""Commands taken to the log at once, so that one append never holds the room for long."""
RETRY_S: Final = (0.05, 0.1, 0.2, 0.4)
"""Pauses between tries when the log cannot be written."""
GATHER_S: Final = 0.005
"""How far apart appends to a shared log begin: one costs the server as much as twenty commands."""
FILL_AFTER_S: Final = 2.0
"""When a room that was read from a snapshot reads what is older, so that it could put it back."""

Way = tuple[PlaneId, int, int]
"""By what a command is known again: whose it is, the client, and its ref."""


class Waiting(Struct, frozen=True, gc=False):
    """A command on its way to the log. `connection` is None for the server's own."""

    draft: Draft
    connection: Connection | None
    ref: int
    lane: int
    since: float
    way: Way | None = None
    done: asyncio.Future[str] | None = None


class UnderWay(Struct, frozen=True):
    """An append under way, under a number of its own."""

    number: int
    batch: list[Waiting]


class Carried(Protocol):
    """The room that commands are carried for."""

    def applied(self, waiting: Waiting | None, one: Entry, outcome: Outcome) -> None:
        """An entry was applied; `waiting` is the command of this server that it was."""

    def news(self) -> None:
        """A batch was applied: let people know."""

    async def rested(self) -> None:
        """A batch was applied: do what follows from it and may wait."""

    def replaced(self, history: History, dropped: list[Waiting]) -> None:
        """The log was written anew: this is its history now. Everybody begins again. What was
        dropped is not carried any more: it speaks of what was lost."""

    def broken(self, why: Exception) -> None:
        """This copy of the room can no longer be trusted, or no longer go on."""


class Carrier:
    """The way of one room's commands and entries. It is its log's `Follower`."""

    def __init__(
        self, record: RoomRecord, log: Log, history: History, room: Carried, metrics: Metrics
    ) -> None:
        self.history = history
        self.has_looked = True
        """Whether the last look at the log's end succeeded."""
        self._record = record
        self._log = log
        self._room = room
        self._metrics = metrics
        self._waiting: list[Waiting] = []
        self._under_way: UnderWay | None = None
        self._ahead: dict[int, list[Logged]] = {}
        self._behind = False
        self._stood = -1
        self._appended_at = 0.0
        self._reached: list[asyncio.Future[None]] = []
        self._dirty = False
        self._ended = False
        self._closing = False
        self._wake = asyncio.Event()
        self._settled = asyncio.Event()
        self._settled.set()
        self._pump = asyncio.create_task(self._carry(), name=f"pump {record.code}")
        self._filling: asyncio.Task[None] | None = None

    # For the room

    def begin(self) -> None:
        """The room is read: follow its log from now on."""
        if self._log.shared:
            self._log.follow(self._record.log_id, self)
            self._filling = asyncio.create_task(self._fill(), name=f"fill {self._record.code}")

    def propose(self, waiting: Waiting) -> None:
        """Carry a command to the log."""
        self._waiting.append(waiting)
        self._settled.clear()
        self._wake.set()

    def wake(self) -> None:
        """Something may be due: have the room's `rested` called."""
        self._dirty = True
        self._wake.set()

    async def settled(self) -> None:
        """Wait until every command taken so far has been answered."""
        await self._settled.wait()

    @property
    def is_settled(self) -> bool:
        """Whether nothing is under way."""
        return self._settled.is_set()

    async def reach(self, seq: int) -> bool:
        """Whether this server stands at an entry, after having looked what others appended."""
        if self.history.room.seq < seq and self._log.shared and not self._ended:
            looked: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._reached.append(looked)
            self._look()
            await looked
        return self.history.room.seq >= seq

    async def close(self) -> None:
        """Answer what is under way, and stop."""
        self._log.unfollow(self._record.log_id, self)
        self._closing = True
        self._wake.set()
        await self._pump
        if self._filling is not None:
            self._filling.cancel()
            await asyncio.gather(self._filling, return_exceptions=True)

    # From the log

    def heard(self, batch: list[Logged]) -> None:
        """Entries that some server appended, perhaps this one."""
        if self._ended:
            return
        try:
            if self._offer(batch):
                self._room.news()
                self.wake()
        except Exception as why:
            self.fail(why)

    def head(self, head: Head, asked_s: float) -> None:
        """Where the log ends: look closer if that is not where we stand. In a busy room it may be
        old news that the log is shorter; there the next append tells."""
        self.history.seen(head, asked_s)
        seq, stood = self.history.room.seq, self._stood
        self._stood = seq
        forked = head.chain and self.history.chain_at(head.seq) not in ("", head.chain)
        if head.seq > seq or forked or (head.seq < seq == stood and self._under_way is None):
            self._look()

    def renewed(self) -> None:
        """Redis was started anew: its log may be shorter, and what was erased may be back."""
        self._stood = self.history.room.seq
        self.history.doubt()
        self.wake()

    def _look(self) -> None:
        self._behind = True
        self._wake.set()

    def _offer(self, batch: list[Logged]) -> bool:
        """Apply a batch if it is the next, and what waited for it. Keep it if it comes too early.
        Returns whether anything was applied."""
        if batch[0].seq > self.history.room.seq + 1:
            self._ahead[batch[0].seq] = batch
            if self._under_way is None:  # else it may be our own that is missing
                self._look()
            return False
        any_applied = False
        following: list[Logged] | None = batch
        while following is not None and self._apply(following):
            any_applied = True
            following = self._ahead.pop(self.history.room.seq + 1, None)
        if self._ahead:
            self._ahead = {n: b for n, b in self._ahead.items() if n > self.history.room.seq}
        return any_applied

    def _apply(self, batch: list[Logged]) -> bool:
        """Apply a batch as far as it is new. False if it is not, or is not of this history."""
        seq = self.history.room.seq
        if batch[-1].seq <= seq:
            return False
        way = self._under_way
        mine: list[Waiting | None] = [None] * len(batch)
        if way is not None and batch[0].batch == way.number:
            self._under_way = None
            mine = list(way.batch)
        for waiting, logged in zip(mine, batch, strict=True):
            if logged.seq <= seq:
                continue
            if not self.history.continues(logged):
                self._under_way = way
                self._look()
                return False
            self._room.applied(waiting, *self.history.take(logged))
        return True

    # The pump

    async def _carry(self) -> None:
        """Carry until the room closes. A fault ends this copy of the room: its people come back to
        one that is read anew from the log."""
        try:
            await self._carry_on()
        except Exception as why:
            self.fail(why)
        finally:
            self._ended = True
            self._looked()
            self._abandon()
            self._settled.set()

    def _abandon(self) -> None:
        """Nothing more is carried: whoever waits here is told so; phones ask elsewhere again."""
        way = self._under_way
        for waiting in (*(way.batch if way else ()), *self._waiting):
            if waiting.done is not None and not waiting.done.done():
                waiting.done.set_exception(StorageFailed("the room was closed before"))

    def fail(self, why: Exception) -> None:
        """End this copy of the room: what it holds is wrong, or goes beyond this server."""
        if not self._ended:
            extra = {"room": self._record.code, "why": str(why)}
            if isinstance(why, UnknownRules):
                logger.error("this server is too old for a room: others go on with it", extra=extra)
            else:
                logger.error("room failed", exc_info=why, extra=extra)
            self._ended = True
            self._log.unfollow(self._record.log_id, self)
            self._wake.set()
            self._room.broken(why)

    async def _carry_on(self) -> None:
        while not self._ended:
            await self._wake.wait()
            self._wake.clear()
            if self._behind:
                await self._catch_up()
            while self._waiting and not self._ended:
                await self._gather()
                if not await self._append():
                    return
            if self._dirty:
                self._dirty = False
                await self._room.rested()
            if not self._waiting:
                self._settled.set()
                if self._closing:
                    return

    async def _gather(self) -> None:
        """Where an append is dear, let commands gather for it; the first after a quiet moment goes
        at once."""
        if self._log.shared:
            now = time.monotonic()
            wait_s = self._appended_at + GATHER_S - now
            if wait_s > 0 and not self._closing:
                await asyncio.sleep(wait_s)
            self._appended_at = time.monotonic()

    async def _append(self) -> bool:
        """Append what waits, trying again while the log cannot be written: nobody is told of a
        failure that may pass, nobody gets an answer before it is true. False when the room closes
        meanwhile."""
        batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
        self._under_way = UnderWay(secrets.randbits(52) or 1, batch)
        drafts = [waiting.draft for waiting in batch]
        tries = 0
        while (way := self._under_way) is not None and not self._ended:
            try:
                logged = await self._log.append(
                    self._record.log_id,
                    drafts,
                    held=self.history.head,
                    number=way.number,
                    again=tries > 0,
                )
            except (StorageFailed, OutOfStep) as why:
                if not await self._hindered(why, tries):
                    return False
                tries += 1
                continue
            tries += 1  # it is written: should it not be applied now, it is looked for again
            self._offer(logged)
            if self._behind or self._ahead:
                await self._catch_up()
        self._room.news()
        await self._room.rested()
        return True

    async def _hindered(self, why: Exception, tries: int) -> bool:
        """An append did not succeed. Returns whether to try again."""
        if isinstance(why, OutOfStep):
            self._behind = True
        else:
            self._metrics.add("oneroom_storage_failures_total")
        if not tries:
            extra = {"room": self._record.code, "why": str(why)}
            logger.warning("the log cannot be written, trying again", extra=extra)
        if self._closing or self._ended:
            return False
        if self._behind:
            await self._catch_up()
        else:
            self.has_looked = False
            self._looked()
            await asyncio.sleep(RETRY_S[min(tries, len(RETRY_S) - 1)])
        return not self._ended

    # Being in step

    async def _catch_up(self) -> None:
        """Bring room and log to the same point. What cannot be done now is tried again when the
        log says once more where it ends."""
        self._behind = self.has_looked = False
        try:
            try:
                await self._heal()
            except Forked:
                await self._begin_anew()
            self.has_looked = True
        except (StorageFailed, OutOfStep) as why:
            extra = {"room": self._record.code, "why": str(why)}
            logger.warning("not in step with the log, trying again", extra=extra)
            await asyncio.sleep(RETRY_S[1])
        finally:
            self._looked()

    def _looked(self) -> None:
        reached, self._reached = self._reached, []
        for future in reached:
            if not future.done():
                future.set_result(None)

    async def _heal(self) -> None:
        """Read what was missed, or put back what the log lost. Forked where the log says
        something else than what is held."""
        log, log_id = self._log, self._record.log_id
        stood = self.history.room.seq
        try:
            end = await log.ends(log_id)
        except LookupError:
            end = Head()
        if end.seq < stood:
            await self._put_back(end)
            return
        async for logged in log.read(log_id, stood):
            if logged.seq > self.history.room.seq:  # else it was told meanwhile
                self._take_read(logged)
        if self.history.chain_at(end.seq) not in ("", end.chain):
            raise Forked
        if self.history.room.seq > stood:
            self._room.news()
            self._dirty = True

    def _take_read(self, logged: Logged) -> None:
        """Apply an entry that was read; entries of one append are read one by one."""
        if not self.history.continues(logged):
            raise Forked
        way, waiting = self._under_way, None
        if way is not None and logged.batch == way.number:
            waiting, *rest = way.batch
            self._under_way = UnderWay(way.number, rest) if rest else None
        self._room.applied(waiting, *self.history.take(logged))

    async def _put_back(self, end: Head) -> None:
        """The log is shorter than what is held: put the rest back as it was."""
        if self.history.chain_at(end.seq) != end.chain:
            raise Forked
        lost = self.history.entries(end.seq)
        if lost is None:
            raise StorageFailed(f"the log ends at {end.seq}, and nobody here holds what came next")
        extra = {"room": self._record.code, "from": end.seq + 1, "to": lost[-1].seq}
        logger.warning("the log lost entries: putting them back", extra=extra)
        await self._log.restore(self._record, end, lost)
        self.renewed()
        self._metrics.add("oneroom_restored_entries_total", len(lost))

    async def _begin_anew(self) -> None:
        """The log was written anew past some point: it wins. What this server held beyond that
        point is proposed again; what was answered before is a repeat then."""
        history = History(self._record, self._log, self.history.book)
        await history.load()
        common, stood = self.history.common(history), self.history.head.seq
        lost = self.history.entries(common) or []
        extra = {"room": self._record.code, "after": common, "lost": len(lost)}
        logger.error("the log was written anew: proposing again what it lost", extra=extra)
        self._metrics.add("oneroom_forks_total")
        self.history = history
        self._ahead.clear()
        way, self._under_way = self._under_way, None
        entries = [(one, entry(one, history.book)) for one in lost]
        again = [_proposed(one, of) for one, of in entries if of.ref]
        again += [*(way.batch if way else ()), *self._waiting]
        sieve = Sieve(range(common + 1, stood + 1), history.book)
        dropped: list[Waiting] = []
        self._waiting = []
        for one in again:
            (self._waiting if sieve.passes(one.draft) else dropped).append(one)
        self._room.replaced(history, dropped)
        self._settled.clear()
        self._wake.set()

    async def _fill(self) -> None:
        await asyncio.sleep(FILL_AFTER_S)
        with contextlib.suppress(StorageFailed):
            await self.history.fill()


def _proposed(lost: Logged, one: Entry) -> Waiting:
    """A lost entry as it is proposed again; not for what the server does of itself, without ref."""
    words = tuple(word or Word(b"", "") for word in lost.words)
    return Waiting(Draft(lost.body, words), None, one.ref, one.lane, time.perf_counter())
