"""The figures of a run as a table, for the screen and for docs/faults.md."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from tests.chaos.figures import spread
from tests.chaos.row import Outcome, Row

HEAD: Final = f"{'row':<44} {'rounds':>6} {'commands':>8} {'violations':>10}  p50 / p95 / max s"
INTRO: Final = """# What breaks, and what is kept

Every row below is a fault that real processes went through: several `oneroom serve`, a real
`redis-server`, and bots that write and vote without a pause while it happens. One checker judges
all rows. It compares what each bot sent, was answered and was shown with the log as it lies in the
storage in the end, replayed apart from any server:

- **A1** No acknowledged command is missing, and none that was refused was carried out.
- **A2** Nothing is carried out twice.
- **A3** Everybody agrees on order and content.
- **A4** At most one vote of a seat counts for one question.
- **A5** Nobody's view goes back, or changes its meaning, without an explicit reset.
- **A6** The digest of the state is equal on all servers and equal to the replay.
- **A7** Nothing that was shown is later missing without a reset.

A violation is one broken promise of one bot, or a time over its bound. The goal is 0 in every row.

`make chaos` runs it all and ends with an error on any violation; `CHAOS=long make chaos` takes real
durations and 50 rounds; `make chaos WRITE=docs/faults.md` writes this page. The quickest rows run
with every `make test`.
"""


class Line(Struct, frozen=True):
    """A row that was run, or why it could not be."""

    row: Row
    outcome: Outcome
    skipped: str = ""


def shown(line: Line) -> str:
    """One line for the screen."""
    row, outcome = line.row, line.outcome
    if line.skipped:
        return f"{row.name:<44} {'':>6} {'':>8} {'':>10}  not run: needs {line.skipped}"
    found = spread(outcome.waits_s)
    notes = f"   ({'; '.join(outcome.notes)})" if outcome.notes else ""
    return (
        f"{row.name:<44} {outcome.rounds:>6} {outcome.verdict.commands:>8} "
        f"{len(outcome.verdict.violations):>10}  {found}{notes}"
    )


def page(lines: Iterable[Line], machine: str) -> str:
    """docs/faults.md."""
    return "\n".join([INTRO, f"Measured on {machine}.", "", *_table(lines), ""])


def _table(lines: Iterable[Line]) -> Iterable[str]:
    yield "| fault | what is promised | rounds | commands | violations | times, s | bound |"
    yield "| --- | --- | ---: | ---: | ---: | --- | --- |"
    for line in lines:
        row, outcome = line.row, line.outcome
        if line.skipped:
            yield f"| {row.name} | {row.promise} | – | – | – | not run: needs {line.skipped} | |"
            continue
        found = spread(outcome.waits_s)
        times = f"{row.waiting}: {found} (p50 / p95 / max)" if found.count else ""
        times = "; ".join([*filter(None, [times]), *outcome.notes])
        bound = str(row.bound) if row.bound else ""
        violations = len(outcome.verdict.violations)
        yield (
            f"| {row.name} | {row.promise} | {outcome.rounds} | {outcome.verdict.commands} "
            f"| {violations} | {times} | {bound} |"
        )
