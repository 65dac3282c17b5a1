"""The proxy in front of servers: where connections go, and that nothing of them is lost or kept."""

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from client import proxy as proxies
from client.own_redis import free_port
from client.own_server import OwnServer, new_room
from client.proxy import Proxy, Target, order, target_of, targets_of
from client.room_client import RoomClient
from tests.server.harness import until

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """A plain server that does with each connection what it is told to, and counts them. A check
    of the proxy is answered and not counted."""

    def __init__(self, talk: Talk, port: int = 0) -> None:
        self._talk = talk
        self.port = port
        self.met = 0
        self.silent = False
        self._ways: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._listening: asyncio.Server | None = None

    async def start(self) -> None:
        self._listening = await asyncio.start_server(self._meet, "127.0.0.1", self.port)
        self.port = self._listening.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Go at once, and hang up on everybody."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        for writer in self._ways.values():
            writer.transport.abort()
        tasks = list(self._ways)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._ways[task] = writer
        try:
            begin = await reader.readexactly(4)
            if begin == proxies.CHECK[:4]:
                if not self.silent:
                    writer.write(b"HTTP/1.0 200 OK\r\n\r\n")
                return
            self.met += 1
            await self._talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return
        finally:
            self._ways.pop(task)
            if not writer.is_closing():
                writer.close()


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()


class Phones:
    """Connections through a proxy, which end with the test."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._writers: list[asyncio.StreamWriter] = []

    async def call(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """One that is answered by an echo."""
        reader, writer = await self.silent()
        writer.write(b"ABCDx")
        assert await reader.readexactly(1) == b"x"
        return reader, writer

    async def silent(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """One that has said nothing."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._proxy.port)
        self._writers.append(writer)
        return reader, writer

    def hang_up(self) -> None:
        for writer in self._writers:
            writer.transport.abort()


@contextlib.asynccontextmanager
async def behind(*talks: Talk) -> AsyncIterator[tuple[Proxy, list[Server], Phones]]:
    """Servers, a proxy in front of them, and who calls."""
    servers = [Server(talk) for talk in talks]
    for server in servers:
        await server.start()
    async with Proxy([Target("127.0.0.1", server.port) for server in servers]) as proxy:
        phones = Phones(proxy)
        try:
            yield proxy, servers, phones
        finally:
            phones.hang_up()
            await proxy.stop(0)
            for server in servers:
                await server.stop()


async def test_connections_go_to_the_servers_in_turn() -> None:
    """Also where one has none: it may be one that refuses everybody."""
    async with behind(echo, echo, echo) as (proxy, servers, phones):
        ways = [await phones.call() for _ in range(9)]
        assert [server.met for server in servers] == [3, 3, 3]
        for n in (0, 3, 6):  # those of the first server
            ways[n][1].transport.abort()
        await until(lambda: proxy.targets[0].connections == 0)
        for _ in range(3):
            await phones.call()
        assert [server.met for server in servers] == [4, 4, 4]
        phones.hang_up()
        await until(lambda: not len(proxy), "all are over")
        assert [target.connections for target in proxy.targets] == [0, 0, 0]


async def test_a_dead_server_is_passed_over_at_once_and_comes_back() -> None:
    """R9.2: who hung on the server that died comes to another with the next connection."""
    async with behind(echo, echo) as (proxy, servers, phones):
        reader, _ = await phones.call()
        await servers[0].stop()
        assert await reader.read() == b"", "its connections end with it"
        for _ in range(6):
            await phones.call()
        assert servers[1].met == 6
        assert not proxy.targets[0].answers
        await servers[0].start()
        await until(lambda: proxy.targets[0].answers, "it is seen again")
        for _ in range(2):
            await phones.call()
        assert servers[0].met == 2


async def test_a_server_that_hangs_is_avoided() -> None:
    """One that is frozen still accepts, by its kernel."""
    async with behind(echo, echo) as (proxy, servers, phones):
        servers[0].silent = True
        await until(lambda: not proxy.targets[0].answers, "its silence is noticed")
        for _ in range(3):
            await phones.call()
        assert servers[0].met == 0


async def test_where_no_server_answers_the_connection_ends() -> None:
    async with behind(echo) as (proxy, servers, phones):
        await servers[0].stop()
        reader, writer = await phones.silent()
        writer.write(b"ABCD")
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()
        await until(lambda: not len(proxy))


async def test_each_direction_ends_by_itself() -> None:
    """Who has said all it had to say still gets the whole answer."""
    heard = bytearray()

    async def answer_at_the_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.read())
        writer.write(b"y" * 3_000_000)
        await writer.drain()

    async with behind(answer_at_the_end) as (proxy, _, phones):
        reader, writer = await phones.silent()
        writer.write(b"ABCD" + b"z" * 1_000_000)
        writer.write_eof()
        assert await reader.read() == b"y" * 3_000_000
        assert heard == b"z" * 1_000_000
        writer.close()
        await until(lambda: not len(proxy), "both ends are closed")


