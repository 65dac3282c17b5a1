"""A line between a server and its Redis that can be cut, can stall, and comes back: a partition of
the network, on one machine. It carries bytes and knows nothing of what they mean."""

import asyncio
import contextlib
from typing import Final, Self

CHUNK: Final = 65_536


class Line:
    """Listens on a port of its own and hands everything on to `target`, a port of this machine
    that may be changed, as when a name is given to another machine."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self._listening: asyncio.Server | None = None
        self._flowing = asyncio.Event()
        self._ways: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._flowing.set()
        self._listening = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=CHUNK)
        self.port = self._listening.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *why: object) -> None:
        assert self._listening is not None
        self._listening.close()
        await self.cut()

    @property
    def url(self) -> str:
        """What REDIS_URL is to be."""
        return f"redis://127.0.0.1:{self.port}/0"

    def stall(self) -> None:
        """Carry nothing any more, without a word to either end: packets are lost, and what was
        sent waits. New connections are taken and go nowhere."""
        self._flowing.clear()

    def flow(self) -> None:
        """Carry on, with what was sent meanwhile."""
        self._flowing.set()

    async def cut(self) -> None:
        """Reset all connections there are. New ones work, unless the line is stalled."""
        ways = list(self._ways)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)

    async def _accept(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._ways.add(task)
        ends = [back]
        try:
            await self._flowing.wait()
            far, on = await asyncio.open_connection("127.0.0.1", self.target, limit=CHUNK)
            ends.append(on)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(near, on))
                both.create_task(self._carry(far, back))
        except* (OSError, asyncio.CancelledError):
            pass  # somebody hung up, or the line was cut
        finally:
            self._ways.discard(task)
            for writer in ends:
                writer.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(CHUNK):
            await self._flowing.wait()
            target.write(data)
            await target.drain()
        with contextlib.suppress(OSError):
            target.write_eof()
