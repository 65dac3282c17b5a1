"""Servers that hold the same room differently find out. (S6)"""

import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final

import pytest

from protocols.between import Digest
from protocols.codes import Close
from protocols.log import Snapshot, state_digest
from rooms.kernel import ROOM, Room
from rooms.spotlight import Spotlight
from server import digests
from server.digests import EVERY, KEPT, PAUSE_BEATS, REST_BEATS, Digests
from server.live import Live
from server.logs.base import StorageFailed
from tests.rooms.scene import Scene, begun, plan
from tests.server.harness import Inside
from tests.server.harness import begun as lived

A, B, C = "a" * 12, "b" * 12, "c" * 12
CHAIN: Final = "0123456789abcdef"


class Corner:
    """Some servers that have one room; what one tells is heard by the others when it is passed."""

    def __init__(self, *servers: str) -> None:
        self.on_its_way: list[Digest] = []
        self.wrong: list[tuple[str, int]] = []
        self.shared = True
        self.digests = {server: self._of(server) for server in servers}

    def _of(self, server: str) -> Digests:
        def differs(told: Digest, own: str) -> None:
            assert told.digest != own
            self.wrong.append((server, told.seq))

        return Digests(server, lambda: self.shared, self.on_its_way.append, differs)

    def rest(self, server: str, room: Room, chain: str = CHAIN) -> None:
        """A server's room rests."""
        for _ in range(PAUSE_BEATS):
            self.digests[server].beat(room, chain)

    def pass_on(self) -> None:
        """What was told is heard."""
        told, self.on_its_way[:] = list(self.on_its_way), []
        for one in told:
            for server, heard in self.digests.items():
                if server != one.server:
                    heard.heard(one)


@pytest.fixture
def good() -> Scene:
    return begun(plan("ideate"))


@pytest.fixture
def bad(good: Scene) -> Scene:
    """The same numbers and chain, and another state."""
    other = begun(plan("ideate"))
    other.room.at_ms += 1
    assert other.room.seq == good.room.seq
    return other


def test_s6_servers_that_agree_are_silent_about_it(good: Scene) -> None:
    corner = Corner(A, B)
    for server in (A, B):
        corner.rest(server, good.room)
    assert [told.digest for told in corner.on_its_way] == [good.digest()] * 2
    corner.pass_on()
    assert corner.wrong == []


@pytest.mark.parametrize("late", [False, True], ids=["together", "one after the other"])
def test_s6_servers_that_differ_both_find_out(good: Scene, bad: Scene, *, late: bool) -> None:
    corner = Corner(A, B)
    corner.rest(A, good.room)
    if late:
        corner.pass_on()
        assert corner.wrong == []
    corner.rest(B, bad.room)
    corner.pass_on()
    assert sorted(corner.wrong) == [(A, good.room.seq), (B, good.room.seq)]


def test_s6_one_of_three_differs_from_both_others(good: Scene, bad: Scene) -> None:
    corner = Corner(A, B, C)
    for server, scene in ((A, good), (C, bad), (B, good)):
        corner.rest(server, scene.room)
        corner.pass_on()
    assert sorted(server for server, _ in corner.wrong) == [A, B, C, C]


def test_s6_other_points_of_the_log_are_not_compared(good: Scene, bad: Scene) -> None:
    """A fork is not a wrong state: it is told by the chain."""
    corner = Corner(A, B)
    corner.rest(A, good.room)
    corner.rest(B, bad.room, chain="f" * 16)
    corner.pass_on()
    bad.tick()
    corner.rest(B, bad.room)
    corner.pass_on()
    assert corner.wrong == []


def test_s6_a_room_that_rests_is_told_once(good: Scene) -> None:
    corner = Corner(A)
    for _ in range(3):
        corner.rest(A, good.room)
    assert len(corner.on_its_way) == 1
    good.tick()
    corner.rest(A, good.room)
    assert [told.seq for told in corner.on_its_way] == [good.room.seq - 1, good.room.seq]


def test_s6_a_room_that_rests_between_two_commands_is_told_seldom(good: Scene) -> None:
    corner = Corner(A)
    for _ in range(3 * PAUSE_BEATS):
        good.tick()
        for _ in range(REST_BEATS + 1):
            corner.digests[A].beat(good.room, good.chain)
    beats = 3 * PAUSE_BEATS * (REST_BEATS + 1)
    assert 0 < len(corner.on_its_way) <= 1 + beats / PAUSE_BEATS


