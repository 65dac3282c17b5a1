"""A room in this process: a hub on a real SQLite log, with connections that write into a list and a
clock that the test moves."""

import asyncio
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, Self, cast

import pytest

from client.replica import Replica, decode, encode
from protocols.commands import array
from protocols.log import Draft, Logged
from protocols.wire import VERSION, Hello, Position
from rooms.agenda import NextStep, OpenRoom, StepPlan
from rooms.features import BOOK, RULES_NUMBER, standing
from rooms.kernel import Book, Command
from rooms.people import Join
from rooms.roles import ACTING, FACILITATOR, NAMES, OBSERVER, STAGE, Mask
from rooms.steps import Agenda, Policy, Setting, Step, Text
from server.connection import Connection
from server.frames import FramesProtocol
from server.hub import Hub, links
from server.keys import BlindKeys, Keys
from server.live import Live, Services
from server.logs.base import Log
from server.logs.sqlite import SqliteLog
from server.metrics import Metrics
from server.peers import Alone, Peers
from server.promises import Promise
from server.tokens import open_token

PATIENCE_S: Final = 10.0
"""How long a test waits for what must happen."""
MINUTE_MS: Final = 60_000
NOON_MS: Final = 1_790_000_000_000
"""Where a test's own clock begins."""


async def until(condition: Callable[[], Any], what: str = "") -> None:
    """Wait until a condition holds."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                await asyncio.sleep(0.002)
    except TimeoutError:
        raise AssertionError(f"never happened: {what or condition}") from None


class Clock:
    """A clock that stands until a test moves it."""

    def __init__(self, now_ms: int = NOON_MS) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms


def plan(
    kind: str,
    *,
    minutes: float = 10,
    who: Mask = ACTING,
    sees: Mask = ACTING | OBSERVER | STAGE,
    votes: Mask = 0,
    policy: Policy = "hard",
    anonymous: bool = False,
    name: str = "",
    **settings: Setting,
) -> StepPlan:
    """One step of a room."""
    if kind == "ideate":
        settings.setdefault("lanes", cast(Setting, [["Да", "Yes"]]))
    text = Text(name or kind, name or kind)
    length = int(minutes * MINUTE_MS)
    return StepPlan(kind, text, text, length, policy, who, sees, votes, anonymous, settings)


def opening(*steps: StepPlan) -> OpenRoom:
    """The command that opens a room with these steps and a link for every role."""
    return OpenRoom(RULES_NUMBER, "en", list(steps) or [plan("ideate")], list(NAMES), [])


def token_of(live: Live, role: Mask) -> str:
    """The token of a role's first good link."""
    return next(token for _, of, token in links(live) if of == role)


