"""Runs one server: settings, data folder, log, application and the links to begin with."""

import asyncio
import contextlib
import gc
import io
import json
import logging
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import segno
import uvicorn
from msgspec.structs import replace
from starlette.applications import Starlette

from protocols.wire import MESSAGE_BYTES
from rooms.features import BOOK
from rooms.kernel import Book
from rooms.roles import MEMBER, NAMES
from server.api import Department, NewRoom
from server.app import create_app
from server.frames import FramesProtocol
from server.hub import links
from server.keys import BlindKeys
from server.live import Live, Services
from server.logs.base import DataDirectoryError, StorageFailed
from server.logs.log_clock import LogClock
from server.logs.own_clock import OwnClock
from server.logs.redis import RedisLog
from server.logs.redis_cluster import open_link
from server.logs.sqlite import SqliteLog
from server.metrics import Metrics
from server.pages import NotBuilt, WebApp, assets
from server.peers import Linked
from server.promises import Promise
from server.redis_check import check
from server.settings import Settings, SettingsError
from server.shared_keys import SharedKeys
from server.tokens import new_secret

HERE: Final = Path(__file__).parent
WEB: Final = WebApp(HERE / "pages", HERE / "dist")
DEMO: Final = "first-session-45"
COLLECT_AFTER: Final = (50_000, 20, 50)
"""New objects before the collector looks at the young, and how often it looks at the older."""
KEY_S: Final = 1.0
"""How long another server may take to write the key that it makes."""
STOP_S: Final = 2
"""How long people may take to leave when the server stops."""


class JsonLines(logging.Formatter):
    """A log line as one JSON object: time, level, event, and what came with it. Never words,
    names or tokens: those are not passed to any logger."""

    USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "color_message"}

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        line |= {k: v for k, v in vars(record).items() if k not in self.USUAL}
        if record.exc_info:
            line["fault"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def prepare(settings: Settings) -> str:
    """Make the data folder and, where OPERATOR_KEY names none, the operator's key. Returns the key.
    DataDirectoryError where the folder cannot be written."""
    folder = settings.data_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if settings.operator_key:
            return settings.operator_key
        return _made_key(settings.operator_key_file)
    except OSError as why:
        raise DataDirectoryError(
            f"{folder} cannot be used as DATA_DIR ({why.strerror}): "
            "make it writable, or set another DATA_DIR"
        ) from None


def _made_key(path: Path) -> str:
    """The key in a file, made where there is none. Of servers that begin at once in one folder, one
    makes it, and the others wait until it is written."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        end = time.monotonic() + KEY_S
        while not (key := path.read_text().strip()) and time.monotonic() < end:
            time.sleep(0.01)
        return key
    key = new_secret()
    with os.fdopen(handle, "w") as file:
        file.write(key + "\n")
    say(f"Operator's key (kept in {path}): {key}")
    return key


def say(text: str = "") -> None:
    """Tell the person who started the server, if anybody still listens."""
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def bind(settings: Settings) -> socket.socket:
    """The listening socket. SettingsError where the port is taken or not allowed."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(4096)
    except OSError as why:
        listener.close()
        raise SettingsError(
            f"port {settings.port} on {settings.host} cannot be used ({why.strerror}): "
            "stop the program that uses it, or set another PORT"
        ) from None
    return listener


def reachable(host: str, port: int) -> str:
    """The address at which phones reach this server: on all interfaces, the local network's."""
    if host in ("0.0.0.0", "::"):
        with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
            try:
                probe.connect(("192.0.2.1", 9))  # sends nothing; only asks which way it would go
                host = probe.getsockname()[0]
            except OSError:
                host = socket.gethostname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def services_of(settings: Settings, key: str, book: Book = BOOK) -> Services:
    """The log, keys and figures of one server under the operator's `key`, with the rules that it
    knows. DataDirectoryError or SettingsError where there is no log."""
    metrics = Metrics()
    if not settings.redis_url:
        mode, clock = settings.durability or "embedded", OwnClock()
        log = await SqliteLog.open(settings.database, clock, fast=mode == "embedded-fast")
        clock.not_before(await log.latest_ms())
        files = BlindKeys(settings.blind_keys)
        return Services(log, files, metrics, clock, Promise(mode), book)
    link = open_link(settings.redis_url)
    try:
        promise = await check(link, settings, key)
        log_clock = await LogClock.start(link)
    except (SettingsError, StorageFailed) as why:
        await link.close()
        if isinstance(why, SettingsError):
            raise
        at = settings.redis_address
        raise SettingsError(f"Redis at {at} answers no more ({why}): start again") from None
    shared = RedisLog(link, confirm=promise.mode == "redis-ha", clock=log_clock)
    keys = SharedKeys(link, key, shared.erase_soon, lambda: log_clock() / 1000)
    address = reachable(settings.host, settings.port)
    peers = Linked(link, address, version("oneroom"), sorted(book))
    return Services(shared, keys, metrics, log_clock, promise, book, peers)


class Listening(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], Any]) -> None:
        super().__init__(config)
        self._tell_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        told = self._tell_started() if self.started else None
        if told is not None:
            await told


