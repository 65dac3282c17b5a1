"""How a server counts the log's time between looks at Redis' clock (rule L10)."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.logs.reckoning import (
    DAY_MS,
    SLEW,
    Look,
    Opinion,
    Reckoning,
    first_correction,
    outweighed,
    steady_ms,
)
from tests.server.harness import NOON_MS

HOUR_MS: Final = 3_600_000
SECOND: Final = 1_000.0

# A second between two looks: the way there, the way back, and how much faster or slower Redis'
# clock went than the steady one, in parts of a million.
SECONDS = st.lists(
    st.tuples(st.floats(0, 120), st.floats(0, 120), st.floats(-200, 200)), min_size=1, max_size=60
)
JUMPS = st.integers(400, 10 * HOUR_MS).flatmap(lambda ms: st.sampled_from((ms, -ms)))
UNSURE_MS: Final = 65.0
"""How far time can be off after looks with such ways: by half of the longest difference between
there and back, and a little drift."""


class Machines:
    """Redis' clock and a server's steady one, and the ways between them."""

    def __init__(self, there: float = 1, back: float = 1) -> None:
        self.steady = 5_000.0
        self.redis = float(NOON_MS)
        self.real = float(NOON_MS)
        """What Redis' clock would say if nobody had set it."""
        self.reckoning = Reckoning(self.look(there, back), 0)

    def look(self, there: float = 1, back: float = 1) -> Look:
        before = self.steady
        self.wait(there)
        redis = self.redis
        self.wait(back)
        return Look(before, self.steady, redis)

    def wait(self, ms: float, faster: float = 0) -> None:
        self.steady += ms
        self.redis += ms * (1 + faster / 1e6)
        self.real += ms * (1 + faster / 1e6)

    @property
    def now(self) -> int:
        return self.reckoning.at(self.steady)

    @property
    def error(self) -> float:
        """How far the time that is counted is from what it ought to be."""
        return self.now - self.real

    def take(self, there: float = 1, back: float = 1, correction: int = 0) -> bool:
        look = self.look(there, back)
        return self.reckoning.take(look, correction, self.steady)


def test_the_steady_clock_goes_on() -> None:
    first = steady_ms()
    assert steady_ms() >= first > 0


@given(SECONDS)
def test_the_look_with_the_shortest_way_tells_best(
    seconds: list[tuple[float, float, float]],
) -> None:
    """L10: time is wrong by no more than half of a way, and right soon after one good look, without
    ever going much faster or slower than it should."""
    machines = Machines()
    for there, back, faster in [*seconds, (1, 1, 0)]:
        before, at = machines.now, machines.steady
        machines.wait(SECOND, faster)
        assert abs(machines.now - before - (machines.steady - at)) <= SLEW * SECOND + 1
        assert abs(machines.error) <= UNSURE_MS
        assert machines.take(there, back)
    machines.wait(UNSURE_MS / SLEW)
    assert abs(machines.error) <= 5


@given(SECONDS, st.lists(st.floats(0, 400), max_size=10))
def test_time_never_goes_back(
    seconds: list[tuple[float, float, float]], pauses: list[float]
) -> None:
    """L10: neither looks nor corrections of a server's own turn time back."""
    machines = Machines()
    last = machines.now
    for index, (there, back, faster) in enumerate(seconds):
        machines.wait(pauses[index] if index < len(pauses) else SECOND, faster)
        assert machines.now >= last
        last = machines.now
        machines.take(there, back)
        assert machines.now >= last
        last = machines.now


@given(SECONDS, JUMPS)
def test_a_clock_that_was_set_is_not_followed(
    seconds: list[tuple[float, float, float]], jump: int
) -> None:
    """L10: where Redis' clock is set, time goes on, and the correction makes up for it."""
    machines = Machines()
    for there, back, faster in seconds:
        machines.wait(SECOND, faster)
        machines.take(there, back)
    before = machines.now
    machines.redis += jump
    look = machines.look()
    assert not machines.reckoning.take(look, 0, machines.steady)
    wanted = machines.reckoning.wanted(look)
    assert abs(wanted + jump) <= UNSURE_MS
    machines.reckoning.follow(look, wanted, machines.steady)
    assert 1 <= machines.now - before <= 3, "the jump moves nothing"
    machines.wait(SECOND)
    assert machines.take(correction=wanted)
    assert abs(machines.error) <= UNSURE_MS


