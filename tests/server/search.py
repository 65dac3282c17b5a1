"""What can be found out about the authors of an anonymous step by who has all that is kept in hand:
log, words, snapshots, keys of other kinds."""

import base64
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgpack

from client.replica import Thing
from rooms.roles import MEMBER
from server.keys import blind_name
from tests.server.harness import bytes_of
from tests.server.phones import Phone
from tests.server.sessions import WRITERS, Session


def database(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "oneroom.sqlite3")


def numbers(value: Any) -> Iterator[int]:
    """All numbers in something decoded, at any depth."""
    if isinstance(value, bytes):
        try:
            value = msgpack.unpackb(value)
        except ValueError:
            return
    if isinstance(value, int) and not isinstance(value, bool):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from numbers(part)


def nobody_can_be_found(session: Session, step: Thing, key_files: list[Path]) -> None:
    """In an anonymous step a person's seat, device and name stand in no entry, no word beside it
    and no snapshot next to a card; one person's cards cannot be told to be one person's; and no
    key lies in what a copy of the database takes along."""
    folder = session.process.folder
    base = database(folder)
    rows = base.execute("SELECT seq, body FROM entries ORDER BY seq").fetchall()
    bodies = [(seq, msgpack.unpackb(body)) for seq, body in rows]
    blind = [(seq, body) for seq, body in bodies if body[2]]
    writers = [session.people[name] for name in WRITERS]
    persons = {phone.seat for phone in writers} | {phone.client for phone in writers}
    assert len(blind) == 12 * 2 + 2, "cards and their changes; what was refused at the edge is not"
    for seq, (actor, ref, lane, meant, _, command, digests) in blind:
        role, seat, client, link, name = actor
        assert (seat, client, link) == (0, 0, 0) and role in (0, MEMBER) and lane == step.round
        assert meant == step.id and len(digests) <= 1
        assert not persons & set(numbers([actor, ref, command]))
        words = base.execute("SELECT text FROM words WHERE ref >> 8 = ?", (seq,)).fetchall()
        assert [text for (text,) in words] in ([], [*session.blind_words]) or len(words) == 1
        assert not any("Name-" in text for (text,) in words)
    posts = [body for _, body in blind if body[5][0] == "post_idea"]
    assert len({body[0][4] for body in posts}) == 13, "two cards share an actor"
    assert {body[1] for body in posts} == {1}, "a number tells how many its author wrote before"
    assert {body[1] for _, body in blind if body[5][0] != "post_idea"} == {2}
    names = {body[0][4] for body in posts}
    for (state,) in base.execute("SELECT state FROM snapshots").fetchall():
        _, _, _, planes, memories = msgpack.unpackb(state)
        found = 0
        for plane in planes:
            name, kept = plane[0], plane[2]
            for entity in (entry[2] for entry in kept):
                if entity[0] == "card" and entity[2] == step.id:
                    found += 1
                    assert not persons & set(numbers(entity)) and name == 0
                assert not (isinstance(name, str) and persons & set(numbers(entity)))
        assert found == 12
        for plane, client, _ in memories:
            assert plane not in names or client == 0
    texts = {text for (text,) in base.execute("SELECT text FROM words").fetchall()}
    assert set(session.blind_words) <= texts
    for gone in ("draft-of-", "unsaid-withdrawn-", "not-for-me-", "idea-first-", "withdrawn-"):
        assert not any(text.startswith(gone) for text in texts)
        assert gone.encode() not in bytes_of(folder)
    [room_key] = base.execute("SELECT key FROM rooms").fetchone()
    base.close()
    assert len(key_files) == 1 and key_files[0].stat().st_mode & 0o077 == 0
    key = key_files[0].read_bytes()
    for path in folder.rglob("*"):
        if path.is_file() and path != key_files[0]:
            assert key not in path.read_bytes()
    # The names follow from the key, so the search would find them; from nothing else that is kept.
    operator = (folder / "operator.key").read_bytes().strip()
    assert names & guesses(key, writers)
    for other in (room_key, operator, base64.urlsafe_b64decode(operator), b"", bytes(32)):
        assert not names & guesses(other, writers)


def guesses(key: bytes, writers: list[Phone]) -> set[str]:
    """The blind actors that these people's cards would have under a key."""
    return {
        blind_name(key, "card", phone.seat, phone.client, ref)
        for phone in writers
        for ref in range(1, 9)
    }
