"""What every log must keep (rules L1 to L6): one suite, run against each implementation.

An implementation derives a class from `LogContract` and gives it a fixture `store`.
"""

import asyncio
import secrets
from collections.abc import Sequence
from typing import Protocol

import pytest

from protocols.log import (
    START,
    Draft,
    Logged,
    Snapshot,
    Word,
    digest,
    draft,
    entry,
    link,
)
from rooms.agenda import Tick
from rooms.cards import PostIdea
from rooms.kernel import WORD_BITS, Actor
from server.logs.base import Head, Log, RoomRecord
from tests.server.harness import NOON_MS, Clock


class Store(Protocol):
    """Where a log of some kind lies."""

    clock: Clock
    late_ms: int
    """By how much its clock may be ahead of `clock`, and 1."""

    async def open(self) -> Log:
        """The log, opened again where it was open."""

    async def close(self) -> None:
        """Let go of it."""

    def raw(self) -> bytes:
        """All bytes that the storage keeps."""


def record(code: str = "ABC234", log_id: str = "", late_ms: int = 0) -> RoomRecord:
    """A room to be made."""
    return RoomRecord(code, log_id or secrets.token_hex(8), b"k" * 32, NOON_MS + late_ms)


def tick(ref: int = 0) -> Draft:
    """A proposed entry without words."""
    return draft(Actor(seat=7, client=7), Tick(), ref=ref)


def card(*texts: str) -> Draft:
    """A proposed entry with words."""
    words = tuple(Word(secrets.token_bytes(16), text) for text in texts)
    return draft(Actor(8, 7, 7, 7), PostIdea(0), ref=1, words=words)


async def everything(log: Log, log_id: str, after: int = 0) -> list[Logged]:
    """All entries after a number."""
    return [logged async for logged in log.read(log_id, after)]


def chain_holds(entries: Sequence[Logged], chain: str = START, seq: int = 0) -> bool:
    """Whether numbers have no gap and every entry is linked to the one before."""
    for logged in entries:
        seq += 1
        chain = link(chain, seq, logged.at_ms, logged.body)
        if (logged.seq, logged.chain) != (seq, chain):
            return False
    return True


