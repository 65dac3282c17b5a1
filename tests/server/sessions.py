"""Somebody in every role of one room, and what each was sent by when."""

from typing import Final

import msgpack

from client.replica import Thing
from rooms.agenda import NextStep, PauseClock, ResumeClock
from rooms.people import Join, Place
from tests.server.phones import People, Phone
from tests.server.serving import Process, RoomLinks

PEOPLE: Final = {
    "facilitator": "facilitator",
    "stage": "stage",
    "member1": "member",
    "member2": "member",
    "member3": "member",
    "member4": "member",
    "member5": "member",
    "lead": "lead",
    "customer": "customer",
    "partner": "partner",
    "expert": "expert",
    "observer": "observer",
}
WRITERS: Final = ("member1", "member2", "member3", "member4", "member5", "lead")
OUTSIDERS: Final = ("customer", "partner", "expert")
SPOKEN_OF_THE_UNSAID: Final = (
    "О чём молчим",
    "left unsaid",
    "Невысказанное",
    "Unsaid",
    "не узнает",
)
"""Name, prompt and lane of the internal step, in parts."""


def packed(number: int) -> bytes:
    """A number as it travels. Ids of what people made are all large enough for five bytes."""
    data: bytes = msgpack.packb(number)
    assert len(data) == 5
    return data


def view(tag: str, number: int | None = None) -> bytes:
    """How a view of a kind, or the one of this id, begins."""
    return bytes(msgpack.packb(tag)) + (packed(number) if number else b"")


class Session:
    """Everybody's connections, and what they were sent by when."""

    def __init__(self, process: Process, room: RoomLinks, place: Place) -> None:
        self.process = process
        self.room = room
        self.place = place
        self.people: dict[str, Phone] = {}
        self.blind_words: list[str] = []
        """Markers of what was written without a name, in the order of writing."""

    @property
    def boss(self) -> Phone:
        return self.people["facilitator"]

    async def enter(self, people: People) -> None:
        for name, role in PEOPLE.items():
            phone = self.people[name] = await people.phone(self.process, self.room, role)
            phone.name = name
            if name not in ("facilitator", "stage"):
                outside = name in OUTSIDERS
                await phone.done(Join(0, self.place if outside else "onsite"), f"Name-{name}-")

    async def calm(self) -> None:
        """Wait until everybody has been told everything so far: each sees a later change."""
        seq = (await self.boss.do(PauseClock()))[3]
        await self.boss.done(ResumeClock())
        for phone in self.people.values():
            await phone.until(lambda phone=phone: phone.replica.room.seq >= seq)  # type: ignore[misc]

    async def next(self, name: str) -> Thing:
        """Open the next step, and wait until everybody knows."""
        await self.boss.done(NextStep())
        await self.calm()
        agenda = self.boss.replica.room.get("agenda", 2)
        step = self.boss.replica.room.get("step", agenda.current) if agenda else None
        assert step and name in step.name, (name, step)
        return step

    def has(self, name: str, what: bytes | str) -> bool:
        """Whether somebody was ever sent this."""
        data = what.encode() if isinstance(what, str) else what
        return any(data in frame for frame in self.people[name].frames)

    def where(self, name: str, what: bytes | str) -> str:
        """The first message that holds it, for the failing test to tell."""
        data = what.encode() if isinstance(what, str) else what
        found = (frame for frame in self.people[name].frames if data in frame)
        return f" in {msgpack.unpackb(next(found))}"

    def only(self, what: bytes | str, *allowed: str) -> None:
        """Nobody but these was ever sent this; and they were."""
        for name in PEOPLE:
            assert self.has(name, what) == (name in allowed), f"{name}: {what!r}"

    def never(self, what: bytes | str, *names: str) -> None:
        """None of these was ever sent this."""
        for name in names:
            assert not self.has(name, what), f"{name} was sent {what!r}" + self.where(name, what)


def but(*names: str) -> tuple[str, ...]:
    """Everybody else."""
    return tuple(name for name in PEOPLE if name not in names)