def bytes_of(folder: Path) -> bytes:
    """The bytes of all files below a folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


# In this process


class Wire:
    """Stands in for a websocket: keeps what is written, and reads only when told to."""

    def __init__(self) -> None:
        self.sink: Connection | None = None
        self.stalled = False
        self.closed: tuple[int, str] | None = None
        self.lives: bool | None = True
        """What a probe is answered with; None: not by itself."""
        self.answers: list[asyncio.Future[bool]] = []
        self.chunks: list[bytes] = []
        self.transport = self

    def write(self, chunk: bytes) -> None:
        assert self.closed is None, "a data frame followed Close"
        self.chunks.append(chunk)

    @property
    def is_open(self) -> bool:
        return self.closed is None

    def end(self, code: int, reason: str = "") -> None:
        if self.closed is None:
            self.closed = (code, reason)
            self.lose()

    def lose(self) -> None:
        """The connection is gone."""
        self.closed = self.closed or (1006, "")
        sink, self.sink = self.sink, None
        if sink is not None:
            sink.leaving()

    def stall(self) -> None:
        """The reader has stopped reading."""
        self.stalled = True
        if self.sink is not None:
            self.sink.paused()

    def drain(self) -> None:
        """The reader has caught up."""
        self.stalled = False
        if self.sink is not None:
            self.sink.resumed()

    def probe(self) -> "asyncio.Future[bool]":
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        if self.lives is not None:
            answer.set_result(self.lives)
        self.answers.append(answer)
        return answer


def payloads(chunks: Iterable[bytes]) -> list[bytes]:
    """The payloads of unfragmented binary frames of a server."""
    data = b"".join(chunks)
    found = []
    while data:
        assert data[0] == 0x82, "an unfragmented binary frame"
        size, start = data[1], 2
        if size == 126:
            size, start = int.from_bytes(data[2:4]), 4
        elif size == 127:
            size, start = int.from_bytes(data[2:10]), 10
        found.append(data[start : start + size])
        data = data[start + size :]
    return found


class Device:
    """One connection of a `Inside`."""

    def __init__(self, live: Live, clock: Callable[[], int]) -> None:
        self.wire = Wire()
        self.live = live
        self.connection = Connection(cast(FramesProtocol, self.wire), clock)
        self.replica = Replica()
        self.frames: list[bytes] = []
        self.told: list[list[Any]] = []
        self.client = 0
        self.seat = 0
        self.token = ""
        self.refs: dict[int, int] = {}

    def read(self) -> list[list[Any]]:
        """What came since the last time, taken into the replica."""
        chunks, self.wire.chunks[:] = list(self.wire.chunks), []
        frames = payloads(chunks)
        messages = [decode(payload) for payload in frames]
        for tag, *fields in messages:
            if tag == "welcome":
                self.client, self.seat = fields[3], fields[4]
                self.replica.log_id = fields[2]
            elif tag == "reset":
                self.replica.reset()
            elif tag == "patch":
                assert self.replica.apply(fields), "a patch did not fit"
            elif tag == "ack":
                _, _, seq, made, put, gone, token = fields
                self.replica.own.write(put, gone)
                self.replica.own.seq = max(self.replica.own.seq, seq)
                if token:
                    self.seat, self.token = made[0], token
        self.frames += frames
        self.told += messages
        return messages

    def say(self, message: list[Any]) -> None:
        """Have the server receive a message."""
        self.connection.received(encode(message))

    def send(
        self,
        command: Command,
        *words: str,
        step: int | None = None,
        lane: int | None = None,
        ref: int = 0,
    ) -> tuple[int, int]:
        """Give a command. Returns its ref and lane."""
        number = self.current.id if step is None and self.current else step or 0
        if lane is None:
            meant = self.live.room.get(Step, number)
            blind = meant is not None and meant.anonymous and command.BLIND != "never"
            lane = meant.round if meant is not None and blind else 0
        if not ref:
            self.refs[lane] = ref = self.refs.get(lane, 0) + 1
        seen = self.replica.room.seq
        self.say(["do", ref, lane, number, seen, array(command), list(words)])
        return ref, lane

    async def do(self, command: Command, *words: str, **where: int) -> list[Any]:
        """Give a command and wait for its answer: an ack or a refusal."""
        ref, lane = self.send(command, *words, **where)
        before = len(self.told)

        def answers() -> list[list[Any]]:
            self.read()
            tags = ("ack", "refused")
            return [m for m in self.told[before:] if m[0] in tags and m[1:3] == [ref, lane]]

        await until(answers, f"an answer to {command}")
        return answers()[0]

    async def done(self, command: Command, *words: str, **where: int) -> list[int]:
        """The same for a command that must be acknowledged. Returns the ids it made."""
        answer = await self.do(command, *words, **where)
        assert answer[0] == "ack", answer
        made: list[int] = answer[4]
        return made

    async def refused(self, command: Command, *words: str, **where: int) -> str:
        """The same for a command that must be refused. Returns the code."""
        answer = await self.do(command, *words, **where)
        assert answer[0] == "refused", answer
        code: str = answer[3]
        return code

    @property
    def current(self) -> Step | None:
        """The room's current step."""
        agenda = next(self.live.room.all(Agenda))
        return self.live.room.get(Step, agenda.current)

    def patches(self) -> list[list[Any]]:
        """The patches of the room among all that was told."""
        return [m for m in self.told if m[0] == "patch" and not m[1]]


