"""Redis servers for tests, and lines to them. All real: `make test` makes sure of redis-server."""

import contextlib
import subprocess
import time
from pathlib import Path
from typing import Final, Self

from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

from client.own_redis import OwnRedis, free_port
from server.logs.redis_cluster import open_link
from server.logs.redis_link import Link

USUAL: Final = {
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "maxmemory": "0",
    "maxmemory-policy": "noeviction",
}
"""How an `OwnRedis` is set up, of what tests change."""
MEET_S: Final = 30.0
"""How long the nodes of a cluster may take to know each other."""


def undo(redis: OwnRedis) -> None:
    """Set a Redis up as it was."""
    for name, value in USUAL.items():
        assert redis.cli("CONFIG", "SET", name, value) == "OK"


class Lines:
    """Lines to Redis, hung up at the end."""

    def __init__(self) -> None:
        self._all: list[Link] = []

    def __call__(self, url: str) -> Link:
        """A new line."""
        line = open_link(url)
        self._all.append(line)
        return line

    async def close(self) -> None:
        for line in self._all:
            await line.close()


class OwnCluster:
    """A Redis Cluster of one's own, without replicas; its slots are dealt out evenly."""

    def __init__(self, *options: str, nodes: int = 3) -> None:
        usual = ("--cluster-enabled", "yes", "--cluster-node-timeout", "1000")
        self.nodes = [
            OwnRedis(*usual, "--cluster-port", str(free_port()), *options) for _ in range(nodes)
        ]

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            for node in self.nodes:
                stack.enter_context(node)
            self._meet()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *why: object) -> None:
        self._stack.close()

    @property
    def url(self) -> str:
        """What REDIS_URL is to be."""
        return self.nodes[0].url.replace("redis:", "redis+cluster:")

    def _meet(self) -> None:
        share = REDIS_CLUSTER_HASH_SLOTS // len(self.nodes)
        for n, node in enumerate(self.nodes):
            first = n * share
            last = first + share if node is not self.nodes[-1] else REDIS_CLUSTER_HASH_SLOTS
            assert node.cli("CLUSTER", "ADDSLOTSRANGE", str(first), str(last - 1)) == "OK"
            node.cli("CLUSTER", "SET-CONFIG-EPOCH", str(n + 1))
            self.join(node)
        self.until_whole()

    def join(self, node: OwnRedis) -> None:
        """Have a node know the others."""
        first = self.nodes[0]
        bus = first.cli("CONFIG", "GET", "cluster-port").split()[-1]
        assert node.cli("CLUSTER", "MEET", "127.0.0.1", str(first.port), bus) == "OK"

    def until_whole(self, *more: OwnRedis) -> None:
        """Wait until all nodes, and `more` that have joined, know that every slot is served."""
        end = time.monotonic() + MEET_S
        nodes = (*self.nodes, *more)
        while not all(_is_whole(node, len(nodes)) for node in nodes):
            assert time.monotonic() < end, nodes[-1].cli("CLUSTER", "INFO")
            time.sleep(0.02)

    def holder(self, key: str) -> OwnRedis:
        """The node that holds a key."""
        return next(one for one in self.nodes if "MOVED" not in one.cli("EXISTS", key))

    def move(self, key: str, to: OwnRedis) -> None:
        """Move the slot of a key, with all that is in it, to another node."""
        slot, source = str(key_slot(key.encode())), self.holder(key)
        names = {node: node.cli("CLUSTER", "MYID") for node in (source, to)}
        to.cli("CLUSTER", "SETSLOT", slot, "IMPORTING", names[source])
        source.cli("CLUSTER", "SETSLOT", slot, "MIGRATING", names[to])
        keys = source.cli("CLUSTER", "GETKEYSINSLOT", slot, "1000").split()
        address = ("127.0.0.1", str(to.port))
        assert source.cli("MIGRATE", *address, "", "0", "5000", "KEYS", *keys) == "OK"
        for node in (to, source, *self.nodes):
            node.cli("CLUSTER", "SETSLOT", slot, "NODE", names[to])


def _is_whole(node: OwnRedis, size: int) -> bool:
    info = node.cli("CLUSTER", "INFO")
    return "cluster_state:ok" in info and f"cluster_known_nodes:{size}" in info


class OwnSentinel:
    """A Redis Sentinel of one's own that watches a primary, and alone decides when it is down."""

    NAME: Final = "rooms"

    def __init__(self, folder: Path, primary: OwnRedis) -> None:
        self.port = free_port()
        self._config = folder / "sentinel.conf"
        watched = f"sentinel monitor {self.NAME} 127.0.0.1 {primary.port} 1"
        lines = (f"port {self.port}", "bind 127.0.0.1", f"dir {folder}", watched)
        patience = (
            f"down-after-milliseconds {self.NAME} 500",
            f"failover-timeout {self.NAME} 3000",
        )
        asked = (f"sentinel {one}" for one in patience)
        self._config.write_text("\n".join((*lines, *asked)) + "\n")

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            ["redis-server", self._config, "--sentinel"], stdout=subprocess.DEVNULL
        )
        return self

    def __exit__(self, *why: object) -> None:
        self._process.terminate()
        self._process.wait()

    @property
    def url(self) -> str:
        """What REDIS_URL is to be."""
        return f"redis+sentinel://127.0.0.1:{self.port}/{self.NAME}"

    def replicas(self) -> int:
        """How many good replicas it knows."""
        words = ("redis-cli", "-p", str(self.port), "SENTINEL", "REPLICAS", self.NAME)
        told = subprocess.run(words, capture_output=True, text=True, check=False).stdout
        return told.count("master-link-status\nok")


def files(redis: OwnRedis) -> bytes:
    """All that a Redis keeps on disk, but for what vanishes while it is read."""
    found = []
    for path in sorted(redis.folder.rglob("*")):
        with contextlib.suppress(FileNotFoundError, IsADirectoryError):
            found.append(path.read_bytes())
    return b"".join(found)
