"""What is measured of a load, and how: CPU and memory of the servers from /proc, their pages of
figures, and the arithmetic of shares."""

import math
import os
import platform
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from client.own_redis import OwnRedis
from client.own_server import Cpu, cpu_of

BUCKET: Final = 'oneroom_ack_seconds_bucket{le="'
Histogram = list[tuple[float, int]]
"""(seconds at most, so many), cumulated; the last bound is infinite."""


class Measured(Struct, omit_defaults=False):
    """What one run tells, of all its servers together. Null where it does not apply, or the
    servers are on another machine."""

    scenario: str
    people: int
    servers: int = 1
    rooms: int = 1
    seconds: float | None = None
    server_cpu_s: float | None = None
    server_cpu_user_s: float | None = None
    redis_cpu_s: float | None = None
    server_cpu_us_per_delivery: float | None = None
    server_user_us_per_delivery: float | None = None
    server_cpu_us_per_join: float | None = None
    redis_cpu_us_per_join: float | None = None
    bytes_per_join: float | None = None
    server_kb_per_person: float | None = None
    server_kb_per_room: float | None = None
    """What a room takes in the server that made it, before anybody is in."""
    idle_cpu_ms_per_s: float | None = None
    idle_redis_cpu_ms_per_s: float | None = None
    commands: int | None = None
    server_cpu_us_per_command: float | None = None
    """All that the server did meanwhile, shared among the commands: deliveries too."""
    redis_cpu_us_per_command: float | None = None
    redis_bytes_per_command: float | None = None
    """Of Redis' memory."""
    redis_file_bytes_per_command: float | None = None
    """Of its append-only file."""
    final_tally_ms: float | None = None
    final_tally_after_ack_ms: float | None = None
    ack_ms_p50: float | None = None
    ack_ms_p99: float | None = None
    server_ack_ms_p50: float | None = None
    server_ack_ms_p99: float | None = None
    """From the histogram of the servers, straight between the ends of the class that holds it."""
    all_have_it_ms_p50: float | None = None
    shown_ms_p50: float | None = None
    """From an entry's acknowledgement by its server to a phone of another that shows it: of all
    such phones and entries, with the time that changes gather."""
    shown_ms_p99: float | None = None
    shown_at_home_ms_p50: float | None = None
    """The same for the phones of the server that took it."""
    shown_at_home_ms_p99: float | None = None
    shown_after_sending_ms_p99: float | None = None
    """From the sender's phone to the phones of the other servers."""
    deliveries: int | None = None
    bytes_per_delivery: float | None = None
    frames_per_person: float | None = None
    lost: int | None = None


class Meter:
    """The figures of some servers and the Redis they share: of their processes if they run on
    this machine, of their pages if they have one."""

    def __init__(
        self,
        pids: Sequence[int],
        bases: Sequence[str],
        key: str,
        redis: OwnRedis | None = None,
    ) -> None:
        self._pids, self._bases, self._key, self._redis = pids, bases, key, redis

    def cpu(self) -> Cpu | None:
        """CPU of the servers so far."""
        used = [cpu_of(pid) for pid in self._pids]
        if not used:
            return None
        return Cpu(
            sum(one.total_s for one in used),
            sum(one.user_s for one in used),
            sum(one.system_s for one in used),
        )

    def redis_s(self) -> float | None:
        """CPU seconds of their Redis so far."""
        return cpu_of(self._redis.pid).total_s if self._redis else None

    def redis_holds(self) -> tuple[int, int]:
        """Bytes in the memory of their Redis and in its append-only file; 0 where there is none."""
        return redis_holds(self._redis) if self._redis else (0, 0)

    def rss_kb(self) -> int | None:
        """Resident memory of the servers in KiB."""
        return sum(rss_kb(pid) for pid in self._pids) if self._pids else None

    def acks(self) -> Histogram:
        """The histogram of answers so far. Fetching it costs the servers a little CPU, so it lies
        outside of what is measured."""
        pages = [self._histogram(base) for base in self._bases]
        return [(row[0][0], sum(n for _, n in row)) for row in zip(*pages, strict=True)]

    def _histogram(self, base: str) -> Histogram:
        request = urllib.request.Request(
            f"{base}/metrics", headers={"Authorization": f"Bearer {self._key}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            page = answer.read().decode()
        lines = [line[len(BUCKET) :] for line in page.splitlines() if line.startswith(BUCKET)]
        return [(float(bound), int(n)) for bound, n in (line.split('"} ') for line in lines)]


def redis_holds(redis: OwnRedis) -> tuple[int, int]:
    """Bytes that a Redis holds in memory and in its append-only file."""
    told = dict(line.split(":", 1) for line in redis.cli("INFO").splitlines() if ":" in line)
    return int(told["used_memory"]), int(told["aof_current_size"])


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    information = Path("/proc/cpuinfo").read_text()
    models = [line for line in information.splitlines() if line.startswith("model name")]
    return {
        "cpu": models[0].partition(":")[2].strip() if models else platform.machine(),
        "cores": os.cpu_count(),
        "kernel": ".".join(platform.release().split(".")[:2]),
        "python": platform.python_version(),
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def rss_kb(pid: int) -> int:
    """Resident memory of a process in KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of the others lies; 0 where there are none."""
    ordered = sorted(values)
    return ordered[round(share * (len(ordered) - 1))] if ordered else 0.0


def user_part(used: Cpu) -> float:
    """User seconds: the ticks' share of the exact total, since a tick is as long as 10 ms."""
    ticks = used.user_s + used.system_s
    return used.total_s * used.user_s / ticks if ticks else 0.0


def between(before: Histogram, after: Histogram) -> Histogram:
    """What came into a histogram between two readings."""
    return [(bound, n - was) for (bound, n), (_, was) in zip(after, before, strict=True)]


def interpolated(histogram: Histogram, share: float) -> float:
    """The value below which this share lies, as if each class were filled evenly; the last bound
    that is finite where it lies beyond. 0 where nothing was counted."""
    wanted = histogram[-1][1] * share
    low, counted = 0.0, 0
    for bound, n in histogram:
        if n > counted and n >= wanted:
            return (
                low
                if bound == math.inf
                else low + (bound - low) * (wanted - counted) / (n - counted)
            )
        counted = n
        if bound != math.inf:
            low = bound
    return 0.0
