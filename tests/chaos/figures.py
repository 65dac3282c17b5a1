"""Times out of records: how long people waited after a fault, and how stale what they saw was."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from msgspec import Struct

from tests.chaos.records import Patch, Record, Reset


class Spread(Struct, frozen=True):
    """A distribution of seconds. All zero where nothing was measured."""

    count: int = 0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    max: float = 0.0

    def __str__(self) -> str:
        return f"{self.p50:.2f} / {self.p95:.2f} / {self.max:.2f}" if self.count else "–"


def spread(seconds: Iterable[float]) -> Spread:
    """The distribution of some times, by nearest rank."""
    ordered = sorted(seconds)
    if not ordered:
        return Spread()

    def rank(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    return Spread(len(ordered), rank(0.5), rank(0.95), rank(0.99), ordered[-1])


def back_after(records: Iterable[Record], moment_s: float) -> list[float]:
    """How long after a moment each bot had its first answer to a command; a bot that sent nothing
    afterwards, or had no answer, is left out: the checker speaks of the unanswered."""
    found = []
    for record in records:
        answers = [sent.acked_s for sent in record.sent if sent.acked_s >= moment_s]
        if answers:
            found.append(min(answers) - moment_s)
    return found


def staleness(records: Sequence[Record], after_s: float = 0.0) -> list[float]:
    """How long after its first acknowledgement each entry was in sight of each bot that was
    following then. Bots that came or returned later were not stale but away."""
    acked = sorted(
        (sent.acked_seq, sent.acked_s)
        for record in records
        for sent in record.sent
        if sent.acked_seq and sent.acked_s >= after_s
    )
    found = []
    for record in records:
        patches = _rising(record)
        numbers = [patch.seq for patch in patches]
        for seq, at_s in acked:
            index = bisect_left(numbers, seq)
            if 0 < index < len(patches):
                found.append(max(0.0, patches[index].at_s - at_s))
    return found


def _rising(record: Record) -> list[Patch]:
    """The patches that brought a bot further, since its last reset."""
    kept: list[Patch] = []
    for event in record.events:
        if isinstance(event, Reset):
            kept.clear()
        elif not kept or event.seq > kept[-1].seq:
            kept.append(event)
    return kept
