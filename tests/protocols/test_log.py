"""Entries, the chain, words and snapshots as bytes (rules L1 to L6)."""

import hashlib
from typing import Any

import msgpack
import msgspec
import pytest
from msgspec.structs import replace

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
    restore,
    snapshot,
    state_digest,
)
from rooms.agenda import NextStep, OpenRoom, StepPlan, Tick
from rooms.cards import PostIdea
from rooms.features import RULES, new_room
from rooms.kernel import ROOM, Actor, Room, UnknownRules, tag_of
from rooms.people import Join, Link
from rooms.roles import EVERYBODY, FACILITATOR, MEMBER, SYSTEM
from rooms.steps import Text, step_id
from tests.next_rules import NEXT_BOOK, NUMBER

SALT = bytes(range(16))
LOG_ID = "0123456789abcdef"


def words(*texts: str) -> tuple[Word, ...]:
    return tuple(Word(SALT, text) for text in texts)


class Book:
    """A log in memory, with the room that follows it."""

    def __init__(self) -> None:
        self.room = new_room()
        self.chain = START
        self.logged: list[Logged] = []

    def write(self, actor: Actor, command: Any, *texts: str, **more: int) -> tuple[int, ...]:
        """Append and apply one entry. Returns what it made."""
        proposed = draft(actor, command, words=words(*texts), **more)
        seq = len(self.logged) + 1
        self.chain = link(self.chain, seq, 1_000 * seq, proposed.body)
        logged = Logged(seq, 1_000 * seq, self.chain, proposed.body, proposed.words)
        self.logged.append(logged)
        outcome = self.room.apply(entry(logged))
        assert not outcome.refused
        return outcome.made


def session() -> Book:
    """A room with three people and some hidden cards."""
    book = Book()
    name = Text("Идеи", "Ideas")
    lanes: dict[str, Any] = {"lanes": [["Идеи", "Ideas"]]}
    plan = StepPlan("ideate", name, name, 60_000, "hard", MEMBER, EVERYBODY, 0, False, lanes)
    opening = OpenRoom(RULES.number, "ru", [plan], [FACILITATOR, MEMBER], [True])
    book.write(Actor(SYSTEM), opening, "Название", "", "Отдел")
    links = {one.role: one.id for one in book.room.all(Link)}
    book.write(Actor(FACILITATOR, 0, 1, links[FACILITATOR]), NextStep(), ref=1)
    for client in (2, 3, 4):
        stranger = Actor(MEMBER, 0, client, links[MEMBER])
        seat = book.write(stranger, Join(0, "onsite"), "Анна", "", ref=1)[0]
        member = Actor(MEMBER, seat, client, links[MEMBER])
        for ref in range(2, 5):
            book.write(member, PostIdea(0), f"идея {ref}", ref=ref, step=step_id(0), seed=9)
    return book


# Entries


def test_l1_body_is_these_bytes() -> None:
    proposed = draft(
        Actor(MEMBER, 65_536, 7, 3), PostIdea(1), ref=2, lane=0, step=5, seed=9, words=words("да")
    )
    assert proposed.body.hex(" ") == (
        "97 95 08 ce 00 01 00 00 07 03 a0 02 00 05 09 92 a9 70 6f 73 74 5f 69 64 65 61 01"
        " 91 c4 10 " + digest(Word(SALT, "да")).hex(" ")
    )
    assert proposed.words == (Word(SALT, "да"),)


def test_l1_body_is_read_by_the_other_decoder() -> None:
    body = draft(Actor(blind="b" * 25), Tick(), words=words("", "x")).body
    read = msgpack.unpackb(body, raw=False)
    assert read == [[0, 0, 0, 0, "b" * 25], 0, 0, 0, 0, ["tick"], [b"", digest(Word(SALT, "x"))]]


def test_l1_entry_is_read_back() -> None:
    actor = Actor(MEMBER, 1, 2, 3)
    proposed = draft(actor, PostIdea(4), ref=5, lane=6, step=7, seed=8, words=words("x"))
    read = entry(Logged(9, 10, START, proposed.body))
    assert (read.seq, read.at_ms, read.actor, read.ref) == (9, 10, actor, 5)
    assert (read.lane, read.step, read.seed, read.command) == (6, 7, 8, PostIdea(4))
    assert read.digests == (digest(Word(SALT, "x")),)