class Inside:
    """A hub on a SQLite log. Make it with `async with Inside(folder)`."""

    def __init__(
        self, folder: Path, clock: Callable[[], int] | None = None, book: Book = BOOK
    ) -> None:
        self.folder = folder
        self.book = book
        self.clock = Clock()
        self.time = clock or self.clock
        self.metrics = Metrics()

    async def __aenter__(self) -> Self:
        self.folder.mkdir(exist_ok=True)
        self.log: Log = await self.open_log()
        self.keys = self.make_keys()
        self.services = Services(
            self.log,
            self.keys,
            self.metrics,
            self.time,
            Promise("embedded"),
            self.book,
            self.make_peers(),
        )
        self.hub = Hub(self.services)
        return self

    async def open_log(self) -> Log:
        """The log that it works on."""
        return await SqliteLog.open(self.folder / "oneroom.sqlite3", self.time)

    def make_keys(self) -> Keys:
        """The keys of its anonymous rounds."""
        return BlindKeys(self.folder / "blind-keys")

    def make_peers(self) -> Peers:
        """The other servers."""
        return Alone()

    async def __aexit__(self, *why: object) -> None:
        await self.hub.close()
        await self.keys.close()
        await self.log.close()

    async def again(self, live: Live) -> Live:
        """Stop, start on the same folder, and open the same room."""
        await self.__aexit__()
        await self.__aenter__()
        return await self.open(live)

    def files(self) -> bytes:
        """The bytes of all files of the data folder."""
        return bytes_of(self.folder)

    async def room(self, *steps: StepPlan) -> Live:
        """A new room."""
        return await self.hub.create(opening(*steps), ["Title", "Goal"])

    async def open(self, live: Live) -> Live:
        """The same room, as it is in memory now."""
        found = await self.hub.get(live.record.code)
        assert found is not None
        return found

    async def enter(
        self,
        live: Live,
        role: Mask = 0,
        *,
        name: str = "",
        token: str = "",
        client: int = 0,
        page: str = "",
        have: Replica | None = None,
    ) -> Device:
        """Connect in a role, or with a seat's token; with the replica of an earlier connection.
        With a name, take a seat."""
        token = token or token_of(live, role)
        device = Device(live, self.time)
        if have is not None:
            device.replica = have
        claim = open_token(live.record.key, token)
        assert claim is not None
        stands = standing(live.room, claim.link, claim.seat)
        position = Position(*device.replica.position)
        own = device.replica.own.seq
        hello = Hello(VERSION, token, client, page or secrets.token_hex(4), position, own)
        device.token = token
        await live.enter(device.connection, hello, claim, stands)
        device.read()
        if name:
            await device.done(Join(0, "onsite"), name)
        return device


async def begun(inside: Inside, *steps: StepPlan) -> tuple[Live, Device]:
    """A room in its first step, and the facilitator."""
    live = await inside.room(*(steps or (plan("ideate"), plan("break"))))
    boss = await inside.enter(live, FACILITATOR)
    await boss.done(NextStep())
    return live, boss


class Gate:
    """Stands before the log: can hold appends back until it is opened, or have them fail."""

    def __init__(self, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.fault: Exception | None = None
        self.calls = 0
        append = inside.log.append

        async def held(log_id: str, drafts: Sequence[Draft], **how: Any) -> list[Logged]:
            self.calls += 1
            await self.open.wait()
            if self.fault is not None:
                raise self.fault
            return await append(log_id, drafts, **how)

        monkeypatch.setattr(inside.log, "append", held)


def database_of(inside: Inside) -> sqlite3.Connection:
    """The database under the log, to be damaged."""
    assert isinstance(inside.log, SqliteLog)
    return inside.log._database
