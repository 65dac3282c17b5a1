"""A room driven by hand: plans of steps, people, commands at a given time, and what each sees.

Nothing here reads a clock. A scene's time is `now`, in milliseconds since 1970; `later` moves it.
Every entry goes through its encoded form, so that commands have the shape a log would demand.
"""

import hashlib
from collections.abc import Sequence
from typing import Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from protocols.log import START, Logged, Word, draft, entry, link
from rooms.agenda import NextStep, OpenRoom, StepPlan, Tick
from rooms.features import new_room
from rooms.kernel import ROOM, WORD_BITS, Actor, Command, Entity, Outcome, PlaneId, View
from rooms.people import Join, Link, Place
from rooms.roles import EVERYBODY, FACILITATOR, MEMBER, NAMES, STAGE, SYSTEM, Mask
from rooms.steps import AGENDA_ID, Agenda, Policy, Setting, Step, Text, step_id

BEGIN_MS: Final = 1_700_000_000_000
MINUTE: Final = 60_000
LANES: Final[dict[str, Setting]] = {"lanes": [["Идеи", "Ideas"], ["Помехи", "Obstacles"]]}

E = TypeVar("E", bound=Entity)
V = TypeVar("V", bound=View)


def plan(
    kind: str,
    *,
    minutes: int = 10,
    policy: Policy = "hard",
    who: Mask = MEMBER,
    sees: Mask = EVERYBODY,
    votes: Mask = 0,
    anonymous: bool = False,
    **settings: Setting,
) -> StepPlan:
    """A step as designed; an `ideate` step has two lanes if none are given."""
    if kind == "ideate":
        settings = {**LANES, **settings}
    name = Text(f"Шаг {kind}", f"Step {kind}")
    return StepPlan(
        kind, name, name, minutes * MINUTE, policy, who, sees, votes, anonymous, settings
    )


class Person(Struct, frozen=True):
    """Somebody at a device: with a seat after joining, without one before (seat 0)."""

    role: Mask
    link: int
    client: int
    seat: int = 0

    @property
    def actor(self) -> Actor:
        return Actor(self.role, self.seat, self.client, self.link)


SERVER: Final = Person(SYSTEM, 0, 0)


