"""The log of a single server: SQLite, durable at every commit, written by one thread.

Commands that arrive while a commit runs share the next one. The connection holds its lock from
start to end, so a second process on the same file is refused, and all reading goes through the
same thread.

A fast log does not wait for the disk at each commit: what the operating system has survives a
crash of the server. It sees to it every two seconds that all of it reaches the disk.
"""

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from protocols.log import START, Draft, Logged, Snapshot, Word, link
from rooms.kernel import WORD_BITS
from server.logs.base import (
    DataDirectoryError,
    Follower,
    Head,
    OutOfStep,
    RoomRecord,
    StorageFailed,
)
from server.logs.sqlite_file import connect, why_not

READ_AT_ONCE: Final = 5_000
SNAPSHOTS_KEPT: Final = 2
SYNC_S: Final = 2.0
"""How long a fast log may let written entries wait for the disk."""
RETRY_S: Final = 0.2
FAST_STABLE_MS: Final = 3_000
EntryRow = tuple[int, int, int, str, bytes]
WordRow = tuple[int, int, bytes, str]
T = TypeVar("T")
Clock = Callable[[], int]


def wall_clock_ms() -> int:
    """This machine's clock, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class End:
    """Where a room's log ends."""

    __slots__ = ("at_ms", "chain", "number", "seq")

    def __init__(self, number: int, seq: int, at_ms: int, chain: str) -> None:
        self.number, self.seq, self.at_ms, self.chain = number, seq, at_ms, chain


class Append:
    """An append that waits for the writer."""

    __slots__ = ("done", "drafts", "log_id", "number")

    def __init__(
        self,
        log_id: str,
        drafts: Sequence[Draft],
        number: int,
        done: "asyncio.Future[list[Logged]]",
    ) -> None:
        self.log_id, self.drafts, self.number, self.done = log_id, drafts, number, done


class Job:
    """Anything else the writer does, between commits."""

    __slots__ = ("done", "work")

    def __init__(self, work: Callable[[], Any], done: "asyncio.Future[Any]") -> None:
        self.work, self.done = work, done