async def test_what_a_server_said_last_arrives() -> None:
    async def farewell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"w" * 200_000)

    async with behind(farewell) as (proxy, _, phones):
        reader, writer = await phones.silent()
        writer.write(b"ABCD")
        assert await reader.read() == b"w" * 200_000
        writer.close()


async def test_a_stalled_reader_stops_the_sender_and_fills_no_memory() -> None:
    sent = 0

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        while True:
            writer.write(b"p" * 65_536)
            await writer.drain()
            sent += 65_536

    async with behind(pour) as (proxy, _, phones):
        with socket.create_connection(("127.0.0.1", proxy.port)) as phone:
            phone.sendall(b"ABCD")
            await until(lambda: sent > 0)
            before = -1
            while before != sent:
                before = sent
                await asyncio.sleep(0.3)
            stalled_at = sent
            # Ours, the kernel's for four sockets, and what the server itself may have in hand.
            assert stalled_at < 16 * 1024 * 1024
            phone.settimeout(5)
            got = 0
            while got < stalled_at + 1_000_000:
                got += len(await asyncio.to_thread(phone.recv, 1 << 20))
        await until(lambda: not len(proxy), "it is over with its reader")


async def test_the_buffers_of_a_connection_are_bounded() -> None:
    async with behind(echo) as (proxy, _, phones):
        await phones.call()
        (carried,) = proxy._carried
        for end in (carried.near, carried._far):
            assert end is not None and end.transport is not None
            plug = end.transport.get_extra_info("socket")
            assert end.transport.get_write_buffer_limits()[1] == proxies.BUFFER_BYTES
            for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
                assert plug.getsockopt(socket.SOL_SOCKET, option) <= 2 * proxies.KERNEL_BYTES


async def test_an_end_that_never_goes_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone that has stopped reading would keep what its server left behind for ever."""
    monkeypatch.setattr(proxies, "HALF_OPEN_S", 0.2)

    async def leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"q" * 65_536)

    async with behind(leave) as (proxy, _, phones):
        with socket.create_connection(("127.0.0.1", proxy.port)) as phone:
            phone.sendall(b"ABCD")
            await until(lambda: len(proxy) == 1)
            await until(lambda: not len(proxy), "it was cut off")


async def test_stopping_lets_connections_end_and_then_hangs_up() -> None:
    async with behind(echo) as (proxy, _, phones):
        first, second = await phones.call(), await phones.call()
        port = proxy.port
        stopping = asyncio.create_task(proxy.stop(0.5))
        await asyncio.sleep(0)
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.1", port)
        first[1].write(b"still here")
        assert await first[0].readexactly(10) == b"still here"
        first[1].close()
        await stopping
        assert await second[0].read() == b""
        assert not len(proxy)


def test_servers_that_answer_come_first() -> None:
    a, b, c = Target("h", 1), Target("h", 2), Target("h", 3)
    b.answers = False
    assert [order([a, b, c], turn) for turn in range(3)] == [[a, c, b], [c, a, b], [a, c, b]]
    a.answers = c.answers = False
    assert order([a, b, c], 1) == [a, b, c]


def test_servers_are_named_by_port_or_address() -> None:
    assert [str(one) for one in targets_of("8001, 10.0.0.7:80,[::1]:8003")] == [
        "127.0.0.1:8001",
        "10.0.0.7:80",
        "[::1]:8003",
    ]
    for wrong in ("", "x", "0", "70000", "host:", "8001,"):
        with pytest.raises(argparse.ArgumentTypeError, match="no server"):
            targets_of(wrong)
    assert str(target_of("8001")) == "127.0.0.1:8001"


def start(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "client.cli", "proxy", *arguments],
        cwd=Path(__file__).resolve().parents[2],
        env=os.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start("--listen", str(port), "--to", "1")
        out, errors = process.communicate(timeout=15)
    assert process.returncode == 2 and not out
    assert f"port {port}" in errors and "Traceback" not in errors


async def test_a_room_works_through_it_and_it_stops_when_told_to() -> None:
    """The page, the doors and the websocket pass; the origin fits the address people use."""
    port = free_port()
    with OwnServer() as server:
        process = await asyncio.to_thread(start, "--listen", str(port), "--to", str(server.port))
        assert process.stdout is not None and process.stderr is not None
        assert str(port) in await asyncio.to_thread(process.stdout.readline)
        try:
            base = f"http://127.0.0.1:{port}"
            with await asyncio.to_thread(urllib.request.urlopen, f"{base}/", None, 10) as page:
                assert page.status == 200
            room = await asyncio.to_thread(
                lambda: new_room(base, server.key, template="first-session-45", title="T")
            )
            assert room.urls["member"].startswith(base)
            async with RoomClient(room.urls["member"]) as client:
                await client.join("Anna")
        finally:
            process.send_signal(signal.SIGTERM)
            _, errors = await asyncio.to_thread(process.communicate, None, 15)
        assert process.returncode == 0 and errors == ""
