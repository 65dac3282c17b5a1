"""The log of many servers where Redis Sentinels choose the primary: servers find it, and the next
one when it dies. R9.2."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from client.own_redis import OwnRedis
from protocols.log import Logged
from server import redis_check
from server.logs.base import Head, StorageFailed
from server.logs.redis import RedisLog
from server.redis_check import check
from server.settings import Settings, SettingsError
from tests.server.harness import until
from tests.server.log_contract import chain_holds, everything, record, tick
from tests.server.redises import Lines, OwnSentinel
from tests.server.test_redis_log import Listener

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


async def appended(log: RedisLog, log_id: str, held: Logged) -> Logged:
    """Append one entry, trying again as a room does while the log cannot be written."""
    again = False
    async with asyncio.timeout(25):
        while True:
            try:
                head = Head(held.seq, held.chain)
                [logged] = await log.append(log_id, [tick()], held=head, number=7, again=again)
                return logged
            except StorageFailed:
                again = True
                await asyncio.sleep(0.05)


@pytest.mark.timeout(60)
async def test_what_was_acknowledged_outlives_the_primary(
    primary: OwnRedis, replicas: list[OwnRedis], tmp_path: Path, lines: Lines
) -> None:
    """In redis-ha: the next primary has every entry, takes new ones, and is listened to."""
    with OwnSentinel(tmp_path, primary) as sentinel:
        await until(lambda: sentinel.replicas() == 2)
        link = lines(sentinel.url)
        settings = Settings(redis_url=sentinel.url, durability="redis-ha")
        promise = await check(link, settings, KEY)
        assert promise.mode == "redis-ha" and promise.standing.is_kept
        log = RedisLog(link, confirm=True, heads_s=0.1, grace_ms=100)
        try:
            room, listener = record(), Listener()
            told = [await log.create(room, tick())]
            log.follow(room.log_id, listener)
            for _ in range(20):
                told += await log.append(room.log_id, [tick()])
            primary.kill()
            told.append(await appended(log, room.log_id, told[-1]))
            assert await everything(log, room.log_id) == told and chain_holds(told)
            await until(lambda: listener.heads[-1].seq == told[-1].seq)
            assert any("role:master" in one.cli("INFO", "replication") for one in replicas)
        finally:
            await log.close()


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
