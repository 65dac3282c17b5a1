"""The end of a run, read straight from the storage and replayed apart from any server."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgpack
from redis import Redis

from client.replica import Table, decode
from protocols.log import SALT_BYTES, START, Logged, Word, entry, link, state_digest
from protocols.wire import Patch, encode
from rooms.cards import Card
from rooms.features import BOOK, new_room
from rooms.kernel import WORD_BITS, Book, Entry, Outcome, Room
from rooms.votes import CastOpinion, Tally
from tests.chaos.records import Fact, Final, Rows


def from_sqlite(folder: Path, code: str) -> list[Logged]:
    """A room's log out of a data folder, whose server has stopped."""
    with contextlib.closing(sqlite3.connect(folder / "oneroom.sqlite3")) as database:
        (number,) = database.execute("SELECT number FROM rooms WHERE code = ?", (code,)).fetchone()
        words: dict[int, dict[int, Word]] = {}
        rows = database.execute("SELECT ref, salt, text FROM words WHERE room = ?", (number,))
        for ref, salt, text in rows:
            words.setdefault(ref >> WORD_BITS, {})[ref & (1 << WORD_BITS) - 1] = Word(salt, text)
        entries = database.execute(
            "SELECT seq, at_ms, chain, body FROM entries WHERE room = ? ORDER BY seq", (number,)
        ).fetchall()
    return [
        Logged(seq, at_ms, chain, body, _in_order(words.get(seq, {})))
        for seq, at_ms, chain, body in entries
    ]


def from_redis(url: str, code: str) -> list[Logged]:
    """A room's log out of a Redis, read without any code of the server's."""
    with Redis.from_url(url) as redis:
        record: dict[str, Any] = msgpack.unpackb(_some(redis.get(f"oneroom:code:{code}")))
        log_id = record["log_id"]
        stored: Any = redis.hgetall(f"oneroom:{{{log_id}}}:words")
        batches: Any = redis.xrange(f"oneroom:{{{log_id}}}:log")
    words: dict[int, dict[int, Word]] = {}
    for ref, value in stored.items():
        place = words.setdefault(int(ref) >> WORD_BITS, {})
        place[int(ref) & (1 << WORD_BITS) - 1] = Word(
            value[:SALT_BYTES], value[SALT_BYTES:].decode()
        )
    entries: list[Logged] = []
    chain = START
    for name, fields in batches:
        at_ms, packed = int(fields[b"t"]), fields[b"b"]
        while packed:
            seq, size = len(entries) + 1, int.from_bytes(packed[:4])
            body, packed = packed[4 : 4 + size], packed[4 + size :]
            chain = link(chain, seq, at_ms, body)
            entries.append(Logged(seq, at_ms, chain, body, _in_order(words.get(seq, {}))))
        if name != b"%d-0" % len(entries) or fields[b"c"].decode() != chain:
            raise ValueError(f"the stream breaks at {name.decode()}")
    return entries


def _some(found: Any) -> Any:
    if found is None:
        raise ValueError("the storage does not know the room")
    return found


def _in_order(words: dict[int, Word]) -> tuple[Word | None, ...]:
    return tuple(words.get(position) for position in range(max(words, default=-1) + 1))


def replay(log: Iterable[Logged], roles: Iterable[int], book: Book = BOOK) -> Final:
    """What a log says, by the rules alone, with the view of each role. ValueError where its chain
    is broken."""
    room = new_room(book)
    words: dict[int, str] = {}
    facts: list[Fact] = []
    chain = START
    for logged in log:
        chain = link(chain, logged.seq, logged.at_ms, logged.body)
        if logged.chain != chain:
            raise ValueError(f"the stored chain breaks at entry {logged.seq}")
        one = entry(logged, book)
        outcome = room.apply(one)
        facts.append(_fact(one, outcome, chain))
        for position, word in enumerate(logged.words):
            if word is not None and not outcome.refused and not outcome.repeat:
                words[one.seq << WORD_BITS | position] = word.text
    cards = {card.id: words.get(card.text, "") for card in room.all(Card)}
    tallies = {
        tally.id: (tally.people, tally.agree, tally.disagree, tally.passed)
        for tally in room.all(Tally)
    }
    views = {role: _rows(room, role, words.get) for role in roles}
    return Final(facts, cards, tallies, state_digest(room), views)


def _fact(one: Entry, outcome: Outcome, chain: str) -> Fact:
    command = one.command
    vote = (command.choice, command.opinion) if isinstance(command, CastOpinion) else None
    return Fact(
        one.seq,
        chain,
        (one.actor.client, one.lane, one.ref),
        one.actor.seat,
        str(command.__struct_config__.tag),
        outcome.refused,
        outcome.repeat,
        vote,
    )


def _rows(room: Room, role: int, words: Callable[[int], str | None]) -> Rows:
    """The table of somebody in this role who was told everything, by way of the wire."""
    put, gone = room.view(0, role, words)
    message = decode(encode(Patch(False, 0, room.seq, "", room.seq, put, gone)))
    table = Table()
    table.write(message[6], message[7])
    return table.rows()
