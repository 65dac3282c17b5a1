"""Compares the state of a room with that of the other servers that have it (rule S6).

The same entries make the same state on every server; where they do not, something is wrong with a
machine or with the code, and nobody should find out from two people who argue about a tally. The
digest of a large room takes milliseconds, so it is made seldom: at numbers that all servers meet,
and when a room comes to rest.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from protocols.between import Digest
from protocols.log import entry, snapshot, state_digest
from rooms.features import new_room
from rooms.kernel import Book, Room
from server.logs.base import Log, RoomRecord, StorageFailed
from server.metrics import Metrics

logger = logging.getLogger("oneroom.digests")

EVERY: Final = 4_096
"""Entries between two comparisons in a room that never rests."""
REST_BEATS: Final = 2
"""Beats without an entry after which a room rests. A beat is a second."""
PAUSE_BEATS: Final = 10
"""Beats between two digests of a room that rests again and again."""
JUDGE_S: Final = 60.0
"""A whole log is replayed at most so often to find out who is right."""
KEPT: Final = 16
"""Digests that are remembered, own ones and those that others told."""


class Digests:
    """What one room's digests were here, held against those of others."""

    def __init__(
        self,
        me: str,
        is_shared: Callable[[], bool],
        tell: Callable[[Digest], None],
        differs: Callable[[Digest, str], None],
    ) -> None:
        """`is_shared` says whether another server has the room, too. `differs` is called with what
        another server told and with the digest here."""
        self._me = me
        self._is_shared = is_shared
        self._tell = tell
        self._differs = differs
        self._own: dict[tuple[int, str], str] = {}
        self._heard: deque[Digest] = deque(maxlen=KEPT)
        self._stood = 0
        self._rests = 0
        self._paused = PAUSE_BEATS

    def applied(self, room: Room, chain: str) -> None:
        """An entry was applied, after which the chain is this."""
        if not room.seq % EVERY and self._is_shared():
            self._make(room, chain)

    def beat(self, room: Room, chain: str) -> None:
        """Called once a second."""
        self._rests = self._rests + 1 if room.seq == self._stood else 0
        self._stood = room.seq
        self._paused += 1
        rests = self._rests >= REST_BEATS and self._paused >= PAUSE_BEATS
        if rests and (room.seq, chain) not in self._own and self._is_shared():
            self._paused = 0
            self._make(room, chain)

    def heard(self, told: Digest) -> None:
        """Another server told the digest that it has at a point of the log."""
        self._heard.append(told)
        own = self._own.get((told.seq, told.chain))
        if own is not None and own != told.digest:
            self._differs(told, own)

    def _make(self, room: Room, chain: str) -> None:
        made = self._own[room.seq, chain] = state_digest(room)
        if len(self._own) > KEPT:
            del self._own[next(iter(self._own))]
        self._tell(Digest(self._me, room.seq, chain, made))
        for told in list(self._heard):
            if (told.seq, told.chain) == (room.seq, chain) and told.digest != made:
                self._differs(told, made)


class OtherState(Exception):
    """The state here is not the one that the log makes."""


class Judge:
    """Finds out from the log itself who is right, where two servers hold a room differently."""

    def __init__(
        self,
        record: RoomRecord,
        log: Log,
        book: Book,
        metrics: Metrics,
        wrong: Callable[[Exception], None],
    ) -> None:
        """`wrong` is called where it is this server that is wrong."""
        self._record = record
        self._log = log
        self._book = book
        self._metrics = metrics
        self._wrong = wrong
        self._judged_at = -JUDGE_S
        self._task: asyncio.Task[None] | None = None

    def differs(self, told: Digest, own: str) -> None:
        """Another server told another digest: say so, and find out."""
        self._metrics.add("oneroom_digest_mismatches_total")
        extra = {"room": self._record.code, "seq": told.seq, "other": told.server}
        logger.error("another server holds this room differently", extra=extra)
        now = time.monotonic()
        if now - self._judged_at >= JUDGE_S:
            self._judged_at = now
            self._task = asyncio.create_task(self._find_out(told.seq, own), name="judge")

    async def _find_out(self, seq: int, own: str) -> None:
        extra = {"room": self._record.code, "seq": seq}
        try:
            right = await replayed(self._log, self._record.log_id, self._book, seq)
        except (StorageFailed, ValueError) as why:
            extra["why"] = str(why)
            logger.warning("the log cannot tell who is right", extra=extra)
            return
        if right == own:
            logger.error("this server holds the room as its log does", extra=extra)
        else:
            self._wrong(OtherState(f"after entry {seq} the state is not the one of the log"))

    async def stop(self) -> None:
        """Find out no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


async def replayed(log: Log, log_id: str, book: Book, until: int) -> str:
    """The digest that the log itself gives after an entry. Snapshots on the way that say otherwise
    are replaced: they were taken of a state that was wrong. StorageFailed where the log cannot be
    read, ValueError where it is damaged or ends before."""
    kept = {taken.seq: taken for taken in await log.load(log_id)}
    room = new_room(book)
    async for logged in log.read(log_id):
        room.apply(entry(logged, book))
        taken = kept.get(logged.seq)
        if taken is not None and taken.digest != state_digest(room):
            logger.error("a snapshot was wrong and is made anew", extra={"seq": logged.seq})
            await log.save(snapshot(room, log_id, logged.chain, taken.chains))
        if logged.seq == until:
            return state_digest(room)
        if not logged.seq % 500:
            await asyncio.sleep(0)
    raise ValueError(f"the log ends before entry {until}")
