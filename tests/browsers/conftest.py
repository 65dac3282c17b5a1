"""A server behind a wire that can break, and each engine in turn."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Final

import pytest

from client.own_server import OwnServer
from tests.browsers.chromium import chromium
from tests.browsers.engine import Engine
from tests.browsers.firefox import firefox
from tests.browsers.webkit import webkit
from tests.browsers.wire import Wire

ENGINES: Final[dict[str, Callable[[], AbstractAsyncContextManager[Engine]]]] = {
    "chromium": chromium,
    "firefox": firefox,
    "webkit": webkit,
}


@pytest.fixture
def server() -> Iterator[OwnServer]:
    """A server process in a folder of its own."""
    with OwnServer() as running:
        yield running


@pytest.fixture
async def wire(server: OwnServer) -> AsyncIterator[Wire]:
    """Between the browsers and the server."""
    async with Wire(server.port) as wire:
        yield wire


@pytest.fixture(params=ENGINES)
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[Engine]:
    """Each engine in turn."""
    async with ENGINES[request.param]() as running:
        yield running
