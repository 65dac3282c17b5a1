"""Two worlds to test a server in: a process with real sockets, and one in this process."""

import asyncio
import secrets
from collections.abc import Iterator
from typing import Any, Final

import msgpack
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from client.own_server import OwnServer
from client.replica import Replica

QUIET_S: Final = 0.3


class Raw:
    """One connection that keeps every byte it received."""

    def __init__(self, address: str, token: str) -> None:
        self.address = address
        self.token = token
        self.frames: list[bytes] = []
        self.messages: list[list[Any]] = []
        self.replica = Replica()
        self.client = 0
        self.seat = 0
        self.page = secrets.token_hex(4)
        self.closed: tuple[int, str] | None = None
        self._refs: dict[int, int] = {}
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    async def open(self, **headers: str) -> None:
        """Only connect."""
        self._socket = await connect(
            self.address, compression=None, max_size=1 << 24, additional_headers=headers, proxy=None
        )
        self._reader = asyncio.create_task(self._read())

    async def enter(self) -> "Raw":
        """Connect, say hello and wait for the first view, or for the close."""
        await self.open()
        await self.hello()
        await self.until(lambda: self.replica.room.seq > 0 or self.closed is not None)
        return self

    async def hello(self) -> None:
        position = self.replica.position
        own = self.replica.own.seq
        await self.send(["hello", 1, self.token, self.client, self.page, position, own])

    async def send(self, message: Any) -> None:
        """Send a message, or bytes as they are."""
        assert self._socket is not None
        data = message if isinstance(message, bytes) else msgpack.packb(message)
        await self._socket.send(data)

    async def send_text(self, text: str) -> None:
        assert self._socket is not None
        await self._socket.send(text)

    async def do(
        self, command: list[Any], *words: str, step: int | None = None, lane: int = 0, ref: int = 0
    ) -> list[Any]:
        """Give a command and wait for its answer: the whole `ack` or `refused`."""
        if not ref:
            ref = self._refs[lane] = self._refs.get(lane, 0) + 1
        agenda = self.replica.room.get("agenda", 2)
        number = step if step is not None else agenda.current if agenda else 0
        start = len(self.messages)
        await self.send(["do", ref, lane, number, self.replica.room.seq, command, list(words)])

        def answer() -> list[Any] | None:
            for message in self.messages[start:]:
                if message[0] in ("ack", "refused") and message[1:3] == [ref, lane]:
                    return message
            return None

        await self.until(lambda: answer() is not None or self.closed is not None)
        found = answer()
        assert found is not None, f"closed instead: {self.closed}"
        return found

    async def good(self, command: list[Any], *words: str, **where: int) -> list[Any]:
        """As `do`, for a command that must be acknowledged. Returns the ids it made."""
        answer = await self.do(command, *words, **where)
        assert answer[0] == "ack", (command, answer)
        made: list[Any] = answer[4]
        return made

    async def join(self, name: str, place: str = "remote") -> int:
        answer = await self.do(["join", 0, place], name, step=0)
        self.seat = answer[4][0]
        self.token = answer[7]
        return self.seat

    async def until(self, condition: Any, timeout_s: float = 20.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def caught_up(self, seq: int) -> None:
        """Wait until this connection has been told of everything up to an entry, which shows in
        a pong that comes after it."""
        await self.until(lambda: self.replica.room.seq >= seq)

    async def quiet(self) -> None:
        """Wait until nothing has come for a moment."""
        count = -1
        while count != len(self.frames):
            count = len(self.frames)
            await asyncio.sleep(QUIET_S)

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            await self._reader
        self._socket = self._reader = None

    async def drop(self) -> None:
        """Be gone without a word."""
        assert self._socket is not None
        self._socket.transport.abort()
        if self._reader is not None:
            await self._reader

    def received(self, text: str) -> bool:
        """Whether any frame held these bytes."""
        return any(text.encode() in frame for frame in self.frames)

    async def _read(self) -> None:
        assert self._socket is not None
        try:
            async for data in self._socket:
                assert isinstance(data, bytes)
                self.frames.append(data)
                self._take(msgpack.unpackb(data))
                self._news.set()
        except ConnectionClosed:
            pass
        self.closed = (self._socket.close_code or 1006, self._socket.close_reason or "")
        self._news.set()

    def _take(self, message: list[Any]) -> None:
        self.messages.append(message)
        tag, *fields = message
        if tag == "welcome":
            self.replica.log_id, self.client, self.seat = fields[2], fields[3], fields[4]
        elif tag == "patch":
            assert self.replica.apply(fields), "a patch must follow what the client has"
        elif tag == "ack":
            own = self.replica.own
            own.write(fields[4], fields[5])
            own.seq = max(own.seq, fields[2])
        elif tag == "reset":
            self.replica.reset()


class World:
    """A server process, its rooms, and the connections a test opened."""

    def __init__(self, server: OwnServer) -> None:
        self.server = server
        self.raws: list[Raw] = []

    def raw(self, code: str, token: str) -> Raw:
        one = Raw(f"ws://127.0.0.1:{self.server.port}/ws/{code}", token)
        self.raws.append(one)
        return one

    @property
    def log(self) -> str:
        """What the server has written to its standard error."""
        return (self.server.data_dir.parent / "server.log").read_text()

    async def close(self) -> None:
        for one in self.raws:
            await one.close()


def tokens(urls: dict[str, str]) -> dict[str, str]:
    """The tokens of links by role."""
    return {role: url.rpartition("#")[2] for role, url in urls.items()}


def numbered(prefix: str) -> Iterator[str]:
    """Words that nobody else uses."""
    number = 0
    while True:
        number += 1
        yield f"{prefix}{number:03d}x"
