"""The log of a single server: the contract, and what is SQLite's alone."""

import asyncio
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from protocols.log import Logged
from rooms.agenda import NextStep
from rooms.cards import PostIdea
from rooms.roles import FACILITATOR, MEMBER
from server.logs import sqlite
from server.logs.base import DataDirectoryError, StorageFailed
from server.logs.sqlite import SqliteLog
from tests.server.harness import Clock, Inside, bytes_of, until
from tests.server.log_contract import LogContract, card, chain_holds, everything, record, tick
from tests.server.serving import ROOT


class SqliteStore:
    """A SQLite file in a folder of its own."""

    late_ms = 1

    def __init__(self, folder: Path, *, fast: bool = False) -> None:
        self.folder = folder
        self.fast = fast
        self.clock = Clock()
        self.log: SqliteLog | None = None

    async def open(self) -> SqliteLog:
        await self.close()
        self.log = await SqliteLog.open(self.folder / "log.sqlite3", self.clock, fast=self.fast)
        return self.log

    async def close(self) -> None:
        if self.log is not None:
            await self.log.close()
            self.log = None

    def raw(self) -> bytes:
        return bytes_of(self.folder)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path)
    yield store
    await store.close()


class TestSqliteLog(LogContract):
    """The contract."""


class TestFastSqliteLog(LogContract):
    """The contract, where no append waits for the disk."""

    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[SqliteStore]:
        store = SqliteStore(tmp_path, fast=True)
        yield store
        await store.close()


async def test_waiting_appends_share_a_commit(store: SqliteStore) -> None:
    """Of what arrives while a commit runs, each room's entries are one commit."""
    log = await store.open()
    room = record()
    await log.create(room, tick())
    commits = 0

    def count(statement: str) -> None:
        nonlocal commits
        commits += statement == "COMMIT"

    log._database.set_trace_callback(count)
    await asyncio.gather(*(log.append(room.log_id, [tick()]) for _ in range(200)))
    assert 1 <= commits < 50


async def test_settings_promise_durability_and_erasing(store: SqliteStore) -> None:
    """Every commit reaches the disk, and what is deleted is overwritten."""
    log = await store.open()

    def pragma(name: str) -> Any:
        return log._database.execute(f"PRAGMA {name}").fetchone()[0]

    assert pragma("journal_mode") == "wal"
    assert (pragma("synchronous"), pragma("secure_delete")) == (2, 1)
    assert pragma("locking_mode") == "exclusive"


@pytest.fixture
async def fast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SqliteStore]:
    """A log that does not wait for the disk, and syncs at every turn."""
    monkeypatch.setattr(sqlite, "SYNC_S", 0.0)
    store = SqliteStore(tmp_path, fast=True)
    yield store
    await store.close()


async def test_fast_log_reaches_the_disk_a_little_later(fast: SqliteStore, tmp_path: Path) -> None:
    """The file holds it without the write-ahead log, as after a power cut that took the latter."""
    log = await fast.open()
    assert log._database.execute("PRAGMA synchronous").fetchone()[0] == 1
    assert log.stable_after_ms > sqlite.SYNC_S * 1000
    room = record()
    await log.create(room, tick())
    await log.append(room.log_id, [tick()])
    await until(lambda: log._unsynced_since is None, "it syncs without being asked")
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes((fast.folder / "log.sqlite3").read_bytes())
    found = await SqliteLog.open(copy)
    try:
        assert [one.seq for one in await everything(found, room.log_id)] == [1, 2]
    finally:
        await found.close()


async def test_fast_log_takes_nothing_while_it_cannot_sync(fast: SqliteStore) -> None:
    """Else more than the last seconds could be lost."""
    log = await fast.open()
    room = record()
    await log.create(room, tick())
    await until(lambda: log._unsynced_since is None)

    def no_pragma(action: int, *_: Any) -> int:
        return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_PRAGMA else sqlite3.SQLITE_OK

    log._database.set_authorizer(no_pragma)
    await log.append(room.log_id, [tick()])
    with pytest.raises(StorageFailed):
        await log.append(room.log_id, [tick()])
    log._database.set_authorizer(None)
    assert [one.seq for one in await log.append(room.log_id, [tick()])] == [3]


