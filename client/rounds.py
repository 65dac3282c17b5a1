"""Rounds of measuring: each thing once a round, each on a fresh server, so that what else the
machine does falls on all of them alike; and the table that comes of it, beside the bars."""

import json
import os
import signal
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from client.peers import FLOOR, Peer, PeerError, serving

ROOT: Final = Path(__file__).resolve().parent.parent
LOAD_S: Final = 240.0
LEAVE_S: Final = 20.0


class RoundError(RuntimeError):
    """Something of ours could not be measured; the text says why."""


class Bar(Struct, frozen=True):
    """One figure, its unit, and what it may be at most; None where it only informs. With `under`
    it must be less than that. With `of` it is the ratio of two other figures: of their medians."""

    name: str
    unit: str
    most: float | None = None
    under: bool = False
    of: tuple[str, str] | None = None


FAN: Final = Bar("fan: CPU of a delivery", "us")
RATIO: Final = Bar("fan: our delivery against the floor's", "x", 1.5)
USER: Final = Bar("fan: user part of it", "us", 3)
TALLY: Final = Bar("vote storm: final tally after the last ack", "ms", 80)
STORM: Final = Bar("vote storm: CPU", "s", 0.8)
FRAMES: Final = Bar("vote storm: frames a person", "")
JOIN: Final = Bar("join with 300 cards: CPU", "ms", 0.9)
MEMORY: Final = Bar("idle: memory a person", "kB", 32)
IDLE: Final = Bar("idle: CPU of 1,000 people", "ms/s", 5)
ACK: Final = Bar("ideas, 200 a second: ack p99 at the client", "ms", 100, under=True)
SERVER_ACK: Final = Bar("ideas, 200 a second: ack p99 in the server", "ms", 25, under=True)
REPLAY: Final = Bar("10,000 entries from the file", "s", 0.2, under=True)
REPLAY_CPU: Final = Bar("10,000 entries from the file: CPU", "s")
STEP: Final = Bar("reducer: one step, median", "us", 10, under=True)
FAN_ONE: Final = Bar("Redis, one server: CPU of a delivery", "us")
FAN_TWO: Final = Bar("Redis, two servers: CPU of a delivery, both together", "us")
SPREAD: Final = Bar(
    "two servers: a delivery against one's", "x", 1.15, of=(FAN_TWO.name, FAN_ONE.name)
)
SHOWN: Final = Bar("two servers, 200 a second: shown on the other's p99, past the window", "ms", 25)
SHOWN_ALL: Final = Bar("two servers, 200 a second: shown on the other's p50, with the window", "ms")
SHOWN_HOME: Final = Bar("two servers, 200 a second: shown on its own p99, past the window", "ms")
APPEND: Final = Bar("append to Redis, 2,000 a second: CPU of a command", "us", 60)
APPEND_SQLITE: Final = Bar("append to SQLite, 2,000 a second: CPU of a command", "us")
APPEND_REDIS: Final = Bar("append to Redis, 2,000 a second: Redis' own CPU of a command", "us")
BATCH: Final = Bar("append to Redis, 2,000 a second: commands to an append", "")
REBUILD: Final = Bar("20,000 entries from Redis", "s", 1, under=True)
REBUILD_CPU: Final = Bar("20,000 entries from Redis: CPU", "s")
REBUILD_KEPT: Final = Bar("20,000 entries from a snapshot in Redis", "s", 0.1, under=True)
REBUILD_SQLITE: Final = Bar("20,000 entries from the file", "s")
REBUILD_SQLITE_KEPT: Final = Bar("20,000 entries from a snapshot in the file", "s")
ALONE: Final = Bar("entry appended to Redis alone: CPU", "us")
ALONE_REDIS: Final = Bar("entry appended to Redis alone: Redis' own CPU", "us")
ALONE_MEMORY: Final = Bar("entry appended to Redis alone: its memory", "bytes")
ALONE_FILE: Final = Bar("entry appended to Redis alone: its append-only file", "bytes")
BARS: Final = (
    *(RATIO, FAN, USER, TALLY, STORM, FRAMES, JOIN, MEMORY, IDLE, ACK, SERVER_ACK),
    *(REPLAY, REPLAY_CPU, STEP),
    *(SPREAD, FAN_ONE, FAN_TWO, SHOWN, SHOWN_ALL, SHOWN_HOME),
    *(APPEND, APPEND_SQLITE, APPEND_REDIS, BATCH),
    *(REBUILD, REBUILD_CPU, REBUILD_KEPT, REBUILD_SQLITE, REBUILD_SQLITE_KEPT),
    *(ALONE, ALONE_REDIS, ALONE_MEMORY, ALONE_FILE),
)
WINDOW_MS: Final = 40.0
"""How long changes gather (rule W7)."""

