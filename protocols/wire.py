"""The messages between a client and a server, as MessagePack arrays (rules W1 to W12).

The server decodes straight into these types, strictly and bounded; anything else is a
`BadMessage`, never a traceback.
"""

import contextlib
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from rooms.features import BOOK, RULES
from rooms.kernel import Book, Command, Rules, View
from rooms.roles import SYSTEM, Mask

VERSION: Final = 1
"""The version of this protocol."""
MESSAGE_BYTES: Final = 64 * 1024
"""The longest message a client may send."""
MOST_WORDS: Final = 8
LONGEST_WORD: Final = 8_000
UNANSWERED: Final = 8
"""Commands a client may have under way at once. It keeps the rest in its outbox."""
UNSTABLE: Final = 32
"""Acknowledged commands a client keeps, at most, until they are stable. So many, and what is under
way, it may offer again at once without sending more repeats than a connection may."""

Ref = Annotated[int, Meta(ge=1, lt=1 << 31)]
Number = Annotated[int, Meta(ge=0, lt=1 << 53)]
Chain = Annotated[str, Meta(max_length=16)]


def client_commands(rules: Rules) -> tuple[type[Command], ...]:
    """The commands a client may give under these rules; the server keeps the others to itself."""
    return tuple(command for command in rules.handlers if command.BY & ~SYSTEM)


CLIENT_COMMANDS: Final = client_commands(RULES)

if TYPE_CHECKING:
    AnyCommand = Command
else:  # the union follows from the list of features, which a static type cannot
    AnyCommand = reduce(or_, CLIENT_COMMANDS)


def speaks(version: int, own: int = VERSION) -> bool:
    """Whether a server whose own version is `own` serves clients of a version: its own, and the one
    before, since phones keep a page for hours. (W3)"""
    return max(1, own - 1) <= version <= own


class Position(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A place in a room's log: which log, how far, and a hash over all up to there."""

    log_id: Annotated[str, Meta(max_length=32)]
    seq: Number
    chain: Chain


# From the client


class Hello(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="hello"):
    """The first message. `token` is a link's or a seat's. `client` is 0, or the id that the server
    lent to this device before; `page` is a nonce in page memory, never stored, which tells a
    page that reconnects from a copy of it. `have` is where the room's replica stands and `own`
    where the private one does; both start at 0."""

    version: int
    token: Annotated[str, Meta(max_length=200)]
    client: Number
    page: Annotated[str, Meta(max_length=40)]
    have: Position
    own: Number


class Do(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="do"):
    """A command. `ref` numbers the client's commands in `lane`: 0, or the round of an anonymous
    step. `step` is the step it is meant for, `seen_seq` how far the sender had seen."""

    ref: Ref
    lane: Number
    step: Number
    seen_seq: Number
    command: AnyCommand
    words: Annotated[
        list[Annotated[str, Meta(max_length=LONGEST_WORD)]], Meta(max_length=MOST_WORDS)
    ] = []


class Ping(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="ping"):
    """Asks for the server's clock. `sent` comes back as it is."""

    sent: Number


class Here(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="here"):
    """Presence, never logged: whether this person is done with the step, and is typing."""

    step: Number
    done: bool
    typing: bool


Reaction = Literal["applause", "agree", "think"]


class React(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag="react"):
    """A reaction to what is said or shown now. It is counted and forgotten, never logged."""

    kind: Reaction


ClientMessage = Hello | Do | Ping | Here | React

# From the server

Gone = tuple[str, int]


class Welcome(Struct, frozen=True, array_like=True, tag="welcome"):
    """The answer to Hello. `client` is this device's id from now on: where it differs from the one
    sent, the tab was a copy and throws the copied outbox away. `room` is the room's code. `roles`
    are those that the link offers to choose from on joining; `decision` is what a personal link
    asks to sign, else 0."""

    version: int
    room: str
    log_id: str
    client: int
    seat: int
    role: Mask
    now_ms: int
    roles: Mask
    decision: int


class Patch(Struct, frozen=True, array_like=True, tag="patch"):
    """Upserts and removals. Applies when `since` is not past what the client has; one that ends at
    or before it is old and changes nothing. With `own` it is for the private table. What lies at
    or before `stable_seq` will not be lost with a server."""

    own: bool
    since: int
    seq: int
    chain: str
    stable_seq: int
    put: list[View]
    gone: list[Gone]


class Ack(Struct, frozen=True, array_like=True, tag="ack"):
    """The command is in the log, durably, as entry `seq`. `made` are the ids it made, `put` and
    `gone` what it changed in the private table, and `token` a new seat's token."""

    ref: int
    lane: int
    seq: int
    made: tuple[int, ...]
    put: list[View]
    gone: list[Gone]
    token: str


class Refusal(Struct, frozen=True, array_like=True, tag="refused"):
    """The command was not carried out, and why. The client drops the ref."""

    ref: int
    lane: int
    code: str


class Reset(Struct, frozen=True, array_like=True, tag="reset"):
    """Forget the replica; a whole view follows."""

    reason: Literal["another_log", "another_history", "too_far_behind", "another_audience"]


class Pong(Struct, frozen=True, array_like=True, tag="pong"):
    """The server's clock, in milliseconds since 1970."""

    sent: int
    now_ms: int


class Present(Struct, frozen=True, array_like=True, tag="present"):
    """Who is connected, never logged: people online without moderators, of them done with the
    current step, and typing. `seats` names them for moderators: (seat, done). `hosts` are the
    moderators' pages; `voices` is (role, people online, of them done), where who is done is told to
    moderators and stage alone; `reactions` is (kind, how many in the last ten seconds)."""

    online: int
    done: int
    typing: int
    seats: list[tuple[int, bool]]
    hosts: int
    voices: list[tuple[Mask, int, int]]
    reactions: list[tuple[Reaction, int]]


class Farewell(Struct, frozen=True, array_like=True, tag="farewell"):
    """The server is about to close: come back after `retry_ms`."""

    retry_ms: int


ServerMessage = Welcome | Patch | Ack | Refusal | Reset | Pong | Present | Farewell


class BadMessage(ValueError):
    """A message that does not fit the protocol; its text says where and why."""


_encoder: Final = msgspec.msgpack.Encoder()
_UNREADABLE: Final = (
    msgspec.DecodeError,
    UnicodeDecodeError,
    RecursionError,
    OverflowError,
)


@cache
def _decoder(rules: Rules) -> msgspec.msgpack.Decoder[ClientMessage]:
    """Reads what clients may say under these rules."""
    if rules is RULES:
        return msgspec.msgpack.Decoder(ClientMessage)
    commands: Any = reduce(or_, client_commands(rules))
    do = msgspec.defstruct(
        "Do",
        [("command", commands)],
        bases=(Do,),
        tag="do",
        frozen=True,
        array_like=True,
        forbid_unknown_fields=True,
    )
    return msgspec.msgpack.Decoder(do | Hello | Ping | Here | React)


def decode(data: bytes, rules: Rules = RULES, book: Book = BOOK) -> ClientMessage:
    """A client's message in a room that follows these rules. A command of other rules of the book
    is read as well: it can be answered. BadMessage if it is anything else, however broken."""
    try:
        return _decoder(rules).decode(data)
    except _UNREADABLE as why:
        for other in book.values():
            if other is not rules:
                with contextlib.suppress(*_UNREADABLE):
                    return _decoder(other).decode(data)
        raise BadMessage(str(why)) from None


def encode(message: ServerMessage) -> bytes:
    """A server's message as bytes."""
    return _encoder.encode(message)
