"""The log of many servers on a Redis Cluster of three nodes: the contract of every log, and what
happens when nodes share the work, slots move and a node fails over. R9.2."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest

from client.own_redis import OwnRedis, free_port
from protocols.log import Logged
from server import promises, redis_check
from server.logs.base import StorageFailed
from server.logs.redis import ERASE, RedisLog
from server.logs.redis_cluster import open_link
from server.logs.redis_scripts import key
from server.promises import Standing
from server.redis_check import check
from server.settings import Settings, SettingsError
from tests.server.harness import until
from tests.server.log_contract import LogContract, chain_holds, everything, record, tick
from tests.server.phones import People
from tests.server.redises import Lines, OwnCluster
from tests.server.serving import CLEAN, Process, ask
from tests.server.test_redis_log import Listener, Set, file_of

pytestmark = pytest.mark.timeout(60)

OPERATOR_KEY = "k" * 32
NEVER_S = 3_600.0


class ClusterStore:
    """A cluster, as one server after another opens it."""

    late_ms = 1_000

    def __init__(self, cluster: OwnCluster) -> None:
        self.cluster = cluster
        self.clock = Set()
        self.log: RedisLog | None = None

    async def open(self) -> RedisLog:
        await self.close()
        link = open_link(self.cluster.url)
        assert await link.look() == ""
        self.log = RedisLog(link, heads_s=0.05, grace_ms=100, clock=self.clock)
        return self.log

    async def close(self) -> None:
        if self.log is not None:
            await self.log.close()
            self.log = None

    def raw(self) -> bytes:
        """All bytes of the append-only files, after they were written anew where that is due."""
        written_anew = self.cluster.holder(ERASE).cli("GETDEL", ERASE)
        for node in self.cluster.nodes:
            until_written(node)
            if written_anew:
                node.cli("BGREWRITEAOF")
                until_written(node)
        return b"".join(map(file_of, self.cluster.nodes))


def until_written(node: OwnRedis) -> None:
    """Wait until a node does not write its file anew any more."""
    while "aof_rewrite_in_progress:1" in node.cli("INFO", "persistence"):
        time.sleep(0.01)


@pytest.fixture(scope="module")
def cluster() -> Iterator[OwnCluster]:
    """Patient: on a loaded machine no node is taken for dead."""
    patient = ("--cluster-node-timeout", "15000")
    with OwnCluster("--aof-use-rdb-preamble", "no", *patient) as running:
        yield running


@pytest.fixture
async def store(cluster: OwnCluster) -> AsyncIterator[ClusterStore]:
    for node in cluster.nodes:
        node.cli("FLUSHALL")
    found = ClusterStore(cluster)
    yield found
    await found.close()


class TestContract(LogContract):
    """The suite that every log keeps."""


@pytest.fixture
async def servers(cluster: OwnCluster, store: ClusterStore) -> AsyncIterator[list[RedisLog]]:
    """Two servers' logs. They hear of entries by messages alone: the end is never looked up."""
    logs = []
    for _ in range(2):
        link = open_link(cluster.url)
        assert await link.look() == ""
        logs.append(RedisLog(link, heads_s=NEVER_S, grace_ms=100))
    yield logs
    for log in logs:
        await log.close()


async def appended(log: RedisLog, log_id: str) -> Logged:
    """Append one entry, trying again as a room does while the log cannot be written."""
    async with asyncio.timeout(40):
        while True:
            try:
                [logged] = await log.append(log_id, [tick()])
                return logged
            except StorageFailed:
                await asyncio.sleep(0.05)


def tells(node: OwnRedis, channel: str) -> bool:
    """Whether somebody listens to a channel at a node."""
    return channel in node.cli("PUBSUB", "SHARDCHANNELS")


async def test_rooms_are_spread_and_each_is_whole_on_one_node(
    cluster: OwnCluster, servers: list[RedisLog]
) -> None:
    """Keys of a room share a hash tag, so that one script may write them all."""
    rooms = [record(f"ABC{n:03}", f"{n:016x}") for n in range(30)]
    for room in rooms:
        await servers[0].create(room, tick())
    assert sorted(await servers[1].rooms(), key=lambda one: one.code) == rooms
    held = [
        [room for room in rooms if cluster.holder(key(room.log_id, "log")) is node]
        for node in cluster.nodes
    ]
    assert all(len(some) > 3 for some in held)
    for node, some in zip(cluster.nodes, held, strict=True):
        for room in some:
            assert node.cli("HGET", key(room.log_id, "meta"), "seq") == "1"


