"""`oneroom proxy`: one port in front of several servers.

It carries bytes and reads none of them, so websockets, pages and files pass alike, and `Host` and
`Origin` arrive as the browser sent them. Connections go in turn to the servers that answer; one
that cannot be reached is passed over at once. Servers see this proxy's address and not the phone's,
so the limits per address count all phones as one: it is meant for trying out, tests and
demonstrations. In front of real sessions stands a proxy that tells addresses; see
`docs/operations.md`.
"""

import argparse
import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Sequence
from typing import Final, Self, cast

from client.serve import loop_factory, raise_file_limit

BUFFER_BYTES: Final = 64 * 1024
"""What may wait in our memory, for each direction of a connection, before its source rests."""
KERNEL_BYTES: Final = 128 * 1024
"""What may wait in the kernel's, for each socket and direction. It doubles this for itself."""
CONNECT_S: Final = 1.0
"""How long a server may take to accept a connection."""
CHECK_S: Final = 1.0
"""How often each server is looked at, and how long it may take to answer."""
HALF_OPEN_S: Final = 30.0
"""How long a connection lives on after one of its ends has said all it had to say."""
STOP_S: Final = 4.0
"""How long connections may take to end by themselves when the proxy stops."""
CHECK: Final = b"HEAD / HTTP/1.0\r\n\r\n"
"""Anything a server answers to this, even a refusal, is a sign of life; it touches no storage."""


class ProxyError(RuntimeError):
    """The proxy cannot begin; the text says why and what to do."""


class Target:
    """A server behind the proxy. `connections` counts those it carries now."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.answers = True
        self.connections = 0

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    async def check(self) -> None:
        """Find out whether it answers. One that hangs accepts connections, but says nothing."""
        try:
            async with asyncio.timeout(CHECK_S):
                reader, writer = await asyncio.open_connection(self.host, self.port)
                try:
                    writer.write(CHECK)
                    self.answers = bool(await reader.read(1))
                finally:
                    writer.transport.abort()
        except OSError:  # a TimeoutError is one
            self.answers = False


def order(targets: Sequence[Target], turn: int) -> list[Target]:
    """In which order servers are tried at a turn: those that answer in turn, then the others, since
    one may have come back a moment ago. Not the one with the fewest connections first: that is a
    server that refuses everybody just now."""
    living = [target for target in targets if target.answers]
    first = turn % len(living) if living else 0
    silent = [target for target in targets if not target.answers]
    return [*living[first:], *living[:first], *silent]


class End(asyncio.Protocol):
    """One end of a connection. What comes in here goes out at `other`; while that one cannot take
    it, or is not there yet, nothing more is read here."""

    def __init__(self, carried: "Carried") -> None:
        self._carried = carried
        self.transport: asyncio.Transport | None = None
        self.other: End | None = None
        self._early = b""
        self.finished = False
        """Whether it has said all it had to say."""
        self.gone = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name
        self.transport = transport
        transport.set_write_buffer_limits(high=BUFFER_BYTES)
        plug = transport.get_extra_info("socket")
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            plug.setsockopt(socket.SOL_SOCKET, option, KERNEL_BYTES)
        self._carried.made(self)

    def data_received(self, data: bytes) -> None:
        if self.other is not None:
            self.other.write(data)
        elif self.transport is not None:
            self._early += data
            self.transport.pause_reading()

    def write(self, data: bytes) -> None:
        """Send what the other end brought."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def join(self, other: "End") -> None:
        """Here is the other end: it gets what came before it was there."""
        self.other = other
        other.write(self._early)
        self._early = b""
        if self.finished:
            self._carried.finished(self)
        else:
            self.read_on()

    def pause_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None:
            self.other.read_on()

    def read_on(self) -> None:
        """Read again, unless there is nothing more to be read."""
        if self.transport is not None and not self.transport.is_closing() and not self.finished:
            self.transport.resume_reading()

    def eof_received(self) -> bool:
        self.finished = True
        self._carried.finished(self)
        return True  # the other direction goes on

    def connection_lost(self, why: Exception | None) -> None:
        self.finished = self.gone = True
        self._carried.lost(self, why)


