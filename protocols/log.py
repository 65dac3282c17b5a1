"""Log entries and snapshots as bytes, and the chain that ties a log together (rules L1 to L6).

A `Draft` is what a server proposes; the log gives it number, time and chain and so makes an
`Entry`. The body of an entry is the same bytes on every server, so that chains can be compared.
"""

import hashlib
from functools import cache, reduce
from operator import or_
from typing import Any, Final, Generic, TypeVar, cast

import msgspec
from msgspec import Struct

from rooms.features import BOOK
from rooms.kernel import (
    FIRST_RULES,
    Actor,
    Book,
    Command,
    Entity,
    Entry,
    Memory,
    PlaneId,
    Room,
    Rules,
    UnknownRules,
    tag_of,
)
from rooms.plane import Plane
from rooms.roles import Mask

START: Final = "0" * 16
"""The chain of an empty log."""
SALT_BYTES: Final = 16
DIGEST_BYTES: Final = 16

C = TypeVar("C")


class Body(Struct, Generic[C], frozen=True, array_like=True, forbid_unknown_fields=True):
    """What of an entry is decided before the log gives it a number. An entry of the first rules
    does not name them."""

    actor: Actor
    ref: int
    lane: int
    step: int
    seed: int
    command: C
    digests: tuple[bytes, ...] = ()
    rules: int = FIRST_RULES


class Word(Struct, frozen=True, array_like=True):
    """A word in the side store: beside the log, so that it can be erased. `text` None: erased."""

    salt: bytes
    text: str


class Draft(Struct, frozen=True):
    """An entry as proposed: its body, encoded, and the words that lie beside it."""

    body: bytes
    words: tuple[Word, ...] = ()


class Logged(Struct, frozen=True, array_like=True):
    """An entry as the log keeps it. Words are None where they were erased. `batch` is the number
    of the append it came with, or 0."""

    seq: int
    at_ms: int
    chain: str
    body: bytes
    words: tuple[Word | None, ...] = ()
    batch: int = 0


_encoder: Final = msgspec.msgpack.Encoder()


def digest(word: Word) -> bytes:
    """The salted digest of a word: the first 16 bytes of SHA-256; empty for an empty word."""
    if not word.text:
        return b""
    return hashlib.sha256(word.salt + word.text.encode()).digest()[:DIGEST_BYTES]


def draft(
    actor: Actor,
    command: Command,
    *,
    ref: int = 0,
    lane: int = 0,
    step: int = 0,
    seed: int = 0,
    words: tuple[Word, ...] = (),
    rules: int = FIRST_RULES,
) -> Draft:
    """A proposed entry, under the rules of this number. The entry carries digests; the words lie
    beside it."""
    digests = tuple(digest(word) for word in words)
    body = (actor, ref, lane, step, seed, command, digests)
    return Draft(_encoder.encode(body if rules == FIRST_RULES else (*body, rules)), words)


def link(chain: str, seq: int, at_ms: int, body: bytes) -> str:
    """The chain after an entry: 16 hex digits of SHA-1 over the chain before it and the entry.

    SHA-1, since that is what a Redis script can compute; it guards against accident and lost
    tails, not against an operator who forges a log.
    """
    head = f"{chain}{seq}:{at_ms}:".encode()
    return hashlib.sha1(head + body, usedforsecurity=False).hexdigest()[:16]


@cache
def _bodies(rules: Rules) -> msgspec.msgpack.Decoder[Body[Command]]:
    """Reads bodies whose command is one of these rules."""
    commands = reduce(or_, tuple(rules.handlers))
    return msgspec.msgpack.Decoder(Body[commands])  # type: ignore[valid-type]  # a union made here


def entry(logged: Logged, book: Book = BOOK) -> Entry:
    """The entry for the reducer. UnknownRules if this book cannot read it, ValueError if the bytes
    are not a body at all. (L6)"""
    rules = book.get(_rules_of(logged.body))
    try:
        if rules is None:
            raise ValueError("the number of its rules is none")
        body = _bodies(rules).decode(logged.body)
    except (msgspec.DecodeError, ValueError, RecursionError, OverflowError) as why:
        unknown = _unknown(logged.body, book)
        if unknown:
            raise UnknownRules(logged.seq, unknown) from None
        raise ValueError(f"entry {logged.seq} cannot be read: {why}") from None
    return Entry(
        logged.seq,
        logged.at_ms,
        body.actor,
        body.ref,
        body.lane,
        body.step,
        body.seed,
        body.command,
        body.digests,
        body.rules,
    )


def _rules_of(body: bytes) -> int:
    """The number of the rules that a body says it was written under: the last of its eight
    elements, whose last byte is the number itself. Seven elements are of the first rules."""
    return body[-1] if body[:1] == b"\x98" else FIRST_RULES


def _unknown(body: bytes, book: Book) -> str:
    """What of a body that could not be read is unknown to a book; "" where it is only damaged.
    Later versions may add rules, commands, and fields behind those of a command."""
    try:
        found = msgspec.msgpack.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return ""
    match found:
        case [[*_], int(), int(), int(), int(), [str(tag), *fields], [*_], *more]:
            number = more[0] if more else FIRST_RULES
        case _:
            return ""
    rules = book.get(number) if isinstance(number, int) else None
    if rules is None:
        return f"rules {number}" if isinstance(number, int) and number >= FIRST_RULES else ""
    known = {tag_of(command): command for command in rules.handlers}
    if tag not in known:
        return f"the command {tag!r}"
    if len(fields) > len(known[tag].__struct_fields__):
        return f"something in the command {tag!r}"
    return ""


