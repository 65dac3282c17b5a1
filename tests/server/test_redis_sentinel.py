"""The log of many servers where Redis Sentinels choose the primary: servers find it, and the next
one when it dies. R9.2."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from client.own_redis import OwnRedis
from rooms.agenda import NextStep
from rooms.cards import PostIdea
from rooms.roles import FACILITATOR, MEMBER
from server import redis_check
from server.logs.redis import RedisLog
from server.logs.redis_cluster import open_link
from server.redis_check import check
from server.settings import Settings, SettingsError
from tests.server import harness
from tests.server.harness import plan, until
from tests.server.log_contract import chain_holds
from tests.server.nodes import Node
from tests.server.redises import Lines, OwnSentinel
from tests.server.test_many_servers import texts

KEY = "k" * 32


@pytest.fixture
def primary() -> Iterator[OwnRedis]:
    with OwnRedis("--repl-diskless-sync-delay", "0") as running:
        yield running


@pytest.fixture
def replicas(primary: OwnRedis) -> Iterator[list[OwnRedis]]:
    """Two, so that one may take over and the other confirm what it takes."""
    options = ("--replicaof", "127.0.0.1", str(primary.port), "--repl-diskless-sync-delay", "0")
    with OwnRedis(*options) as one, OwnRedis(*options) as two:
        yield [one, two]


class Follows(Node):
    """A server that asks Sentinels where the primary is."""

    async def open_log(self) -> RedisLog:
        self.link = open_link(self.redis.url)
        assert await self.link.look() == ""
        self.shared_log = RedisLog(self.link, confirm=True, heads_s=0.1, grace_ms=300)
        return self.shared_log


@pytest.mark.timeout(90)
async def test_what_was_acknowledged_outlives_the_primary(
    primary: OwnRedis,
    replicas: list[OwnRedis],
    tmp_path: Path,
    lines: Lines,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In redis-ha: the next primary has every card, or is given it by the server that holds it,
    and takes new ones. The Sentinel may well choose the replica that has less."""
    monkeypatch.setattr(harness, "PATIENCE_S", 40.0)
    with OwnSentinel(tmp_path, primary) as sentinel:
        await until(lambda: sentinel.replicas() == 2)
        settings = Settings(redis_url=sentinel.url, durability="redis-ha")
        promise = await check(lines(sentinel.url), settings, KEY)
        assert promise.mode == "redis-ha" and promise.standing.is_kept
        async with Follows(tmp_path / "server", sentinel) as server:
            live = await server.room(plan("ideate"))
            boss = await server.enter(live, FACILITATOR)
            await boss.done(NextStep())
            anna = await server.enter(live, MEMBER, name="Anna")
            for n in range(10):
                await anna.done(PostIdea(0), f"{n}")
            primary.kill()
            await anna.done(PostIdea(0), "afterwards")
            assert texts(live) == sorted([*map(str, range(10)), "afterwards"])
            found = [one async for one in server.log.read(live.record.log_id)]
            assert chain_holds(found) and len(found) == live.room.seq
            assert any("role:master" in one.cli("INFO", "replication") for one in replicas)


async def test_a_name_that_no_sentinel_knows_is_told(
    primary: OwnRedis, tmp_path: Path, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_check, "WAIT_S", 0.5)
    with OwnSentinel(tmp_path, primary) as sentinel:
        url = sentinel.url + "-else"
        with pytest.raises(SettingsError, match="tells of a primary named rooms-else"):
            await check(lines(url), Settings(redis_url=url), KEY)
    with pytest.raises(SettingsError, match="no Sentinel at 127.0.0.1:.*or mend REDIS_URL"):
        await check(lines(sentinel.url), Settings(redis_url=sentinel.url), KEY)
