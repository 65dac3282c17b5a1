"""Raw clients over real sockets, with no code of the server's."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Callable
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from client.replica import MESSAGE_BYTES, Replica, decode, encode
from protocols.commands import array
from protocols.wire import VERSION
from rooms.agenda import NextStep
from rooms.kernel import Command
from rooms.people import Join
from tests.server.harness import PATIENCE_S
from tests.server.serving import Address, RoomLinks


class Phone:
    """A client that keeps every frame it ever got, as bytes, and a replica beside."""

    def __init__(self, server: Address, room: str, token: str, name: str = "") -> None:
        self.server = server
        self.room = room
        self.token = token
        self.name = name
        self.frames: list[bytes] = []
        self.told: list[list[Any]] = []
        self.replica = Replica()
        self.client = 0
        self.seat = 0
        self.role = 0
        self.page = secrets.token_hex(4)
        self.code = 0
        self.reason = ""
        self.refs: dict[int, int] = {}
        self._reader: asyncio.Task[None] | None = None
        self._came = asyncio.Event()

    async def open(self, *, hello: bool = True, **headers: str) -> Self:
        """Connect, say hello and wait for the first view, or for the end."""
        self.socket: ClientConnection = await connect(
            f"ws://127.0.0.1:{self.server.port}/ws/{self.room}",
            compression=None,
            max_size=MESSAGE_BYTES,
            additional_headers=headers,
            proxy=None,
            close_timeout=1,
        )
        self.code = 0
        self._reader = asyncio.create_task(self._read())
        if hello:
            count = len(self.told)
            await self.say(self.hello())
            await self.until(lambda: self.code or any(m[0] == "patch" for m in self.told[count:]))
        return self

    def hello(self) -> list[Any]:
        own = self.replica.own.seq
        position = self.replica.position
        return ["hello", VERSION, self.token, self.client, self.page, position, own]

    async def say(self, message: list[Any]) -> None:
        """Send one message."""
        await self.raw(encode(message))

    async def raw(self, data: bytes | str) -> None:
        """Send one message as it is."""
        try:
            await self.socket.send(data)
        except ConnectionClosed:
            return  # the reader notes the code

    async def close(self) -> None:
        """Leave."""
        if self._reader is not None:
            await self.socket.close()
            await self.ended()

    async def ended(self) -> int:
        """Wait for the end of the connection; returns the close code."""
        assert self._reader is not None
        await asyncio.wait_for(self._reader, PATIENCE_S)
        return self.code

    async def until(self, condition: Callable[[], Any], what: str = "") -> None:
        """Wait until a condition on what came holds."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not condition():
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            last = [str(m)[:200] for m in self.told[-3:]]
            raise AssertionError(f"{self.name}: {what or condition}; last came {last}") from None

    async def settled(self) -> None:
        """Wait until everything sent before is answered: a ping's answer overtakes nothing."""
        mark = secrets.randbits(50)
        await self.say(["ping", mark])
        await self.until(
            lambda: self.code or any(m[0] == "pong" and m[1] == mark for m in self.told), "a pong"
        )

    async def do(
        self, command: Command, *words: str, step: int | None = None, lane: int | None = None
    ) -> list[Any]:
        """Give a command and wait for its answer: an ack or a refusal."""
        agenda = self.replica.room.get("agenda", 2)
        number = step if step is not None else agenda.current if agenda else 0
        if lane is None:
            meant = self.replica.room.get("step", number)
            blind = meant and meant.anonymous and command.BLIND != "never"
            lane = meant.round if meant and blind else 0
        ref = self.refs[lane] = self.refs.get(lane, 0) + 1
        seen = self.replica.room.seq
        await self.say(["do", ref, lane, number, seen, array(command), list(words)])

        def answers() -> list[list[Any]]:
            tags = ("ack", "refused")
            return [m for m in self.told if m[0] in tags and m[1:3] == [ref, lane]]

        await self.until(lambda: self.code or answers(), f"an answer to {command}")
        assert answers(), f"{self.name}: closed with {self.code} {self.reason}"
        return answers()[-1]

    async def done(self, command: Command, *words: str, **where: int) -> list[int]:
        """The same for a command that must be acknowledged. Returns the ids it made."""
        answer = await self.do(command, *words, **where)
        assert answer[0] == "ack", (self.name, command, answer)
        made: list[int] = answer[4]
        return made

    async def refused(self, command: Command, *words: str, **where: int) -> str:
        """The same for a command that must be refused. Returns the code."""
        answer = await self.do(command, *words, **where)
        assert answer[0] == "refused", (self.name, command, answer)
        code: str = answer[3]
        return code

    async def next_step(self) -> None:
        """As a moderator, open the next step and see it."""
        answer = await self.do(NextStep())
        assert answer[0] == "ack", answer
        await self.until(lambda: self.replica.room.seq >= answer[3])

    async def _read(self) -> None:
        try:
            async for data in self.socket:
                assert isinstance(data, bytes)
                self.frames.append(data)
                self._take(decode(data))
                self._came.set()
        except ConnectionClosed:
            pass  # its code is read below
        self.code = self.socket.close_code or 1006
        self.reason = self.socket.close_reason or ""
        self._came.set()

    def _take(self, message: list[Any]) -> None:
        tag, *fields = message
        if tag == "welcome":
            self.client, self.seat, self.role = fields[3], fields[4] or self.seat, fields[5]
            self.replica.log_id = fields[2]
        elif tag == "reset":
            self.replica.reset()
        elif tag == "patch":
            assert self.replica.apply(fields), "a patch did not fit"
        elif tag == "ack":
            _, _, seq, made, put, gone, token = fields
            own = self.replica.own
            own.write(put, gone)
            own.seq = max(own.seq, seq)
            if token:
                self.token, self.seat = token, made[0]
        self.told.append(message)


