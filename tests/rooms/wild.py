"""Commands with any values that the wire lets through, built from the types of their fields."""

from typing import Any

import msgspec
from msgspec import inspect

from protocols.wire import CLIENT_COMMANDS, BadMessage, Do, decode
from rooms.features import KINDS
from rooms.kernel import Command, Room, tag_of
from tests.rooms.actors import Tape
from tests.rooms.designs import DESIGNS

SETTINGS = [
    {},
    {"lanes": [["", ""]], "hidden": False},
    {"source": [0, 1, (1 << 53) - 1, 65_536, 65_536]},
    {"source": [-1]},
    {"source": [1 << 63]},
    {"max_groups": 60},
    {"max_groups": True},
    {"budget": 20, "max_per_item": 20, "style": "dots"},
    {"style": "none"},
    {"style": 7},
    {"due_within_days": 366, "max_decisions": 1},
    {"lanes": "ab"},
    {"lanes": [["а"], "b"]},
]
"""Settings of steps, right and wrong."""


def value(tape: Tape, kind: inspect.Type, room: Room) -> Any:
    """A value of a type: at its bounds, something that is in the room, or junk."""
    match kind:
        case inspect.BoolType():
            return tape.below(2) > 0
        case inspect.IntType():
            low = kind.ge if kind.ge is not None else 0
            high = kind.le if kind.le is not None else (kind.lt or 1 << 53) - 1
            ids = [
                number
                for plane in room.planes.values()
                for kinds in plane.entities.values()
                for number in kinds
            ][-200:]
            number = tape.choose((low, low + 1, high, tape.below(200), tape.choose(ids)))
            return min(max(number, low), high)
        case inspect.StrType():
            return tape.choose(("", "x", "ж" * min(kind.max_length or 40, 40), *KINDS))[:40]
        case inspect.LiteralType():
            return tape.choose(kind.values)
        case inspect.ListType():
            count = max(kind.min_length or 0, tape.choose((0, 1, 3, kind.max_length or 9)))
            return [value(tape, kind.item_type, room) for _ in range(min(count, 20))]
        case inspect.DictType():
            return tape.choose(SETTINGS)
        case inspect.StructType():
            return [value(tape, field.type, room) for field in kind.fields]
    raise TypeError(f"no wild value for {kind}")


def wild_command(tape: Tape, room: Room) -> Command | None:
    """A command as it came over the wire; None where the wire did not let it through."""
    kind = tape.choose(CLIENT_COMMANDS)
    described = inspect.type_info(kind)
    assert isinstance(described, inspect.StructType)
    fields = [value(tape, field.type, room) for field in described.fields]
    if fields and described.fields[-1].name == "plan" and tape.below(2):
        fields[-1] = msgspec.to_builtins(tape.choose(tape.choose(DESIGNS)))
    try:
        read = decode(msgspec.msgpack.encode(["do", 1, 0, 0, 0, [tag_of(kind), *fields]]))
    except BadMessage:
        return None
    assert isinstance(read, Do)
    return read.command
