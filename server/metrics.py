"""Counters, gauges and one histogram, as a page in Prometheus' text format.

A handful of numbers without labels that could name a person; a client library would bring
processes, registries and locks that one event loop does not need.
"""

from bisect import bisect_left
from collections.abc import Callable
from typing import Final

ACK_SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)

COUNTERS: Final = {
    "oneroom_commands_total": "Commands appended to a log.",
    "oneroom_refusals_total": "Commands refused, by a rule or at the edge.",
    "oneroom_frames_total": "Frames written to people.",
    "oneroom_flushes_total": "Times a room told its people what changed.",
    "oneroom_encodes_total": "Shared frames encoded.",
    "oneroom_connections_total": "Connections that said hello.",
    "oneroom_turned_away_total": "Connections refused before or at hello.",
    "oneroom_storage_failures_total": "Appends that failed and were tried again.",
    "oneroom_restored_entries_total": "Entries that the log had lost and this server put back.",
    "oneroom_digest_mismatches_total": "Times another server held the same room differently.",
    "oneroom_forks_total": "Times a log was written anew past what this server held.",
}


class Metrics:
    """All figures of one server."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(COUNTERS, 0)
        self.gauges: dict[str, tuple[str, Callable[[], int]]] = {}
        self._acks = [0] * (len(ACK_SECONDS) + 1)
        self._ack_sum = 0.0

    def add(self, name: str, amount: int = 1) -> None:
        """Count something. KeyError for a name that is not in `COUNTERS`."""
        self.counts[name] += amount

    def gauge(self, name: str, text: str, read: Callable[[], int]) -> None:
        """Show a number that is read when asked for."""
        self.gauges[name] = (text, read)

    def ack(self, seconds: float) -> None:
        """Note how long a command took from its frame's arrival to its answer."""
        self._acks[bisect_left(ACK_SECONDS, seconds)] += 1
        self._ack_sum += seconds

    def page(self) -> str:
        """Everything, in Prometheus' text format."""
        lines: list[str] = []
        for name, text in COUNTERS.items():
            lines += [f"# HELP {name} {text}", f"# TYPE {name} counter"]
            lines.append(f"{name} {self.counts[name]}")
        for name, (text, read) in self.gauges.items():
            lines += [f"# HELP {name} {text}", f"# TYPE {name} gauge", f"{name} {read()}"]
        name = "oneroom_ack_seconds"
        lines += [
            f"# HELP {name} From a command's frame to its answer, inside the server.",
            f"# TYPE {name} histogram",
        ]
        total = 0
        for bound, count in zip((*ACK_SECONDS, "+Inf"), self._acks, strict=True):
            total += count
            lines.append(f'{name}_bucket{{le="{bound}"}} {total}')
        lines += [f"{name}_sum {self._ack_sum:.6f}", f"{name}_count {total}"]
        return "\n".join(lines) + "\n"
