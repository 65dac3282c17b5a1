"""A wire between browsers and the server that can be cut, can stall, and comes back.

It works below the browser, since what browsers offer for being offline leaves open websockets
alone.
"""

import asyncio
import contextlib
from typing import Final, Self

CHUNK: Final = 65_536


class Wire:
    """Listens on a port of its own and hands everything on to the server's."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listening: asyncio.Server | None = None
        self._ways: dict[asyncio.Task[None], list[asyncio.StreamWriter]] = {}
        self._flowing = asyncio.Event()
        self.port = 0

    async def __aenter__(self) -> Self:
        await self.mend()
        return self

    async def __aexit__(self, *why: object) -> None:
        await self.cut()

    @property
    def base(self) -> str:
        """The address of this end."""
        return f"http://127.0.0.1:{self.port}"

    async def mend(self) -> None:
        """Let everything through again, on the same port."""
        self._flowing = asyncio.Event()
        self._flowing.set()
        if self._listening is None:
            self._listening = await asyncio.start_server(
                self._accept, "127.0.0.1", self.port, limit=CHUNK
            )
            self.port = self._listening.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Reset every connection and let no new one in."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        for writers in self._ways.values():
            for writer in writers:
                writer.transport.abort()
        ways = list(self._ways)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)

    def deaden(self) -> None:
        """Carry nothing more over the connections there are, without a word to either end. New
        ones work."""
        self._flowing.clear()
        self._flowing = asyncio.Event()
        self._flowing.set()

    def lead_to(self, server_port: int) -> None:
        """Lead new connections to another server."""
        self._server_port = server_port

    async def _accept(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._ways[task] = [back]
        flowing = self._flowing
        try:
            far, on = await asyncio.open_connection("127.0.0.1", self._server_port)
            self._ways[task].append(on)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(near, on, flowing))
                both.create_task(self._carry(far, back, flowing))
        except* (OSError, asyncio.CancelledError):
            pass  # somebody hung up, or the wire was cut
        finally:
            for writer in self._ways.pop(task):
                writer.transport.abort()

    async def _carry(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, flowing: asyncio.Event
    ) -> None:
        while data := await source.read(CHUNK):
            await flowing.wait()
            target.write(data)
            await target.drain()
        with contextlib.suppress(OSError):
            target.write_eof()
