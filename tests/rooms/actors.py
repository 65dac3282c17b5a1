"""Random sessions: people who give commands that may be right, built from what is in the room.

All chance comes from a `Tape`, a string of bytes, so that a session can be played again and made
shorter by hypothesis. Commands travel as wire bytes; a session keeps log and words as a server
does, and blinds the actors of anonymous steps.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from protocols.log import START, Logged, Word, draft, entry, link
from protocols.wire import CLIENT_COMMANDS, Do, decode
from rooms import (
    agenda,
    cards,
    decisions,
    groups,
    moderation,
    owners,
    people,
    reveal,
    roles,
    succession,
    talk,
    votes,
)
from rooms.agenda import OpenRoom, StepPlan, Tick
from rooms.cards import Card
from rooms.decisions import Decision
from rooms.departments import Department
from rooms.features import RULES_NUMBER, new_room
from rooms.kernel import WORD_BITS, Actor, Command, Entity, Entry, Outcome, PlaneId, Room
from rooms.people import Join, Link, Seat
from rooms.polls import Poll
from rooms.roles import FACILITATOR, NAMES, STAGE, SYSTEM, Mask
from rooms.spotlight import Spotlight
from rooms.steps import AGENDA_ID, Agenda, Step
from rooms.turnout import Remind
from rooms.votes import Choice
from tests.rooms.designs import DESIGNS

T = TypeVar("T")
E = TypeVar("E", bound=Entity)

T0: Final = 1_800_000_000_000
PAUSES_MS: Final = (0, 1, 40, 900)
LONG_PAUSES_MS: Final = (20_011, 61_007, 200_003, -7_001)
JUNK: Final = (0, 1, 2, 3, 99, 65_536, 65_537, (1 << 53) - 1)
JOINING: Final = (1, 2, 4, 8, 8, 8, 8, 8, 16, 32, 64, 128, 256)
WITHOUT_SEAT: Final = roles.MODERATORS | STAGE

# What people mostly do in a step of each kind.
FITTING: Final[dict[str, tuple[Any, ...]]] = {
    "ideate": (
        *[cards.PostIdea] * 8,
        *[cards.EditIdea, cards.WithdrawIdea, reveal.Reveal] * 2,
        Remind,
    ),
    "reveal": (reveal.Reveal, reveal.Reveal, cards.ParkTopic, moderation.EditCard, Spotlight),
    "group": (
        *[groups.MergeCards] * 5,
        *[groups.UndoMerge, groups.TakeOut, groups.RenameGroup],
        Spotlight,
    ),
    "vote": (*[votes.CastDots] * 7, moderation.HideCard, moderation.RestoreCard, Remind, Spotlight),
    "draft": (*[decisions.ProposeDecision] * 3, decisions.EditDecision, owners.OfferHelp),
    "claim": (
        *[owners.ClaimDecision, owners.SignDecision] * 3,
        *[decisions.ProposeDecision] * 2,
        owners.ReleaseDecision,
        decisions.EditDecision,
        owners.InviteOwner,
        owners.DeclineInvitation,
        owners.OfferHelp,
        decisions.SetFate,
        moderation.ErasePerson,
    ),
    "discuss": (*[talk.RaiseHand] * 5, talk.LowerHand, talk.GiveFloor, moderation.ErasePerson),
}


# What ends much of a session at once.
RARE: Final = frozenset(
    (
        agenda.CloseRoom,
        agenda.StopInput,
        people.RevokeLink,
        people.RemoveSeat,
        moderation.ErasePerson,
        moderation.RedactCard,
    )
)


class TapeEnd(Exception):
    """No chance is left."""


class Tape:
    """Chance as a string of bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def below(self, count: int) -> int:
        """A number from 0 to `count` - 1, at most 255."""
        if self._place >= len(self._data):
            raise TapeEnd
        self._place += 1
        return self._data[self._place - 1] % count

    def choose(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def once_in(self, count: int) -> bool:
        """True once in `count` times. A tape of zeros never says so."""
        return self.below(count) == count - 1


class Person(Struct):
    """Somebody with a link, perhaps a seat, and refs that grow within each lane."""

    role: Mask
    client: int
    link: int
    seat: int = 0
    refs: dict[int, int] = {}
    planes: list[PlaneId] = []


class Done(Struct):
    """What happened at one entry: it, its words, what it did, and who sent it (None: the
    server)."""

    entry: Entry
    texts: Sequence[str]
    outcome: Outcome
    person: Person | None


class Session:
    """A room, its log and words, and the people in it."""

    def __init__(self, tape: Tape, design: list[StepPlan] | None = None) -> None:
        self.tape = tape
        self.room: Room = new_room()
        self.chain = START
        self.now_ms = T0
        self.logged: list[Logged] = []
        self.words: dict[int, str] = {}
        self.people: list[Person] = []
        self.rounds: dict[str, int] = {}  # of each blind actor
        self.open_room(design or tape.choose(DESIGNS))

    def open_room(self, design: list[StepPlan]) -> None:
        opening = OpenRoom(RULES_NUMBER, "ru", design, list(NAMES), [True, False])
        self.append(Actor(SYSTEM), opening, texts=("Сессия", "Цель", "Отдел", "Завод"))
        for role in (FACILITATOR, *JOINING[3:8], STAGE):
            person = self.newcomer(role)
            if not role & WITHOUT_SEAT:
                self.act(person, people.Join(0, self.tape.choose(("onsite", "remote"))))

    def newcomer(self, role: Mask) -> Person:
        """Somebody new, by the first link of a role."""
        found = min(one.id for one in self.room.all(Link) if one.role == role)
        person = Person(role, 1_000 + len(self.people), found)
        self.people.append(person)
        return person

    # Writing

    def append(
        self,
        actor: Actor,
        command: Command,
        *,
        texts: Sequence[str] = (),
        person: Person | None = None,
        **head: int,
    ) -> Done:
        """Write one entry to the log, apply it and keep its words as a server does."""
        salted = tuple(Word(b"s" * 16, text) for text in texts)
        proposed = draft(actor, command, words=salted, seed=len(self.logged) * 7_919, **head)
        seq = len(self.logged) + 1
        self.chain = link(self.chain, seq, self.now_ms, proposed.body)
        logged = Logged(seq, self.now_ms, self.chain, proposed.body, proposed.words)
        self.logged.append(logged)
        one = entry(logged)
        outcome = self.room.apply(one)
        if not outcome.refused and not outcome.repeat:
            for position, text in enumerate(texts):
                if text:
                    self.words[seq << WORD_BITS | position] = text
        for word in outcome.forgot:
            self.words.pop(word, None)
        if person is not None and isinstance(command, people.Join) and outcome.made:
            person.seat = outcome.made[0]
            person.planes.append(person.seat)
        return Done(one, texts, outcome, person)

    def act(
        self,
        person: Person,
        command: Command,
        *,
        ref: int = 0,
        lane: int = 0,
        at: int | None = None,
    ) -> Done:
        """Let a person send a command. `ref` 0 is the next one; `at` None, for the current step."""
        found = self.room.get(Agenda, AGENDA_ID)
        at = (found.current if found else 0) if at is None else at
        actor = self.blind(person, command, lane, ref) if lane else self.named(person)
        if not ref:
            ref = person.refs[lane] = person.refs.get(lane, 0) + 1
        seq = len(self.logged) + 1
        count = len(command.WORDS)
        texts = [] if self.tape.once_in(30) else [f"word {seq}.{n} ж" for n in range(count)]
        if isinstance(command, (people.Join, people.ChangeProfile)) and not self.tape.once_in(5):
            texts = texts[:1]
        message = ["do", ref, lane, at, 0, msgspec.to_builtins(command), texts]
        read = decode(msgspec.msgpack.encode(message))
        assert isinstance(read, Do)
        return self.append(
            actor, read.command, texts=texts, person=person, ref=ref, lane=lane, step=at
        )

    def named(self, person: Person) -> Actor:
        return Actor(person.role, person.seat, person.client, person.link)

    def blind(self, person: Person, command: Command, lane: int, ref: int) -> Actor:
        """The blind actor in the round `lane`, named by a hash in place of the server's key."""
        found = next((one for one in self.room.all(Step) if one.round == lane), None)
        role = person.role & found.groups if found else 0

        def name(*parts: object) -> str:
            made = "b" + hashlib.sha256(repr((lane, *parts)).encode()).hexdigest()[:24]
            self.rounds[made] = lane
            if made not in person.planes:
                person.planes.append(made)
            return made

        if command.BLIND == "ballot":
            return Actor(role, 0, person.client * 7, 0, name(person.seat))
        if command.BLIND == "own":
            thing = getattr(command, command.__struct_fields__[0])
            for plane in person.planes:
                if isinstance(plane, str) and self.room.holds(plane, thing):
                    return Actor(role, 0, 0, 0, plane)
        ref = ref or person.refs.get(lane, 0) + 1
        return Actor(role, 0, 0, 0, name(person.seat, person.client, ref))

    # Living

    def live(self) -> Done:
        """One random thing happens. TapeEnd where chance has run out."""
        tape = self.tape
        pauses = LONG_PAUSES_MS if tape.once_in(15) else PAUSES_MS
        self.now_ms = max(T0, self.now_ms + tape.choose(pauses))
        if tape.once_in(25):
            return self.append(Actor(SYSTEM), Tick())
        if tape.once_in(20) and len(self.people) < 30:
            self.newcomer(tape.choose(JOINING))
        kind = self.kind()
        able = [p for p in self.people if p.role & kind.BY and (p.seat or not kind.SEAT)]
        able = [p for p in able if self.concerns(p, kind)] or able
        person = tape.choose(self.people if tape.once_in(15) or not able else able)
        if not person.seat and not person.role & WITHOUT_SEAT:
            kind = people.Join
        command = Guess(self, person).command(kind)
        steps = sorted(self.room.all(Step), key=lambda one: one.id)
        found = self.room.get(Agenda, AGENDA_ID)
        current = self.room.get(Step, found.current) if found else None
        target = tape.choose(steps) if tape.once_in(12) else current
        lane = 0
        if target is not None and target.anonymous and kind.BLIND != "never":
            lane = 0 if tape.once_in(15) else target.round
        ref = 0
        if tape.once_in(15) and person.refs.get(lane):
            ref = max(1, person.refs[lane] - tape.below(9))
        elif tape.once_in(30):
            person.refs[lane] = person.refs.get(lane, 0) + 3
        at = target.id if target else 0
        return self.act(person, command, ref=ref, lane=lane, at=at)

    def concerns(self, person: Person, kind: type[Command]) -> bool:
        """Whether a person has what such a command is about."""
        room = self.room
        if kind in (owners.SignDecision, owners.ReleaseDecision):
            return any(one.owner == person.seat for one in room.all(Decision))
        if kind is owners.DeclineInvitation:
            return any(room.all(owners.Invitation, person.seat))
        if kind in (cards.EditIdea, cards.WithdrawIdea):
            return any(one for plane in person.planes for one in room.all(Card, plane))
        return kind is not talk.LowerHand or room.get(talk.Hand, person.seat) is not None

    def kind(self) -> type[Command]:
        """What kind of command comes next: mostly what fits the current step."""
        tape = self.tape
        found = self.room.get(Agenda, AGENDA_ID)
        current = self.room.get(Step, found.current) if found else None
        turn = tape.below(40)
        if current is None or turn in (1, 3):
            return agenda.NextStep
        if turn == 2:
            return agenda.BackStep
        fitting = FITTING.get(current.kind, ())
        if fitting and turn < 34:
            poll = self.room.get(Poll, current.id)
            kind = tape.choose(fitting)
            by_opinion = kind is votes.CastDots and poll and poll.style == "opinion"
            return votes.CastOpinion if by_opinion else kind
        kind = tape.choose(CLIENT_COMMANDS)
        return agenda.ExtendStep if kind in RARE and tape.below(5) else kind


SIGNED = (
    owners.SignDecision,
    succession.OfferHandover,
    succession.TakeOver,
    succession.SignByLink,
)
"""Commands that carry the wording which was read."""
BY_OWNER = (
    owners.SignDecision,
    owners.ReleaseDecision,
    succession.OfferHandover,
)


class Guess:
    """Fills the fields of a command with what may be meant."""

    def __init__(self, session: Session, person: Person) -> None:
        self.tape = session.tape
        self.room = session.room
        self.person = person

    def command(self, kind: type[Command]) -> Command:
        if kind in SIGNED:
            return self.signature(kind)
        if kind is Join:
            role = 0 if self.tape.below(4) else self.field(kind, "role")
            return Join(self.field(kind, "department"), self.field(kind, "place"), role)
        return kind(**{name: self.field(kind, name) for name in kind.__struct_fields__})

    def signature(self, kind: type[Command]) -> Command:
        """A signature under a wording, mostly the present one."""
        number = self.decision(kind)
        one = self.room.get(Decision, number)
        read = (one.version, one.digest) if one and not self.tape.once_in(8) else (1, "0" * 32)
        if kind is succession.OfferHandover:
            helpers = sorted(help_.seat for help_ in self.room.all(owners.Help))
            seat = self.tape.choose(helpers) if helpers else self.seat(kind)
            return succession.OfferHandover(number, seat, *read)
        return kind(number, *read)

    def decision(self, kind: type[Command]) -> int:
        """A decision; to sign or to release, one's own."""
        mine = sorted(d.id for d in self.room.all(Decision) if d.owner == self.person.seat)
        if kind in BY_OWNER and mine:
            return self.tape.choose(mine)
        handed = sorted(h.id for h in self.room.all(succession.Handover))
        if kind in (succession.TakeOver, succession.DropHandover) and handed:
            return self.tape.choose(handed)
        asked = sorted(absent.id for absent in self.room.all(succession.Absent))
        if kind is succession.SignByLink and asked:
            return self.tape.choose(asked)
        return self.some(Decision)

    def field(self, kind: type[Command], name: str) -> Any:
        makers: dict[str, Callable[[], Any]] = {
            "card": self.card,
            "cards": self.cards,
            "group": lambda: 0 if self.tape.below(2) else self.some(groups.Group),
            "merge": lambda: self.some(groups.Merge),
            "choice": self.choice,
            "decision": lambda: self.decision(kind),
            "help": lambda: self.some(owners.Help),
            "seat": lambda: self.seat(kind),
            "link": lambda: self.some(Link),
            "department": lambda: 0 if self.tape.below(2) else self.some(Department),
            "target": lambda: self.shown() if kind is Spotlight else self.some(Step),
            "internal": lambda: self.tape.below(2) > 0,
            "after": lambda: self.some(Step),
            "sources": lambda: [3] * self.tape.below(3),
            "lane": lambda: self.tape.choose((0, 0, 1, 1, 2, -1 if kind is reveal.Reveal else 0)),
            "dots": lambda: self.tape.choose((1, 1, 1, 2, 0, 3)),
            "opinion": lambda: self.tape.choose(("agree", "disagree", "pass", "none")),
            "place": lambda: self.tape.choose(("onsite", "remote")),
            "fate": lambda: self.tape.choose(("open", "parked", "dropped", "nobody")),
            "by_ms": lambda: self.tape.choose((-40_000, -1, 0, 60_000, 3_600_000)),
            "due": lambda: self.tape.choose((0, 0, 99_999, 1)),
            "role": lambda: self.tape.choose((*NAMES, 3)),
            "skipped": lambda: self.tape.below(2) > 0,
            "version": lambda: 1 + self.tape.below(2),
            "days": lambda: self.tape.choose((1, 14, 90)),
            "plan": lambda: self.tape.choose(self.tape.choose(DESIGNS)),
        }
        return makers[name]()

    def seat(self, kind: type[Command]) -> int:
        """A seat: one's own, any, or to erase, one whose words stand in many places."""
        room = self.room
        took = {one.owner for one in room.all(Decision) if one.owner}
        known = sorted(took | {one.seat for one in room.all(owners.Help)})
        if kind is moderation.ErasePerson and known and self.tape.below(2):
            return self.tape.choose(known)
        return self.person.seat if self.tape.below(2) else self.some(Seat)

    def some(self, kind: type[Entity]) -> int:
        """The id of something of a kind, or a junk id."""
        found = sorted(one.id for one in self.room.all(kind))
        if not found or self.tape.once_in(12):
            return self.tape.choose(JUNK)
        return self.tape.choose(found[-200:])

    def shown(self) -> int:
        """A card, a group or a decision, or nothing."""
        kinds: tuple[type[Entity], ...] = (Card, Card, groups.Group, Decision)
        return 0 if self.tape.once_in(8) else self.some(self.tape.choose(kinds))

    def cards(self) -> list[int]:
        """Some of the cards that are shown, or a junk id."""
        shown = sorted(one.id for one in self.room.all(Card) if one.state == "shown")[-20:]
        if not shown or self.tape.once_in(10):
            return [self.some(Card)]
        first = self.tape.below(len(shown))
        return shown[first : first + 1 + self.tape.below(3)]

    def card(self) -> int:
        """A card of one's own that is still hidden, or one in the room."""
        own = sorted(c.id for plane in self.person.planes for c in self.room.all(Card, plane))
        if own and self.tape.below(2):
            return self.tape.choose(own[-200:])
        return self.some(Card)

    def choice(self) -> int:
        """Something to vote on in the current step."""
        found = self.room.get(Agenda, AGENDA_ID)
        now = [one.id for one in self.room.all(Choice) if found and one.step == found.current]
        return self.tape.choose(sorted(now)[-200:]) if now else self.some(Choice)