# Snapshots


class PlaneState(Struct, array_like=True):
    """A plane: entities in the order of their last change, with that entry's number and who has
    ever seen them; then the keys of what is gone, likewise."""

    name: PlaneId
    floor: int
    kept: list[tuple[int, Mask, msgspec.Raw]]
    gone: list[tuple[int, Mask, str, int]]


class RoomState(Struct, array_like=True):
    """A whole room. `order` numbers kept and gone together, as they lie in the plane."""

    rules: int
    seq: int
    at_ms: int
    planes: list[PlaneState]
    memories: list[tuple[PlaneId, int, Memory]]


class Snapshot(Struct, frozen=True, array_like=True):
    """A room's state at a position of its log, with the digest of the state bytes. `chains` are
    those after each entry up to there, eight bytes each, so that histories can still be compared
    without reading them."""

    log_id: str
    seq: int
    chain: str
    state: bytes
    digest: str
    chains: bytes = b""


_state: msgspec.msgpack.Decoder[RoomState] = msgspec.msgpack.Decoder(RoomState)


def state_bytes(room: Room) -> bytes:
    """The whole state as bytes: equal on every server that has applied the same entries."""
    planes = []
    for name in sorted(room.planes, key=lambda name: (isinstance(name, str), name)):
        plane = room.planes[name]
        kept: list[tuple[int, Mask, msgspec.Raw]] = []
        gone: list[tuple[int, Mask, str, int]] = []
        for (kind, number), seq in plane.order.items():
            entity = plane.entities[kind].get(number)
            shown = plane.shown[(kind, number)]
            if entity is None:
                gone.append((seq, shown, str(kind.__struct_config__.tag), number))
            else:
                kept.append((seq, shown, msgspec.Raw(_encoder.encode(entity))))
        planes.append(PlaneState(name, plane.floor, kept, gone))
    memories = [(plane, client, m) for (plane, client), m in sorted_memories(room)]
    return _encoder.encode(RoomState(room.rules.number, room.seq, room.at_ms, planes, memories))


def sorted_memories(room: Room) -> list[tuple[tuple[PlaneId, int], Memory]]:
    """The remembered answers, in an order that does not depend on who came first."""
    return sorted(room.memories.items(), key=lambda item: (isinstance(item[0][0], str), item[0]))


def state_digest(room: Room) -> str:
    """32 hex digits of SHA-256 over the whole state."""
    return hashlib.sha256(state_bytes(room)).hexdigest()[:32]


def snapshot(room: Room, log_id: str, chain: str, chains: bytes = b"") -> Snapshot:
    """A snapshot of a room that stands at `chain` in its log, after all of `chains`."""
    state = state_bytes(room)
    digest = hashlib.sha256(state).hexdigest()[:32]
    return Snapshot(log_id, room.seq, chain, state, digest, chains)


def restore(taken: Snapshot, book: Book = BOOK) -> Room:
    """The room of a snapshot. ValueError if it is damaged or of other rules than this book's."""
    if hashlib.sha256(taken.state).hexdigest()[:32] != taken.digest:
        raise ValueError("the snapshot is damaged: its digest does not fit")
    try:
        state = _state.decode(taken.state)
        if state.rules not in book:
            raise ValueError(f"the snapshot was made under rules {state.rules}")
        return _room(state, book)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError) as why:
        raise ValueError(f"the snapshot cannot be read: {why}") from None


@cache
def _entities(rules: Rules) -> msgspec.msgpack.Decoder[Entity]:
    return msgspec.msgpack.Decoder(cast(Any, reduce(or_, rules.entities)))


def _room(state: RoomState, book: Book) -> Room:
    room = Room(book, state.rules)
    decoder = _entities(room.rules)
    kinds = {str(kind.__struct_config__.tag): kind for kind in room.rules.entities}
    room.seq, room.at_ms = state.seq, state.at_ms
    for kept in state.planes:
        plane = room.planes[kept.name] = Plane()
        plane.floor = kept.floor
        changes: list[tuple[int, Mask, type[Entity], int, Entity | None]] = [
            (seq, shown, type(entity), entity.id, entity)
            for seq, shown, entity in ((s, m, decoder.decode(raw)) for s, m, raw in kept.kept)
        ]
        changes += [(seq, shown, kinds[tag], n, None) for seq, shown, tag, n in kept.gone]
        changes.sort(key=lambda change: change[0])  # stable: order within an entry is kept
        for seq, shown, kind, number, entity in changes:
            of_kind = plane.entities.setdefault(kind, {})
            key = (kind, number)
            plane.order[key] = seq
            plane.shown[key] = shown
            if entity is None:
                plane.gone[key] = None
            else:
                of_kind[number] = entity
    room.memories = {(plane, client): memory for plane, client, memory in state.memories}
    return room
