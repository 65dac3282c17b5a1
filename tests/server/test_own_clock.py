"""The time of a server that has its log to itself (rule L10)."""

from pathlib import Path
from typing import Final

from protocols.log import draft
from rooms.agenda import NextStep, Tick
from rooms.kernel import Actor
from rooms.roles import FACILITATOR, SYSTEM
from server.logs.base import RoomRecord
from server.logs.own_clock import OwnClock
from server.logs.reckoning import DAY_MS
from server.logs.sqlite import SqliteLog
from tests.server.harness import NOON_MS, Clock, Inside, opening, plan, until

HOUR_MS: Final = 3_600_000


class Machine:
    """A machine's two clocks, in a test's hands."""

    def __init__(self) -> None:
        self.wall_ms = float(NOON_MS)
        self.steady_ms = 7_000.0

    def clock(self) -> OwnClock:
        return OwnClock(lambda: self.wall_ms / 1000, lambda: self.steady_ms)

    def wait(self, ms: float) -> None:
        self.wall_ms += ms
        self.steady_ms += ms


def test_it_counts_from_the_wall_clock() -> None:
    machine = Machine()
    clock = machine.clock()
    assert clock() == NOON_MS
    machine.wait(1_500)
    assert clock() == NOON_MS + 1_500


def test_a_wall_clock_that_is_set_moves_nothing() -> None:
    """L10: neither ahead nor back."""
    machine = Machine()
    clock = machine.clock()
    for jump in (3 * HOUR_MS, -6 * HOUR_MS):
        machine.wall_ms += jump
        machine.wait(100)
    assert clock() == NOON_MS + 200


def test_it_catches_up_but_never_goes_back() -> None:
    """L10: a machine that starts with a wrong clock has it right soon."""
    machine = Machine()
    clock = machine.clock()
    machine.wall_ms -= HOUR_MS
    clock.catch_up()
    assert clock() == NOON_MS
    machine.wall_ms += 3 * HOUR_MS
    clock.catch_up()
    assert clock() == NOON_MS + 2 * HOUR_MS


def test_it_begins_where_the_log_ended() -> None:
    """L10: rooms would stand still until the wall clock is there again."""
    clock = Machine().clock()
    clock.not_before(NOON_MS - 5)
    assert clock() == NOON_MS
    clock.not_before(NOON_MS + HOUR_MS)
    assert clock() == NOON_MS + HOUR_MS
    clock.not_before(NOON_MS + HOUR_MS + DAY_MS)
    assert clock() == NOON_MS + HOUR_MS


async def test_the_log_knows_its_last_time(tmp_path: Path) -> None:
    clock = Clock()
    log = await SqliteLog.open(tmp_path / "log", clock)
    assert await log.latest_ms() == 0
    for name, later in (("a", 50), ("b", 20)):
        record = RoomRecord(name, name, b"key", 0)
        await log.create(record, draft(Actor(SYSTEM), opening()))
        clock.now_ms = NOON_MS + later
        await log.append(name, [draft(Actor(SYSTEM), Tick())])
    assert await log.latest_ms() == NOON_MS + 50
    await log.close()


async def test_it_catches_up_only_while_no_rooms_time_runs(tmp_path: Path) -> None:
    """L10: what is set right meanwhile ends no step."""
    machine = Machine()
    clock = machine.clock()
    async with Inside(tmp_path / "data", clock) as inside:
        live = await inside.room(plan("ideate"))
        boss = await inside.enter(live, FACILITATOR)
        await boss.done(NextStep())
        machine.wall_ms += HOUR_MS
        inside.hub.catch_up()
        assert clock() == NOON_MS
        machine.wait(10 * 60_000)
        live._deadline.watch(clock())
        await until(lambda: not live.clock_runs, "the step is over")
        inside.hub.catch_up()
        assert clock() == NOON_MS + HOUR_MS + 10 * 60_000