BODY = draft(Actor(MEMBER, 1, 2, 3), PostIdea(4), ref=5, words=words("x")).body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xc0",
        BODY[:-1],
        BODY + b"\xc0",
        b"\xdd\xff\xff\xff\xff",
        b"\x97" + b"\x91" * 60_000,
        BODY.replace(b"post_idea", b"post_ide\xff"),
        BODY.replace(b"post_idea", b"post_idea"[:-1]),
        BODY.replace(b"\xa9post_idea\x04", b"\xa9post_idea\xff"),
        b"\x98" + BODY[1:] + b"\x00",
        b"\x98" + BODY[1:] + b"\xc0",
    ],
    ids=lambda body: body[:12].hex(),
)
def test_l1_damaged_body_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"entry 3 cannot be read"):
        entry(Logged(3, 0, START, body))


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (BODY.replace(b"post_idea", b"post_milk"), "the command 'post_milk'"),
        (BODY.replace(b"\x92\xa9post_idea\x04", b"\x93\xa9post_idea\x04\xc0"), "'post_idea'"),
        (b"\x98" + BODY[1:] + b"\x09", "rules 9,"),
        (b"\x98" + BODY[1:] + b"\xcc\xc8", "rules 200,"),
        (b"\x98" + BODY[1:] + b"\xcd\x01\x2c", "rules 300,"),
    ],
    ids=["command", "field", "rules", "rules of two bytes", "rules of three bytes"],
)
def test_l6_entry_of_a_later_version_is_told_from_a_damaged_one(body: bytes, what: str) -> None:
    with pytest.raises(UnknownRules, match=rf"entry 3 needs .*{what}"):
        entry(Logged(3, 0, START, body))


def test_l6_first_rules_are_not_named_in_an_entry_and_others_are() -> None:
    proposed = draft(Actor(SYSTEM), Tick(), rules=NUMBER).body
    assert msgpack.unpackb(proposed, raw=False)[7:] == [NUMBER]
    assert entry(Logged(3, 0, START, proposed), NEXT_BOOK).rules == NUMBER
    assert entry(Logged(3, 0, START, BODY), NEXT_BOOK).rules == 1


def test_l1_entry_that_does_not_follow_is_a_value_error() -> None:
    room, tick = new_room(), draft(Actor(SYSTEM), Tick()).body
    for seq in (0, 2):
        with pytest.raises(ValueError, match="does not follow"):
            room.apply(entry(Logged(seq, 0, START, tick)))


# The chain


@pytest.mark.parametrize(
    ("chain", "seq", "at_ms", "body", "after"),
    [
        (START, 1, 0, b"", "8187edd56d95dde5"),
        (START, 1, 1_700_000_000_000, b"\x90", "015b8a2f2e2a6cb8"),
        ("015b8a2f2e2a6cb8", 2, 1_700_000_000_001, b"\x90", "8c77a1a99a8a7b23"),
    ],
)
def test_l3_chain_after_an_entry(chain: str, seq: int, at_ms: int, body: bytes, after: str) -> None:
    assert link(chain, seq, at_ms, body) == after


def test_l3_chain_is_the_sha1_that_the_document_states() -> None:
    whole = hashlib.sha1(b"00112233445566775:1700:body", usedforsecurity=False)
    assert link("0011223344556677", 5, 1_700, b"body") == whole.hexdigest()[:16]


def test_l3_chain_changes_with_everything_in_it() -> None:
    same = ("a" * 16, 7, 1_000, b"body")
    others = [("b" * 16, *same[1:]), (same[0], 8, *same[2:]), (*same[:2], 1_001, same[3])]
    found = {link(*same), link(*same[:3], b"bodY"), *(link(*other) for other in others)}
    assert len(found) == 5


# Words


def test_l4_digest_is_salted_and_short() -> None:
    assert digest(Word(SALT, "да")) == hashlib.sha256(SALT + "да".encode()).digest()[:16]
    assert digest(Word(SALT[::-1], "да")) != digest(Word(SALT, "да"))
    assert digest(Word(SALT, "")) == b""


def test_l4_text_is_nowhere_in_the_body() -> None:
    proposed = draft(Actor(MEMBER, 1, 2, 3), PostIdea(0), words=words("секретная мысль"))
    assert "секрет".encode() not in proposed.body


