"""`RoomClient`: how a program takes part in a room.

    async with RoomClient("http://127.0.0.1:8000/r/ABC234#TOKEN") as client:
        await client.join("Anna")
        await client.until(lambda: client.step and client.step.kind == "ideate")
        await client.do(PostIdea(0), "Answer every letter within a day")

A client keeps a replica of what its person may see, sends commands through an outbox and comes back
by itself when the connection is lost, to this server or another: what was not answered is sent
again under the same number, and so is what was answered but may be lost since; the log takes it
once. It keeps to the server's limits by itself.
"""

import asyncio
import random
import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, Self
from urllib.parse import urlsplit

from msgspec import Struct
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from client.outbox import TRY_AGAIN_S, Answer, Outbox, Sent
from client.pacer import Pacer
from client.replica import MESSAGE_BYTES, Replica, Thing, decode, encode
from protocols import limits
from protocols.codes import RETRY, Close
from protocols.commands import Command, Join, array, is_blind
from protocols.wire import UNANSWERED, VERSION

__all__ = ["Answer", "CommandRefused", "ConnectionEnded", "Lost", "Pacer", "RoomClient"]

FIRST_PAUSE_S: Final = 0.1
LONGEST_PAUSE_S: Final = 3.0
CONNECT_S: Final = 10.0
STEADY_S: Final = 1.0
"""A connection that held for so long was a good one: the next pause is a short one again."""
TRY_AGAIN: Final = ("too_fast", "room_busy")
OTHER_HISTORY: Final = ("another_log", "another_history")
"""Reasons of a reset after which what was acknowledged may be lost."""


class CommandRefused(Exception):
    """The server said no. `code` is one of `protocols.codes.REFUSALS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ConnectionEnded(Exception):
    """The server closed the connection for good. `code` is a close code after which one does not
    come back by itself."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}".strip())
        self.code, self.reason = code, reason


class Lost(Struct, frozen=True):
    """An acknowledged command that did not survive: the log was cut, and when it was offered again
    a rule said no."""

    command: tuple[Any, ...]
    words: tuple[str, ...]
    code: str