async def serve(
    settings: Settings,
    started: Callable[[Starlette, Settings], Any] | None = None,
    web: WebApp | None = WEB,
    book: Book = BOOK,
) -> None:
    """Serve until a signal says stop. `started` is called with the application once it listens;
    rooms may follow any rules of the book.
    SettingsError, DataDirectoryError or NotBuilt where it cannot begin."""
    if web is not None:
        assets(web.dist)
    key = prepare(settings)
    listener = bind(settings)
    port = listener.getsockname()[1]
    settings = replace(settings, port=port)
    if not settings.public_url:
        settings = replace(settings, public_url=reachable(settings.host, port))
    try:
        services = await services_of(settings, key, book)
    except (DataDirectoryError, SettingsError):
        listener.close()
        raise
    app = create_app(settings, services, key, web)
    config = uvicorn.Config(
        app,
        ws=FramesProtocol,
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the application decides whom to believe: server/forwarded.py
        ws_max_size=MESSAGE_BYTES,
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        timeout_graceful_shutdown=STOP_S,
        backlog=4096,
    )
    await Listening(config, lambda: started(app, settings) if started else None).serve([listener])


async def demo_room(app: Starlette, settings: Settings) -> Live:
    """The demo room: made at the first start, the same at the next."""
    marker = settings.data_dir / "demo-room"
    live: Live | None = None
    if marker.exists():
        live = await app.state.hub.get(marker.read_text().strip())
    if live is None:
        live = await app.state.api.open_room(_demo())
        marker.write_text(live.record.code + "\n")
    return live


def _demo() -> NewRoom:
    return NewRoom(
        "Клиент получает ответ за один день",
        template=DEMO,
        goal="К новому году каждый клиент получает ответ по существу за один рабочий день.",
        departments=[
            Department("Продажи", False),
            Department("Поддержка", False),
            Department("Бухгалтерия", True),
            Department("Логистика", True),
            Department("ИТ", True),
        ],
    )


def print_links(live: Live, app: Starlette, title: str) -> None:
    """The links of a room, and a code that phones can scan."""
    say(f"\n{title} {live.record.code}")
    found = {NAMES[role]: token for _, role, token in links(live)}
    for _, role, token in links(live):
        say(f"  {NAMES[role]:<14} {app.state.api.address(live.record.code, role, token)}")
    if "member" in found:
        url = app.state.api.address(live.record.code, MEMBER, found["member"])
        say("\nPhones scan this to join:\n")
        drawn = io.StringIO()
        segno.make(url, error="l", micro=False).terminal(out=drawn, compact=True, border=2)
        say(drawn.getvalue())


def run(settings: Settings, *, demo: bool, book: Book = BOOK) -> int:
    """`oneroom serve`, with the rules of this version. Returns the exit code."""
    configure_logging()
    raise_file_limit()
    collect_seldom()

    async def started(app: Starlette, settings: Settings) -> None:
        say(f"Oneroom serves on {settings.public_url}")
        if demo:
            print_links(await demo_room(app, settings), app, "Demo room")

    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(serve(settings, started, book=book))
    except (SettingsError, DataDirectoryError, NotBuilt) as why:
        sys.stderr.write(f"oneroom: {why}\n")
        return 2
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return 0


def configure_logging() -> None:
    """JSON lines on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # uvicorn tells every connection with its address, which is nobody's business afterwards.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)


def collect_seldom() -> None:
    """Look for cycles seldom: a room holds many small things for long and makes hardly a cycle."""
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def raise_file_limit() -> None:
    """Allow as many connections as the machine does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where there is one."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
