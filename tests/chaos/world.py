"""Real processes to break: servers, their storage, and one room full of bots on all of them."""

import asyncio
import contextlib
import shutil
import signal
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, Final, Self

from client.own_redis import OwnRedis
from protocols.commands import ROLES
from protocols.log import Logged
from rooms.features import BOOK
from rooms.kernel import Book
from tests.chaos.bots import Bot, Crowd, set_the_scene
from tests.chaos.checker import Verdict, check
from tests.chaos.line import Line
from tests.chaos.records import Record, Sent, Standing
from tests.chaos.storage import from_redis, from_sqlite, replay
from tests.server.serving import Process, ask

KEY: Final = "the-key-of-the-operator"
ANSWER_S: Final = 30.0
"""How long a tap may go without an answer before a row gives up waiting for it."""
REST_S: Final = 20.0
"""How long a storm may take to come to rest."""
HOURS_MS: Final = 4 * 3_600_000
EVERYBODY: Final = sum(ROLES.values())


class Server(Process):
    """`oneroom serve`, one of those that host the room."""

    key = KEY

    def freeze(self) -> None:
        """Have it stand still, with its connections open."""
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.signal(signal.SIGCONT)

    def standing(self, code: str) -> Standing:
        """Where it says it stands in a room's log; a room that nobody opened here is opened."""
        opened = ask(self.url(f"/api/rooms/{code}/links"), {}, KEY)
        assert opened.status == 200, opened.body
        status = ask(self.url("/status.json"), token=KEY)
        assert status.status == 200, status.body
        room = next(room for room in status.json["rooms"] if room["code"] == code)
        return Standing(self.folder.name, room["seq"], room["chain"], room["digest"])


def step(kind: str, planned_ms: int = HOURS_MS, **settings: Any) -> list[Any]:
    """A step that everybody may act in, as POST /api/rooms takes it."""
    name = [kind, kind]
    return [kind, name, name, planned_ms, "hard", EVERYBODY, EVERYBODY, 0, False, settings]


STORMY: Final = [
    step("ideate", lanes=[["идеи", "ideas"]], hidden=False),
    step("vote", style="opinion", secret_until_close=False),
    step("close"),
]
"""Cards are shown as they are written, and tallies run, so that every command is seen by all."""


