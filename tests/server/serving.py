"""The server on a socket: `Serving` in this event loop, so that a test can look inside, and
`Process`, which is `oneroom serve` in a process of its own, to be killed.
`phones.Phone` talks to both."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, ClassVar, Final, Self

import uvicorn
from msgspec import Struct

from rooms.agenda import StepPlan
from rooms.roles import NAMES
from server.api import Api
from server.app import create_app
from server.frames import FramesProtocol
from server.hub import Hub, links
from server.keys import BlindKeys
from server.live import Live, Services
from server.logs.sqlite import SqliteLog, wall_clock_ms
from server.metrics import Metrics
from server.pages import WebApp
from server.promises import Promise
from server.settings import Settings
from tests.server.harness import PATIENCE_S, opening, until

ROOT: Final = Path(__file__).resolve().parents[2]
CLEAN: Final = (0, -signal.SIGTERM)
"""Exit codes of a server that was told to stop and did. uvicorn ends by the signal it was sent."""


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
    url: str,
    body: Any = None,
    token: str = "",
    *,
    raw: bytes | None = None,
    method: str = "",
    lang: str = "",
) -> Answer:
    """One HTTP request. `body` is sent as JSON, `raw` as it is; `lang` is the browser's."""
    data = raw if raw is not None else None if body is None else json.dumps(body).encode()
    sent = {"Authorization": f"Bearer {token}"} if token else {}
    if lang:
        sent["Accept-Language"] = lang
    request = urllib.request.Request(url, data, sent, method=method or None)
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

    CODE: ClassVar[str] = (
        "import functools, sys; from client import cli, serve; "
        "serve.serve = functools.partial(serve.serve, web=None); sys.exit(cli.main(['serve']))"
    )

    def __init__(self, folder: Path, port: int = 0, **environment: str) -> None:
        self.folder = folder
        self.port = port
        self.environment = environment
        self.log = folder.with_name(folder.name + ".stderr")
        self.process: subprocess.Popen[str] | None = None

    @property
    def key(self) -> str:
        """The operator's key."""
        return self.environment.get("OPERATOR_KEY") or super().key

    def popen(self) -> "subprocess.Popen[str]":
        """Start the process, whatever becomes of it."""
        environment = {**os.environ, "PORT": str(self.port), "DATA_DIR": str(self.folder)}
        for name in ("HOST", "PUBLIC_URL", "REDIS_URL", "DURABILITY", "OPERATOR_KEY"):
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

    def __init__(
        self,
        folder: Path,
        *,
        public_url: str = "",
        promise: Promise | None = None,
        web: WebApp | None = None,
    ) -> None:
        self.folder = folder
        self.public_url = public_url
        self.promise = promise or Promise("embedded")
        self.web = web
        self.metrics = Metrics()

    async def __aenter__(self) -> Self:
        self.folder.mkdir(exist_ok=True)
        (self.folder / "operator.key").write_text("the-key-of-the-operator\n")
        settings = Settings(port=0, data_dir=self.folder, public_url=self.public_url)
        log = await SqliteLog.open(settings.database)
        keys = BlindKeys(settings.blind_keys)
        self.services = Services(log, keys, self.metrics, wall_clock_ms, promise=self.promise)
        app = create_app(settings, self.services, self.key, self.web)
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