async def test_entries_are_told_by_the_node_that_holds_the_room(
    cluster: OwnCluster, servers: list[RedisLog]
) -> None:
    """Sharded channels: the other nodes have no work with it."""
    rooms = [record(f"ABC{n}", f"{n:016x}") for n in range(6)]
    listeners = [Listener() for _ in rooms]
    for room, listener in zip(rooms, listeners, strict=True):
        await servers[0].create(room, tick())
        servers[1].follow(room.log_id, listener)
        channel, holder = key(room.log_id, "log"), cluster.holder(key(room.log_id, "log"))
        await until(partial(tells, holder, channel))
    for room, listener in zip(rooms, listeners, strict=True):
        [logged] = await servers[0].append(room.log_id, [tick()])
        await until(partial(bool, listener.batches))
        assert listener.batches == [[logged]]
    assert len({cluster.holder(key(room.log_id, "log")).port for room in rooms}) > 1


async def test_a_room_goes_on_where_its_slot_was_moved_to(
    cluster: OwnCluster, servers: list[RedisLog]
) -> None:
    """Nothing is lost or told twice, and who follows it hears of it from the new node."""
    room, listener = record(), Listener()
    await servers[0].create(room, tick())
    servers[1].follow(room.log_id, listener)
    log = key(room.log_id, "log")
    source = cluster.holder(log)
    await until(partial(tells, source, log))
    target = next(node for node in cluster.nodes if node is not source)
    cluster.move(log, target)
    assert cluster.holder(log) is target
    second = await appended(servers[0], room.log_id)
    await until(partial(tells, target, log))
    third = await appended(servers[0], room.log_id)
    await until(lambda: [third] in listener.batches)
    entries = await everything(servers[1], room.log_id)
    assert entries[1:] == [second, third] and chain_holds(entries)


@pytest.mark.timeout(120)
async def test_a_room_goes_on_where_a_replica_takes_over() -> None:
    """What only the dead primary had is put back by servers that hold it, as after any loss."""
    with OwnCluster("--repl-diskless-sync-delay", "0") as own:
        holder = own.nodes[2]
        options = ("--cluster-enabled", "yes", "--cluster-node-timeout", "1000")
        bus = ("--cluster-port", str(free_port()), "--cluster-replica-validity-factor", "0")
        with OwnRedis(*options, *bus) as replica:
            own.join(replica)
            own.until_whole(replica)
            replica.cli("CLUSTER", "REPLICATE", holder.cli("CLUSTER", "MYID"))
            link = open_link(own.url)
            assert await link.look() == ""
            log = RedisLog(link, heads_s=0.1, grace_ms=100)
            try:
                names = (f"{n:016x}" for n in range(100))
                log_id = next(one for one in names if own.holder(key(one, "log")) is holder)
                room = record("ABC234", log_id)
                first = await log.create(room, tick())
                await until(lambda: replica.cli("DBSIZE") == holder.cli("DBSIZE"))
                await until(lambda: "master_link_status:up" in replica.cli("INFO", "replication"))
                holder.kill()
                second = await appended(log, log_id)
                assert await everything(log, log_id) == [first, second]
                assert "role:master" in replica.cli("INFO", "replication")
            finally:
                await log.close()


# The promise


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_check, "WAIT_S", 1.0)
    monkeypatch.setattr(promises, "FRESH_S", 0.0)


async def test_a_cluster_promises_what_its_weakest_node_keeps(
    cluster: OwnCluster, store: ClusterStore, lines: Lines
) -> None:
    settings = Settings(redis_url=cluster.url)
    promise = await check(lines(cluster.url), settings, OPERATOR_KEY)
    assert await promise.now() == Standing("redis-safe", "redis-safe")
    cluster.nodes[1].cli("CONFIG", "SET", "appendfsync", "everysec")
    try:
        assert await promise.now() == Standing("redis-safe", "redis-fast", ("each_second",))
        assert (await check(lines(cluster.url), settings, OPERATOR_KEY)).mode == "redis-fast"
    finally:
        cluster.nodes[1].cli("CONFIG", "SET", "appendfsync", "always")