class World:
    """Some servers on one storage, and a room with bots. Without `redis` it is one server with
    SQLite. With `lines` each server has a line of its own to Redis, to be cut. `prepare` is done
    once Redis is there and before any server starts; `steps` are the room's, or none for those of
    a storm. `folder` is where servers keep their data; `environment` goes to every server."""

    book: Book = BOOK
    """The rules that its room may follow."""

    def __init__(
        self,
        *,
        servers: int = 1,
        redis: OwnRedis | None = None,
        lines: bool = False,
        people: int = 40,
        think_s: float = 2.0,
        seed: int = 0,
        steps: list[list[Any]] | None = None,
        folder: Path | None = None,
        prepare: Callable[["World", contextlib.AsyncExitStack], Awaitable[None]] | None = None,
        **environment: str,
    ) -> None:
        self._own_folder = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="oneroom-chaos-"))
        self.redis = redis
        self._steps, self._prepare = steps, prepare
        self.lines = [Line(0) for _ in range(servers if lines else 0)]
        self._people, self._think_s, self._seed = people, think_s, seed
        self.servers = [
            Server(self.folder / f"server-{n}", 0, OPERATOR_KEY=KEY, **environment)
            for n in range(servers)
        ]
        self._open = contextlib.AsyncExitStack()
        self.diary: list[str] = []
        """What was done to the processes, and when, for whoever has to understand what followed."""
        self.code = ""
        self.tokens: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        async with contextlib.AsyncExitStack() as stack:
            if self._own_folder:
                stack.callback(shutil.rmtree, self.folder)
            await self._start_redis(stack)
            if self._prepare is not None:
                await self._prepare(self, stack)
            stack.push_async_callback(self._stop_servers)
            await asyncio.gather(*(asyncio.to_thread(server.start) for server in self.servers))
            await self._open_room()
            links = [self.link(server, "member") for server in self.servers]
            crowd = Crowd(self._people, links, seed=self._seed)
            self.crowd = await stack.enter_async_context(crowd)
            self._open = stack.pop_all()
        return self

    async def __aexit__(self, *why: object) -> None:
        await self._open.aclose()

    async def _start_redis(self, stack: contextlib.AsyncExitStack) -> None:
        if self.redis is None:
            return
        stack.push_async_callback(self._stop_redis)
        await asyncio.to_thread(self.redis.start)
        urls = [self.redis.url] * len(self.servers)
        for number, line in enumerate(self.lines):
            line.target = self.redis.port
            urls[number] = (await stack.enter_async_context(line)).url
        for server, url in zip(self.servers, urls, strict=True):
            server.environment["REDIS_URL"] = url

    async def _stop_redis(self) -> None:
        if self.redis is not None:
            await asyncio.to_thread(self.redis.__exit__, None, None, None)

    async def _stop_servers(self) -> None:
        running = [server for server in self.servers if server.process is not None]
        for server in running:
            server.signal()
        await asyncio.gather(*(asyncio.to_thread(server.wait) for server in running))

    async def _open_room(self) -> None:
        first = self.servers[0]
        room = await asyncio.to_thread(first.new_room, "", steps=self._steps or STORMY, lang="en")
        self.code, self.tokens = room.code, room.tokens
        if self._steps is None:
            await set_the_scene(self.link(first, "facilitator"))

    def link(self, server: Server, role: str) -> str:
        """The room's link for a role, by way of one server."""
        return f"{server.url('/r/')}{self.code}#{self.tokens[role]}"

    # Who is where

    def bots_of(self, server: Server) -> list[Bot]:
        """The bots whose connections go to a server."""
        return [bot for bot in self.crowd.bots if bot.port == server.port]

    def fullest(self) -> Server:
        """The server that most people hang on."""
        return max(self.servers, key=lambda server: len(self.bots_of(server)))

    # A storm, and what people wait

    async def storm(self, seconds: float) -> None:
        """Everybody writes and votes; returns after some seconds, and the storm goes on."""
        self.crowd.storm(self._think_s)
        await asyncio.sleep(seconds)

    async def tap(self, bots: Iterable[Bot] | None = None) -> list[Sent]:
        """Everybody does something, now."""
        return [await bot.act() for bot in (self.crowd.bots if bots is None else bots)]

    async def answered(self, taps: list[Sent]) -> bool:
        """Wait until some commands are answered. False where not all are within reason."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                while not all(sent.acked_seq or sent.refused for sent in taps):
                    await asyncio.sleep(0.02)
                return True
        return False

    async def waits(self, taps: list[Sent], since_s: float) -> list[float]:
        """How long after a moment each of these was acknowledged, once all are."""
        await self.answered(taps)
        return [max(0.0, sent.acked_s - since_s) for sent in taps if sent.acked_seq]

    # The end

    async def judge(
        self, *, honest: bool = False, silent: bool = True, more: Iterable[Record] = ()
    ) -> Verdict:
        """Let the room come to rest, and compare everything with everything; also the records of
        `more` who are at rest already."""
        standings = await self.rest()
        for bot in self.crowd.bots:
            bot.look()
        if self.redis is None:  # it keeps its file to itself
            await asyncio.to_thread(self.servers[0].stop)
        records = [*self.crowd.records, *more]
        final = replay(await self.log(), {record.role for record in records}, self.book)
        verdict = check(records, final, standings, honest=honest, silent=silent)
        if verdict.violations:
            verdict.evidence = await asyncio.to_thread(self._keep_evidence, verdict, records)
        return verdict

    def note(self, what: str) -> None:
        """Write into the diary."""
        self.diary.append(f"{now_s():.3f} {time.strftime('%H:%M:%S')} {what}")

    def _keep_evidence(self, verdict: Verdict, records: list[Record]) -> str:
        """Keep what the processes wrote about themselves, and what each bot sent and heard."""
        kept = Path(tempfile.mkdtemp(prefix="oneroom-chaos-evidence-"))
        (kept / "violations").write_text(verdict.explain(len(verdict.violations)))
        (kept / "diary").write_text("\n".join(self.diary))
        for record in records:
            lines = sorted(
                [f"{sent.sent_s:.3f} {sent}" for sent in record.sent]
                + [f"{event.at_s:.3f} {event}" for event in record.events]
            )
            (kept / record.name.replace(" ", "-")).write_text("\n".join(lines))
        for server in self.servers:
            shutil.copy(server.log, kept)
        if self.redis is not None:
            (kept / "redis.log").write_text(self.redis.log)
        return str(kept)

    async def rest(self) -> list[Standing]:
        """End the storm; wait until everything is answered and everybody has seen it, on every
        server. What does not come in time stays as it is, for the checker to find. Returns where
        the servers stand then."""
        await self.crowd.calm()
        standings = await self._standings()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REST_S):
                while self.crowd.unanswered or not self._agrees(standings):
                    await asyncio.sleep(0.1)
                    standings = await self._standings()
        return standings

    async def _standings(self) -> list[Standing]:
        running = [server for server in self.servers if server.process is not None]
        return [await asyncio.to_thread(server.standing, self.code) for server in running]

    def _agrees(self, standings: list[Standing]) -> bool:
        return all(self.crowd.stand_at(one.seq) for one in standings)

    async def not_stored(self) -> int:
        """How many acknowledged commands the storage by itself does not have at this moment."""
        stored = {fact.ident for fact in replay(await self.log(), ()).facts if fact.applied}
        sent = [sent for record in self.crowd.records for sent in record.sent]
        return sum(1 for one in sent if one.acked_seq and one.ident not in stored)

    async def log(self) -> list[Logged]:
        """The room's log, straight from the storage."""
        if self.redis is not None:
            return await asyncio.to_thread(from_redis, self.redis.url, self.code)
        return await asyncio.to_thread(from_sqlite, self.servers[0].folder, self.code)


async def start_redis(redis: OwnRedis) -> None:
    """Start Redis as a supervisor does: killed while it wrote its file anew, it mends the file and
    gives up once, and comes up the next time."""
    try:
        await asyncio.to_thread(redis.start)
    except RuntimeError:
        await asyncio.to_thread(redis.start)


def now_s() -> float:
    """The clock of all records."""
    return time.monotonic()