class RoomClient:
    """One device in a room. `url` is a link as people get it, with the token in its fragment, or
    a room's address without it and the token apart. `servers` are the addresses of others that
    host the same room: whoever loses a connection comes back to the next one."""

    def __init__(
        self, url: str, token: str = "", *, seat: str = "", servers: Sequence[str] = ()
    ) -> None:
        parts = urlsplit(url)
        code = parts.path.rstrip("/").rpartition("/")[2]
        self._addresses = deque(_address(base, code) for base in (url, *servers))
        self._link = token or parts.fragment
        self._token = seat or self._link
        self.replica = Replica()
        self.seat = 0
        self.role = 0
        self.roles = 0
        """The roles that the link offers."""
        self.asked = 0
        """The decision that a personal link asks to sign."""
        self.client = 0
        self.online = 0
        self.done = 0
        self.connections = 0
        self.clock_offset_ms = 0
        """Add this to this machine's clock to get the server's."""
        self._best_trip_ms = 1 << 30
        self._page = secrets.token_hex(8)
        self.outbox = Outbox()
        """Commands on their way, and those that may yet be lost."""
        self.lost: list[Lost] = []
        """What was acknowledged and did not survive."""
        self._seat_before = 0
        self._have = 0
        self._agreed = False
        self._other_history = False
        self._sights: dict[int, str] = {}
        self._pacer = Pacer(limits.SEAT, UNANSWERED)
        self._socket: ClientConnection | None = None
        self._runner: asyncio.Task[None] | None = None
        self._later: asyncio.Task[None] | None = None
        self._welcomed = False
        self._is_sending = False
        self._changed: list[asyncio.Future[None]] = []
        self._ended: Exception | None = None
        self._retry_s = 0.0

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *why: object) -> None:
        await self.close()

    # Being there

    async def connect(self) -> None:
        """Connect and wait for the first view. ConnectionEnded where the server does not let us."""
        self._runner = asyncio.create_task(self._run(), name="room client")
        await self.until(lambda: self.replica.room.seq > 0)

    async def close(self) -> None:
        """Leave. What is not answered yet stays in the outbox and is not sent."""
        tasks = [task for task in (self._runner, self._later) if task is not None]
        self._runner = self._later = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def join(
        self,
        name: str,
        department: int = 0,
        place: Literal["onsite", "remote"] = "remote",
        role: int = 0,
    ) -> int:
        """Take a seat, unless there is one; in a role of one's choice where the link leaves it
        open. Returns its id, with the view of that role at hand."""
        if not self.seat:
            answer = await self.do(Join(department, place, role), name, step=0)
            self.seat = self.seat or answer.made[0]
            await self.until(lambda: self._welcomed and self.replica.room.seq > 0)
        return self.seat

    @property
    def is_connected(self) -> bool:
        """Whether a server has welcomed this client, and the connection stands."""
        return self._welcomed

    @property
    def token(self) -> str:
        """What opens this person's page: the seat's token, or the link's before joining."""
        return self._token

    @property
    def agenda(self) -> Thing | None:
        """The room's agenda."""
        return self.replica.room.get("agenda", 2)

    @property
    def step(self) -> Thing | None:
        """The current step; None in the lobby."""
        agenda = self.agenda
        return self.replica.room.get("step", agenda.current) if agenda else None

    async def until(self, condition: Callable[[], Any], timeout_s: float | None = 60.0) -> None:
        """Wait until a condition on the replica holds. TimeoutError after `timeout_s` (None: wait
        for ever), ConnectionEnded where it can no longer come true."""
        async with asyncio.timeout(timeout_s):
            while not condition():
                if self._ended is not None:
                    raise self._ended
                changed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._changed.append(changed)
                await changed

    # Doing

    async def do(self, command: Command, *words: str, step: int | None = None) -> Answer:
        """Give a command and wait for its answer, however long the connection is away. `step` is
        the step it is meant for: the current one if not said. CommandRefused where a rule says
        no."""
        while True:
            try:
                return await self.send(command, *words, step=step)
            except CommandRefused as no:
                if no.code not in TRY_AGAIN:
                    raise
                await asyncio.sleep(TRY_AGAIN_S)

    async def send(self, command: Command, *words: str, step: int | None = None) -> Answer:
        """As `do`, but a refusal for being too fast is raised like any other."""
        return await (await self.submit(command, *words, step=step))

    async def submit(
        self, command: Command, *words: str, step: int | None = None
    ) -> asyncio.Future[Answer]:
        """Put a command into the outbox, in its turn, and do not wait for the answer: it comes
        with the future that is returned."""
        agenda = self.agenda
        number = step if step is not None else (agenda.current if agenda else 0)
        wait_s = self._pacer.wait_s(time.monotonic())
        if wait_s:
            await asyncio.sleep(wait_s)
        if self._ended is not None:
            raise self._ended
        meant = self.replica.room.get("step", number)
        lane = meant.round if meant and meant.anonymous and is_blind(command) else 0
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.outbox.add(lane, number, self.replica.room.seq, array(command), words, answer)
        await self._flush()
        return answer

    async def here(self, *, done: bool = False, typing: bool = False) -> None:
        """Tell that this person is done with the step, or typing. Not kept, and not sent again."""
        agenda = self.agenda
        if self._welcomed and self._socket is not None:
            message = ["here", agenda.current if agenda else 0, done, typing]
            await self._write(encode(message))

    async def ping(self) -> None:
        """Ask for the server's clock; the best of several samples is kept."""
        await self._write(encode(["ping", time.time_ns() // 1_000_000]))

    @property
    def unanswered(self) -> int:
        """Commands that wait for an answer."""
        return len(self.outbox.waiting)

    # The connection

    async def _run(self) -> None:
        """Stay connected. A fault of this program reaches whoever waits."""
        try:
            await self._stay()
        except Exception as fault:
            self._end(fault)

    async def _stay(self) -> None:
        tries = 0
        while True:
            began = time.monotonic()
            try:
                async with connect(
                    self._addresses[0],
                    compression=None,
                    max_size=MESSAGE_BYTES,
                    open_timeout=CONNECT_S,
                    close_timeout=1,
                    proxy=None,
                ) as socket:
                    self._socket = socket
                    await socket.send(encode(self._hello()))
                    async for data in socket:
                        assert isinstance(data, bytes), "the server sends binary messages"
                        if not await self._received(decode(data)):
                            break  # something is missing: connect again and tell where we stand
                    code, reason = socket.close_code or 1006, socket.close_reason or ""
            except ConnectionClosed as why:
                code = why.rcvd.code if why.rcvd else 1006
                reason = why.rcvd.reason if why.rcvd else ""
            except (OSError, InvalidHandshake, TimeoutError, EOFError):
                code, reason = 1006, ""
            finally:
                self._socket, self._welcomed = None, False
            if code == Close.REVOKED and self._may_join_again():
                self._token, self._seat_before, self.seat = self._link, self.seat, 0
                continue
            if code not in RETRY and code != 1000:
                self._end(ConnectionEnded(code, reason))
                return
            self._addresses.rotate(-1)
            if time.monotonic() - began > STEADY_S:
                tries = 0
            most = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**tries)
            tries += 1
            await asyncio.sleep(max(random.uniform(0, most), self._retry_s))
            self._retry_s = 0.0

    def _may_join_again(self) -> bool:
        """Whether the seat may be unknown only because the log has lost its end: then the link
        still stands, and the outbox still knows of the joining."""
        joining = any(sent.seq and sent.command[0] == "join" for sent in self.outbox.all)
        return joining and not self._seat_before and self._token != self._link

    def _hello(self) -> list[Any]:
        replica = self.replica
        self._have, self._agreed = replica.room.seq, False
        return [
            "hello",
            VERSION,
            self._token,
            self.client,
            self._page,
            replica.position,
            replica.own_position(),
        ]

    async def _received(self, message: list[Any]) -> bool:
        tag, *fields = message
        whole = True
        match tag:
            case "welcome":
                await self._welcome(*fields)
            case "patch":
                whole = self.replica.apply(fields)
                if whole and not fields[0]:
                    await self._stands()
            case "ack":
                whole = self._acknowledged(*fields)
                await self._flush()
            case "refused":
                self._refused(*fields)
                await self._flush()
            case "reset":
                self.replica.reset()
                if fields[0] in OTHER_HISTORY:
                    for number in self.outbox.unsure():
                        self._sights.setdefault(number, self.replica.sight(number))
                    self._have, self._agreed, self._other_history = 0, False, True
            case "pong":
                self._clock(*fields)
            case "present":
                self.online, self.done = fields[0], fields[1]
            case "farewell":
                self._retry_s = random.uniform(0, fields[0] / 1000)
        self._wake()
        return whole

    async def _welcome(
        self,
        version: int,
        room: str,
        log_id: str,
        client: int,
        seat: int,
        role: int,
        now_ms: int,
        roles: int,
        decision: int,
    ) -> None:
        if self.client not in (0, client):  # another page lives under our id and sends its own
            for sent in self.outbox.clear():
                if sent.answer is not None:
                    sent.answer.cancel()
        self.client, self.seat, self.role = client, seat or self.seat, role
        self.roles, self.asked = roles, decision
        self.replica.log_id = log_id
        self.clock_offset_ms = now_ms - time.time_ns() // 1_000_000
        self._best_trip_ms = 1 << 30  # it may be another server, with another clock
        self._welcomed = True
        self.connections += 1
        for sent in self.outbox.waiting:
            if sent.given:  # sent again, it counts again
                self._pacer.wait_s(time.monotonic())
        self.outbox.connected()

    async def _stands(self) -> None:
        """Take what a room patch says of the log: where it agrees with what is known here, and how
        far it is stable."""
        if not self._agreed:
            self._agreed = True
            lost, sights, look = self._other_history, self._sights, self.replica.sight
            adrift = {number for number, seen in sights.items() if look(number) != seen}
            over = self.outbox.doubt(self._have, self._is_open, lost=lost, adrift=adrift)
            self._lose(over, "too_late")
            self._other_history, self._sights = False, {}
            await self._flush()
        self.outbox.stable(self.replica.stable_seq)

    def _is_open(self, sent: Sent) -> bool:
        """Whether the anonymous round that a command was meant for still is its step's. Where
        nothing tells of a loss, only while it takes input: afterwards nobody remembers answers."""
        step = self.replica.room.get("step", sent.step)
        if step is None or step.round != sent.lane:
            return False
        return self._other_history or bool(step.input)

    def _acknowledged(
        self,
        ref: int,
        lane: int,
        seq: int,
        made: list[int],
        put: list[Any],
        gone: list[Any],
        token: str,
    ) -> bool:
        """Take an answer. False if the connection is to be made anew."""
        own = self.replica.own
        own.write(put, gone)
        own.seq = max(own.seq, seq)
        seat = self.seat
        if token:
            self._token, self.seat = token, made[0]
        sent = self.outbox.acknowledged(lane, ref, seq, made)
        if sent is not None and sent.answer is not None and not sent.answer.done():
            sent.answer.set_result(Answer(seq, tuple(made)))
        is_same = self.seat == self._seat_before  # it was never lost: perhaps its time is over
        if token and self.seat != seat and (is_same or self.roles & (self.roles - 1)):
            self.replica.reset()  # the role that was chosen is another audience
            self._welcomed = False
            return False
        return True

    def _refused(self, ref: int, lane: int, code: str) -> None:
        self._lose(self.outbox.refused(lane, ref, code, time.monotonic()), code)

    def _lose(self, commands: list[Sent], code: str) -> None:
        """Tell whoever waits; what was acknowledged before nobody waits for any more."""
        for sent in commands:
            if sent.seq:
                self.lost.append(Lost(tuple(sent.command), sent.words, code))
            elif sent.answer is not None and not sent.answer.done():
                sent.answer.set_exception(CommandRefused(code))

    def _clock(self, sent_ms: int, now_ms: int) -> None:
        here_ms = time.time_ns() // 1_000_000
        trip = here_ms - sent_ms
        if trip <= self._best_trip_ms:
            self._best_trip_ms = trip
            self.clock_offset_ms = now_ms + trip // 2 - here_ms

    async def _flush(self) -> None:
        """Send what may be under way, in order, once it is known where the server stands."""
        if self._is_sending:
            return  # whoever is at it sends this too
        self._is_sending = True
        try:
            while self._welcomed and self._agreed and (sent := self.outbox.next(time.monotonic())):
                await self._write(sent.data)
        finally:
            self._is_sending = False
        wait_s = self.outbox.held_for(time.monotonic())
        if wait_s and (self._later is None or self._later.done()):
            self._later = asyncio.create_task(self._flush_after(wait_s), name="offer again")

    async def _flush_after(self, wait_s: float) -> None:
        await asyncio.sleep(wait_s)
        self._later = None
        await self._flush()

    async def _write(self, data: bytes) -> None:
        if self._socket is not None:
            try:
                await self._socket.send(data)
            except ConnectionClosed:
                return  # the reader notices too, and everything is sent again

    def _end(self, ended: Exception) -> None:
        self._ended = ended
        for sent in self.outbox.clear():
            if sent.answer is not None and not sent.answer.done():
                sent.answer.set_exception(ended)
                sent.answer.exception()  # nobody has to wait for it, and need not hear of it twice
        self._wake()

    def _wake(self) -> None:
        changed, self._changed = self._changed, []
        for waiter in changed:
            if not waiter.done():
                waiter.set_result(None)


def _address(base: str, code: str) -> str:
    """Where a room's websocket is on the server at `base`."""
    parts = urlsplit(base)
    return f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}/ws/{code}"
