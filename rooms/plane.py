"""Planes: the places of a room's state (rules K6, K7).

What is hidden lies in the plane of a seat or of a blind actor and cannot be seen from the room's
plane; revealing it moves it over. Within a plane, who sees an entity depends on that entity and
the role alone.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from rooms.roles import Mask

TOMBSTONES_KEPT: Final = 4_000
"""Removals remembered per plane. Who is further behind gets the whole view."""


def snake(name: str) -> str:
    """The tag of a class: its name in snake_case, without the suffix `View`."""
    name = name.removesuffix("View")
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class Entity(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag=snake, gc=False):
    """A thing in a room. Its tag is its class name in snake_case; (class, id) is its key."""

    id: int

    def mask(self) -> Mask:
        """The roles that may see it while it lies in the room's plane."""
        raise NotImplementedError


Key = tuple[type[Entity], int]


class Shape(Struct, frozen=True):
    """What a kind of entity becomes under the next rules: another class with the same tag, and how
    each one is made from the one before, with the same id."""

    into: type[Entity]
    make: Callable[[Any], Entity]


class Plane:
    """A place for entities: what there is, when it last changed, and who has ever seen it."""

    __slots__ = ("entities", "floor", "gone", "order", "shown")

    def __init__(self) -> None:
        self.entities: dict[type[Entity], dict[int, Entity]] = {}
        self.order: dict[
            Key, int
        ] = {}  # sorted by last change: a write takes out and puts in again
        self.shown: dict[Key, Mask] = {}
        self.gone: dict[Key, None] = {}
        self.floor = 0  # removals up to this number are forgotten

    def write(self, key: Key, entity: Entity | None, seq: int) -> None:
        """Put an entity in its place, or take it away (None), as of `seq`."""
        kind, number = key
        self.order.pop(key, None)
        self.order[key] = seq
        if entity is None:
            self.entities[kind].pop(number, None)
            self.gone[key] = None
            if len(self.gone) > TOMBSTONES_KEPT:
                self._forget_half()
            return
        of_kind = self.entities.get(kind)
        if of_kind is None:
            self.entities[kind] = {number: entity}
        else:
            of_kind[number] = entity
        if self.gone:
            self.gone.pop(key, None)
        shown = self.shown.get(key, 0)
        mask = entity.mask()
        if mask & ~shown or not shown:
            self.shown[key] = shown | mask

    def _forget_half(self) -> None:
        for key in list(self.gone)[: TOMBSTONES_KEPT // 2]:
            del self.gone[key]
            self.floor = max(self.floor, self.order.pop(key))
            self.shown.pop(key, None)

    def since(self, seq: int, role: Mask) -> tuple[list[Entity], list[Key]]:
        """What a viewer of `role` who stands at `seq` must be told: changed entities in the order
        of their change, and keys of what is no longer to be seen. From 0, all there is."""
        put: list[Entity] = []
        gone: list[Key] = []
        for key, changed in reversed(self.order.items()):
            if changed <= seq:
                break
            kind, number = key
            entity = self.entities[kind].get(number)
            if entity is not None and entity.mask() & role:
                put.append(entity)
            elif seq and self.shown[key] & role:
                gone.append(key)
        put.reverse()
        return put, gone

    def recast(self, shapes: Mapping[type[Entity], Shape], seq: int) -> None:
        """Give entities their shape under other rules, as of `seq`. Who has seen them stays, and
        so do removals."""

        def moved(key: Key) -> Key:
            shape = shapes.get(key[0])
            return key if shape is None else (shape.into, key[1])

        recast = [key for key in self.order if key[0] in shapes and key not in self.gone]
        new = [shapes[kind].make(self.entities[kind][number]) for kind, number in recast]
        self.order = {moved(key): changed for key, changed in self.order.items()}
        self.shown = {moved(key): roles for key, roles in self.shown.items()}
        self.gone = {moved(key): None for key in self.gone}
        for kind, shape in shapes.items():
            self.entities[shape.into] = self.entities.pop(kind, {})
        for key, entity in zip(recast, new, strict=True):
            self.write(moved(key), entity, seq)
