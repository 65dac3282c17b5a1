"""The quickest rows of the fault matrix, a round or two of each; `make chaos` runs them all."""

import pytest

from tests.chaos import comebacks, losses, partitions, repeats, servers
from tests.chaos.row import Plan, Row, run_row

SEED = 1
QUICK = (
    (servers.ROWS, servers.sqlite_killed, 2),
    (servers.ROWS, servers.server_killed, 2),
    (servers.ROWS, servers.server_stopped, 1),
    (comebacks.ROWS, comebacks.redis_killed, 1),
    (comebacks.ROWS, comebacks.tail_cut_one, 1),
    (comebacks.ROWS, comebacks.tail_cut_none, 2),
    (partitions.ROWS, partitions.partition, 1),
    (partitions.ROWS, partitions.subscribers_dropped, 4),
    (losses.ROWS, losses.failed_over, 1),
    (repeats.ROWS, repeats.repeated, 3),
)


def rows() -> list[tuple[Row, int]]:
    """The rows, each with its rounds."""
    return [(row, rounds) for part, run, rounds in QUICK for row in part if row.run is run]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("row", "rounds"), [pytest.param(*one, id=one[0].name) for one in rows()])
async def test_no_promise_is_broken(row: Row, rounds: int) -> None:
    """A1 to A7 hold through the fault, and nobody is reset who lost nothing."""
    people = min(row.people, 40)
    outcome = await run_row(row, Plan(rounds, people, SEED))
    assert outcome.rounds == rounds and outcome.verdict.commands > people
    kept = [found for found in outcome.verdict.violations if found.promise != "late"]
    assert not kept, outcome.verdict.explain()
