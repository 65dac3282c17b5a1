"""What the servers of one Redis tell each other, as MessagePack arrays (rules S1 to S6).

All of it is short-lived: told by pub/sub, heard at most once and in no promised order, and kept
nowhere. A newer server may put fields behind those of a message, which an older one passes over;
anything else that does not fit is a `BadMessage` and is dropped.
"""

from typing import Annotated, Final, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from protocols.wire import BadMessage, Number, Reaction
from rooms.roles import Mask

SERVERS: Final = "oneroom:servers"
"""The channel on which servers tell about themselves."""
LONGEST: Final = 1 << 20
"""Bytes of the longest message that is looked at."""
MOST_SEATS: Final = 40_000
"""Seats that one message may name."""
MOST_ADDRESSES: Final = 1_000
"""Addresses that one message may name."""


def room_channel(log_id: str) -> str:
    """The channel on which servers tell each other about one room."""
    return f"oneroom:{{{log_id}}}:peers"


ServerId = Annotated[str, Meta(pattern="^[0-9a-f]{12}$")]
Count = Annotated[int, Meta(ge=0, lt=1 << 31)]
Seats = Annotated[list[Number], Meta(max_length=MOST_SEATS)]
Uses = Annotated[
    list[tuple[Annotated[str, Meta(max_length=64)], Count]], Meta(max_length=MOST_ADDRESSES)
]
"""How often each address did something."""


class Message(Struct, frozen=True, array_like=True, gc=False):
    """Who tells it: a server's id, new at each of its starts."""

    server: ServerId


# About servers


class About(Message, frozen=True, tag="about"):
    """A server is here; told every second. `rules` are the numbers of rules it can follow, `people`
    its connections. `first_rooms` and `first_people` are those rooms and seats that no server of a
    smaller id has as well: added up over all servers, each counts once."""

    address: Annotated[str, Meta(max_length=300)]
    version: Annotated[str, Meta(max_length=40)]
    rules: Annotated[list[Count], Meta(max_length=16)]
    rooms: Count
    people: Count
    first_rooms: Count
    first_people: Count


class Knocks(Message, frozen=True, tag="knocks"):
    """How many connections came to a server, and how many wrong codes, since it last told."""

    connections: Uses
    guesses: Uses


class Goodbye(Message, frozen=True, tag="goodbye"):
    """A server stops."""


# About one room


class Crowd(Message, frozen=True, tag="crowd"):
    """Who of a room is at a server. `fresh` says that it has just opened the room or heard nothing
    for a while, and wants to hear of the others. `hosts` counts moderators' pages, `seats` are by
    role, those in `done` are done with `step`; `typing` counts seats and does not name them;
    `reactions` are of the last ten seconds."""

    fresh: bool
    step: Number
    hosts: Count
    seats: Annotated[list[tuple[Mask, Seats]], Meta(max_length=64)]
    done: Seats
    typing: Count
    reactions: Annotated[list[tuple[Reaction, Count]], Meta(max_length=8)]


class Spent(Message, frozen=True, tag="spent"):
    """How many commands a server took of a room, and of each seat, since it last told. Those of
    anonymous rounds count for the room alone."""

    room: Count
    seats: Annotated[list[tuple[Number, Count]], Meta(max_length=MOST_SEATS)]


class Left(Message, frozen=True, tag="left"):
    """A server has let go of a room."""


class MayLend(Message, frozen=True, tag="may_lend"):
    """May a server lend this id to a client that came with it, from this page? `number` is the
    question's own."""

    number: Number
    client: Number
    page: Annotated[str, Meta(max_length=40)]


class Digest(Message, frozen=True, tag="digest"):
    """The digest of the room's state after an entry, in a server's hands."""

    seq: Number
    chain: Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]
    digest: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]


Answer = Literal["free", "mine", "wait"]


class Lending(Message, frozen=True, tag="lending"):
    """The answer to question `number` of server `asker`. "free": nobody has the id here, or no
    longer; "mine": it is lent here, to somebody who is alive; "wait": that is being found out."""

    asker: ServerId
    number: Number
    answer: Answer


OfServers = About | Knocks | Goodbye
OfRoom = Crowd | Spent | Left | MayLend | Lending | Digest

M = TypeVar("M")

_encode = msgspec.msgpack.Encoder().encode
_of_servers: "msgspec.msgpack.Decoder[OfServers]" = msgspec.msgpack.Decoder(OfServers)
_of_room: "msgspec.msgpack.Decoder[OfRoom]" = msgspec.msgpack.Decoder(OfRoom)


def encode(message: Message) -> bytes:
    """A message as bytes."""
    return _encode(message)


def of_servers(data: bytes) -> OfServers:
    """A message of `SERVERS`. BadMessage where it is none."""
    return _decoded(_of_servers, data)


def of_room(data: bytes) -> OfRoom:
    """A message of a room's channel. BadMessage where it is none."""
    return _decoded(_of_room, data)


def _decoded(decoder: "msgspec.msgpack.Decoder[M]", data: bytes) -> M:
    if len(data) > LONGEST:
        raise BadMessage(f"{len(data)} bytes")
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as why:
        raise BadMessage(str(why)) from None
