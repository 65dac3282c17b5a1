"""`oneroom replay`: a data set of real ideas and votes, by as many clients as there were people,
through one server or several, also while these are killed and started again."""

import argparse
import asyncio
import contextlib
import itertools
import json
import random
import sys
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Final, Literal

from client.data_sets import DataError, DataSet, Totals, Vote, paced, read
from client.outbox import Answer
from client.own_server import RoomLinks, new_room
from client.own_servers import OwnServers
from client.room_client import CommandRefused, ConnectionEnded, Pacer, RoomClient
from protocols import limits
from protocols.commands import ROLES, CastOpinion, CloseRoom, HideCard, NextStep, PostIdea, Reveal
from protocols.wire import UNANSWERED

OPINIONS: Final[dict[int, Literal["agree", "pass", "disagree"]]] = {
    1: "agree",
    0: "pass",
    -1: "disagree",
}
HOURS_MS: Final = 4 * 3_600_000
HIDDEN: Final = -1
CONNECT_AT_ONCE: Final = 50


def design() -> dict[str, Any]:
    """A room of three steps: hidden ideas, a secret vote of opinions, the end."""
    everybody = sum(ROLES.values())

    def step(kind: str, **settings: Any) -> list[Any]:
        name = [kind, kind]
        return [kind, name, name, HOURS_MS, "grace", everybody, everybody, 0, False, settings]

    return {
        "title": "Replay",
        "lang": "en",
        "steps": [
            step("ideate", lanes=[["идеи", "ideas"]], hidden=True),
            step("vote", style="opinion", secret_until_close=True),
            step("close"),
        ],
    }


class Deaths:
    """kill -9 of the servers in turn, each started again at once."""

    def __init__(self, servers: OwnServers | None) -> None:
        self._turns = itertools.cycle(servers.all if servers else ())
        self._last: asyncio.Task[None] | None = None
        self._over = asyncio.Event()
        self.count = 0

    def one_more(self) -> bool:
        """Kill the next one. False if the last is not up again yet: then none is killed."""
        if self._last is not None and not self._last.done():
            return False
        self._last = asyncio.create_task(self._one(), name="kill")
        return True

    async def _one(self) -> None:
        server = next(self._turns)
        self.count += 1
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        say(f"{server.base} was killed and started again")

    @contextlib.asynccontextmanager
    async def every(self, seconds: float) -> AsyncIterator[None]:
        """Kill one every so many seconds (0: never), until `settled` or the end of the context."""
        task = asyncio.create_task(self._every(seconds), name="kills") if seconds else None
        try:
            yield
        finally:
            await self.settled()
            if task is not None:
                await task

    async def _every(self, seconds: float) -> None:
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), seconds)
                return
            self.one_more()

    async def settled(self) -> None:
        """Kill no more, and wait until all are up."""
        self._over.set()
        if self._last is not None:
            await self._last


class Progress:
    """Counts what has been acknowledged, and has servers killed at chosen counts."""

    def __init__(self, total: int, kill_at: list[int], deaths: Deaths) -> None:
        self.done = 0
        self._total = total
        self._kill_at = deque(sorted(kill_at))
        self._deaths = deaths
        self._told = 0.0

    def one(self) -> None:
        """One more is acknowledged."""
        self.done += 1
        due = self._kill_at and self.done >= self._kill_at[0]
        if due and self._deaths.one_more():
            self._kill_at.popleft()
        if time.monotonic() - self._told > 1:
            self._told = time.monotonic()
            say(f"{self.done} of {self._total} acknowledged")


