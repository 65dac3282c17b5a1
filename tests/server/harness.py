"""What tests of the server stand on: a room in this process, a server beside it, raw clients.

`Inside` is a hub on a real SQLite log, with connections that write into a list and a clock that the
test moves. `Serving` is the whole server in this event loop, on a real socket. `Process` is
`oneroom serve` as a process of its own, to be killed. `phones.Phone` talks to the last two.
"""

import asyncio
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, Self, cast

import uvicorn
from msgspec import Struct

from client.replica import Replica, decode, encode
from protocols.commands import array
from protocols.wire import VERSION, Hello, Position
from rooms.agenda import OpenRoom, StepPlan
from rooms.features import RULES_NUMBER, standing
from rooms.kernel import Command
from rooms.people import Join
from rooms.roles import ACTING, NAMES, OBSERVER, STAGE, Mask
from rooms.steps import Agenda, Policy, Setting, Step, Text
from server.api import Api
from server.app import create_app
from server.connection import Connection
from server.frames import FramesProtocol
from server.hub import Hub, links
from server.keys import BlindKeys
from server.live import Live, Services
from server.logs.base import Log
from server.logs.sqlite import SqliteLog, wall_clock_ms
from server.metrics import Metrics
from server.settings import Settings
from server.tokens import open_token

ROOT: Final = Path(__file__).resolve().parents[2]
PATIENCE_S: Final = 10.0
"""How long a test waits for what must happen."""
CLEAN: Final = (0, -signal.SIGTERM)
"""Exit codes of a server that was told to stop and did. uvicorn ends by the signal it was sent."""
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
        """What a probe is answered with; None: not at all."""
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

    def __init__(self, folder: Path, clock: Callable[[], int] | None = None) -> None:
        self.folder = folder
        self.clock = Clock()
        self.time = clock or self.clock
        self.metrics = Metrics()

    async def __aenter__(self) -> Self:
        self.folder.mkdir(exist_ok=True)
        self.log: Log = await SqliteLog.open(self.folder / "oneroom.sqlite3", self.time)
        self.keys = BlindKeys(self.folder / "blind-keys")
        self.services = Services(self.log, self.keys, self.metrics, self.time)
        self.hub = Hub(self.services)
        return self

    async def __aexit__(self, *why: object) -> None:
        await self.hub.close()
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


# On a socket


class RoomLinks(Struct, frozen=True):
    """A room on a server: its code, and the tokens of its links by role."""

    code: str
    tokens: dict[str, str]


class Answer(Struct, frozen=True):
    """An HTTP answer; the names of headers in lower case."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    url: str, body: Any = None, token: str = "", *, raw: bytes | None = None, method: str = ""
) -> Answer:
    """One HTTP request. `body` is sent as JSON, `raw` as it is."""
    data = raw if raw is not None else None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(url, data, headers, method=method or None)
    try:
        answer = urllib.request.urlopen(request, timeout=PATIENCE_S)
    except urllib.error.HTTPError as why:
        answer = why
    with answer:
        found = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status, answer.read(), found)


class Address:
    """A server at a port of this machine."""

    port: int
    folder: Path

    @property
    def key(self) -> str:
        """The operator's key."""
        return (self.folder / "operator.key").read_text().strip()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def new_room(self, template: str = "first-session-45", **wanted: Any) -> RoomLinks:
        """A new room, made over HTTP."""
        body = {"template": template, "title": "Title", **wanted}
        answer = ask(self.url("/api/rooms"), body, self.key)
        assert answer.status == 201, answer.body
        made = answer.json
        tokens = {link["role"]: link["url"].partition("#")[2] for link in made["links"]}
        return RoomLinks(made["code"], tokens)