def test_s6_a_room_in_which_much_happens_is_told_at_numbers_all_meet(
    good: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "EVERY", 4)
    corner = Corner(A)
    for _ in range(9):
        good.tick()
        corner.digests[A].applied(good.room, good.chain)
        corner.digests[A].beat(good.room, good.chain)
    assert [told.seq % 4 for told in corner.on_its_way] == [0, 0]
    assert EVERY % 4 == 0


def test_s6_who_has_the_room_alone_makes_no_digests(
    good: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Callable[..., str]] = []
    monkeypatch.setattr(digests, "state_digest", made.append)
    monkeypatch.setattr(digests, "EVERY", 1)
    corner = Corner(A)
    corner.shared = False
    corner.rest(A, good.room)
    corner.digests[A].applied(good.room, CHAIN)
    assert corner.on_its_way == [] == made


def test_s6_what_is_remembered_is_bounded(good: Scene) -> None:
    corner = Corner(A, B)
    for n in range(3 * KEPT):
        good.tick()
        corner.rest(A, good.room, f"{n:016x}")
        corner.pass_on()
    assert len(corner.digests[A]._own) <= KEPT
    assert len(corner.digests[B]._heard) <= KEPT
    assert state_digest(good.room) in corner.digests[A]._own.values()


# Who is right


@pytest.fixture
async def inside(tmp_path: Path) -> AsyncIterator[Inside]:
    async with Inside(tmp_path / "data") as made:
        yield made


def spoil(live: Live) -> None:
    """Hold something else than the log says, as no entry would have it."""
    live.room.planes[ROOM].floor += 1


def doubt(live: Live) -> None:
    """Another server tells another digest of the room as it stands here."""
    told = Digest(B, live.room.seq, live.history.chain, "0" * 32)
    live._judge.differs(told, state_digest(live.room))


async def judged(live: Live) -> None:
    """The judge has found out."""
    task = live._judge._task
    assert task is not None
    await task


async def test_s6_who_is_right_goes_on_and_says_so(
    inside: Inside, caplog: pytest.LogCaptureFixture
) -> None:
    live, boss = await lived(inside)
    with caplog.at_level(logging.ERROR):
        doubt(live)
        await judged(live)
    assert boss.wire.closed is None and not live.failed
    assert [record.message for record in caplog.records] == [
        "another server holds this room differently",
        "this server holds the room as its log does",
    ]
    assert inside.metrics.counts["oneroom_digest_mismatches_total"] == 1


async def test_s6_who_is_wrong_reads_the_room_anew(inside: Inside) -> None:
    live, boss = await lived(inside)
    right = state_digest(live.room)
    spoil(live)
    doubt(live)
    await judged(live)
    assert boss.wire.closed is not None and boss.wire.closed[0] == Close.SERVER_FAULT
    again = await inside.open(live)
    assert again is not live and state_digest(again.room) == right


async def test_s6_snapshots_of_a_wrong_state_are_made_anew(inside: Inside) -> None:
    live, boss = await lived(inside)
    right = state_digest(live.room)
    spoil(live)
    await live.history.keep_snapshot()
    await boss.done(Spotlight(0))
    doubt(live)
    await judged(live)
    (kept,) = await inside.log.load(live.record.log_id)
    assert kept.digest == right
    again = await inside.open(live)
    assert again.room.planes[ROOM].floor == 0


async def test_s6_a_whole_log_is_not_replayed_for_each_message(inside: Inside) -> None:
    live, _ = await lived(inside)
    doubt(live)
    first = live._judge._task
    doubt(live)
    assert live._judge._task is first
    assert inside.metrics.counts["oneroom_digest_mismatches_total"] == 2
    await judged(live)


async def test_s6_a_log_that_cannot_be_read_judges_nobody(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, boss = await lived(inside)

    async def away(log_id: str) -> list[Snapshot]:
        raise StorageFailed("away")

    monkeypatch.setattr(inside.log, "load", away)
    spoil(live)
    doubt(live)
    await judged(live)
    assert boss.wire.closed is None and not live.failed
