"""On which event loops the tests of the client run."""

import asyncio
from collections.abc import Callable, Mapping

import pytest
import uvloop

LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, LoopFactory]:
    """Python's own; what talks to transports itself also on the one it runs on, uvloop."""
    own: dict[str, LoopFactory] = {"asyncio": asyncio.new_event_loop}
    return own | {"uvloop": uvloop.new_event_loop} if "test_proxy" in item.nodeid else own