class Carried:
    """One connection through the proxy: the near end towards the phone, and the far end towards a
    server."""

    def __init__(self, proxy: "Proxy") -> None:
        self._proxy = proxy
        self._loop = asyncio.get_running_loop()
        self._near = End(self)
        self._far: End | None = None
        self._target: Target | None = None
        self._reaching: asyncio.Task[None] | None = None
        self._patience: asyncio.TimerHandle | None = None
        self.over = False

    @property
    def near(self) -> End:
        """The end that an accepted connection is given to."""
        return self._near

    def made(self, end: End) -> None:
        """An end is connected."""
        if end is self._near:
            self._proxy.took(self)
            self._reaching = self._loop.create_task(self._reach(), name="reach a server")

    async def _reach(self) -> None:
        """Connect to the first server that takes us; where none does, hang up."""
        for target in self._proxy.next_order():
            far = await self._connect(target)
            if far is None:
                target.answers = False
                continue
            if self.over:  # the phone hung up meanwhile
                assert far.transport is not None, "it is connected"
                far.transport.abort()
                return
            target.connections += 1
            self._target, self._far = target, far
            self._near.join(far)
            return
        self.abort()

    async def _connect(self, target: Target) -> End | None:
        far = End(self)
        far.other = self._near
        try:
            async with asyncio.timeout(CONNECT_S):
                await self._loop.create_connection(lambda: far, target.host, target.port)
        except OSError:  # a TimeoutError is one
            return None
        return far

    def finished(self, end: End) -> None:
        """An end has said all it had to say: tell the other, which may still be talking."""
        other = end.other
        if other is None or other.transport is None:
            return  # it will hear of it when it is there
        if other.finished:  # so has the other: what still waits goes out, and that is all
            for one in (end, other):
                if one.transport is not None:
                    one.transport.close()
        elif not other.transport.is_closing():
            other.transport.write_eof()
        self._be_patient()

    def lost(self, end: End, why: Exception | None) -> None:
        """An end is gone. What it had sent still goes out, unless it broke off."""
        other = end.other
        if other is None or other.transport is None or why is not None:
            self.abort()
        elif not other.transport.is_closing():
            other.transport.close()
            self._be_patient()
        if self._near.gone and (self._far is None or self._far.gone):
            self._forget()

    def _be_patient(self) -> None:
        """Wait for the other end; but one that has stopped reading would stay for ever."""
        if self._patience is None and not self.over:
            self._patience = self._loop.call_later(HALF_OPEN_S, self.abort)

    def abort(self) -> None:
        """Hang up at both ends."""
        for end in (self._near, self._far):
            if end is not None and end.transport is not None:
                end.transport.abort()

    def _forget(self) -> None:
        if self.over:
            return
        self.over = True
        if self._patience is not None:
            self._patience.cancel()
        if self._target is not None:
            self._target.connections -= 1
        self._proxy.let_go(self)

    async def hang_up(self) -> None:
        """End it, even where a server is still being looked for."""
        if self._reaching is not None:
            self._reaching.cancel()
            await asyncio.gather(self._reaching, return_exceptions=True)
        self.abort()


class Proxy:
    """Listens on one port and carries connections to the servers. `port` 0 takes a free one."""

    def __init__(self, targets: Sequence[Target], host: str = "127.0.0.1", port: int = 0) -> None:
        self.targets = list(targets)
        self.host, self.port = host, port
        self._carried: set[Carried] = set()
        self._turn = 0
        self._empty = asyncio.Event()
        self._empty.set()
        self._listening: asyncio.Server | None = None
        self._watching: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *why: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen. ProxyError where the port cannot be had."""
        loop = asyncio.get_running_loop()
        try:
            self._listening = await loop.create_server(
                lambda: Carried(self).near, self.host, self.port, backlog=4096
            )
        except OSError as why:
            raise ProxyError(
                f"port {self.port} on {self.host} cannot be used ({why.strerror or why}): "
                "stop the program that uses it, or choose another"
            ) from None
        self.port = self._listening.sockets[0].getsockname()[1]
        self._watching = asyncio.create_task(self._watch(), name="look after servers")

    def __len__(self) -> int:
        """Connections that are carried now."""
        return len(self._carried)

    def next_order(self) -> list[Target]:
        """In which order the servers are tried for one more connection."""
        self._turn += 1
        return order(self.targets, self._turn - 1)

    def took(self, carried: Carried) -> None:
        """A connection has come."""
        self._carried.add(carried)
        self._empty.clear()

    def let_go(self, carried: Carried) -> None:
        """A connection is over."""
        self._carried.discard(carried)
        if not self._carried:
            self._empty.set()

    async def _watch(self) -> None:
        while True:
            await asyncio.gather(*(target.check() for target in self.targets))
            await asyncio.sleep(CHECK_S)

    def close(self) -> None:
        """Take nothing new."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    async def stop(self, grace_s: float = STOP_S) -> None:
        """Take nothing new, let connections end for `grace_s` seconds, then hang up."""
        self.close()
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
            self._watching = None
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), grace_s)
        for carried in list(self._carried):
            await carried.hang_up()
        await self._empty.wait()


# The command


def target_of(text: str) -> Target:
    """A server as it is named on the command line: PORT of this machine, or HOST:PORT."""
    host, _, port = text.strip().rpartition(":")
    if not (port.isascii() and port.isdigit()) or not 0 < int(port) < 65_536:
        raise argparse.ArgumentTypeError(f"{text!r} is no server: give PORT or HOST:PORT")
    return Target(host.strip("[]") or "127.0.0.1", int(port))


def targets_of(text: str) -> list[Target]:
    """Several of them, with commas between."""
    return [target_of(one) for one in text.split(",")]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `oneroom proxy`."""
    parser.add_argument("--listen", type=int, default=8000, metavar="PORT")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--to", type=targets_of, required=True, metavar="PORT,PORT")


def run(options: argparse.Namespace) -> int:
    """`oneroom proxy`: 0 when it was told to stop, 2 where it could not begin."""
    raise_file_limit()
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(_run(Proxy(options.to, options.host, options.listen)))
    except ProxyError as why:
        sys.stderr.write(f"oneroom: {why}\n")
        return 2
    return 0


async def _run(proxy: Proxy) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with proxy:
        servers = ", ".join(map(str, proxy.targets))
        sys.stdout.write(f"Proxy on http://{proxy.host}:{proxy.port} in front of {servers}\n")
        sys.stdout.flush()
        await stop.wait()
