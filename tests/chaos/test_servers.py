"""Servers die, stop and come back in the middle of a storm: a few rounds of the rows that
`make chaos` runs in full."""

import pytest

from tests.chaos import servers
from tests.chaos.row import Plan

pytestmark = pytest.mark.timeout(60)


async def test_sqlite_survives_kills() -> None:
    """A1 to A7: kill -9 loses nothing that was acknowledged, and nothing happens twice."""
    outcome = await servers.sqlite_killed(Plan(rounds=2, people=40, seed=1))
    assert not outcome.verdict.violations, outcome.verdict.explain()
    assert outcome.verdict.resets == 0 and outcome.verdict.commands > 100
