"""What is measured of a load, and how: CPU and memory of the servers from /proc, their pages of
figures, and the arithmetic of shares."""

import math
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

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
    idle_cpu_ms_per_s: float | None = None
    idle_redis_cpu_ms_per_s: float | None = None
    commands: int | None = None
    server_cpu_us_per_command: float | None = None
    """All that the server did meanwhile, shared among the commands: deliveries too."""
    redis_cpu_us_per_command: float | None = None
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
        self, pids: Sequence[int], bases: Sequence[str], key: str, redis_pid: int = 0
    ) -> None:
        self._pids, self._bases, self._key, self._redis_pid = pids, bases, key, redis_pid

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
        return cpu_of(self._redis_pid).total_s if self._redis_pid else None

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