class Process(Address):
    """`oneroom serve` as a process, without pages: those need a built web app."""

    CODE: Final = (
        "import functools, sys; from client import cli, serve; "
        "serve.serve = functools.partial(serve.serve, web=None); sys.exit(cli.main(['serve']))"
    )

    def __init__(self, folder: Path, port: int = 0, **environment: str) -> None:
        self.folder = folder
        self.port = port
        self.environment = environment
        self.log = folder.with_name(folder.name + ".stderr")
        self.process: subprocess.Popen[str] | None = None

    def popen(self) -> "subprocess.Popen[str]":
        """Start the process, whatever becomes of it."""
        environment = {**os.environ, "PORT": str(self.port), "DATA_DIR": str(self.folder)}
        for name in ("HOST", "PUBLIC_URL", "REDIS_URL"):
            environment.pop(name, None)
        environment |= self.environment
        with self.log.open("a") as errors:
            return subprocess.Popen(
                [sys.executable, "-c", self.CODE],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def start(self) -> Self:
        """Start and wait until it serves."""
        self.process = self.popen()
        assert self.process.stdout is not None
        for line in self.process.stdout:
            found = re.search(r"serves on http://[^:]+:(\d+)", line)
            if found:
                self.port = int(found[1])
                return self
        self.wait()
        raise AssertionError(self.errors())

    def fail(self) -> tuple[int, str]:
        """Start where it cannot serve; returns the exit code and what it says."""
        self.process = self.popen()
        code = self.wait()
        return code, self.errors()

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def signal(self, number: signal.Signals = signal.SIGTERM) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def wait(self, timeout_s: float = PATIENCE_S) -> int:
        """Wait for its end; returns the exit code."""
        assert self.process is not None and self.process.stdout is not None
        code = self.process.wait(timeout_s)
        self.process.stdout.close()
        self.process = None
        return code

    def stop(self) -> int:
        """Stop it as an operator does; returns the exit code."""
        self.signal()
        return self.wait()

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.wait()

    def errors(self) -> str:
        """What it has written to standard error."""
        return self.log.read_text()

    def memory_kib(self) -> int:
        """Its resident memory."""
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text())
        assert found
        return int(found[1])


class Serving(Address):
    """The whole server in this event loop, so that a test can look inside."""

    def __init__(self, folder: Path, *, public_url: str = "") -> None:
        self.folder = folder
        self.public_url = public_url
        self.metrics = Metrics()

    async def __aenter__(self) -> Self:
        self.folder.mkdir(exist_ok=True)
        (self.folder / "operator.key").write_text("the-key-of-the-operator\n")
        settings = Settings(port=0, data_dir=self.folder, public_url=self.public_url)
        log = await SqliteLog.open(settings.database)
        keys = BlindKeys(settings.blind_keys)
        self.services = Services(log, keys, self.metrics, wall_clock_ms)
        app = create_app(settings, self.services, self.key, None)
        config = uvicorn.Config(
            app,
            port=0,
            ws=FramesProtocol,
            http="httptools",
            log_config=None,
            access_log=False,
            ws_max_size=64 * 1024,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self._task = asyncio.create_task(self._server._serve())
        await until(lambda: self._server.started or self._task.done(), "the server starts")
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        self.hub: Hub = app.state.hub
        self.api: Api = app.state.api
        return self

    async def __aexit__(self, *why: object) -> None:
        self._server.should_exit = True
        await self._task

    @property
    def protocols(self) -> list[FramesProtocol]:
        """The websocket connections it has now."""
        return [c for c in self._server.server_state.connections if isinstance(c, FramesProtocol)]

    async def room(self, *steps: StepPlan) -> RoomLinks:
        """A new room with a link for every role."""
        live = await self.hub.create(opening(*steps), ["Title", "Goal"])
        tokens = {NAMES[role]: token for _, role, token in links(live)}
        return RoomLinks(live.record.code, tokens)

    async def live(self, room: RoomLinks) -> Live:
        """The room, as it is in memory now."""
        found = await self.hub.get(room.code)
        assert found is not None
        return found
