"""People who write and vote without a pause, and keep a record of all they sent, heard and saw."""

import asyncio
import contextlib
import random
import time
from typing import Any, Final, Self
from urllib.parse import urlsplit

from client.replica import Replica
from client.room_client import Answer, CommandRefused, ConnectionEnded, RoomClient
from protocols.commands import (
    FIELDS,
    ROLES,
    CastOpinion,
    Command,
    Join,
    NextStep,
    ParkTopic,
    PostIdea,
)
from rooms.votes import Opinion
from tests.chaos.records import Patch, Record, Reset, Sent

OPINIONS: Final[tuple[Opinion, ...]] = ("agree", "disagree", "pass", "none")
QUESTIONS: Final = 6
WRITES: Final = 0.15
"""The share of cards among what bots do; the rest are votes."""
CARD_TEXT: Final = 1 + FIELDS["card"].index("text")
"""Where a card's view, as it travels, has its text."""
CONNECT_AT_ONCE: Final = 40
MOST_WAITING: Final = 4
"""Unanswered commands at which a bot waits for answers, as people do."""


class Watching(Replica):
    """A replica that keeps a record of everything that reached it, also of what it passed over."""

    def __init__(self, record: Record) -> None:
        super().__init__()
        self._record = record

    def apply(self, patch: list[Any]) -> bool:
        own, since, seq, chain, stable_seq, put, gone = patch
        if not own and since <= self.room.seq:
            cards = {view[1]: view[CARD_TEXT] for view in put if view[0] == "card"}
            away = tuple(number for kind, number in gone if kind == "card")
            seen = Patch(time.monotonic(), since, seq, chain, stable_seq, cards, away)
            self._record.events.append(seen)
        return super().apply(patch)

    def reset(self) -> None:
        self._record.events.append(Reset(time.monotonic()))
        super().reset()


class Bot:
    """One person of a storm. `links` are a room's address with the token of a link, as each
    server gives it; the first is where the bot begins."""

    def __init__(self, name: str, links: list[str], role: str = "member", seed: int = 0) -> None:
        self.record = Record(name, ROLES[role])
        self.client = RoomClient(links[0], servers=links[1:])
        self.client.replica = Watching(self.record)
        self._chance = random.Random(f"{seed} {name}")
        self._written = 0
        self._ref = 0
        self._sends_as = 0

    async def enter(self) -> None:
        """Connect and take a seat."""
        await self.client.connect()
        await self._until_answered(await self.give(Join(0, "onsite"), self.record.name, step=0))

    async def give(self, command: Command, *words: str, step: int | None = None) -> Sent:
        """Send one command, recorded, and do not wait for the answer."""
        answer = await self.client.submit(command, *words, step=step)
        if self._sends_as != self.client.client:  # a new device numbers its commands from 1
            self._sends_as, self._ref = self.client.client, 0
        self._ref += 1
        text = words[0] if words and not isinstance(command, Join) else ""
        sent = Sent((self._sends_as, 0, self._ref), time.monotonic(), text)
        self.record.sent.append(sent)
        answer.add_done_callback(lambda done: _answered(sent, done))
        return sent

    async def write(self) -> Sent:
        """Park a topic that nobody else writes."""
        self._written += 1
        return await self.give(ParkTopic(), f"{self.record.name} writes {self._written}")

    async def vote(self) -> Sent:
        """Have an opinion on one of the questions, perhaps another than before."""
        choices = [choice.id for choice in self.client.replica.room.all("choice")]
        if not choices:
            return await self.write()
        return await self.give(
            CastOpinion(self._chance.choice(choices), self._chance.choice(OPINIONS))
        )

    async def act(self) -> Sent:
        """Do one of the two, by chance."""
        return await (self.write() if self._chance.random() < WRITES else self.vote())

    async def storm(self, think_s: float, calm: asyncio.Event) -> None:
        """Write and vote until all is to be calm, with pauses of `think_s` on average."""
        try:
            while not calm.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._chance.uniform(0, 2 * think_s)):
                        await calm.wait()
                if not calm.is_set() and self.client.unanswered < MOST_WAITING:
                    await self.act()
        except ConnectionEnded as why:
            self.record.ended = str(why)

    async def _until_answered(self, sent: Sent) -> None:
        await self.client.until(lambda: sent.acked_seq or sent.refused)

    @property
    def port(self) -> int:
        """Of the server that it is connected to, or tries."""
        return urlsplit(self.client._addresses[0]).port or 0

    def look(self) -> None:
        """Note down what the room looks like now."""
        self.record.rows = {key: dict(row) for key, row in self.client.replica.room.rows().items()}


def _answered(sent: Sent, done: "asyncio.Future[Answer]") -> None:
    if done.cancelled():
        return
    why = done.exception()
    if isinstance(why, CommandRefused):
        sent.refused = why.code
    elif why is None:
        sent.acked_s, sent.acked_seq = time.monotonic(), done.result().seq


class Crowd:
    """Many bots in one room, as many on each server. `links` are the same link as different
    servers give it."""

    def __init__(self, people: int, links: list[str], *, seed: int = 0) -> None:
        chance = random.Random(seed)
        self.bots = []
        for number in range(people):
            first = links[number % len(links)]
            others = [link for link in links if link != first]
            ways = [first, *chance.sample(others, len(others))]
            self.bots.append(Bot(f"bot {number}", ways, seed=seed))
        self._storms: list[asyncio.Task[None]] = []
        self._calm = asyncio.Event()

    async def __aenter__(self) -> Self:
        gate = asyncio.Semaphore(CONNECT_AT_ONCE)

        async def one(bot: Bot) -> None:
            async with gate:
                await bot.enter()

        await asyncio.gather(*(one(bot) for bot in self.bots))
        return self

    async def __aexit__(self, *why: object) -> None:
        await self.calm()
        await asyncio.gather(*(bot.client.close() for bot in self.bots))

    @property
    def records(self) -> list[Record]:
        """What they did and saw."""
        return [bot.record for bot in self.bots]

    def storm(self, think_s: float) -> None:
        """Everybody writes and votes from now on."""
        self._calm.clear()
        self._storms = [asyncio.create_task(bot.storm(think_s, self._calm)) for bot in self.bots]

    async def calm(self) -> None:
        """Nobody begins anything new."""
        self._calm.set()
        storms, self._storms = self._storms, []
        await asyncio.gather(*storms)

    @property
    def unanswered(self) -> int:
        """Commands of theirs that are under way."""
        return sum(bot.client.unanswered for bot in self.bots)

    def stand_at(self, seq: int) -> bool:
        """Whether everybody has seen the room up to this entry."""
        return all(bot.client.replica.room.seq == seq for bot in self.bots)


async def set_the_scene(link: str) -> None:
    """As the facilitator, put questions to the room and open the vote on them."""
    async with RoomClient(link) as moderator:
        await moderator.do(NextStep())
        await moderator.until(lambda: moderator.step is not None)
        await moderator.join("Moderator")
        for number in range(QUESTIONS):
            await moderator.do(PostIdea(0), f"question {number}")
        await moderator.do(NextStep())
        await moderator.until(lambda: len(list(moderator.replica.room.all("choice"))) == QUESTIONS)