Round = dict[str, float]
"""What one round found, by the name of the figure."""
Load = Callable[..., dict[str, Any]]


class Row(Struct, frozen=True):
    """One line of the table. `ratio` is the median over the rounds of this figure against the
    floor's of the same round; `reached` is None where there is no bar."""

    name: str
    unit: str
    median: float
    min: float
    max: float
    ratio: float | None
    bar: float | None
    reached: bool | None
    values: list[float]


def load(*arguments: str) -> dict[str, Any]:
    """One run of `oneroom load` in a process of its own. RoundError with what it said."""
    process = subprocess.Popen(
        [sys.executable, "-m", "client.cli", "load", "--json", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        told, wrong = process.communicate(timeout=LOAD_S)
    except BaseException as why:
        _stop(process)
        if isinstance(why, subprocess.TimeoutExpired):
            what = " ".join(arguments)
            raise RoundError(f"no result within {LOAD_S:.0f} s: load {what}") from None
        raise
    try:
        found: dict[str, Any] = json.loads(told.splitlines()[-1])
    except (ValueError, IndexError):
        raise RoundError(wrong.strip()[-500:] or "load said nothing") from None
    return found


def _stop(process: "subprocess.Popen[str]") -> None:
    """End a load together with the server that it started: asked first, then not."""
    for how in (signal.SIGINT, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
            process.communicate(timeout=LEAVE_S)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def fan_of(peer: str) -> str:
    """The name of a peer's figure."""
    return f"{FAN.name}, {peer}"


def measure(
    people: int, compared: list[Peer], run: Load = load, *, idle: bool = True
) -> tuple[Round, list[str]]:
    """One round of everything that needs a crowd, and a line for each peer that failed in it. With
    `idle` also of a crowd that does nothing, which takes long. RoundError where something of ours
    could not be measured."""
    crowd = ("--people", str(people))
    fan = run(*crowd, "--scenario", "fan")
    found = {
        FAN.name: fan["server_cpu_us_per_delivery"],
        USER.name: fan["server_user_us_per_delivery"],
    }
    others, failed = _peers(crowd, compared, str(round(fan["bytes_per_delivery"])), run)
    found |= others
    if fan_of(FLOOR) in found:
        found[RATIO.name] = found[FAN.name] / found[fan_of(FLOOR)]
    storm = run(*crowd, "--scenario", "vote")
    join = run(*crowd, "--scenario", "join")
    ideas = run(*crowd, "--scenario", "ideas")
    found |= {
        TALLY.name: storm["final_tally_after_ack_ms"],
        STORM.name: storm["server_cpu_s"],
        FRAMES.name: storm["frames_per_person"],
        JOIN.name: join["server_cpu_us_per_join"] / 1000,
        ACK.name: ideas["ack_ms_p99"],
        SERVER_ACK.name: ideas["server_ack_ms_p99"],
    }
    if idle:
        rest = run(*crowd, "--scenario", "idle")
        found[MEMORY.name] = rest["server_kb_per_person"]
        found[IDLE.name] = rest["idle_cpu_ms_per_s"] * 1000 / people
    return found, failed


def measure_redis(people: int, run: Load = load) -> Round:
    """One round of a crowd on one server with Redis, and on two."""
    crowd = ("--people", str(people))
    one = run(*crowd, "--scenario", "fan", "--redis")
    two = run(*crowd, "--scenario", "spread", "--servers", "2")
    return {
        FAN_ONE.name: one["server_cpu_us_per_delivery"],
        FAN_TWO.name: two["server_cpu_us_per_delivery"],
        SPREAD.name: two["server_cpu_us_per_delivery"] / one["server_cpu_us_per_delivery"],
        SHOWN.name: two["shown_ms_p99"] - WINDOW_MS,
        SHOWN_ALL.name: two["shown_ms_p50"],
        SHOWN_HOME.name: two["shown_at_home_ms_p99"] - WINDOW_MS,
    }


def _peers(
    crowd: tuple[str, ...], compared: list[Peer], size: str, run: Load
) -> tuple[Round, list[str]]:
    """The fan of the peers, with as many bytes to a delivery as ours had."""
    found: Round = {}
    failed: list[str] = []
    core = min(os.sched_getaffinity(0))
    for peer in compared:
        try:
            with serving(peer, core) as (url, pid):
                where = ("--url", url, "--pid", str(pid), "--speech", peer.speech, "--size", size)
                fan = run(*crowd, "--scenario", "fan", *where)
        except PeerError as why:
            failed.append(str(why))
        except RoundError as why:
            failed.append(f"{peer.name}: {why}")
        else:
            found[fan_of(peer.name)] = fan["server_cpu_us_per_delivery"]
    return found, failed


def table(rounds: list[Round]) -> list[Row]:
    """A row for every figure that was measured, in the order of the bars, the peers' last."""
    known = {bar.name: bar for bar in BARS}
    measured = dict.fromkeys(name for found in rounds for name in found)
    names = [name for name in known if name in measured]
    names += [name for name in measured if name not in known]
    return [_row(known.get(name) or Bar(name, FAN.unit), rounds) for name in names]


def _row(bar: Bar, rounds: list[Round]) -> Row:
    name, floor = bar.name, fan_of(FLOOR)
    values = _values(name, rounds)
    ratios = [found[name] / found[floor] for found in rounds if name in found and floor in found]
    comparable = name == FAN.name or name.startswith(fan_of(""))
    median = statistics.median(values)
    if bar.of is not None:
        above, below = (statistics.median(_values(one, rounds)) for one in bar.of)
        median = above / below
    reached = None
    if bar.most is not None:
        reached = median < bar.most if bar.under else median <= bar.most
    return Row(
        name,
        bar.unit,
        median,
        min(values),
        max(values),
        statistics.median(ratios) if comparable and ratios else None,
        bar.most,
        reached,
        values,
    )


def _values(name: str, rounds: list[Round]) -> list[float]:
    return [found[name] for found in rounds if name in found]


def shown(rows: list[Row], bars: tuple[Bar, ...] = BARS) -> str:
    """The rows as a Markdown table."""
    heads = ["figure", "median", "min", "max", "ratio to floor", "bar", "reached"]
    signs = {bar.name: "<" if bar.under else "<=" for bar in bars}
    lines = [heads, ["---"] * len(heads), *(_cells(row, signs) for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cells(row: Row, signs: dict[str, str]) -> list[str]:
    return [
        f"{row.name}, {row.unit}" if row.unit else row.name,
        *(f"{value:.4g}" for value in (row.median, row.min, row.max)),
        "" if row.ratio is None else f"{row.ratio:.2f}",
        "" if row.bar is None else f"{signs.get(row.name, '<=')} {row.bar:g}",
        {None: "", True: "yes", False: "no"}[row.reached],
    ]