def test_l4_state_and_snapshot_hold_no_text() -> None:
    book = session()
    state = snapshot(book.room, LOG_ID, book.chain).state
    texts = [word.text for logged in book.logged for word in logged.words if word and word.text]
    assert texts
    assert [text for text in texts if text.encode() in state] == []


# Snapshots


def taken() -> tuple[Book, Snapshot]:
    book = session()
    return book, snapshot(book.room, LOG_ID, book.chain)


def whole_view(room: Room, role: int) -> Any:
    return [room.view(0, role, str, plane) for plane in room.planes]


def test_l5_snapshot_gives_the_same_room() -> None:
    book, made = taken()
    again = restore(made)
    assert (made.log_id, made.seq, made.chain) == (LOG_ID, len(book.logged), book.chain)
    assert (again.seq, again.at_ms) == (book.room.seq, book.room.at_ms)
    assert state_digest(again) == state_digest(book.room) == made.digest
    assert snapshot(again, LOG_ID, book.chain) == made
    for role in (FACILITATOR, MEMBER):
        assert whole_view(again, role) == whole_view(book.room, role)


def test_l5_snapshot_survives_its_own_bytes() -> None:
    _, made = taken()
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(made), type=Snapshot)
    assert kept == made


def test_l5_snapshot_of_an_empty_room() -> None:
    made = snapshot(new_room(), LOG_ID, START)
    assert state_digest(restore(made)) == made.digest
    assert list(restore(made).planes) == [ROOM]


def test_l5_snapshot_is_not_tied_to_the_room_it_was_taken_of() -> None:
    book, made = taken()
    again = restore(made)
    book.write(Actor(SYSTEM), Tick())
    assert state_digest(again) == made.digest != state_digest(book.room)


@pytest.mark.parametrize("place", [0, 1, 40, -1])
def test_l5_damaged_snapshot_is_a_value_error(place: int) -> None:
    _, made = taken()
    state = bytearray(made.state)
    state[place] ^= 1
    with pytest.raises(ValueError, match="damaged"):
        restore(replace(made, state=bytes(state)))


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"\xc0",
        b"\xdd\xff\xff\xff\xff",
        b"\x91" * 60_000,
        b"\x95\x01\x01\x01\x91\x90\x90",
        b"\x95\x01\x01\x01\x91\x94\x00\x00\x91\x93\x01\x01" + b"\x91" * 60_000,
        b"\x95\x01\x01\x01\x91\x94\x00\x00\x90\x91\x94\x01\x01\xa4milk\x01\x90",
    ],
    ids=lambda state: state[:8].hex(),
)
def test_l5_snapshot_of_other_bytes_is_a_value_error(state: bytes) -> None:
    """Its digest may fit and it still be nothing that this code can read."""
    _, made = taken()
    whole = hashlib.sha256(state).hexdigest()[:32]
    with pytest.raises(ValueError):
        restore(replace(made, state=state, digest=whole))


def test_l5_snapshot_with_unknown_things_is_a_value_error() -> None:
    _, made = taken()
    for old, new in ((b"ideation", b"ideatiom"), (b"session", b"se\xffsion")):
        state = made.state.replace(old, new)
        assert state != made.state
        whole = hashlib.sha256(state).hexdigest()[:32]
        with pytest.raises(ValueError):
            restore(replace(made, state=state, digest=whole))


def test_l6_snapshot_of_other_rules_is_a_value_error() -> None:
    _, made = taken()
    with pytest.raises(ValueError, match=f"under rules {RULES.number}"):
        restore(made, {2: replace(RULES, number=2)})


def test_l6_entry_1_names_the_rules() -> None:
    command = entry(session().logged[0]).command
    assert isinstance(command, OpenRoom)
    assert command.rules == RULES.number


def test_l1_tags_in_log_and_state_are_told_apart() -> None:
    """Two commands, or two entities, of one tag could not be read back."""
    for kinds in (tuple(RULES.handlers), RULES.entities):
        tags = [tag_of(kind) for kind in kinds]
        assert len(set(tags)) == len(tags)


def test_l2_draft_without_words_has_no_digests() -> None:
    body = bytes.fromhex("97 95 cd0400 00 00 00 a0 00 00 00 00 91 a47469636b 90")
    assert draft(Actor(SYSTEM), Tick()) == Draft(body, ())
