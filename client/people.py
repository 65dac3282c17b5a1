"""Simulated people: each with a temperament, each a `RoomClient` that does what the step asks.

They write, group, vote, raise hands, word decisions, take and sign them. What a rule refuses they
let be, as people do. Chance and pace are given, so a run can be repeated and hurried.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from random import Random
from typing import Any, Final, Literal

from msgspec import Struct

from client.replica import Thing
from client.room_client import CommandRefused, RoomClient
from client.sayings import NAMES, Sayings
from protocols.commands import (
    ROLES,
    CastDots,
    CastOpinion,
    ClaimDecision,
    Command,
    DeclineInvitation,
    LowerHand,
    MergeCards,
    OfferHelp,
    PostIdea,
    ProposeDecision,
    RaiseHand,
    SignDecision,
)

Place = Literal["onsite", "remote"]


class Temperament(Struct, frozen=True):
    """How a person behaves. The shares are chances from 0 to 1."""

    name: str
    share: int
    """How many of 25 people are like this."""
    pause_s: tuple[float, float]
    """How long she takes between two acts, at least and at most."""
    cards: tuple[int, int]
    """How many cards she writes in a step, at least and at most."""
    agrees: float
    groups: float
    talks: float
    drafts: float
    takes: float
    helps: float


TEMPERAMENTS: Final = (
    Temperament("quick", 5, (1, 5), (3, 5), 0.7, 0.5, 0.5, 0.5, 0.3, 0.4),
    Temperament("thorough", 6, (6, 15), (2, 3), 0.6, 0.6, 0.2, 0.4, 0.3, 0.3),
    Temperament("quiet", 7, (8, 25), (0, 2), 0.6, 0.1, 0.0, 0.0, 0.1, 0.4),
    Temperament("doubting", 3, (4, 12), (1, 3), 0.3, 0.2, 0.6, 0.1, 0.05, 0.1),
    Temperament("caring", 4, (3, 10), (1, 2), 0.8, 0.4, 0.3, 0.2, 0.4, 0.8),
)


def temperaments(people: int, chance: Random) -> list[Temperament]:
    """So many temperaments, in the shares of the table, mixed."""
    table = [one for one in TEMPERAMENTS for _ in range(one.share)]
    found = [table[n % len(table)] for n in range(people)]
    chance.shuffle(found)
    return found


class Person:
    """One simulated person. `hurry` divides all pauses."""

    def __init__(
        self,
        client: RoomClient,
        temper: Temperament,
        sayings: Sayings,
        chance: Random,
        hurry: float = 1.0,
    ) -> None:
        self.client = client
        self.temper = temper
        self._sayings = sayings
        self._chance = chance
        self._hurry = hurry
        self._seen = 0
        """The opening of a step that was last acted on."""
        self._acts: dict[str, Callable[[Thing], Awaitable[None]]] = {
            "ideate": self._write,
            "group": self._group,
            "vote": self._vote,
            "discuss": self._talk,
            "draft": self._draft,
            "claim": self._claim,
        }

    async def live(self, name: str, place: Place) -> None:
        """Come, take a seat and act until the session is over. ConnectionEnded if shown out."""
        client = self.client
        await self._pause()
        await client.connect()
        departments = [d.id for d in client.replica.room.all("department")]
        is_staff = client.role & (ROLES["member"] | ROLES["lead"])
        department = self._chance.choice(departments) if departments and is_staff else 0
        await client.join(name, department, place)
        while not self._over():
            await client.until(self._has_news, None)
            step = client.step
            if step is not None and not self._over():
                self._seen = step.round
                await self._act(step)

    def _has_news(self) -> bool:
        step = self.client.step
        return self._over() or (step is not None and step.round != self._seen)

    def _over(self) -> bool:
        agenda = self.client.agenda
        return agenda is not None and agenda.state == "over"

    async def _act(self, step: Thing) -> None:
        act = self._acts.get(step.kind)
        if act is not None and step.who & self.client.role:
            await act(step)
        await self._pause()
        if self._still(step):
            await self.client.here(done=True)

    def _still(self, step: Thing) -> bool:
        now = self.client.step
        return now is not None and now.round == step.round and now.input

    async def _pause(self) -> None:
        least, most = self.temper.pause_s
        await asyncio.sleep(self._chance.uniform(least, most) / self._hurry)

    async def _try(self, step: Thing, command: Command, *words: str) -> bool:
        """Do something, unless the step is over. False where a rule says no."""
        if not self._still(step):
            return False
        try:
            await self.client.do(command, *words, step=step.id)
        except CommandRefused:
            return False
        return True

    def _is(self, share: float) -> bool:
        return self._chance.random() < share

    def _some(self, things: Sequence[Any], most: int) -> list[Any]:
        return self._chance.sample(things, min(most, len(things)))

    # Acts, by the kind of the step

    async def _write(self, step: Thing) -> None:
        settings = self.client.replica.room.get("ideation", step.id)
        lanes = len(settings.lanes) if settings else 1
        for _ in range(self._chance.randint(*self.temper.cards)):
            await self.client.here(typing=True)
            await self._pause()
            lane = self._chance.randrange(lanes)
            await self._try(step, PostIdea(lane), self._sayings.idea(lane, self._chance))

    async def _group(self, step: Thing) -> None:
        while self._is(self.temper.groups) and self._still(step):
            await self._pause()
            room = self.client.replica.room
            loose = [c.id for c in room.all("card") if c.state == "shown" and not c.group]
            if len(loose) < 2:
                return
            groups = [group.id for group in room.all("group")]
            if groups and self._is(0.6):
                await self._try(step, MergeCards(self._some(loose, 2), self._chance.choice(groups)))
            else:
                name = self._chance.choice(self._sayings.themes)
                await self._try(step, MergeCards(self._some(loose, 2), 0), name)

    async def _vote(self, step: Thing) -> None:
        room = self.client.replica.room
        poll = room.get("poll", step.id)
        choices = [choice.id for choice in room.all("choice") if choice.step == step.id]
        if poll is None or not step.votes & self.client.role:
            return
        self._chance.shuffle(choices)
        if poll.style == "opinion":
            for choice in choices:
                await self._pause()
                await self._try(step, CastOpinion(choice, self._opinion()))
            return
        left = poll.budget
        for choice in choices:
            if left <= 0:
                return
            await self._pause()
            dots = self._chance.randint(1, min(left, poll.max_per_item))
            if await self._try(step, CastDots(choice, dots)):
                left -= dots

    def _opinion(self) -> Literal["agree", "disagree", "pass"]:
        if self._is(0.15):
            return "pass"
        return "agree" if self._is(self.temper.agrees) else "disagree"

    async def _talk(self, step: Thing) -> None:
        await self._pause()
        if self._is(self.temper.talks) and await self._try(step, RaiseHand()):
            await self._pause()
            await self._pause()
            await self._try(step, LowerHand())

    async def _draft(self, step: Thing) -> None:
        if self._is(self.temper.drafts):
            await self._pause()
            await self._try(step, ProposeDecision(0, []), *self._sayings.decision(self._chance))

    async def _claim(self, step: Thing) -> None:
        await self._pause()
        for decision in self._decisions():
            if decision.owner or not self._is(self.temper.takes):
                if self._is(self.temper.helps):
                    help_ = self._chance.choice(self._sayings.help)
                    await self._try(step, OfferHelp(decision.id), help_)
            elif await self._try(step, ClaimDecision(decision.id)):
                await self._sign(step, decision.id)
                break
            await self._pause()
        for asked in list(self.client.replica.own.all("invitation")):
            if asked.state == "asked":
                await self._try(step, DeclineInvitation(asked.id))

    def _decisions(self) -> list[Thing]:
        found = [d for d in self.client.replica.room.all("decision") if d.fate == "open"]
        self._chance.shuffle(found)
        return found

    async def _sign(self, step: Thing, number: int) -> None:
        """Read the wording and sign it as it stands."""
        await self._pause()
        decision = self.client.replica.room.get("decision", number)
        if decision is not None and decision.owner == self.client.seat:
            await self._try(step, SignDecision(number, decision.version, decision.digest))


def crowd(
    links: dict[str, str],
    people: int,
    sayings: Sayings,
    chance: Random,
    hurry: float,
    client_of: Callable[[str], RoomClient] = RoomClient,
) -> list[tuple[Person, str, Place]]:
    """So many people with their names and places, most of them staff, by the links there are."""
    roles = [role for role in ("member", "lead", "customer", "partner", "expert") if role in links]
    weights = [12 if role == "member" else 2 for role in roles]
    names = chance.sample(NAMES[sayings.lang], len(NAMES[sayings.lang]))
    found: list[tuple[Person, str, Place]] = []
    for number, temper in enumerate(temperaments(people, chance)):
        role = chance.choices(roles, weights)[0]
        place: Place = "onsite" if chance.random() < 0.6 else "remote"
        own = Random(chance.random())
        person = Person(client_of(links[role]), temper, sayings, own, hurry)
        found.append((person, names[number % len(names)], place))
    return found