class LogContract:
    """The suite."""

    async def test_numbers_have_no_gap_and_the_chain_holds(self, store: Store) -> None:
        """Acknowledged entries, and what is read again later, are the same."""
        log = await store.open()
        room = record()
        told = [await log.create(room, tick())]
        for count in (1, 3, 1, 5):
            told += await log.append(room.log_id, [tick() for _ in range(count)])
        assert [one.seq for one in told] == list(range(1, 12))
        assert chain_holds(told)
        assert await everything(log, room.log_id) == told
        log = await store.open()
        assert await everything(log, room.log_id) == told

    async def test_numbers_go_on_after_a_restart(self, store: Store) -> None:
        log = await store.open()
        room = record()
        await log.create(room, tick())
        log = await store.open()
        await log.append(room.log_id, [tick()])
        entries = await everything(log, room.log_id)
        assert len(entries) == 2 and chain_holds(entries)

    async def test_time_never_goes_back(self, store: Store) -> None:
        """Neither within a process nor over a restart, whatever the machine's clock does."""
        log = await store.open()
        room = record()
        await log.create(room, tick())
        times = []
        for change in (+5, -1_000, 0, +2_000, -60_000):
            store.clock.now_ms += change
            times += [one.at_ms for one in await log.append(room.log_id, [tick(), tick()])]
        log = await store.open()
        times += [one.at_ms for one in await log.append(room.log_id, [tick()])]
        assert times == sorted(times)
        latest = NOON_MS + 5 - 1_000 + 2_000
        assert latest <= times[-1] < latest + store.late_ms

    async def test_a_batch_keeps_its_order(self, store: Store) -> None:
        log = await store.open()
        room = record()
        await log.create(room, tick())
        logged = await log.append(room.log_id, [tick(ref) for ref in range(1, 400)])
        assert [entry(one).ref for one in logged] == list(range(1, 400))
        assert [one.seq for one in logged] == list(range(2, 401))

    async def test_concurrent_appends_do_not_mix(self, store: Store) -> None:
        """Each is written once, and what was told is what is read."""
        log = await store.open()
        rooms = [record(f"ABC{n}", f"{n:016x}") for n in range(3)]
        for room in rooms:
            await log.create(room, tick())
        calls = [
            (room, asyncio.create_task(log.append(room.log_id, [tick(ref)])))
            for ref in range(1, 101)
            for room in rooms
        ]
        await asyncio.gather(*(task for _, task in calls))
        for room in rooms:
            entries = await everything(log, room.log_id)
            assert chain_holds(entries)
            assert sorted(entry(one).ref for one in entries[1:]) == list(range(1, 101))
            told = [task.result()[0] for of, task in calls if of is room]
            assert sorted(told, key=lambda one: one.seq) == entries[1:]

    async def test_reading_begins_after_the_number(self, store: Store) -> None:
        log = await store.open()
        room = record()
        told = [await log.create(room, card("one"))]
        told += await log.append(room.log_id, [card("two"), tick(), card("three", "four")])
        for after in range(6):
            assert await everything(log, room.log_id, after) == told[after:]

    async def test_a_long_log_is_read_whole(self, store: Store) -> None:
        """However many entries a log reads at once."""
        log = await store.open()
        room = record()
        await log.create(room, tick())
        for _ in range(11):
            await log.append(room.log_id, [tick() for _ in range(1_000)])
        entries = await everything(log, room.log_id)
        assert len(entries) == 11_001 and chain_holds(entries)

    async def test_the_end_and_its_chain_are_told_by_themselves(self, store: Store) -> None:
        """So that a server can compare what it holds without reading everything."""
        log = await store.open()
        room = record()
        told = [await log.create(room, tick())]
        assert await log.ends(room.log_id) == Head(1, told[0].chain)
        told += await log.append(room.log_id, [card("one"), tick()])
        log = await store.open()
        assert await log.ends(room.log_id) == Head(3, told[2].chain)
        assert await log.chain_at(room.log_id, 1) == told[0].chain
        assert await log.chain_at(room.log_id, 3) == told[2].chain
        assert await log.chain_at(room.log_id, 4) is None
        with pytest.raises(LookupError):
            await log.ends("0" * 16)

    async def test_a_log_that_is_not_there_takes_nothing(self, store: Store) -> None:
        log = await store.open()
        with pytest.raises(LookupError):
            await log.append("0" * 16, [tick()])

    async def test_words_lie_beside_the_log(self, store: Store) -> None:
        """The body has their digests only; they come with the entry, and by their reference."""
        log = await store.open()
        room = record()
        await log.create(room, tick())
        proposed = card("Привет, мир", "", "second")
        [logged] = await log.append(room.log_id, [proposed])
        assert "Привет".encode() not in logged.body and b"second" not in logged.body
        assert entry(logged).digests == tuple(digest(word) for word in proposed.words)
        log = await store.open()
        [again] = await everything(log, room.log_id, 1)
        assert again.body == logged.body
        assert again.words[0] == proposed.words[0] and again.words[2] == proposed.words[2]
        words = await log.words(room.log_id, 2)
        assert words == {2 << WORD_BITS: "Привет, мир", 2 << WORD_BITS | 2: "second"}
        assert await log.words(room.log_id, 1) == {}

    async def test_forgotten_words_and_salts_lie_nowhere(self, store: Store) -> None:
        """The storage's own bytes hold neither; the entry and its neighbours stay as they are."""
        log = await store.open()
        room = record()
        await log.create(room, tick())
        wrong = card("erase-this-text " * 20, "keep-this-text")
        before = await log.append(room.log_id, [card("stays"), wrong, card("stays as well")])
        salt = wrong.words[0].salt
        assert b"erase-this-text" in store.raw() and salt in store.raw()
        await log.forget(room.log_id, [3 << WORD_BITS])
        assert b"erase-this-text" not in store.raw()
        assert salt not in store.raw()
        for _ in range(2):
            after = await everything(log, room.log_id, 1)
            assert [one.chain for one in after] == [one.chain for one in before]
            assert after[1].words == (None, wrong.words[1])
            assert (after[0].words, after[2].words) == (before[0].words, before[2].words)
            log = await store.open()
        assert b"erase-this-text" not in store.raw() and salt not in store.raw()

    async def test_forgetting_twice_or_nothing_is_no_fault(self, store: Store) -> None:
        log = await store.open()
        room = record()
        await log.create(room, card("text"))
        for words in ([1 << WORD_BITS], [1 << WORD_BITS], [99 << WORD_BITS], []):
            await log.forget(room.log_id, words)
        assert await log.words(room.log_id, 9) == {}

    async def test_two_newest_snapshots_are_kept(self, store: Store) -> None:
        log = await store.open()
        room, other = record(), record("XYZ234")
        await log.create(room, tick())
        await log.create(other, tick())
        taken = [
            Snapshot(room.log_id, n, "c" * 16, b"state %d" % n, "d" * 32, b"chains" * n)
            for n in range(5)
        ]
        await log.save(Snapshot(other.log_id, 1, "c" * 16, b"other", "d" * 32))
        for one in taken:
            await log.save(one)
        await log.save(taken[4])
        log = await store.open()
        assert await log.load(room.log_id) == [taken[4], taken[3]]
        assert [one.state for one in await log.load(other.log_id)] == [b"other"]

    async def test_a_taken_code_is_refused(self, store: Store) -> None:
        """And the room that has it is as it was."""
        log = await store.open()
        room = record()
        await log.create(room, tick())
        with pytest.raises(ValueError):
            await log.create(record(room.code), tick())
        assert await log.room(room.code) == room
        assert [one.log_id for one in await log.rooms()] == [room.log_id]
        assert len(await everything(log, room.log_id)) == 1

    async def test_rooms_are_found_by_their_code(self, store: Store) -> None:
        log = await store.open()
        codes = ("ABC234", "XYZ567", "QRS888")
        rooms = [record(code, late_ms=n) for n, code in enumerate(codes)]
        for room in rooms:
            await log.create(room, tick())
        log = await store.open()
        assert await log.rooms() == rooms
        assert await log.room("XYZ567") == rooms[1]
        for absent in ("abc234", "", "ABC234' OR 1=1 --", "Ж" * 500, "ABC234\0"):
            assert await log.room(absent) is None
