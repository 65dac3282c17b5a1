"""The file of a single server's log: what is in it, and why it cannot be opened."""

import sqlite3
from pathlib import Path
from typing import Final

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS rooms (
    number INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, log_id TEXT NOT NULL UNIQUE,
    key BLOB NOT NULL, created_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS entries (
    room INTEGER NOT NULL, seq INTEGER NOT NULL, at_ms INTEGER NOT NULL, chain TEXT NOT NULL,
    body BLOB NOT NULL, PRIMARY KEY (room, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS words (
    room INTEGER NOT NULL, ref INTEGER NOT NULL, salt BLOB NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (room, ref)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS snapshots (
    room INTEGER NOT NULL, seq INTEGER NOT NULL, chain TEXT NOT NULL, state BLOB NOT NULL,
    digest TEXT NOT NULL, chains BLOB NOT NULL, PRIMARY KEY (room, seq)
) STRICT, WITHOUT ROWID;
"""


def connect(path: Path, *, fast: bool) -> sqlite3.Connection:
    """The file, made where it does not exist, and locked as long as the connection is open. With
    `fast` a commit does not wait for the disk. sqlite3.Error or OSError if that is not possible."""
    database = sqlite3.connect(path, timeout=0.5, isolation_level=None, check_same_thread=False)
    # A damaged text is read as another one, which its digest tells, and not as a fault.
    database.text_factory = lambda data: data.decode(errors="replace")
    try:
        # Exclusive before WAL: one process holds the file, and no shared-memory file is made.
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(f"PRAGMA synchronous = {'NORMAL' if fast else 'FULL'}")
        database.execute("PRAGMA secure_delete = ON")
        database.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")
        _renew_snapshots(database)
    except sqlite3.Error:
        database.close()
        raise
    return database


def _renew_snapshots(database: sqlite3.Connection) -> None:
    """Snapshots of an older form are thrown away: they are a cache."""
    columns = [row[1] for row in database.execute("PRAGMA table_info(snapshots)")]
    if "chains" not in columns:
        database.executescript(f"BEGIN IMMEDIATE; DROP TABLE snapshots; {SCHEMA} COMMIT;")


def why_not(path: Path, why: Exception) -> str:
    """Why the file cannot be used, and what to do."""
    text = str(why)
    if "locked" in text:
        return (
            f"{path} is in use by another server: stop that one, or give this one another DATA_DIR"
        )
    if "readonly" in text or "unable to open" in text or isinstance(why, PermissionError):
        return f"{path} cannot be written: make its folder writable, or set another DATA_DIR"
    if "full" in text:
        return f"{path} cannot be written, the disk is full: free some space"
    if "not a database" in text or "malformed" in text:
        return f"{path} is not a readable database: move it away, or restore it from a copy"
    return f"{path} cannot be opened: {text}"