class Rude:
    """A client with its hand on single frames, which reads only when it is told to."""

    def __init__(self, server: Address, room: str, *, buffer_bytes: int = 0) -> None:
        self._uri = parse_uri(f"ws://127.0.0.1:{server.port}/ws/{room}")
        self.protocol = ClientProtocol(self._uri, max_size=None)
        self.socket = socket.socket()
        if buffer_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
        self.socket.setblocking(False)
        self._port = server.port
        self.messages: list[bytes] = []
        self.close_code = 0
        self.over = False
        self._loop = asyncio.get_running_loop()

    async def open(self) -> Self:
        """The handshake."""
        await self._loop.sock_connect(self.socket, ("127.0.0.1", self._port))
        self.protocol.send_request(self.protocol.connect())
        await self.flush()
        answer = b""
        while b"\r\n\r\n" not in answer:
            chunk = await asyncio.wait_for(self._loop.sock_recv(self.socket, 1), PATIENCE_S)
            assert chunk, "the server hung up"
            answer += chunk
            self.protocol.receive_data(chunk)
        self.protocol.events_received()
        assert b" 101 " in answer, answer
        return self

    async def flush(self) -> None:
        for data in self.protocol.data_to_send():
            if data:
                await self._loop.sock_sendall(self.socket, data)

    async def frame(self, opcode: Opcode, data: bytes, *, fin: bool = True) -> None:
        """Send one frame, masked, whatever it is."""
        out = Frame(opcode, data, fin).serialize(mask=True)
        await self._loop.sock_sendall(self.socket, out)

    async def bytes(self, data: bytes) -> None:
        """Send bytes as they are."""
        await self._loop.sock_sendall(self.socket, data)

    async def read(self) -> bool:
        """Read once. False at the end of the connection."""
        try:
            chunk = await asyncio.wait_for(self._loop.sock_recv(self.socket, 65_536), PATIENCE_S)
        except ConnectionError:
            chunk = b""
        if not chunk:
            self.over = True
            return False
        self.protocol.receive_data(chunk)
        for event in self.protocol.events_received():
            if isinstance(event, Frame) and event.opcode is Opcode.BINARY:
                self.messages.append(bytes(event.data))
        if self.protocol.close_rcvd is not None:
            self.close_code = self.protocol.close_rcvd.code
            with contextlib.suppress(ConnectionError):
                await self.flush()  # the answer to Close
        return True

    async def until(self, condition: Callable[[], Any]) -> None:
        """Read until a condition holds, or the end."""
        while not condition() and await self.read():
            pass

    async def ended(self) -> int:
        """Read to the end; returns the close code, or 1006 where none came."""
        await self.until(lambda: self.close_code)
        return self.close_code or 1006

    def close(self) -> None:
        self.socket.close()


class People:
    """Makes raw clients, and lets go of them at the end of a test."""

    def __init__(self) -> None:
        self._phones: list[Phone] = []
        self._rude: list[Rude] = []

    async def phone(
        self, server: Address, room: RoomLinks, role: str, *, name: str = "", token: str = ""
    ) -> Phone:
        """Somebody who has entered by the link of a role, and with a name has taken a seat."""
        phone = Phone(server, room.code, token or room.tokens[role], name or role)
        self._phones.append(phone)
        await phone.open()
        if name:
            await phone.done(Join(0, "onsite"), name)
        return phone

    async def silent(self, server: Address, room: str, **headers: str) -> Phone:
        """Somebody who has not said hello."""
        phone = Phone(server, room, "")
        self._phones.append(phone)
        return await phone.open(hello=False, **headers)

    async def rude(self, server: Address, room: str, *, buffer_bytes: int = 0) -> Rude:
        """A client with its hand on single frames."""
        rude = Rude(server, room, buffer_bytes=buffer_bytes)
        self._rude.append(rude)
        return await rude.open()

    async def close(self) -> None:
        for rude in self._rude:
            rude.close()
        await asyncio.gather(*(phone.close() for phone in self._phones))


async def entered(
    people: "People", server: Address, room: RoomLinks, role: str, buffer_bytes: int = 0
) -> Rude:
    """A client that said hello and read its first view."""
    one = await people.rude(server, room.code, buffer_bytes=buffer_bytes)
    await one.frame(Opcode.BINARY, hello(room.tokens[role]))
    await one.until(lambda: len(one.messages) >= 2)
    return one


def hello(token: str, page: str = "page") -> bytes:
    return encode(["hello", VERSION, token, 0, page, ["", 0, ""], 0])


def ping(number: int) -> bytes:
    return encode(["ping", number])


def port_of(one: Rude) -> int:
    port: int = one.socket.getsockname()[1]
    return port
