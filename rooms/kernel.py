"""The replicated state machine: entries in, changed entities or a refusal out (rules K1 to K11).

Everything here is pure and synchronous. Time, identity and chance come in the entry; a handler
reads and writes through a `Draft`, and nothing is written unless the handler returns.

State is divided into planes, which `plane` describes. The rules are numbered sets; a `UseRules`
entry makes a room follow the next set.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from rooms.plane import Entity as Entity
from rooms.plane import Key, Plane, Shape, snake
from rooms.roles import SYSTEM, Mask

ID_BITS: Final = 16
"""Bits of an id that number the things one entry made: (seq, k) is `seq << ID_BITS | k`."""
MADE_PER_ENTRY: Final = 1 << (ID_BITS - 1)
"""Things one command may make; the upper half of the range belongs to the advance of time."""
WORD_BITS: Final = 8
"""Bits of a word reference that number the words of one entry."""
RESULTS_KEPT: Final = 8
"""Answers remembered per client and lane: as many commands as a client may have unanswered."""

Blind = Literal["never", "card", "ballot", "own"]
PlaneId = int | str
"""0 is the room, a positive number a seat, a text a blind actor."""
ROOM: Final[PlaneId] = 0
EVERY_ROLE: Final[Mask] = -1
FIRST_RULES: Final = 1
RulesNumber = Annotated[int, Meta(ge=FIRST_RULES, le=255)]
WordRef = int
"""Where a word lies in the side store: `seq << WORD_BITS | position`; 0 is "no word"."""
Words = Callable[[WordRef], str | None]
"""Looks a word up; None where it was erased."""


class Refused(Exception):
    """A rule said no. `code` is a fact in snake_case, one of a closed list."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class UnknownRules(ValueError):
    """An entry asks for rules or for a command that this code does not know. It changed nothing:
    a server that knows them can go on, and no other may."""

    def __init__(self, seq: int, what: str) -> None:
        super().__init__(f"entry {seq} needs {what}, which this server does not know")


class View(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag=snake, gc=False):
    """What one kind of viewer sees of an entity. It carries the entity's tag and id."""

    id: int


class Command(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag=snake):
    """An order: what somebody wants to happen."""

    BY: ClassVar[Mask] = 0
    """Roles that may give it at all; a handler may be stricter."""
    WORDS: ClassVar[tuple[int, ...]] = ()
    """The longest each of its words may be, in characters, in order."""
    MORE_WORDS: ClassVar[int] = 0
    """The longest any further word may be; 0 where no further word is allowed."""
    SEAT: ClassVar[bool] = True
    """Whether it needs a seat, that is, a person who has joined."""
    AFTER_CLOSE: ClassVar[bool] = False
    """Whether it is still possible when the room is closed."""
    CUTS: ClassVar[bool] = False
    """Whether somebody may lose the right to be connected by it."""
    TAKES_SEAT: ClassVar[bool] = False
    """Whether the first thing it makes is a seat for its sender."""
    BLIND: ClassVar[Blind] = "never"
    """How it travels in an anonymous step: under a blind actor of its own (`card`), under one per
    person and round (`ballot`), or under the one that holds the thing named first (`own`)."""


class UseRules(Command, frozen=True):
    """From the next entry on the room follows the rules of this number. It may be the next one
    alone; any server may say so, as often as it likes."""

    BY = SYSTEM
    SEAT = False
    AFTER_CLOSE = True

    number: RulesNumber