class Replay:
    """One run of a data set through one room, with its people spread over the servers at `bases`.
    Whoever loses a server comes back to the next one."""

    def __init__(
        self,
        data: DataSet,
        links: RoomLinks,
        bases: list[str],
        progress: Progress,
        deaths: Deaths,
        pace: float,
    ) -> None:
        self._data = data
        self._progress = progress
        self._deaths = deaths
        self._pace = pace

        def client(number: int, role: str) -> RoomClient:
            first = number % len(bases)
            ours, *others = bases[first:] + bases[:first]
            return RoomClient(links.at(ours, role), servers=others)

        self._people = {n: client(place, "member") for place, n in enumerate(data.people)}
        self._moderator = client(0, "facilitator")
        self._observer = client(1, "facilitator")
        self._cards: dict[int, int] = {}
        # All these people are one process: together they keep to half of what a room may take, so
        # that what is sent again after a lost connection has room as well.
        self._pacer = Pacer(limits.Rate(burst=limits.ROOM.burst // 10, per_s=limits.ROOM.per_s / 2))

    async def run(self) -> dict[str, Any]:
        """Everything, from joining to the comparison. Returns the result's fields."""
        everybody = [self._moderator, self._observer, *self._people.values()]
        try:
            return await self._run()
        finally:
            await asyncio.gather(*(client.close() for client in everybody))

    async def _run(self) -> dict[str, Any]:
        moderator = self._moderator
        await moderator.connect()
        await self._observer.connect()
        await self._join()
        say(f"{len(self._people)} people have joined")
        await moderator.do(NextStep())
        ideas = moderator.agenda.order[0] if moderator.agenda else 0
        await self._everybody_at(ideas)
        await self._write(ideas)
        await moderator.do(Reveal(ideas, -1))
        await moderator.do(NextStep())
        vote = moderator.agenda.order[1] if moderator.agenda else 0
        await self._everybody_at(vote)
        await self._vote(vote)
        await self._deaths.settled()
        for comment in self._data.comments:
            if comment.moderated == HIDDEN:
                await moderator.do(HideCard(self._cards[comment.number]))
        await moderator.do(NextStep())
        closed = await moderator.do(CloseRoom())
        for client in (self._observer, *self._people.values()):
            await client.until(self._has_seen(client, closed.seq))
        return self._compare()

    @staticmethod
    def _has_seen(client: RoomClient, seq: int) -> Callable[[], bool]:
        return lambda: client.replica.room.seq >= seq

    async def _join(self) -> None:
        gate = asyncio.Semaphore(CONNECT_AT_ONCE)

        async def one(number: int, client: RoomClient) -> None:
            async with gate:
                await client.connect()
                await client.join(f"Person {number}")

        await asyncio.gather(*(one(n, client) for n, client in self._people.items()))

    async def _everybody_at(self, step: int) -> None:
        def is_there(client: RoomClient) -> Callable[[], bool]:
            return lambda: client.step is not None and client.step.id == step

        for client in self._people.values():
            await client.until(is_there(client))

    async def _write(self, step: int) -> None:
        comments = self._data.comments
        moments = paced([c.at_ms for c in comments], self._pace / 2)
        start = time.monotonic()
        for comment, moment in zip(comments, moments, strict=True):
            if self._pace:
                await asyncio.sleep(max(0.0, start + moment - time.monotonic()))
            author = self._people[comment.author]
            answer = await author.do(PostIdea(0), comment.text, step=step)
            self._cards[comment.number] = answer.made[0]
            self._progress.one()

    async def _vote(self, step: int) -> None:
        by_person: dict[int, list[tuple[float, Vote]]] = defaultdict(list)
        votes = self._data.votes
        moments = paced([vote.at_ms for vote in votes], self._pace / 2)
        for vote, moment in zip(votes, moments, strict=True):
            by_person[vote.voter].append((moment, vote))
        start = time.monotonic()
        await asyncio.gather(
            *(self._vote_one(self._people[n], step, own, start) for n, own in by_person.items())
        )

    async def _vote_one(
        self, client: RoomClient, step: int, votes: list[tuple[float, Vote]], start: float
    ) -> None:
        """One person's votes in her own order, several under way at once."""
        choices = {c.target: c.id for c in client.replica.room.all("choice") if c.step == step}
        waiting: list[asyncio.Future[Answer]] = []
        for moment, vote in votes:
            if self._pace:
                await asyncio.sleep(max(0.0, start + moment - time.monotonic()))
            await asyncio.sleep(self._pacer.wait_s(time.monotonic()))
            choice = choices[self._cards[vote.comment]]
            waiting.append(
                await client.submit(CastOpinion(choice, OPINIONS[vote.value]), step=step)
            )
            if len(waiting) >= UNANSWERED:
                await waiting.pop(0)
                self._progress.one()
        for answer in waiting:
            await answer
            self._progress.one()

    def _compare(self) -> dict[str, Any]:
        """The room as a moderator sees it at the end, against the files."""
        room = self._observer.replica.room
        tallies = {tally.id: tally for tally in room.all("tally")}
        found: Totals = {}
        comments = {card: comment for comment, card in self._cards.items()}
        for choice in room.all("choice"):
            tally = tallies.get(choice.id)
            if tally is not None and choice.target in comments:
                counts = (tally.agree, tally.disagree, tally.passed)
                found[comments[choice.target]] = counts
        texts = Counter(card.text for card in room.all("card"))
        wanted = Counter(comment.text.strip() for comment in self._data.comments)
        hidden = {card.id for card in room.all("card") if card.state == "hidden"}
        should = {self._cards[c.number] for c in self._data.comments if c.moderated == HIDDEN}
        ballots = self._wrong_ballots()
        return {
            "totals_match": found == self._data.totals() and hidden == should and not ballots,
            "missing": sum((wanted - texts).values()) + ballots,
            "duplicates": sum((texts - wanted).values()),
        }

    def _wrong_ballots(self) -> int:
        """Votes that a person's own table does not show as she last cast them."""
        last = {(vote.voter, vote.comment): vote.value for vote in self._data.votes}
        by_person: dict[int, dict[int, str]] = {}
        for number, client in self._people.items():
            by_person[number] = {b.id: b.opinion for b in client.replica.own.all("ballot")}
        choices = {c.target: c.id for c in self._observer.replica.room.all("choice")}
        return sum(
            by_person[voter].get(choices[self._cards[comment]]) != OPINIONS[value]
            for (voter, comment), value in last.items()
        )


def say(text: str) -> None:
    """Progress, beside the result."""
    sys.stderr.write(text + "\n")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `oneroom replay`."""
    parser.add_argument("folder", type=Path, help="a folder with comments.csv and votes.csv")
    parser.add_argument("--url", help="a running server; without it one is started")
    parser.add_argument("--key", default="", help="the operator's key of that server")
    parser.add_argument(
        "--servers", type=int, default=1, help="so many servers of one's own; several share a Redis"
    )
    parser.add_argument("--pace", type=float, default=0.0, help="take so many seconds in all")
    parser.add_argument("--kills", type=int, default=0, help="kill -9 an own server so often")
    parser.add_argument("--seed", type=int, default=None, help="when to kill; printed")
    parser.add_argument(
        "--kill-every",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="kill -9 the own servers in turn; without --pace it lasts until each was killed",
    )


def run(options: argparse.Namespace) -> int:
    """`oneroom replay`: 0 where all totals match, 1 where not, 2 where it could not be tried."""
    try:
        data = read(options.folder)
        if options.servers < 1:
            raise DataError("--servers is at least 1")
        if options.url:
            if options.kills or options.kill_every or options.servers > 1:
                raise DataError("--kills and --servers are for servers of one's own: no --url")
            result = asyncio.run(_replay(data, options, [options.url.rstrip("/")], options.key))
        else:
            with OwnServers(options.servers) as servers:
                result = asyncio.run(_replay(data, options, servers.bases, servers.key, servers))
    except (DataError, ConnectionEnded, OSError, ValueError, RuntimeError) as why:
        say(f"oneroom: {why or 'the server does not answer'}")
        return 2
    except CommandRefused as no:
        say(f"oneroom: the server refused a part of the replay: {no.code}")
        return 2
    sys.stdout.write(json.dumps(result) + "\n")
    return 0 if result["totals_match"] and not result["missing"] + result["duplicates"] else 1


async def _replay(
    data: DataSet,
    options: argparse.Namespace,
    bases: list[str],
    key: str,
    servers: OwnServers | None = None,
) -> dict[str, Any]:
    total = len(data.comments) + len(data.votes)
    seed = options.seed if options.seed is not None else random.randrange(1 << 30)
    kill_at = [random.Random(seed + n).randrange(1, total) for n in range(options.kills)]
    if kill_at:
        say(f"seed {seed}: killing at {sorted(kill_at)} of {total}")
    pace = options.pace or options.kill_every * (len(bases) + 0.5)
    links = await asyncio.to_thread(lambda: new_room(bases[0], key, **design()))
    before = servers.used_s() if servers else 0.0
    start = time.monotonic()
    deaths = Deaths(servers)
    progress = Progress(total, kill_at, deaths)
    async with deaths.every(options.kill_every):
        compared = await Replay(data, links, bases, progress, deaths, pace).run()
    seconds = time.monotonic() - start
    return {
        "people": len(data.people),
        "ideas": len(data.comments),
        "votes": len(data.votes),
        "seconds": round(seconds, 2),
        "server_cpu_s": round(servers.used_s() - before, 3) if servers else None,
        "servers": len(bases),
        "kills": deaths.count,
        **compared,
    }
