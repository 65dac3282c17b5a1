"""The Starlette application, made from settings and a log."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Final, cast
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from protocols import limits
from protocols.codes import Close
from protocols.wire import VERSION, Hello, speaks
from rooms.kernel import UnknownRules
from server import pages
from server.api import Api
from server.connection import Connection
from server.forwarded import Forwarded
from server.frames import FramesProtocol
from server.hub import Hub
from server.live import TOO_OLD, Services
from server.logs.base import StorageFailed
from server.logs.redis_link import end
from server.metrics import Metrics
from server.promises import Promise
from server.settings import Settings
from server.status import Status
from server.templates import shipped
from server.tokens import open_token

logger = logging.getLogger("oneroom.server")

Refusal = tuple[Close, str]
"""How a connection is closed that may not enter."""
PLAIN_HEADERS: Final = {"X-Content-Type-Options": "nosniff"}
"""Of built files: no policy holds for what is no document, and a phone pays for every byte."""
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    **PLAIN_HEADERS,
}


class SafeHeaders:
    """Puts the security headers on every HTTP answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        headers = PLAIN_HEADERS if scope["path"].startswith("/assets/") else HEADERS

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self._app(scope, receive, with_headers)


class Door:
    """Lets connections in: origin, rate per address, hello, token."""

    def __init__(self, hub: Hub, settings: Settings) -> None:
        self._hub = hub
        self._own_origin = settings.public_url

    async def open(self, websocket: WebSocket) -> None:
        """The endpoint: from the handshake to the end of a connection."""
        metrics = self._hub.services.metrics
        protocol = cast(FramesProtocol, websocket.scope["extensions"]["oneroom"])
        address = websocket.client.host if websocket.client else ""
        if not self._origin_fits(websocket) or not self._hub.doors.connections.spend(
            address, limits.ADDRESS
        ):
            metrics.add("oneroom_turned_away_total")
            await websocket.close()  # before it was accepted: answered with 403
            return
        connection = Connection(protocol, self._hub.services.clock, self._hub.retry_ms)
        await websocket.accept()
        try:
            async with asyncio.timeout(limits.HELLO_S):
                hello = await connection.hello
        except TimeoutError:
            metrics.add("oneroom_turned_away_total")
            connection.end(Close.HELLO_TIMEOUT, "no hello came")
            hello = None
        if hello is not None:
            refusal = await self._enter(connection, websocket.path_params["code"], hello)
            refusal = self._silenced(address, refusal)
            if refusal is not None:
                metrics.add("oneroom_turned_away_total")
                connection.end(*refusal)
        # Messages go straight to the connection; what is left to receive is the end.
        await websocket.receive()

    async def _enter(self, connection: Connection, code: str, hello: Hello) -> Refusal | None:
        """Bring a connection into its room; or how to close it."""
        if hello.version > VERSION and self._hub.services.peers.others:
            return Close.OUTDATED, f"this server speaks version {VERSION}: another one serves you"
        if not speaks(hello.version):
            return Close.VERSION, f"this server speaks version {VERSION}: load the page again"
        try:
            live = await self._hub.get(code.upper())
        except StorageFailed:
            return Close.STORAGE, "the log cannot be read just now"
        except UnknownRules:
            return Close.OUTDATED, TOO_OLD
        except ValueError:
            logger.exception("room cannot be read", extra={"room": code[:8]})
            return Close.SERVER_FAULT, "the room's log is damaged"
        if live is None and hello.have.log_id and self._hub.services.log.shared:
            return Close.STORAGE, "the log is gone, and nobody has put it back yet"
        if live is None:
            return Close.NO_SUCH_ROOM, "there is no such room"
        claim = open_token(live.record.key, hello.token)
        if claim is None:
            return Close.BAD_TOKEN, "the link does not fit this room"
        have = hello.have
        seen = have.seq if have.log_id == live.record.log_id else 0
        try:
            claim, role = await live.admit(claim, seen)
        except StorageFailed:
            return Close.STORAGE, "the log cannot be read just now"
        if live.failed:  # while it was looked for, so nobody knows what this seat may
            return live.why_failed
        if not role:
            return Close.REVOKED, "the link was revoked or the seat given up"
        await live.enter(connection, hello, claim, role)
        return None

    def _silenced(self, address: str, refusal: Refusal | None) -> Refusal | None:
        """A refusal as it is told. After too many wrong codes it does not tell whether there is a
        room of that code."""
        guesses = self._hub.doors.guesses
        if refusal is None or refusal[0] not in (Close.NO_SUCH_ROOM, Close.BAD_TOKEN):
            return refusal
        if guesses.are_spent(address):
            return Close.TOO_FAST, "too many wrong codes came from this address"
        if refusal[0] == Close.NO_SUCH_ROOM:
            guesses.missed(address)
        return refusal

    def _origin_fits(self, websocket: WebSocket) -> bool:
        """A page of another site must not open a socket with our people's standing."""
        origin = websocket.headers.get("origin")
        if origin is None:
            return True
        if self._own_origin and origin == self._own_origin:
            return True
        try:
            return origin != "null" and urlsplit(origin).netloc == websocket.headers.get("host")
        except ValueError:
            return False


def tell_of_all(metrics: Metrics, hub: Hub) -> None:
    """Show what all servers together have, as far as this one has heard."""
    others = hub.services.peers
    metrics.gauge("oneroom_servers", "Servers, this one too.", lambda: 1 + len(others.others))
    metrics.gauge(
        "oneroom_all_rooms",
        "Rooms in memory on all servers, each once.",
        lambda: hub.everywhere()[0],
    )
    metrics.gauge(
        "oneroom_all_seats",
        "People who have joined and are here, on all servers, each once.",
        lambda: hub.everywhere()[1],
    )


def tell_of_promise(metrics: Metrics, promise: Promise) -> None:
    """Show whether the storage answers, and keeps what was promised, as it was seen last."""
    kept, up = "1 where what was promised is kept.", "1 where the storage answers."
    metrics.gauge("oneroom_promise_kept", kept, lambda: int(promise.standing.is_kept))
    metrics.gauge("oneroom_storage_up", up, lambda: int(promise.standing.reachable))


def create_app(
    settings: Settings, services: Services, operator_key: str, web: pages.WebApp | None
) -> Starlette:
    """The application. `web` is None where no pages are served. `app.state.hub` is set while it
    runs, and `app.state.api` can make rooms."""
    templates = shipped()

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        hub = Hub(services)
        services.metrics.gauge("oneroom_people", "Connections in all rooms.", hub.people)
        services.metrics.gauge("oneroom_rooms", "Rooms in memory.", hub.__len__)
        outdated = "Rooms that this server is too old for."
        services.metrics.gauge("oneroom_outdated_rooms", outdated, lambda: len(hub.outdated))
        tell_of_all(services.metrics, hub)
        tell_of_promise(services.metrics, services.promise)
        api = Api(hub, settings, operator_key, templates)
        app.router.routes[:] = [
            *api.routes(),
            *Status(hub, operator_key, web).routes(),
            WebSocketRoute("/ws/{code}", Door(hub, settings).open),
            *(pages.routes(web) if web else ()),
        ]
        app.state.hub, app.state.api = hub, api
        watch = asyncio.create_task(services.promise.watch(), name="promise")
        yield
        await end([watch])
        await hub.close()
        await services.keys.close()
        await services.log.close()

    forwarded = Middleware(Forwarded, trusted=settings.trusted_proxies)
    app = Starlette(lifespan=lifespan, middleware=[forwarded, Middleware(SafeHeaders)])
    return app
