"""Servers for tests."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from client.own_redis import OwnRedis
from tests.server.corners import Corners
from tests.server.harness import Gate, Inside
from tests.server.phones import People
from tests.server.redises import Lines, undo
from tests.server.serving import CLEAN, Process, Serving


@pytest.fixture
async def people() -> AsyncIterator[People]:
    """Raw clients, let go of at the end."""
    people = People()
    yield people
    await people.close()


@pytest.fixture
async def inside(tmp_path: Path) -> AsyncIterator[Inside]:
    """A hub in this process, with a clock that stands."""
    async with Inside(tmp_path / "data") as inside:
        yield inside


@pytest.fixture
def gate(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """A gate before the log of `inside`, open."""
    gate = Gate(inside, monkeypatch)
    yield gate
    gate.open.set()


@pytest.fixture
async def serving(tmp_path: Path) -> AsyncIterator[Serving]:
    """A server on a socket, in this event loop."""
    async with Serving(tmp_path / "data") as serving:
        yield serving


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    """A server as a process of its own."""
    folder = tmp_path / "data"
    folder.mkdir()
    running = Process(folder).start()
    yield running
    if running.process is not None:
        running.stop()


@pytest.fixture(scope="module")
def shared_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A server process that the tests of one module share. It must not have complained."""
    folder = tmp_path_factory.mktemp("shared") / "data"
    folder.mkdir()
    running = Process(folder).start()
    yield running
    assert running.stop() in CLEAN
    errors = running.errors()
    assert "Traceback" not in errors and '"level": "error"' not in errors, errors


@pytest.fixture(scope="module")
def module_redis() -> Iterator[OwnRedis]:
    """A Redis that the tests of one module share."""
    with OwnRedis() as running:
        yield running


@pytest.fixture
def redis(module_redis: OwnRedis) -> Iterator[OwnRedis]:
    """An empty Redis as it should be; how a test sets it up is undone."""
    module_redis.cli("FLUSHALL")
    yield module_redis
    undo(module_redis)


@pytest.fixture
async def corners(redis: OwnRedis) -> AsyncIterator[Corners]:
    """What two servers on one Redis tell each other of a room."""
    async with Corners(redis) as corners:
        yield corners


@pytest.fixture
async def lines() -> AsyncIterator[Lines]:
    """Lines to Redis, hung up at the end."""
    lines = Lines()
    yield lines
    await lines.close()