class Actor(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """Who acts. In an anonymous step only `blind`, `client` (itself blinded) and `role` are set,
    and `role` is a viewpoint shared by at least four people, or 0."""

    role: Mask = 0
    seat: int = 0
    client: int = 0
    link: int = 0
    blind: str = ""


class Entry(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """One numbered entry of a room's log. `at_ms` is the log's clock in milliseconds since 1970,
    `rules` the number of the rules under which the command was given."""

    seq: int
    at_ms: int
    actor: Actor
    ref: int
    lane: int
    step: int
    seed: int
    command: Command
    digests: tuple[bytes, ...] = ()
    rules: int = FIRST_RULES


class Outcome(Struct, frozen=True, gc=False):
    """What an entry did. `refused` is a code, or "". `touched` are the planes that changed,
    `forgot` the words to be erased from the store, `repeat` whether it had been answered before."""

    seq: int
    refused: str
    made: tuple[int, ...]
    touched: tuple[PlaneId, ...]
    forgot: tuple[WordRef, ...]
    repeat: bool


class Result(Struct, frozen=True, array_like=True, gc=False):
    """A remembered answer, so that a repeat gets the same one."""

    ref: int
    seq: int
    refused: str
    made: tuple[int, ...]


class Memory(Struct, array_like=True, gc=False):
    """The last answers of one client in one lane. Refs only grow."""

    last_ref: int = 0
    results: tuple[Result, ...] = ()


E = TypeVar("E", bound=Entity)


class Draft:
    """A handler's hand on the state: reads see its own writes, and all writes land together."""

    __slots__ = (
        "_made",
        "_planes",
        "_writes",
        "actor",
        "at_ms",
        "entry",
        "forgot",
        "made",
        "rules",
        "seq",
    )

    def __init__(self, room: "Room", entry: Entry, at_ms: int, first_made: int = 0) -> None:
        self._planes = room.planes
        self._writes: dict[PlaneId, dict[Key, Entity | None]] = {}
        self._made = first_made
        self.rules = room.rules
        self.entry = entry
        self.actor = entry.actor
        self.seq = entry.seq
        self.at_ms = at_ms
        self.made: list[int] = []
        self.forgot: list[WordRef] = []

    def get(self, kind: type[E], number: int, plane: PlaneId = ROOM) -> E | None:
        """The entity of this kind and id in a plane, or None."""
        written = self._writes.get(plane) if self._writes else None
        if written is not None:
            key = (kind, number)
            if key in written:
                return written[key]  # type: ignore[return-value]  # the key holds the type
        there = self._planes.get(plane)
        if there is None:
            return None
        of_kind = there.entities.get(kind)
        return None if of_kind is None else of_kind.get(number)  # type: ignore[return-value]  # so does this one

    def one(self, kind: type[E], number: int, code: str, plane: PlaneId = ROOM) -> E:
        """The entity of this kind and id, or a refusal with `code`."""
        found = self.get(kind, number, plane)
        if found is None:
            raise Refused(code)
        return found

    def all(self, kind: type[E], plane: PlaneId = ROOM) -> list[E]:
        """All entities of a kind in a plane, sorted by id."""
        there = self._planes.get(plane)
        found: dict[int, Any] = dict(there.entities.get(kind, {})) if there else {}
        for (written_kind, number), entity in self._writes.get(plane, {}).items():
            if written_kind is not kind:
                continue
            if entity is None:
                found.pop(number, None)
            else:
                found[number] = entity
        return [found[number] for number in sorted(found)]

    def planes(self) -> list[PlaneId]:
        """The private planes: seats in the order of joining, then blind actors in order of name."""
        names = {*self._planes, *self._writes} - {ROOM}
        return sorted(names, key=lambda name: (isinstance(name, str), name))

    def put(self, entity: E, plane: PlaneId = ROOM) -> E:
        """Write an entity; returns it."""
        key = (type(entity), entity.id)
        writes = self._writes.get(plane)
        if writes is None:
            self._writes[plane] = {key: entity}
        else:
            writes[key] = entity
        return entity

    def change(self, entity: E, plane: PlaneId = ROOM, /, **fields: Any) -> E:
        """Write an entity with some fields replaced; returns the new one."""
        return self.put(msgspec.structs.replace(entity, **fields), plane)

    def drop(self, entity: Entity, plane: PlaneId = ROOM) -> None:
        """Take an entity away."""
        self._writes.setdefault(plane, {})[(type(entity), entity.id)] = None

    def new_id(self) -> int:
        """An id for a thing this entry makes."""
        number = self.seq << ID_BITS | self._made
        self._made += 1
        if self._made % MADE_PER_ENTRY == 0:
            raise Refused("too_much_at_once")
        self.made.append(number)
        return number

    def word(self, position: int) -> WordRef:
        """The reference of this entry's word at `position`; 0 if there is none, or it is empty."""
        return self.seq << WORD_BITS | position if self.digest(position) else 0

    def digest(self, position: int) -> bytes:
        """The salted digest of this entry's word at `position`; empty if there is none."""
        digests = self.entry.digests
        return digests[position] if position < len(digests) else b""

    def forget(self, *words: WordRef) -> None:
        """Have words erased from every store for good."""
        self.forgot.extend(word for word in words if word)

    def shuffled(self, entities: list[E]) -> list[E]:
        """The entities in an order that follows from the entry's seed and not from their ids."""
        seed = self.entry.seed

        def place(entity: E) -> bytes:
            return hashlib.blake2b(b"%d:%d" % (seed, entity.id), digest_size=16).digest()

        return sorted(entities, key=place)

    @property
    def own(self) -> PlaneId:
        """The actor's own plane: the blind actor's, else the seat's."""
        return self.actor.blind or self.actor.seat

    def commit(self) -> tuple[PlaneId, ...]:
        """Land the writes; returns the planes that changed."""
        seq = self.seq
        for plane, writes in self._writes.items():
            there = self._planes.get(plane)
            if there is None:
                there = self._planes[plane] = Plane()
            for key, entity in writes.items():
                if entity is not None or key[1] in there.entities.get(key[0], ()):
                    there.write(key, entity, seq)
        return tuple(self._writes)


Handler = Callable[[Draft, Any], None]
Viewing = Callable[[Any, Mask, Words], View]


class Feature(Struct, frozen=True):
    """One feature module's part of the rules."""

    entities: tuple[type[Entity], ...] = ()
    handlers: Mapping[type[Command], Handler] = {}
    views: Mapping[type[Entity], Viewing] = {}
    kinds: Mapping[str, Any] = {}
    """Step kinds by name; `agenda.Kind`."""


class Rules(Struct, frozen=True, eq=False):
    """All features together, under the number that entry 1 of a log carries."""

    number: int
    entities: tuple[type[Entity], ...]
    handlers: Mapping[type[Command], Handler]
    views: Mapping[type[Entity], Viewing]
    kinds: Mapping[str, Any]
    """Step kinds by name; `steps.Kind`."""
    advance: Callable[["Room", Entry], "Draft | None"]
    """Moves time to the entry's; returns the draft to be written, or None."""
    admit: Callable[[Draft, Command], None]
    """Refuses what no handler should see: a revoked link, a foreign role, a closed room."""
    settle: Callable[[Draft], None]
    """Lets what depends on other things follow them, after each advance and each command."""
    shapes: Mapping[type[Entity], Shape] = {}
    """What entities of the rules before become under these, where they change their shape."""
    migrate: Callable[[Draft], None] = lambda draft: None
    """What else these rules change in a room that begins to follow them. It never refuses."""


Book = Mapping[int, Rules]
"""The sets of rules that a server knows, by their numbers."""


class Room:
    """One room's state, and the one way to change it: `apply`. It begins under the rules that its
    first entry names, and `rules` are those in force."""

    __slots__ = ("at_ms", "book", "memories", "planes", "rules", "seq")

    def __init__(self, book: Book, number: int = FIRST_RULES) -> None:
        self.book = book
        self.rules = book[number]
        self.seq = 0
        self.at_ms = 0
        self.planes: dict[PlaneId, Plane] = {ROOM: Plane()}
        self.memories: dict[tuple[PlaneId, int], Memory] = {}

    def get(self, kind: type[E], number: int, plane: PlaneId = ROOM) -> E | None:
        """The entity of this kind and id in a plane, or None."""
        there = self.planes.get(plane)
        return None if there is None else there.entities.get(kind, {}).get(number)  # type: ignore[return-value]  # by kind

    def all(self, kind: type[E], plane: PlaneId = ROOM) -> Iterator[E]:
        """All entities of a kind in a plane, in no promised order."""
        there = self.planes.get(plane)
        if there is not None:
            yield from there.entities.get(kind, {}).values()  # type: ignore[misc]  # by kind

    def holds(self, plane: PlaneId, number: int) -> bool:
        """Whether a plane holds anything with this id."""
        there = self.planes.get(plane)
        return there is not None and any(number in kind for kind in there.entities.values())

    def known(self, actor: Actor, ref: int) -> Result | None:
        """The remembered answer to this actor's command `ref`; where it is older than what is
        remembered, a refusal `too_old`; None where the command is new. (K4)"""
        return _recalled(self.memories.get((actor.blind or actor.seat, actor.client)), ref)

    def apply(self, entry: Entry) -> Outcome:
        """Apply the next entry. ValueError if its number is not the next one, UnknownRules if it
        asks for rules that are not in the book; then nothing has changed. (K1 to K4, K10)"""
        if entry.seq != self.seq + 1:
            raise ValueError(f"entry {entry.seq} does not follow {self.seq}")
        command = entry.command
        following = self._following(entry) if type(command) is UseRules else None
        if entry.rules != self.rules.number:
            self._meet(entry)
        self.seq, self.at_ms = entry.seq, max(self.at_ms, entry.at_ms)
        touched: tuple[PlaneId, ...] = ()
        advance = self.rules.advance(self, entry)
        if advance is not None:
            self.rules.settle(advance)
            touched = advance.commit()
        actor = entry.actor
        lane = (actor.blind or actor.seat, actor.client)
        memory = self.memories.get(lane)
        known = _recalled(memory, entry.ref)
        if known is not None:
            return Outcome(known.seq, known.refused, known.made, touched, (), True)
        draft = Draft(self, entry, self.at_ms)
        refused = ""
        try:
            handler = self.rules.handlers.get(type(command))
            if handler is None:
                raise Refused("other_rules")
            self.rules.admit(draft, command)
            handler(draft, command)
            self.rules.settle(draft)
        except Refused as no:
            refused = no.code
            draft = Draft(self, entry, self.at_ms)
        touched += draft.commit()
        forgot = draft.forgot
        if following is not None and not refused:
            moved = self._follow(following, entry)
            moved.commit()
            touched += (ROOM, *moved.planes())
            forgot += moved.forgot
        made = tuple(draft.made)
        if entry.ref:
            if memory is None:
                memory = self.memories[lane] = Memory()
            memory.last_ref = entry.ref
            result = Result(entry.ref, entry.seq, refused, made)
            memory.results = (*memory.results[1 - RESULTS_KEPT :], result)
        return Outcome(entry.seq, refused, made, touched, tuple(forgot), False)

    def _following(self, entry: Entry) -> Rules | None:
        """The rules that a `UseRules` makes the room follow; None where it will be refused."""
        assert isinstance(entry.command, UseRules)
        number = entry.command.number
        if entry.actor.role != SYSTEM or number != self.rules.number + 1:
            return None
        return self._known_rules(entry.seq, number)

    def _known_rules(self, seq: int, number: int) -> Rules:
        rules = self.book.get(number)
        if rules is None:
            raise UnknownRules(seq, f"rules {number}")
        return rules

    def _meet(self, entry: Entry) -> None:
        """An entry was written under other rules than those in force: the first one, which says
        under which the room begins, or one that was on its way when they changed."""
        rules = self._known_rules(entry.seq, entry.rules)
        if not self.seq:
            self.rules = rules

    def _follow(self, rules: Rules, entry: Entry) -> Draft:
        """Bring the state under the next rules, as of this entry; returns what is to be written
        besides. (K11)"""
        before = self.rules.views
        shown_anew = [k for k, view in rules.views.items() if before.get(k, view) is not view]
        shapes = {kind: Shape(kind, lambda same: same) for kind in shown_anew} | dict(rules.shapes)
        if shapes:
            for plane in self.planes.values():
                plane.recast(shapes, entry.seq)
        self.rules = rules
        draft = Draft(self, entry, self.at_ms)
        rules.migrate(draft)
        rules.settle(draft)
        return draft

    def view(
        self, seq: int, role: Mask, words: Words, plane: PlaneId = ROOM
    ) -> tuple[list[View], list[tuple[str, int]]]:
        """What a viewer who stands at `seq` is to be told of a plane: upserts and removals. (K6)"""
        there = self.planes.get(plane)
        if there is None:
            return [], []
        views = self.rules.views
        entities, keys = there.since(seq, role if plane == ROOM else EVERY_ROLE)
        put = [views[type(entity)](entity, role, words) for entity in entities]
        return put, [(tag_of(kind), number) for kind, number in keys]

    def too_far_behind(self, seq: int, plane: PlaneId = ROOM) -> bool:
        """Whether a viewer at `seq` needs the whole view, since removals were forgotten. (K7)"""
        there = self.planes.get(plane)
        return there is not None and 0 < seq < there.floor


def _recalled(memory: Memory | None, ref: int) -> Result | None:
    if memory is None or not ref or ref > memory.last_ref:
        return None
    for result in memory.results:
        if result.ref == ref:
            return result
    return Result(ref=ref, seq=0, refused="too_old", made=())


def tag_of(kind: type[Struct]) -> str:
    """The tag under which a kind of entity, view or command travels."""
    return str(kind.__struct_config__.tag)