def test_what_drift_explains_is_made_up_for_slowly() -> None:
    """L10: a hundred milliseconds take two seconds, and nobody sees time leap."""
    machines = Machines(0, 0)
    machines.redis += 100
    machines.real += 100
    before = machines.now
    assert machines.take(0, 0)
    assert machines.now == before
    machines.wait(SECOND)
    assert machines.now - before == 1_050
    machines.wait(SECOND)
    assert machines.now - before == 2_100
    machines.wait(SECOND)
    assert machines.now - before == 3_100


def test_a_long_way_leaves_more_open() -> None:
    """L10: a look that took a second there and none back says nothing against the time."""
    machines = Machines()
    assert machines.take(1_000, 0)
    machines.wait(SECOND)
    assert abs(machines.error) <= 2


def test_a_machine_that_was_held_up_takes_redis_time() -> None:
    """L10: its steady clock stood still; what went by without it is made up at once."""
    machines = Machines()
    machines.redis += 20_000
    machines.real += 20_000
    look = machines.look()
    assert not machines.reckoning.take(look, 0, machines.steady)
    assert machines.reckoning.since < machines.steady - 1
    machines.reckoning.follow(look, 0, machines.steady)
    assert abs(machines.error) <= 2
    assert machines.reckoning.since == machines.steady


KEPT: Final = 60_000


@pytest.mark.parametrize(
    ("others", "gives_in"),
    [
        pytest.param([], False, id="nobody else is there"),
        pytest.param([Opinion(-9_000, KEPT)], False, id="the other saw the clock jump too"),
        pytest.param([Opinion(-8_800, KEPT)], False, id="nearly the same is the same"),
        pytest.param([Opinion(0, KEPT)], True, id="the other finds nothing wrong"),
        pytest.param([Opinion(0, KEPT), Opinion(-9_000, KEPT)], False, id="two against one"),
        pytest.param([Opinion(-3, KEPT), Opinion(2, KEPT)], True, id="one against two"),
        pytest.param([Opinion(0, 200)], False, id="who has just come knows nothing"),
        pytest.param([Opinion(70_000, KEPT)], False, id="a third view is nobody's"),
    ],
)
def test_who_sees_the_clock_jump_is_believed_by_weight(
    others: list[Opinion], gives_in: bool
) -> None:
    """L10: one server alone that was held up does not change everybody's time."""
    assert outweighed(0, Opinion(-9_000, KEPT), others) is gives_in


def test_a_newcomer_gives_in_to_whoever_has_counted() -> None:
    assert outweighed(0, Opinion(-9_000, 100), [Opinion(0, KEPT)])


@pytest.mark.parametrize(
    ("shared", "redis", "wall", "latest", "first"),
    [
        pytest.param(0, 0, 0, 0, 0, id="a new Redis"),
        pytest.param(700, 0, 0, 0, 700, id="what was agreed on holds"),
        pytest.param(-HOUR_MS, HOUR_MS, 0, 0, -HOUR_MS, id="Redis' clock is still wrong"),
        pytest.param(-HOUR_MS, 0, 0, 0, 0, id="it was set right while nobody was there"),
        pytest.param(-HOUR_MS, 0, HOUR_MS, 0, -HOUR_MS, id="this machine's clock says nothing"),
        pytest.param(HOUR_MS, 0, 0, -2 * HOUR_MS, 0, id="it was set right long ago"),
        pytest.param(HOUR_MS, 0, 0, 9_000, 19_000, id="rooms wait for it no longer than needed"),
        pytest.param(0, 0, 0, 9, 9, id="a moment ago another server stopped"),
        pytest.param(0, -HOUR_MS, 0, -9, HOUR_MS + 9_991, id="rooms do not go back"),
        pytest.param(0, 0, 0, 2 * DAY_MS, 0, id="nonsense is not kept"),
    ],
)
def test_where_a_server_begins_that_is_alone(
    shared: int, redis: int, wall: int, latest: int, first: int
) -> None:
    """L10: the last time that is known is not gone behind, and a wrong clock not kept for ever."""
    noted = NOON_MS + latest if latest else 0
    assert first_correction(shared, NOON_MS + redis, NOON_MS + wall, noted, 10_000) == first
