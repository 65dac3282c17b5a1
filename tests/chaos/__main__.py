"""`make chaos`: every row of the fault matrix, with a table at the end.

Ends with 1 where a promise was broken. CHAOS=long takes real durations and 50 rounds.
"""

import argparse
import asyncio
import os
import platform
import random
import resource
import sys
import time
from pathlib import Path
from typing import Final

from tests.chaos import clocks, comebacks, everything, losses, partitions, repeats, servers
from tests.chaos.row import Outcome, Plan, Row, missing, run_row
from tests.chaos.table import HEAD, Line, page, shown

ROWS: Final[list[Row]] = [
    *servers.ROWS,
    *comebacks.ROWS,
    *partitions.ROWS,
    *losses.ROWS,
    *repeats.ROWS,
    *clocks.ROWS,
    *everything.ROWS,
]
LONG_ROUNDS: Final = 50


def main() -> int:
    """Run the rows that are wanted. Returns the exit code."""
    options = arguments()
    is_long = os.environ.get("CHAOS") == "long"
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    say(f"seed {options.seed}; CHAOS=long is {'' if is_long else 'not '}set\n\n{HEAD}")
    start = time.monotonic()
    lines = []
    for row in ROWS:
        if options.only in row.name:
            lines.append(run(row, options, is_long))
            say(shown(lines[-1]))
            say(lines[-1].outcome.verdict.explain())
    say(f"\n{len(lines)} rows in {time.monotonic() - start:.0f} s")
    if options.write is not None:
        options.write.write_text(page(lines, machine()), encoding="utf-8")
    skipped = {line.skipped for line in lines if line.skipped}
    if skipped:
        say(f"Not everything was run: it needs {'; '.join(sorted(skipped))}.")
    if not lines:
        say(f"No row has {options.only!r} in its name.")
        return 2
    broken = sum(len(line.outcome.verdict.violations) for line in lines)
    say(f"{broken} promises were broken." if broken else "No promise was broken.")
    return 1 if broken else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--only", default="", help="rows whose name has this in it")
    parser.add_argument("--rounds", type=int, default=0, help="another number of rounds")
    parser.add_argument("--people", type=int, default=0, help="another number of bots")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--write", type=Path, help="write the table into this file")
    return parser.parse_args()


def run(row: Row, options: argparse.Namespace, is_long: bool) -> Line:
    """Run one row, if this machine can."""
    lacking = missing(row.needs, os.geteuid() == 0)
    if lacking:
        return Line(row, Outcome(), ", ".join(lacking))
    rounds = options.rounds or (LONG_ROUNDS if is_long else row.rounds)
    plan = Plan(rounds, options.people or row.people, options.seed, is_long)
    return Line(row, asyncio.run(run_row(row, plan)))


def machine() -> str:
    """What this was measured on, in a few words."""
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def say(text: str) -> None:
    """Tell it on the screen at once."""
    if text:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
