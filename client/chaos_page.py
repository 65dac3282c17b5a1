"""The page that shows servers side by side while they are killed, and what it is told."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Iterator

import msgspec
import uvicorn
from msgspec import Struct, field
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from client.own_server import RoomLinks
from client.serve import WEB, reachable
from client.side_by_side import Side, State
from server.pages import assets, environment, language


class PageError(RuntimeError):
    """The page cannot be served; the text says why."""


class Event(Struct):
    """A fault. `people` hung on the server; `recovery_s` is how long they took to be connected
    again or, of Redis, how long after its return the first command was acknowledged; `lasted_s`,
    until what was broken ran again. None: not yet, or never."""

    kind: str
    who: str
    people: int = 0
    recovery_s: float | None = None
    lasted_s: float | None = None
    over: bool = False
    at_s: float = 0.0
    """Seconds since the beginning."""

    def told(self) -> str:
        """In words, for the summary."""
        if self.recovery_s is None:
            return "nobody came back" if self.over else "not over yet"
        if self.who == "redis":
            return f"away {self.lasted_s or 0:.1f} s; commands again after {self.recovery_s:.2f} s"
        return f"{self.people} people back after {self.recovery_s:.2f} s"


class Board(Struct):
    """What the page shows."""

    servers: list[Side]
    of_people: int
    code: str = ""
    redis: State = "up"
    people: int = 0
    waiting: int = 0
    acknowledged: int = 0
    lost: int = 0
    compared: int = 0
    differences: int = 0
    sent_away: int = 0
    events: list[Event] = field(default_factory=list)
    now_s: float = 0.0
    over: bool = False


class Page:
    """The board, and how it comes to a browser."""

    def __init__(self, servers: list[str], people: int) -> None:
        self.board = Board([Side(name) for name in servers], people)
        self._began = time.monotonic()
        self._template = environment(WEB).get_template("chaos.html")
        self._assets = assets(WEB.dist)["chaos"]

    def room(self, made: RoomLinks) -> None:
        """Another room has begun."""
        self.board.code = made.code

    def begin(self, event: Event) -> None:
        """A fault begins."""
        event.at_s = time.monotonic() - self._began
        self.board.events.append(event)

    async def show(self, request: Request) -> Response:
        """The shell of the page."""
        asked = request.query_params.get("lang", "")
        lang = asked if asked in ("ru", "en") else language(request)
        return HTMLResponse(self._template.render(lang=lang, assets=self._assets))

    async def tell(self, request: Request) -> Response:
        """The board as JSON."""
        self.board.now_s = time.monotonic() - self._began
        return Response(
            msgspec.json.encode(self.board),
            media_type="application/json",
            headers={"Cache-Control": "no-store"},
        )


class _Quiet(uvicorn.Server):
    """A server that leaves signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving_page(page: Page, host: str, port: int) -> AsyncIterator[str]:
    """Serve the page; gives its address. PageError where the port cannot be had."""
    app = Starlette(
        routes=[
            Route("/", page.show),
            Route("/board.json", page.tell),
            Mount("/assets", StaticFiles(directory=WEB.dist / "assets")),
        ]
    )
    try:
        listener = socket.create_server((host, port))
    except OSError as why:
        raise PageError(
            f"port {port} cannot be used for the page ({why.strerror}): set another PORT"
        ) from None
    server = _Quiet(uvicorn.Config(app, log_config=None, access_log=False))
    running = asyncio.create_task(server.serve([listener]))
    try:
        yield reachable(host, port)
    finally:
        server.should_exit = True
        await asyncio.gather(running, return_exceptions=True)