class Scene:
    """An opened room in its lobby, with a link for every role and a facilitator without a seat."""

    def __init__(
        self,
        *steps: StepPlan,
        departments: Sequence[tuple[str, bool]] = (),
        begin: bool = True,
        words: tuple[str, str] = ("Title", "Goal"),
    ) -> None:
        self.room = new_room()
        self.now = BEGIN_MS
        self.seed = 7
        self.words: dict[int, str] = {}
        self.forgot: list[int] = []
        self.log: list[Logged] = []
        self._refs: dict[tuple[int | str, int], int] = {}
        self._clients = 0
        opening = OpenRoom(
            1, "ru", list(steps), list(NAMES), [internal for _, internal in departments]
        )
        self.do(SERVER, opening, *words, *(name for name, _ in departments))
        self.facilitator = self.guest(FACILITATOR)
        if begin:
            self.next()

    # Commands

    def enter(
        self,
        actor: Actor,
        command: Command,
        *words: str,
        ref: int = 0,
        lane: int = 0,
        step: int = 0,
    ) -> Outcome:
        """Append one entry at the scene's time and apply it, whatever comes of it."""
        kept = tuple(Word(b"%016d" % n, text) for n, text in enumerate(words))
        drawn = draft(actor, command, ref=ref, lane=lane, step=step, seed=self.seed, words=kept)
        seq = self.room.seq + 1
        chain = link(self.log[-1].chain if self.log else START, seq, self.now, drawn.body)
        logged = Logged(seq, self.now, chain, drawn.body, drawn.words)
        self.log.append(logged)
        outcome = self.room.apply(entry(logged))
        if not outcome.refused and not outcome.repeat:
            self.words |= {seq << WORD_BITS | n: text for n, text in enumerate(words)}
        for word in outcome.forgot:
            self.words.pop(word, None)
            self.forgot.append(word)
        return outcome

    def attempt(
        self, person: Person | Actor, command: Command, *words: str, step: int | None = None
    ) -> Outcome:
        """A command with the next ref, meant for the current step if none is named."""
        actor = person.actor if isinstance(person, Person) else person
        key = (actor.blind or actor.seat, actor.client)
        ref = 0
        if actor.role != SYSTEM:
            ref = self._refs[key] = self._refs.get(key, 0) + 1
        meant = self.current if step is None else step
        lane = self.step(meant).round if actor.blind else 0
        return self.enter(actor, command, *words, ref=ref, lane=lane, step=meant)

    def do(
        self, person: Person | Actor, command: Command, *words: str, step: int | None = None
    ) -> Outcome:
        """A command that must succeed. AssertionError if it is refused."""
        outcome = self.attempt(person, command, *words, step=step)
        assert not outcome.refused, f"{command} was refused: {outcome.refused}"
        return outcome

    def made(
        self, person: Person | Actor, command: Command, *words: str, step: int | None = None
    ) -> int:
        """The id of the first thing a successful command made."""
        return self.do(person, command, *words, step=step).made[0]

    def refusal(
        self, person: Person | Actor, command: Command, *words: str, step: int | None = None
    ) -> str:
        """The code with which a command is refused; "" if it succeeds."""
        return self.attempt(person, command, *words, step=step).refused

    def later(self, *, s: float = 0, ms: int = 0) -> "Scene":
        """Let time pass, unnoticed by the room until the next entry."""
        self.now += int(s * 1000) + ms
        return self

    def tick(self) -> Outcome:
        """The server says that time has passed."""
        return self.do(SERVER, Tick())

    def next(self) -> int:
        """The facilitator goes on to the next step; returns its id."""
        self.do(self.facilitator, NextStep())
        return self.current

    # People

    def link(self, role: Mask) -> int:
        """The first join link of a role that still works, or that ever worked."""
        links = sorted(self.room.all(Link), key=lambda found: (found.revoked, found.id))
        return next((found.id for found in links if found.role == role), 0)

    def guest(self, role: Mask) -> Person:
        """A new device with a link of this role and no seat."""
        self._clients += 1
        return Person(role, self.link(role), 100 + self._clients)

    def join(
        self,
        role: Mask = MEMBER,
        name: str = "Анна",
        *,
        place: Place = "remote",
        department: int | str = 0,
    ) -> Person:
        """A new person, in a department given by id or by a new name."""
        guest = self.guest(role)
        number, word = (department, "") if isinstance(department, int) else (0, department)
        return replace(guest, seat=self.made(guest, Join(number, place), name, word))

    def crowd(self, count: int, role: Mask = MEMBER) -> list[Person]:
        """Several people of one role."""
        return [self.join(role, f"{NAMES[role]} {n}") for n in range(count)]

    def blind(self, person: Person, card: int = 0) -> Actor:
        """The blind actor of a person in the current round: of its ballots, or of its n-th card."""
        step = self.step(self.current)
        what = f"{person.seat}:{step.round}:{card}".encode()
        name = hashlib.blake2b(what, digest_size=8).hexdigest()
        client = 0 if card else person.client + 1_000_000
        return Actor(person.role & step.groups, 0, client, 0, name)

    # What there is, and what is seen

    @property
    def agenda(self) -> Agenda:
        agenda = self.room.get(Agenda, AGENDA_ID)
        assert agenda is not None
        return agenda

    @property
    def current(self) -> int:
        """The id of the current step; 0 before the first."""
        agenda = self.room.get(Agenda, AGENDA_ID)
        return agenda.current if agenda else 0

    def step(self, number: int | None = None) -> Step:
        """A step by its id, or the current one."""
        return self.get(Step, self.current if number is None else number)

    def nth(self, index: int) -> Step:
        """The step at `index` of the design."""
        return self.get(Step, step_id(index))

    def get(self, kind: type[E], number: int, plane: PlaneId = ROOM) -> E:
        """An entity that must be there."""
        found = self.room.get(kind, number, plane)
        assert found is not None, f"there is no {kind.__name__} {number}"
        return found

    def all(self, kind: type[E], plane: PlaneId = ROOM) -> list[E]:
        """The entities of a kind in a plane, by id."""
        return sorted(self.room.all(kind, plane), key=lambda found: found.id)

    def patch(
        self, since: int, role: Mask, plane: PlaneId = ROOM
    ) -> tuple[list[View], list[tuple[str, int]]]:
        """What a viewer who stands at `since` is told."""
        return self.room.view(since, role, self.words.get, plane)

    def sees(self, kind: type[V], role: Mask) -> list[V]:
        """All a newcomer of a role sees of one kind in the room, by id."""
        put, gone = self.patch(0, role)
        assert not gone
        return sorted((v for v in put if isinstance(v, kind)), key=lambda found: found.id)

    def owns(self, kind: type[V], person: Person | Actor) -> list[V]:
        """All a person finds of one kind in the own table, by id."""
        actor = person.actor if isinstance(person, Person) else person
        put, _ = self.patch(0, 0, actor.blind or actor.seat)
        return sorted((v for v in put if isinstance(v, kind)), key=lambda found: found.id)

    def stage_text(self) -> str:
        """All that the stage gets, as text in which words can be looked for."""
        return str(self.patch(0, STAGE))
