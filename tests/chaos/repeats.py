"""The row in which every command comes three times, out of order, and again from elsewhere."""

import asyncio
import contextlib
import time
from random import Random

from client.own_redis import OwnRedis
from protocols.commands import ROLES, Join, ParkTopic, array
from rooms.kernel import Command
from tests.chaos.bots import Watching
from tests.chaos.checker import Violation
from tests.chaos.records import Record, Sent
from tests.chaos.row import Outcome, Plan, Row
from tests.chaos.world import World
from tests.server.phones import Phone

TIMES = 3
AT_ONCE = 2
"""Commands under way at once, so that with their copies they stay within the eight allowed."""


class Stutterer:
    """A phone that says everything three times, and says it again after it has moved on."""

    def __init__(self, world: World, name: str, seed: int) -> None:
        first = world.servers[0]
        self.record = Record(name, ROLES["member"])
        self.phone = Phone(first, world.code, world.tokens["member"], name)
        self.phone.replica = Watching(self.record)
        self.answers: dict[int, set[tuple[object, ...]]] = {}
        self._world = world
        self._chance = Random(f"{seed} {name}")
        self._ref = 0

    async def enter(self) -> None:
        """Come in and take a seat."""
        await self.phone.open()
        await self._say([self._next(Join(0, "onsite"), self.record.name)])

    async def speak(self) -> None:
        """Write a few cards, each three times; then the same again on another server."""
        said = [
            self._next(ParkTopic(), f"{self.record.name} writes {self._ref + 1}")
            for _ in range(AT_ONCE)
        ]
        await self._say(said)
        await self.phone.close()
        self.phone.server = self._chance.choice(self._world.servers)
        await self.phone.open()
        await self._say(said)

    def _next(self, command: Command, word: str) -> list[object]:
        self._ref += 1
        text = "" if isinstance(command, Join) else word
        ident = (self.phone.client, 0, self._ref)
        self.record.sent.append(Sent(ident, time.monotonic(), text))
        agenda = self.phone.replica.room.get("agenda", 2)
        step = agenda.current if agenda else 0
        return ["do", self._ref, 0, step, 0, array(command), [word]]

    async def _say(self, said: list[list[object]]) -> None:
        """Send each three times, the first times in order and the others as they come."""
        before = len(self.phone.told)
        copies = said * (TIMES - 1)
        self._chance.shuffle(copies)
        for message in [*said, *copies]:
            await self.phone.say(message)
        wanted = len(said) * TIMES
        await self.phone.until(lambda: self.phone.code or len(self._came(before)) >= wanted)
        for message in self._came(before):
            self._take(message)

    def _came(self, before: int) -> list[list[object]]:
        return [told for told in self.phone.told[before:] if told[0] in ("ack", "refused")]

    def _take(self, message: list[object]) -> None:
        tag, ref, _, what, *rest = message
        assert isinstance(ref, int)
        made = tuple(rest[0]) if tag == "ack" and isinstance(rest[0], list) else ()
        self.answers.setdefault(ref, set()).add((tag, what, made))
        sent = self.record.sent[ref - 1]
        if sent.acked_seq or sent.refused:
            return
        if tag == "ack":
            assert isinstance(what, int)
            sent.acked_s, sent.acked_seq = time.monotonic(), what
        else:
            sent.refused = str(what)

    async def catch_up(self, seq: int) -> None:
        """Wait until an entry is in sight, and note down what the room looks like then."""
        await self.phone.until(lambda: self.phone.replica.room.seq >= seq)
        self.record.rows = {key: dict(row) for key, row in self.phone.replica.room.rows().items()}


async def repeated(plan: Plan) -> Outcome:
    """Two servers; phones repeat everything, move on to another server, and repeat it there."""
    outcome = Outcome(plan.rounds)
    async with World(servers=2, redis=OwnRedis(), people=4, seed=plan.seed) as world:
        await world.storm(0)
        phones = [Stutterer(world, f"stutterer {n}", plan.seed) for n in range(plan.people)]
        async with contextlib.AsyncExitStack() as stack:
            for phone in phones:
                stack.push_async_callback(phone.phone.close)
                await phone.enter()
            for _ in range(plan.rounds):
                await asyncio.gather(*(phone.speak() for phone in phones))
            await world.rest()
            for phone in phones:
                await phone.catch_up(world.crowd.bots[0].client.replica.room.seq)
            outcome.add(await world.judge(more=[phone.record for phone in phones]), [])
    for phone in phones:
        for ref, answers in phone.answers.items():
            if len(answers) > 1:
                what = f"{phone.record.name}: {ref} was answered as {sorted(map(str, answers))}"
                outcome.verdict.violations.append(Violation("A2", what))
    return outcome


ROWS = [
    Row(
        "every command comes three times and again from elsewhere",
        "Each is carried out once and gets the same answer each time.",
        repeated,
        10,
        people=20,
    ),
]
