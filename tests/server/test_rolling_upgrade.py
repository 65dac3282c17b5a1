"""Two versions at once: servers are replaced one by one in a storm, and the room goes over to the
next rules in the middle of it. (R9.2, L6, L11)"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, ClassVar, Final, Self

import pytest

from client.own_redis import OwnRedis
from client.room_client import RoomClient
from protocols.codes import Close
from protocols.wire import VERSION
from tests.chaos.world import KEY, Server, World
from tests.next_rules import NEXT_BOOK, NUMBER, Wave
from tests.server.phones import Phone
from tests.server.serving import ask

pytestmark = pytest.mark.timeout(60)

PEOPLE: Final = 40
MUCH: Final = 60
"""Entries of a storm that goes on."""
BREATH_S: Final = 1.0
"""How long the storm blows in between."""
SOON_S: Final = 15.0
"""How soon a room must have gone over."""


class Upgraded(Server):
    """A server of the next version: it knows the next rules, too. Timers are shrunk."""

    CODE: ClassVar[str] = (
        "import functools, sys; from client import cli, serve; from server import upgrade; "
        "from tests.next_rules import NEXT_BOOK; "
        "upgrade.CALM_BEATS, upgrade.PATIENCE_S = 2, 0.0; "
        "serve.serve = functools.partial(serve.serve, web=None); "
        "serve.run = functools.partial(serve.run, book=NEXT_BOOK); "
        "sys.exit(cli.main(['serve']))"
    )

    @classmethod
    def of(cls, old: Server) -> Self:
        """The same server after it was stopped: folder, port and settings stay."""
        return cls(old.folder, old.port, **old.environment)


class Rolling(World):
    """Two servers of this version to begin with."""

    book = NEXT_BOOK

    async def roll(self, number: int) -> None:
        """Replace a server by one of the next version, as a deploy does; its people have gone to
        the other by then, and somebody comes to it anew."""
        old = self.servers[number]
        await asyncio.to_thread(old.stop)
        server = self.servers[number] = Upgraded.of(old)
        await asyncio.to_thread(server.start)
        stage = RoomClient(self.link(server, "stage"))
        await stage.connect()
        self._open.push_async_callback(stage.close)

    async def status(self, server: Server) -> dict[str, Any]:
        """What a server says of itself."""
        answer = await asyncio.to_thread(ask, server.url("/status.json"), token=KEY)
        assert answer.status == 200, answer.body
        told: dict[str, Any] = answer.json
        return told

    async def rules(self) -> list[int]:
        """Which rules the servers say the room follows; -1 where one does not have it."""
        told = [await self.status(server) for server in self.servers]
        found = [{room["code"]: room["rules"] for room in one["rooms"]} for one in told]
        return [rooms.get(self.code, -1) for rooms in found]

    async def went_over(self) -> None:
        """Wait until all servers have the room under the next rules, and much has happened."""
        async with asyncio.timeout(SOON_S):
            while await self.rules() != [NUMBER] * len(self.servers):
                await asyncio.sleep(0.1)
            replicas = [bot.client.replica.room for bot in self.crowd.bots]
            enough = max(replica.seq for replica in replicas) + MUCH
            while any(replica.seq < enough for replica in replicas):
                await asyncio.sleep(0.1)


@pytest.fixture
async def world() -> AsyncIterator[Rolling]:
    async with Rolling(servers=2, redis=OwnRedis(), people=PEOPLE, seed=1) as world:
        yield world


async def test_rules_change_in_mid_storm_on_all_servers_at_once(world: Rolling) -> None:
    """R9.2: two versions side by side; the switch comes when the last old server is gone. A1 to A7
    hold over it: nothing acknowledged is lost, nothing happens twice, equal digests at the end,
    equal to a replay of the log."""
    await world.storm(BREATH_S)
    await world.roll(1)
    await asyncio.sleep(4 * BREATH_S)
    assert await world.rules() == [1, 1], "an old server is left: nothing changes"
    await world.roll(0)
    await world.went_over()
    async with RoomClient(world.link(world.servers[0], "member")) as late:
        await late.join("Late")
        await late.do(Wave(2))
    verdict = await world.judge()
    assert not verdict.violations, verdict.explain()
    assert verdict.resets == 0 and verdict.commands > 100
    log = await world.log()
    asked = [one.seq for one in log if b"use_rules" in one.body]
    assert 1 <= len(asked) <= len(world.servers), "each server asks once at most"
    assert PEOPLE < asked[0] < len(log) - MUCH, "in the middle of the storm"


async def test_an_old_server_that_comes_back_refuses_the_room_and_serves_others(
    world: Rolling,
) -> None:
    """L6: it guesses nothing and skips nothing; its people are sent to a server that can."""
    await world.storm(BREATH_S)
    await asyncio.gather(world.roll(0), world.roll(1))
    await world.went_over()
    old = Server(world.folder / "old", 0, **world.servers[0].environment)
    await asyncio.to_thread(old.start)
    try:
        phone = Phone(old, world.code, world.tokens["member"])
        await phone.open()
        assert await phone.ended() == Close.OUTDATED
        page = Phone(old, world.code, world.tokens["member"])
        await page.open(hello=False)
        await page.say(["hello", VERSION + 1, *page.hello()[2:]])
        assert await page.ended() == Close.OUTDATED, "W3: a newer page came from a newer server"
        assert (await world.status(old))["outdated"] == [world.code]
        links = [world.link(server, "member") for server in (old, world.servers[0])]
        async with RoomClient(links[0], servers=links[1:]) as moved:
            await moved.join("Moved")  # the old one sent it on
        fresh = await asyncio.to_thread(old.new_room, lang="en")
        assert fresh.code not in (await world.status(old))["outdated"]
    finally:
        await asyncio.to_thread(old.stop)
    verdict = await world.judge()
    assert not verdict.violations, verdict.explain()
