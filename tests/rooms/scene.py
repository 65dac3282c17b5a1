"""A room to test in: who comes, what they do at a passed time, and what each of them then sees.

Nothing here reads a clock. Every entry goes through its encoded form, so that commands have the
shape that a log would demand.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from protocols.log import START, Logged, Word, draft, entry, link, state_digest
from rooms import roles
from rooms.agenda import MOST_PEOPLE, NextStep, OpenRoom, StepPlan, Tick
from rooms.cards import CardView, PostIdea
from rooms.departments import Department
from rooms.features import BOOK, RULES_NUMBER, new_room
from rooms.kernel import (
    ROOM,
    WORD_BITS,
    Actor,
    Book,
    Command,
    Entity,
    Entry,
    Outcome,
    PlaneId,
    Room,
    View,
    tag_of,
)
from rooms.people import Join, Link, Place
from rooms.roles import EVERYBODY, FACILITATOR, MEMBER, STAGE, SYSTEM, Mask
from rooms.steps import AGENDA_ID, Agenda, Policy, Setting, Step, Text, step_id

T0: Final = 1_800_000_000_000
SECOND: Final = 1_000
MINUTE: Final = 60_000
DAY: Final = 86_400_000
LANES: Final[list[int | str | list[str]]] = [["Плюсы", "Pros"], ["Минусы", "Cons"]]
SERVER: Final = Actor(SYSTEM)
WHO: Final = roles.STAFF

V = TypeVar("V", bound=View)
E = TypeVar("E", bound=Entity)


def plan(
    kind: str,
    minutes: int = 5,
    *,
    who: Mask = WHO,
    sees: Mask = -1,
    votes: Mask = 0,
    policy: Policy = "hard",
    anonymous: bool = False,
    more: Mapping[str, Setting] | None = None,
    **settings: Setting,
) -> StepPlan:
    """A step as designed, its settings by name or in `more`. An `ideate` step has two lanes
    unless told otherwise."""
    settings |= more or {}
    if kind == "ideate":
        settings.setdefault("lanes", LANES)
    return StepPlan(
        kind,
        Text(f"{kind} ru", f"{kind} en"),
        Text("что делать", "what to do"),
        minutes * MINUTE,
        policy,
        who,
        who | roles.OBSERVER | STAGE if sees < 0 else sees,
        votes or who,
        anonymous,
        settings,
    )


def public(kind: str, minutes: int = 10, **changes: Any) -> StepPlan:
    """A step for members that everybody may see."""
    return plan(kind, minutes, **{"who": MEMBER, "sees": EVERYBODY, **changes})


class Person:
    """Somebody with a link, and with a seat once joined. Refs grow by themselves."""

    def __init__(self, role: Mask, link: int, client: int) -> None:
        self.role = role
        self.link = link
        self.client = client
        self.seat = 0
        self.refs: dict[int, int] = {}

    @property
    def actor(self) -> Actor:
        return Actor(self.role, self.seat, self.client, self.link)

    def next_ref(self, lane: int) -> int:
        self.refs[lane] = self.refs.get(lane, 0) + 1
        return self.refs[lane]


class Scene:
    """One room in its lobby, and everything that was said in it. Time stands still until `wait`."""

    def __init__(
        self,
        *steps: StepPlan,
        links: tuple[Mask, ...] = tuple(roles.NAMES),
        departments: tuple[str, ...] = (),
        external: tuple[str, ...] = (),
        most_people: int = MOST_PEOPLE,
        book: Book = BOOK,
    ) -> None:
        self.room: Room = new_room(book)
        self.now = T0
        self.logged: list[Logged] = []
        self.entries: list[Entry] = []
        self.chain = START
        self.words: dict[int, str] = {}
        self.forgot: list[int] = []
        self._clients = 0
        design = OpenRoom(
            RULES_NUMBER,
            "ru",
            list(steps or (plan("brief"),)),
            list(links),
            [name not in external for name in departments],
            most_people=most_people,
        )
        self.apply(SERVER, design, "Наш клиент", "Цель", *departments)
        self.links = {link.role: link.id for link in self.room.all(Link)}
        self.host = self.guest(FACILITATOR)

    # Doing

    def apply(
        self,
        actor: Actor,
        command: Command,
        *words: str,
        ref: int = 0,
        lane: int = 0,
        step: int = 0,
        rules: int = 0,
    ) -> Outcome:
        """Apply one entry now, and keep its words as a server does."""
        seq = self.room.seq + 1
        salted = tuple(Word(b"%08d%08d" % (seq, n), word) for n, word in enumerate(words))
        drawn = draft(
            actor,
            command,
            ref=ref,
            lane=lane,
            step=step,
            seed=seq * 7919,
            words=salted,
            rules=rules or self.room.rules.number,
        )
        self.chain = link(self.chain, seq, self.now, drawn.body)
        logged = Logged(seq, self.now, self.chain, drawn.body, drawn.words)
        self.logged.append(logged)
        self.entries.append(entry(logged, self.room.book))
        kept = {seq << WORD_BITS | i: word for i, word in enumerate(words) if word}
        outcome = self.room.apply(self.entries[-1])
        if not outcome.refused and not outcome.repeat:
            self.words.update(kept)
        for word in outcome.forgot:
            self.words.pop(word, None)
        self.forgot.extend(outcome.forgot)
        return outcome

    def attempt(
        self,
        who: Person | Actor,
        command: Command,
        *words: str,
        step: int | None = None,
        ref: int = 0,
    ) -> Outcome:
        """A command, meant for the current step unless told otherwise."""
        meant = self.agenda.current if step is None else step
        if isinstance(who, Actor):
            return self.apply(who, command, *words, ref=ref, step=meant)
        return self.apply(who.actor, command, *words, ref=ref or who.next_ref(0), step=meant)

    def do(
        self, who: Person | Actor, command: Command, *words: str, step: int | None = None
    ) -> tuple[int, ...]:
        """A command that must succeed; returns the ids it made."""
        outcome = self.attempt(who, command, *words, step=step)
        assert not outcome.refused, f"{tag_of(type(command))} was refused: {outcome.refused}"
        return outcome.made

    def refusal(
        self, who: Person | Actor, command: Command, *words: str, step: int | None = None
    ) -> str:
        """The code with which a command is refused; "" if it succeeds."""
        return self.attempt(who, command, *words, step=step).refused

    def refuses(
        self,
        code: str,
        who: Person | Actor,
        command: Command,
        *words: str,
        step: int | None = None,
    ) -> None:
        """A command that must be refused with this code, and change nothing that anybody sees."""
        before = self.room.view(0, roles.EVERYBODY, self.words.get)
        outcome = self.attempt(who, command, *words, step=step)
        assert outcome.refused == code, f"{outcome.refused!r} instead of {code!r}"
        assert self.room.view(0, roles.EVERYBODY, self.words.get) == before
        assert outcome.made == outcome.forgot == ()

    def blind(
        self, who: Person, command: Command, *words: str, plane: str = "", lane: int = -1
    ) -> Outcome:
        """A command through an anonymous step, under the blind actor that a server would name.
        `plane` is the blind actor that holds a card, where one's own card is changed."""
        step = self.current
        lane = step.round if lane < 0 else lane
        ref = who.next_ref(lane)
        viewpoint = who.role & step.groups
        if command.BLIND == "ballot":
            actor = Actor(viewpoint, 0, 1_000 + who.client, 0, f"ballot {who.seat} {lane}")
        else:
            actor = Actor(viewpoint, 0, 0, 0, plane or f"card {who.seat} {lane} {ref}")
        return self.apply(actor, command, *words, ref=ref, lane=lane, step=step.id)

    def wait(self, passed_ms: int = 0, *, s: int = 0) -> "Scene":
        """Let time pass unnoticed."""
        self.now += passed_ms + s * SECOND
        return self

    def tick(self, passed_ms: int = 0) -> None:
        """Let time pass, and the server notice it."""
        self.wait(passed_ms)
        self.apply(SERVER, Tick())

    def next(self) -> Step:
        """The moderator opens the next step; returns it."""
        self.do(self.host, NextStep())
        return self.current

    # Coming

    def guest(self, role: Mask) -> Person:
        """Somebody who came by the link of a role and has not joined."""
        self._clients += 1
        return Person(role, self.links[role], self._clients)

    def join(
        self,
        role: Mask = MEMBER,
        name: str = "Анна",
        *,
        department: int = 0,
        new: str = "",
        place: Place = "remote",
    ) -> Person:
        """Somebody who has taken a seat."""
        person = self.guest(role)
        made = self.do(person, Join(department, place), name, new, step=0)
        person.seat = made[0]
        return person

    def people(self, count: int, role: Mask = MEMBER) -> list[Person]:
        return [self.join(role, f"Человек {n}") for n in range(count)]

    def post(self, who: Person, text: str = "мысль", lane: int = 0) -> int:
        """A card; returns its id."""
        return self.do(who, PostIdea(lane), text)[0]

    # Looking

    @property
    def agenda(self) -> Agenda:
        found = self.room.get(Agenda, AGENDA_ID)
        assert found is not None
        return found

    @property
    def current(self) -> Step:
        return self.step(self.agenda.current)

    def step(self, number: int) -> Step:
        """The step with an id, or at a place in the design (from 0)."""
        return self.one(Step, number if number > 1_000 else step_id(number))

    def one(self, kind: type[E], number: int, plane: PlaneId = ROOM) -> E:
        found = self.room.get(kind, number, plane)
        assert found is not None, f"no {tag_of(kind)} {number}"
        return found

    def all(self, kind: type[E], plane: PlaneId = ROOM) -> list[E]:
        """All entities of a kind in a plane, by id."""
        return sorted(self.room.all(kind, plane), key=lambda found: found.id)

    def department(self, name: str) -> int:
        return next(d.id for d in self.room.all(Department) if self.words[d.name] == name)

    def patch(self, since: int, role: Mask) -> tuple[list[View], list[tuple[str, int]]]:
        """What a viewer of the room who stands at `since` is told."""
        return self.room.view(since, role, self.words.get)

    def table(self, role: Mask, plane: PlaneId = ROOM) -> dict[tuple[str, int], View]:
        """All that a role sees of a plane, by tag and id."""
        put, gone = self.room.view(0, role, self.words.get, plane)
        assert not gone
        return {(tag_of(type(view)), view.id): view for view in put}

    def seen(self, role: Mask, kind: type[V], plane: PlaneId = ROOM) -> list[V]:
        """The views of one kind that a role sees, in the order in which they are told."""
        put, _ = self.room.view(0, role, self.words.get, plane)
        return [view for view in put if isinstance(view, kind)]

    def own(self, who: Person, kind: type[V]) -> list[V]:
        """The views of one kind in a person's private table."""
        return self.seen(who.role, kind, who.seat)

    def texts(self, role: Mask) -> list[str | None]:
        """The texts of the cards that a role sees."""
        return [card.text for card in self.seen(role, CardView)]

    def hidden_everywhere(self, text: str) -> bool:
        """Whether no role at all sees a text in the room's plane."""
        return all(text not in repr(self.table(role)) for role in roles.NAMES)

    def digest(self) -> str:
        return state_digest(self.room)


def begun(*steps: StepPlan, departments: tuple[str, ...] = ()) -> Scene:
    """A room whose first step is open."""
    scene = Scene(*steps, departments=departments)
    scene.next()
    return scene


def replayed(entries: list[Entry]) -> Room:
    """The room that some entries make from the start."""
    room = new_room()
    for one in entries:
        room.apply(one)
    return room
