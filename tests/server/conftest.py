"""Servers for tests."""

from collections.abc import AsyncIterator, Iterator

import pytest

from client.own_server import OwnServer
from tests.server.world import World


@pytest.fixture
def server() -> Iterator[OwnServer]:
    """A server process in a folder of its own."""
    with OwnServer() as running:
        yield running


@pytest.fixture
async def world(server: OwnServer) -> AsyncIterator[World]:
    """A server process and the connections to it."""
    one = World(server)
    yield one
    await one.close()
