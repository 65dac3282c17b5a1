"""The line that partitions are made of does what it says."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.chaos.line import Line
from tests.server.harness import until


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(100):
        writer.write(data)
    writer.close()


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server, Line(server.sockets[0].getsockname()[1]) as line:
        yield line


async def test_stalled_line_keeps_what_was_sent(line: Line) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    writer.write(b"before")
    assert await reader.read(100) == b"before"
    line.stall()
    writer.write(b"during")
    new_reader, new_writer = await asyncio.open_connection("127.0.0.1", line.port)
    new_writer.write(b"new")
    waiting = [asyncio.create_task(one.read(100)) for one in (reader, new_reader)]
    done, _ = await asyncio.wait(waiting, timeout=0.1)
    assert not done
    line.flow()
    assert [await one for one in waiting] == [b"during", b"new"]
    writer.close()
    new_writer.close()


async def test_cut_line_is_noticed_and_comes_back(line: Line) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    writer.write(b"before")
    assert await reader.read(100) == b"before"
    await line.cut()
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    writer.close()
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    writer.write(b"again")
    assert await reader.read(100) == b"again"
    writer.close()
    await until(lambda: not line._ways, "the line forgets who hung up")