async def test_data_of_another_program_is_found_on_every_node(
    cluster: OwnCluster, store: ClusterStore, lines: Lines
) -> None:
    for name in ("oneroom:a", "oneroom:b", "oneroom:c", "oneroom:d"):
        holder = cluster.holder(name)
        holder.cli("SET", name, "x")
        with pytest.raises(SettingsError, match="data of another program"):
            await check(lines(cluster.url), Settings(redis_url=cluster.url), OPERATOR_KEY)
        holder.cli("DEL", name)


async def test_cluster_and_single_redis_are_not_mistaken(
    cluster: OwnCluster, redis: OwnRedis, lines: Lines
) -> None:
    single, node = redis.url.replace("redis:", "redis+cluster:"), cluster.nodes[0].url
    with pytest.raises(SettingsError, match=r"begin REDIS_URL with redis://"):
        await check(lines(single), Settings(redis_url=single), OPERATOR_KEY)
    with pytest.raises(SettingsError, match=r"begin REDIS_URL with redis\+cluster://"):
        await check(lines(node), Settings(redis_url=node), OPERATOR_KEY)


async def test_a_cluster_that_is_not_whole_is_refused(lines: Lines) -> None:
    with OwnCluster() as broken:
        broken.nodes[1].stop()
        await until(lambda: "cluster_state:fail" in broken.nodes[0].cli("CLUSTER", "INFO"))
        with pytest.raises(SettingsError, match="is not whole: see `redis-cli --cluster check`"):
            await check(lines(broken.url), Settings(redis_url=broken.url), OPERATOR_KEY)


async def test_the_rights_that_are_advised_are_enough(cluster: OwnCluster, lines: Lines) -> None:
    rules = (*redis_check.RIGHTS.split(), "+cluster|info", "+cluster|slots")
    for node in cluster.nodes:
        assert node.cli("ACL", "SETUSER", "rooms", "on", ">word", *rules) == "OK"
    url = cluster.url.replace("127.0.0.1", "rooms:word@127.0.0.1")
    link = lines(url)
    assert (await check(link, Settings(redis_url=url), OPERATOR_KEY)).standing.is_kept
    log = RedisLog(link, heads_s=0.05)
    try:
        room, listener = record(), Listener()
        first = await log.create(room, tick())
        log.follow(room.log_id, listener)
        await until(lambda: listener.heads and listener.heads[-1].chain == first.chain)
    finally:
        await log.close()


# The whole server


class Server(Process):
    """One of several servers, with the operator's key that all have."""

    key = OPERATOR_KEY


async def test_servers_host_a_room_together_on_a_cluster(
    cluster: OwnCluster, store: ClusterStore, tmp_path: Path, people: People
) -> None:
    """R9.2: people of one room on two servers, one state on all."""
    environment = {"REDIS_URL": cluster.url, "OPERATOR_KEY": OPERATOR_KEY}
    servers = [Server(tmp_path / name, 0, **environment).start() for name in ("one", "two")]
    try:
        room = await asyncio.to_thread(servers[0].new_room)
        for n, server in enumerate(servers):
            await people.phone(server, room, "member", name=f"Person {n}")
        for _ in range(200):
            told = [
                (await asyncio.to_thread(ask, server.url("/status.json"), None, OPERATOR_KEY)).json
                for server in servers
            ]
            all_told = [one["all"] for one in told]
            if told[0]["rooms"] == told[1]["rooms"] and all_told == [{"rooms": 1, "people": 2}] * 2:
                break
            await asyncio.sleep(0.05)
        assert told[0]["rooms"] == told[1]["rooms"] and told[0]["rooms"]
        assert told[0]["all"] == told[1]["all"] == {"rooms": 1, "people": 2}
        assert told[0]["promise"]["mode"] == "redis-safe" and told[0]["redis"] == "up"
    finally:
        await people.close()
        ended = [server.stop() for server in servers]
    assert all(code in CLEAN for code in ended)
