"""Waking at a room's next deadline (rules A3, L10)."""

import asyncio

import pytest

from server.deadline import SOON_S, TURN_S, Deadline
from tests.server.harness import Clock, until


class Bell:
    """A deadline of a server that goes first or does not, and how often it rang."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.first = True
        self.rung = 0
        self.deadline = Deadline(self.clock, self._ring, lambda: self.first)

    def _ring(self) -> None:
        self.rung += 1

    def wait_s(self) -> float:
        """How long it still waits."""
        timer = self.deadline._timer
        assert timer is not None
        return timer.when() - asyncio.get_running_loop().time()


@pytest.fixture
async def bell() -> Bell:
    return Bell()


async def test_it_rings_once(bell: Bell) -> None:
    bell.deadline.watch(bell.clock() + 20)
    await until(lambda: bell.rung, "it rings")
    bell.deadline.look()
    await asyncio.sleep(0.05)
    assert bell.rung == 1
    assert bell.deadline.is_set, "until the log says that the moment has come"


async def test_it_rings_more_seldom_where_the_log_says_not_yet(bell: Bell) -> None:
    """Another clock than the log's may be ahead of it for a while: that is no reason to hurry."""
    due_ms, waits = bell.clock(), []
    for _ in range(len(SOON_S) + 1):
        bell.rung = 0
        bell.deadline.watch(due_ms)
        waits.append(bell.wait_s())
        await until(lambda: bell.rung, "it rings")
    assert all(0 < wait <= soon for wait, soon in zip(waits, (*SOON_S, SOON_S[-1]), strict=True))
    assert waits[-1] > SOON_S[-2]
    bell.deadline.watch(due_ms + 1)
    assert bell.wait_s() <= SOON_S[0]


async def test_only_the_last_deadline_counts(bell: Bell) -> None:
    bell.deadline.watch(bell.clock() + 10)
    bell.deadline.watch(None)
    await asyncio.sleep(0.05)
    assert not bell.rung
    assert not bell.deadline.is_set


async def test_a_server_leaves_it_to_the_first_one(bell: Bell) -> None:
    """All would say the same: those behind wait whether one has said it."""
    bell.first = False
    bell.deadline.watch(bell.clock())
    assert TURN_S - 0.05 < bell.wait_s() <= TURN_S
    await until(lambda: bell.rung, "it rings all the same")


async def test_a_wait_is_shortened_when_the_clock_leaps(bell: Bell) -> None:
    """R9.2, L10: a machine that slept waits no longer than the room does."""
    bell.deadline.watch(bell.clock() + 600_000)
    bell.deadline.look()
    assert bell.wait_s() > 599
    bell.clock.now_ms += 590_000
    bell.deadline.look()
    assert 9 < bell.wait_s() <= 10
    bell.clock.now_ms += 60_000
    bell.deadline.look()
    await until(lambda: bell.rung, "it rings")
    bell.deadline.look()
    assert bell.rung == 1


async def test_nothing_rings_after_the_end(bell: Bell) -> None:
    bell.deadline.watch(bell.clock() + 10)
    bell.deadline.cancel()
    bell.deadline.look()
    await asyncio.sleep(0.05)
    assert not bell.rung
