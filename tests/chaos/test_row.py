"""A row counts everything that goes wrong with it, and the table tells what it was."""

from pathlib import Path

import pytest

from tests.chaos.checker import Verdict, Violation
from tests.chaos.row import Bound, Outcome, Plan, Row, missing, run_row
from tests.chaos.synced import Synced
from tests.chaos.table import Line, page, shown

PLAN = Plan(rounds=2, people=3, seed=4)


def row(outcome: Outcome | Exception) -> Row:
    """A row that comes out so."""

    async def run(plan: Plan) -> Outcome:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return Row("a fault", "What is kept.", run, 2, Bound("p95", 1.0), "to an answer")


async def told(one: Row) -> list[str]:
    return [str(found) for found in (await run_row(one, PLAN)).verdict.violations]


async def test_row_that_keeps_its_promise_has_no_violation() -> None:
    assert await told(row(Outcome(2, waits_s=[0.1, 0.9]))) == []


async def test_row_that_breaks_off_counts_as_broken() -> None:
    [only] = await told(row(RuntimeError("no redis")))
    assert only == "other: the row could not be run: RuntimeError: no redis"


async def test_time_over_its_bound_counts_as_broken() -> None:
    [only] = await told(row(Outcome(2, waits_s=[0.1, 1.2])))
    assert only.startswith("late: to an answer") and "p95 < 1 s" in only


def test_outcomes_add_up() -> None:
    outcome = Outcome(2)
    for _ in range(2):
        outcome.add(Verdict([Violation("A1", "gone")], lost=1, resets=2, commands=3), [0.5])
    verdict = outcome.verdict
    assert (len(verdict.violations), verdict.lost, verdict.resets, verdict.commands) == (2, 2, 4, 6)
    assert outcome.waits_s == [0.5, 0.5] and outcome.notes == ["2 resets"] * 2


def test_table_tells_rows_and_what_was_not_run() -> None:
    one = row(Outcome(2))
    done = Line(one, Outcome(2, Verdict(commands=7), [0.25, 0.5], ["3 resets"]))
    skipped = Line(one, Outcome(), "root, to mount a small disk")
    assert "0.50 / 0.50 / 0.50" in shown(done) and "3 resets" in shown(done)
    assert "not run: needs root" in shown(skipped)
    text = page([done, skipped], "2 cores")
    assert "| a fault | What is kept. | 2 | 7 | 0 | to an answer: 0.50 / 0.50 / 0.50" in text
    assert "| not run: needs root, to mount a small disk |" in text and "on 2 cores" in text


def test_needs_are_told_in_words() -> None:
    assert missing((), is_root=False) == missing(("root",), is_root=True) == []
    assert missing(("root",), is_root=False) == ["root, to mount a small disk"]


@pytest.mark.skipif(
    bool(missing(("gcc",), is_root=True)),
    reason="needs gcc, with which power loss is modelled (on Debian: apt-get install gcc)",
)
def test_power_loss_takes_what_was_not_synced(tmp_path: Path) -> None:
    """What `Synced` noted is kept, and what came later is cut off."""
    file = tmp_path / "log.aof"
    file.write_bytes(b"synced, and not")
    synced = Synced(tmp_path)
    (tmp_path / "synced.notes").write_text(f"3 {file}\n6 {file}\n9 {tmp_path / 'gone'}\n")
    assert synced.lose_power() == len(b", and not")
    assert file.read_bytes() == b"synced"
    assert synced.lose_power() == 0
