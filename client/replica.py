"""The generic replica: what one connection knows of a room, kept by patches alone.

No rule of the room is written here. Views arrive as arrays and are kept as `Thing`s with named
fields. MessagePack is decoded with the `msgpack` package, which shares no code with the server's
encoder.
"""

from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any, Final

import msgpack

from protocols.commands import FIELDS

MESSAGE_BYTES: Final = 16 * 1024 * 1024
"""The longest message a server may send: a whole view of the largest room."""

IDENTITY: Final = ("target", "author", "name", "text", "what")
"""Fields by which one thing is told from another. What is kept beside a thing has none of them."""

Thing = SimpleNamespace
"""One view, with `tag`, `id` and its own fields as attributes."""


def decode(data: bytes) -> list[Any]:
    """One message of the server, as an array that begins with its tag. ValueError if it is not."""
    message = msgpack.unpackb(data, raw=False, strict_map_key=True, max_ext_len=0)
    if not isinstance(message, list) or not message or not isinstance(message[0], str):
        raise ValueError("not a message of this protocol")
    return message


def encode(message: list[Any]) -> bytes:
    """One message to the server as bytes."""
    packed: bytes = msgpack.packb(message, use_bin_type=True)
    return packed


class Table:
    """Views of one place: the room, or what is private to this connection's person."""

    def __init__(self) -> None:
        self.seq = 0
        self._kinds: dict[str, dict[int, Thing]] = {}
        self.is_old = False
        """Whether a whole view is to take the place of what is here."""

    def all(self, kind: str) -> Iterator[Thing]:
        """All views of a kind, in the order in which they came."""
        yield from self._kinds.get(kind, {}).values()

    def get(self, kind: str, number: int) -> Thing | None:
        """The view of this kind and id, or None."""
        return self._kinds.get(kind, {}).get(number)

    def named(self, number: int) -> list[Thing]:
        """All views of an id, of whatever kind."""
        return [things[number] for things in self._kinds.values() if number in things]

    def write(self, put: Iterable[list[Any]], gone: Iterable[list[Any]]) -> None:
        """Take upserts and removals. Kinds that this version does not know are passed over, and so
        are fields that a newer server puts behind those it knows."""
        for kind, *values in put:
            names = FIELDS.get(kind)
            if names is not None:
                known = values[: len(names)]
                thing = Thing(tag=kind, **dict(zip(names, known, strict=True)))
                self._kinds.setdefault(kind, {})[thing.id] = thing
        for kind, number in gone:
            self._kinds.get(kind, {}).pop(number, None)

    def forget(self) -> None:
        """Stand at the beginning again. What is here stays to be seen until a whole view comes,
        which takes its place."""
        self.seq = 0
        self.is_old = True

    def take(self, seq: int, put: Iterable[list[Any]], gone: Iterable[list[Any]]) -> None:
        """Take a patch, after which the table stands at `seq`."""
        if self.is_old:
            self._kinds.clear()
            self.is_old = False
        self.write(put, gone)
        self.seq = seq

    def rows(self) -> dict[tuple[str, int], dict[str, Any]]:
        """Everything, to be compared with another table."""
        return {
            (kind, number): vars(thing)
            for kind, things in self._kinds.items()
            for number, thing in things.items()
        }


class Replica:
    """The room's table and the private one, and where they stand in the log."""

    def __init__(self) -> None:
        self.room = Table()
        self.own = Table()
        self.log_id = ""
        self.chain = ""
        self.stable_seq = 0

    @property
    def position(self) -> list[Any]:
        """Where the room's table stands, as Hello tells it."""
        return [self.log_id, self.room.seq, self.chain]

    def own_position(self) -> int:
        """Where the private table stands, as Hello tells it. What answers brought past the room's
        position is vouched for by no chain, so then all of it is asked for anew."""
        if self.own.seq > self.room.seq:
            self.own.forget()
        return self.own.seq

    def apply(self, patch: list[Any]) -> bool:
        """Take a patch's fields after its tag. False where something before it is missing: then
        connect again and tell the position."""
        own, since, seq, chain, stable_seq, put, gone = patch
        table = self.own if own else self.room
        if since > (0 if table.is_old else table.seq):
            return False
        if seq > table.seq or table.is_old:
            table.take(seq, put, gone)
            if not own:
                self.chain = chain
        if not own:
            self.stable_seq = max(self.stable_seq, stable_seq)
        return True

    def sight(self, number: int) -> str:
        """What a thing is, to be compared with what has its id later; not what is done to it."""
        views = map(vars, [*self.room.named(number), *self.own.named(number)])
        told = [[(name, view[name]) for name in IDENTITY if name in view] for view in views]
        return repr([one for one in told if one])

    def reset(self) -> None:
        """Forget where everything stands; a whole view follows."""
        self.chain, self.stable_seq = "", 0
        self.room.forget()
        self.own.forget()