class SqliteLog:
    """`Log` on one SQLite file. Make it with `await SqliteLog.open(path)`. With `fast` an append
    does not wait for the disk."""

    shared = False

    def __init__(self, path: Path, clock: Clock = wall_clock_ms, *, fast: bool = False) -> None:
        self.stable_after_ms = FAST_STABLE_MS if fast else 0
        self._fast = fast
        self._unsynced_since: float | None = None
        self._try_after = 0.0
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[Append | Job | None] = queue.SimpleQueue()
        self._ends: dict[str, End] = {}
        self._database = connect(path, fast=fast)
        self._thread = threading.Thread(target=self._run, name="sqlite-log", daemon=True)

    @classmethod
    async def open(
        cls, path: Path, clock: Clock = wall_clock_ms, *, fast: bool = False
    ) -> "SqliteLog":
        """The log in a file, which is made where it does not exist.
        DataDirectoryError if that is not possible."""
        try:
            log = cls(path, clock, fast=fast)
        except (sqlite3.Error, OSError) as why:
            raise DataDirectoryError(why_not(path, why)) from None
        log._thread.start()
        return log

    # The log, as the event loop sees it

    async def create(self, record: RoomRecord, draft: Draft) -> Logged:
        def work() -> Logged:
            self._database.execute("BEGIN IMMEDIATE")
            made = self._database.execute(
                "INSERT INTO rooms (code, log_id, key, created_ms) VALUES (?, ?, ?, ?)",
                (record.code, record.log_id, record.key, record.created_ms),
            )
            assert made.lastrowid is not None, "a row was just inserted"
            head = End(made.lastrowid, 0, 0, START)
            entries: list[EntryRow] = []
            words: list[WordRow] = []
            (logged,) = _number(head, self._clock(), [draft], 0, entries, words)
            self._write(entries, words)
            self._database.execute("COMMIT")
            self._wrote()
            self._ends[record.log_id] = head
            return logged

        try:
            return await self._do(work)
        except sqlite3.IntegrityError:
            raise ValueError(f"room {record.code} exists already") from None

    async def room(self, code: str) -> RoomRecord | None:
        found = await self._do(lambda: self._rooms("WHERE code = ?", (code,)))
        return found[0] if found else None

    async def rooms(self) -> list[RoomRecord]:
        return await self._do(lambda: self._rooms("", ()))

    async def latest_ms(self) -> int:
        """The last time of all entries; 0 where there is none."""

        def work() -> int:
            last = "SELECT at_ms FROM entries WHERE room = number ORDER BY seq DESC LIMIT 1"
            row = self._database.execute(f"SELECT max(({last})) FROM rooms").fetchone()
            return row[0] or 0

        return await self._do(work)

    async def append(
        self,
        log_id: str,
        drafts: Sequence[Draft],
        *,
        held: Head | None = None,
        number: int = 0,
        again: bool = False,
    ) -> list[Logged]:
        done: asyncio.Future[list[Logged]] = self._loop.create_future()
        self._jobs.put(Append(log_id, drafts, number, done))
        return await done

    def follow(self, log_id: str, follower: Follower) -> None:
        """Nobody else appends, so there is nothing to be told."""

    def unfollow(self, log_id: str, follower: Follower) -> None:
        """Nothing was followed."""

    async def restore(self, record: RoomRecord, after: Head, entries: Sequence[Logged]) -> None:
        raise OutOfStep("this log loses nothing that could be put back")

    async def read(self, log_id: str, after: int = 0) -> AsyncIterator[Logged]:
        while True:
            batch = await self._do(partial(self._read, log_id, after))
            for logged in batch:
                yield logged
            if len(batch) < READ_AT_ONCE:
                return
            after = batch[-1].seq

    async def ends(self, log_id: str) -> Head:
        def work() -> Head:
            end = self._end(log_id)
            return Head(end.seq, end.chain)

        return await self._do(work)

    async def chain_at(self, log_id: str, seq: int) -> str | None:
        def work() -> str | None:
            row = self._database.execute(
                "SELECT chain FROM entries WHERE room = ? AND seq = ?",
                (self._end(log_id).number, seq),
            ).fetchone()
            return row[0] if row else None

        return await self._do(work)

    async def words(self, log_id: str, until: int) -> dict[int, str]:
        def work() -> dict[int, str]:
            rows = self._database.execute(
                "SELECT ref, text FROM words WHERE room = ? AND ref < ?",
                (self._end(log_id).number, (until + 1) << WORD_BITS),
            )
            return dict(rows.fetchall())

        return await self._do(work)

    async def forget(self, log_id: str, words: Sequence[int], held: Head | None = None) -> None:
        def work() -> None:
            number = self._end(log_id).number
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(
                "DELETE FROM words WHERE room = ? AND ref = ?",
                [(number, word) for word in words],
            )
            self._database.execute("COMMIT")
            # The write-ahead log still holds the pages as they were.
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        await self._do(work)

    async def save(self, snapshot: Snapshot) -> None:
        def work() -> None:
            number = self._end(snapshot.log_id).number
            self._database.execute(
                "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?, ?, ?)",
                (
                    number,
                    snapshot.seq,
                    snapshot.chain,
                    snapshot.state,
                    snapshot.digest,
                    snapshot.chains,
                ),
            )
            self._database.execute(
                "DELETE FROM snapshots WHERE room = ? AND seq NOT IN (SELECT seq FROM "
                "snapshots WHERE room = ? ORDER BY seq DESC LIMIT ?)",
                (number, number, SNAPSHOTS_KEPT),
            )

        await self._do(work)

    async def load(self, log_id: str) -> list[Snapshot]:
        def work() -> list[Snapshot]:
            rows = self._database.execute(
                "SELECT seq, chain, state, digest, chains FROM snapshots WHERE room = ? "
                "ORDER BY seq DESC",
                (self._end(log_id).number,),
            )
            return [Snapshot(log_id, *row) for row in rows]

        return await self._do(work)

    async def close(self) -> None:
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    async def _do(self, work: Callable[[], T]) -> T:
        done: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put(Job(work, done))
        return await done

    # The writer thread

    def _run(self) -> None:
        running = True
        while running:
            waiting = self._next_jobs()
            appends: list[Append] = []
            for job in waiting:
                if isinstance(job, Append):
                    appends.append(job)
                    continue
                self._commit(appends)
                appends = []
                if job is None:
                    running = False
                else:
                    self._work(job)
            self._commit(appends)
            self._sync_now()
        self._database.close()

    def _next_jobs(self) -> list[Append | Job | None]:
        """What is to be done; none where it is time to sync first."""
        try:
            waiting = [self._jobs.get(timeout=self._due_s())]
        except queue.Empty:
            return []
        while not self._jobs.empty():
            waiting.append(self._jobs.get())
        return waiting

    def _due_s(self) -> float | None:
        """In how many seconds to sync; None: everything written is on the disk."""
        if self._unsynced_since is None:
            return None
        return max(0.0, max(self._unsynced_since + SYNC_S, self._try_after) - time.monotonic())

    def _sync_now(self) -> None:
        """Sync what was written. Where that fails, appends fail until it is done."""
        try:
            self._sync_overdue()
        except sqlite3.Error:
            self._try_after = time.monotonic() + RETRY_S

    def _sync_overdue(self) -> None:
        since = self._unsynced_since
        if since is not None and since + SYNC_S <= time.monotonic():
            # A checkpoint syncs the write-ahead log before it is carried over.
            self._database.execute("PRAGMA wal_checkpoint(PASSIVE)")
            self._unsynced_since = None

    def _wrote(self) -> None:
        if self._fast and self._unsynced_since is None:
            self._unsynced_since = time.monotonic()

    def _work(self, job: Job) -> None:
        try:
            try:
                result = job.work()
            finally:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
        except sqlite3.IntegrityError as why:
            self._answer([(job.done, why)])
        except sqlite3.Error as why:
            self._answer([(job.done, StorageFailed(str(why)))])
        except Exception as why:
            self._answer([(job.done, why)])
        else:
            self._answer([(job.done, result)])

    def _write(self, entries: list[EntryRow], words: list[WordRow]) -> None:
        self._database.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", entries)
        if words:
            self._database.executemany("INSERT INTO words VALUES (?, ?, ?, ?)", words)

    def _commit(self, appends: list[Append]) -> None:
        """Write several appends as one commit, and answer them."""
        if not appends:
            return
        now = self._clock()
        ends: dict[str, End] = {}
        entries: list[EntryRow] = []
        words: list[WordRow] = []
        answers: list[tuple[asyncio.Future[Any], Any]] = []
        try:
            for append in appends:
                head = ends.get(append.log_id)
                if head is None:
                    try:
                        known = self._end(append.log_id)
                    except LookupError as why:
                        answers.append((append.done, why))
                        continue
                    head = End(known.number, known.seq, known.at_ms, known.chain)
                    ends[append.log_id] = head
                made = _number(head, now, append.drafts, append.number, entries, words)
                answers.append((append.done, made))
            self._sync_overdue()
            self._database.execute("BEGIN IMMEDIATE")
            self._write(entries, words)
            self._database.execute("COMMIT")
            self._wrote()
        except Exception as why:  # whatever it is, nobody may wait for ever
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            failed = StorageFailed(str(why))
            self._answer([(append.done, failed) for append in appends])
            return
        self._ends.update(ends)
        self._answer(answers)

    def _answer(self, answers: list[tuple["asyncio.Future[Any]", Any]]) -> None:
        try:
            self._loop.call_soon_threadsafe(_settle, answers)
        except RuntimeError:
            return  # the loop is gone, and with it everybody who waited

    def _end(self, log_id: str) -> End:
        """The end of a log. LookupError if there is no such log."""
        head = self._ends.get(log_id)
        if head is not None:
            return head
        row = self._database.execute(
            "SELECT number FROM rooms WHERE log_id = ?", (log_id,)
        ).fetchone()
        if row is None:
            raise LookupError(f"no log {log_id}")
        last = self._database.execute(
            "SELECT seq, at_ms, chain FROM entries WHERE room = ? ORDER BY seq DESC LIMIT 1", row
        ).fetchone()
        head = self._ends[log_id] = End(row[0], *(last or (0, 0, START)))
        return head

    def _rooms(self, where: str, values: tuple[str, ...]) -> list[RoomRecord]:
        rows = self._database.execute(
            f"SELECT code, log_id, key, created_ms FROM rooms {where} ORDER BY number", values
        )
        return [RoomRecord(*row) for row in rows]

    def _read(self, log_id: str, after: int) -> list[Logged]:
        number = self._end(log_id).number
        rows = self._database.execute(
            "SELECT seq, at_ms, chain, body FROM entries WHERE room = ? AND seq > ? "
            "ORDER BY seq LIMIT ?",
            (number, after, READ_AT_ONCE),
        ).fetchall()
        if not rows:
            return []
        words: dict[int, list[Word | None]] = {}
        for ref, salt, text in self._database.execute(
            "SELECT ref, salt, text FROM words WHERE room = ? AND ref BETWEEN ? AND ?",
            (number, rows[0][0] << WORD_BITS, (rows[-1][0] + 1) << WORD_BITS),
        ):
            of_entry = words.setdefault(ref >> WORD_BITS, [])
            position = ref & ((1 << WORD_BITS) - 1)
            of_entry.extend([None] * (position + 1 - len(of_entry)))
            of_entry[position] = Word(salt, text)
        return [
            Logged(seq, at_ms, chain, body, tuple(words.get(seq, ())))
            for seq, at_ms, chain, body in rows
        ]


def _settle(answers: list[tuple["asyncio.Future[Any]", Any]]) -> None:
    for done, result in answers:
        if done.cancelled():
            continue
        if isinstance(result, Exception):
            done.set_exception(result)
        else:
            done.set_result(result)


def _number(
    head: End,
    now: int,
    drafts: Sequence[Draft],
    number: int,
    entries: list[EntryRow],
    words: list[WordRow],
) -> list[Logged]:
    """Give drafts their numbers, and move the end on."""
    logged = []
    head.at_ms = max(head.at_ms, now)
    for draft in drafts:
        head.seq += 1
        head.chain = link(head.chain, head.seq, head.at_ms, draft.body)
        entries.append((head.number, head.seq, head.at_ms, head.chain, draft.body))
        for position, word in enumerate(draft.words):
            if word.text:
                ref = head.seq << WORD_BITS | position
                words.append((head.number, ref, word.salt, word.text))
        at = head.seq, head.at_ms, head.chain
        logged.append(Logged(*at, draft.body, draft.words, number))
    return logged