WRITER = """
import asyncio, sys
from pathlib import Path
from server.logs.sqlite import SqliteLog
from tests.server.log_contract import card, record, tick

async def main():
    log = await SqliteLog.open(Path(sys.argv[1]))
    room = record("ABC234", "0123456789abcdef")
    await log.create(room, tick())
    async def one(name):
        for count in range(1, 100_000):
            logged = await log.append(room.log_id, [card(f"{name}-{count}"), tick()])
            sys.stdout.write(f"{logged[-1].seq} {logged[-1].chain}\\n")
            sys.stdout.flush()
    await asyncio.gather(*(one(f"w{n}") for n in range(4)))
asyncio.run(main())
"""


def killed_after(path: Path, lines: int) -> list[str]:
    """Have a process write, and kill it after it told so many lines. Returns all that it told."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, path], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        told = [writer.stdout.readline() for _ in range(lines)]
        writer.kill()
        return told + [line for line in writer.stdout if line.endswith("\n")]


def run(*command: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run a program to its end."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20)


@pytest.mark.parametrize("lines", [1, 40, 300])
async def test_all_that_was_acknowledged_survives_kill_9(store: SqliteStore, lines: int) -> None:
    """Killed in the middle of writing: nothing told is missing, nothing half there."""
    path = store.folder / "log.sqlite3"
    told = await asyncio.to_thread(killed_after, path, lines)
    log = await store.open()
    entries = await everything(log, "0123456789abcdef")
    assert chain_holds(entries)
    chains = {str(one.seq): one.chain for one in entries}
    for line in told:
        seq, chain = line.split()
        assert chains[seq] == chain
    assert all(one.words[0] for one in entries[1::2]), "an entry lost its words"
    assert await log.append("0123456789abcdef", [tick()])


async def test_a_second_process_on_the_same_file_is_refused(store: SqliteStore) -> None:
    """With a sentence that says what to do, and without harm to the first."""
    log = await store.open()
    room = record()
    await log.create(room, tick())
    code = (
        "import asyncio, sys; from pathlib import Path; "
        "from server.logs.sqlite import SqliteLog; "
        "asyncio.run(SqliteLog.open(Path(sys.argv[1])))"
    )
    done = await asyncio.to_thread(run, sys.executable, "-c", code, store.folder / "log.sqlite3")
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert "is in use by another server" in last and "DATA_DIR" in last
    assert await log.append(room.log_id, [tick()])


def under_a_file(folder: Path) -> Path:
    (folder / "file").write_text("")
    return folder / "file" / "log.sqlite3"


def absent(folder: Path) -> Path:
    return folder / "absent" / "log.sqlite3"


def a_folder(folder: Path) -> Path:
    (folder / "log.sqlite3").mkdir()
    return folder / "log.sqlite3"


def no_database(folder: Path) -> Path:
    (folder / "log.sqlite3").write_bytes(b"this is a letter to my aunt, not a database" * 99)
    return folder / "log.sqlite3"


def half_a_database(folder: Path) -> Path:
    path = folder / "log.sqlite3"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE rooms (x)")
    database.commit()
    database.close()
    content = path.read_bytes()
    path.write_bytes(content[:16] + b"\xff" * 200 + content[216:])
    return path


@pytest.mark.parametrize(
    ("place", "remedy"),
    [
        (under_a_file, "make its folder writable, or set another DATA_DIR"),
        (absent, "make its folder writable, or set another DATA_DIR"),
        (a_folder, "make its folder writable, or set another DATA_DIR"),
        (no_database, "move it away, or restore it from a copy"),
        (half_a_database, "move it away, or restore it from a copy"),
    ],
)
async def test_what_cannot_be_opened_says_why(tmp_path: Path, place: Any, remedy: str) -> None:
    """One sentence with the path and what to do."""
    path = place(tmp_path)
    with pytest.raises(DataDirectoryError) as refused:
        await SqliteLog.open(path)
    assert str(path) in str(refused.value) and remedy in str(refused.value)


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    """A folder that nobody may write: without the right to, or for root on a file system that is
    mounted read-only."""
    folder = tmp_path / "locked"
    folder.mkdir()
    if os.geteuid():
        folder.chmod(0o500)
        yield folder
        folder.chmod(0o700)
        return
    mounted = run("mount", "-t", "tmpfs", "-o", "ro,size=64k", "tmpfs", folder)
    if mounted.returncode:
        pytest.skip(f"root may write anywhere, and nothing can be mounted: {mounted.stderr}")
    yield folder
    run("umount", folder)


async def test_a_folder_that_cannot_be_written_says_why(locked: Path) -> None:
    with pytest.raises(DataDirectoryError, match="make its folder writable"):
        await SqliteLog.open(locked / "log.sqlite3")


def no_room_left(log: SqliteLog) -> int:
    """Let the file grow no further: SQLite then says that the disk is full. Returns its pages."""
    pages: int = log._database.execute("PRAGMA page_count").fetchone()[0]
    log._database.execute(f"PRAGMA max_page_count = {pages}")
    return pages


async def fill(log: SqliteLog, log_id: str) -> list[Logged]:
    """Append until the disk is full. Returns what was acknowledged."""
    told: list[Logged] = []
    no_room_left(log)
    with pytest.raises(StorageFailed, match="full"):
        while True:
            told += await log.append(log_id, [card("x" * 500), tick()])
    return told


async def test_a_full_disk_acknowledges_nothing_and_writes_nothing_half(
    store: SqliteStore,
) -> None:
    """The failed batch is not there, not even its first entry or its words; after space is freed
    the log goes on under the next number."""
    log = await store.open()
    room = record()
    told = [await log.create(room, tick())]
    told += await fill(log, room.log_id)
    with pytest.raises(StorageFailed):
        await log.append(room.log_id, [tick(), card("y" * 900), card("y" * 9_000)])
    assert await everything(log, room.log_id) == told
    assert set(await log.words(room.log_id, 1 << 30)) == {
        (one.seq << 8) for one in told if one.words
    }
    log._database.execute("PRAGMA max_page_count = 1000000")
    told += await log.append(room.log_id, [card("z" * 900), tick()])
    entries = await everything(log, room.log_id)
    assert entries == told and chain_holds(entries)


async def test_a_full_disk_fails_one_commit_and_not_the_next(store: SqliteStore) -> None:
    """What does not fit takes nobody along who comes later."""
    log = await store.open()
    room = record()
    await log.create(room, tick())
    no_room_left(log)
    with pytest.raises(StorageFailed):
        await log.append(room.log_id, [card("y" * 60_000)])
    [logged] = await log.append(room.log_id, [tick()])
    assert logged.seq == 2


async def test_a_room_waits_for_space_and_then_acknowledges(tmp_path: Path) -> None:
    """Nobody is told of a failure that may pass, nobody gets an answer before it is true."""
    async with Inside(tmp_path / "data") as inside:
        live = await inside.room()
        boss = await inside.enter(live, FACILITATOR)
        phone = await inside.enter(live, MEMBER, name="Anna")
        await boss.done(NextStep())
        assert isinstance(inside.log, SqliteLog)
        no_room_left(inside.log)
        failures = inside.metrics.counts
        refs = [phone.send(PostIdea(0), "long " * 110) for _ in range(8)]
        await until(lambda: failures["oneroom_storage_failures_total"], "the disk is full")
        acks = [m for m in phone.read() if m[0] in ("ack", "refused")]
        assert len(acks) < 8, "the disk was not full"
        entries = await everything(inside.log, live.record.log_id)
        assert len(entries) == live.room.seq == 3 + len(acks)
        inside.log._database.execute("PRAGMA max_page_count = 1000000")

        def answers() -> list[Any]:
            phone.read()
            return [m[1:3] for m in phone.told if m[0] == "ack" and m[1:3] in map(list, refs)]

        await until(lambda: len(answers()) == 8, "all are acknowledged")
        entries = await everything(inside.log, live.record.log_id)
        assert chain_holds(entries) and len(entries) == live.room.seq == 11


async def test_no_text_of_the_database_names_words(store: SqliteStore) -> None:
    """Every column that may hold what somebody wrote is `words.text`."""
    log = await store.open()
    tables = [
        row[0] for row in log._database.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL")
    ]
    columns = {
        (re.split(r"[ (]", table)[2], name)
        for table in tables
        for name in re.findall(r"(\w+) TEXT", table)
    }
    assert columns == {
        ("rooms", "code"),
        ("rooms", "log_id"),
        ("entries", "chain"),
        ("words", "text"),
        ("snapshots", "chain"),
        ("snapshots", "digest"),
    }
