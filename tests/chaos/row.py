"""A row of the fault matrix: a fault, what is promised in spite of it, and what came of it."""

import shutil
from collections.abc import Awaitable, Callable
from glob import glob
from typing import Literal

from msgspec import Struct, field

from tests.chaos.checker import Verdict, Violation
from tests.chaos.figures import Spread, spread
from tests.server.false_clock import LIBRARY

Need = Literal["root", "gcc", "faketime"]


class Plan(Struct, frozen=True):
    """How hard a row is to be run. `long` means real durations instead of shrunk ones."""

    rounds: int
    people: int
    seed: int
    long: bool = False


class Outcome(Struct):
    """What came of a row. `waits_s` are the times that the row's bound is about."""

    rounds: int = 0
    verdict: Verdict = field(default_factory=Verdict)
    waits_s: list[float] = []
    notes: list[str] = []

    def add(self, verdict: Verdict, waits_s: list[float]) -> None:
        """One more world has been judged."""
        own = self.verdict
        own.violations += verdict.violations
        own.lost += verdict.lost
        own.resets += verdict.resets
        own.commands += verdict.commands
        self.waits_s += waits_s
        if verdict.resets:
            self.notes.append(f"{verdict.resets} resets")
        if verdict.evidence:
            self.notes.append(f"what servers and Redis said is in {verdict.evidence}")

    def must(self, holds: bool, what: str) -> None:
        """Something that only this row promises."""
        if not holds:
            self.verdict.violations.append(Violation("other", what))


class Bound(Struct, frozen=True):
    """A bound on what people wait, in seconds: at most so long for this share of them."""

    share: Literal["p95", "p99", "max"]
    seconds: float

    def __str__(self) -> str:
        return f"{self.share} < {self.seconds:g} s"

    def broken_by(self, found: Spread) -> bool:
        """Whether what was measured is over it."""
        return bool(found.count and getattr(found, self.share) >= self.seconds)


class Row(Struct, frozen=True):
    """`promise` says in plain words what is kept, `waiting` what its times are of. `rounds` is
    how often it is done in a usual run, where `long` runs do it 50 times."""

    name: str
    promise: str
    run: Callable[[Plan], Awaitable[Outcome]]
    rounds: int
    bound: Bound | None = None
    waiting: str = ""
    people: int = 200
    needs: tuple[Need, ...] = ()


def missing(needs: tuple[Need, ...], is_root: bool) -> list[str]:
    """What a row needs and this machine does not have, in words."""
    words = {
        "root": (is_root, "root, to mount a small disk"),
        "gcc": (shutil.which("gcc") is not None, "gcc, to watch what is synced"),
        "faketime": (bool(glob(LIBRARY)), "faketime, to set clocks wrong"),
    }
    return [words[need][1] for need in needs if not words[need][0]]


async def run_row(row: Row, plan: Plan) -> Outcome:
    """Run a row and hold it to its bound. Whatever goes wrong counts as a violation."""
    try:
        outcome = await row.run(plan)
    except Exception as why:
        outcome = Outcome()
        outcome.must(False, f"the row could not be run: {type(why).__name__}: {why}")
    found = spread(outcome.waits_s)
    if row.bound is not None and row.bound.broken_by(found):
        what = f"{row.waiting}: {found} s, and the bound is {row.bound}"
        outcome.verdict.violations.append(Violation("late", what))
    return outcome
