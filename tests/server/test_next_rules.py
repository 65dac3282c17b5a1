"""A room that goes over to the next rules while people are in it, and servers that are too old for
it. (L6, K10)"""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from protocols.codes import Close
from protocols.log import draft, state_digest
from rooms.cards import PostIdea
from rooms.features import BOOK
from rooms.kernel import Actor, UnknownRules, UseRules
from rooms.roles import MEMBER, SYSTEM
from rooms.spotlight import Spotlight
from server.live import Live
from tests.next_rules import COUNTED_ID, NEXT_BOOK, NUMBER, Counted, PointAt, Wave
from tests.server.harness import Device, Inside, begun, until


@pytest.fixture
async def inside(tmp_path: Path) -> AsyncIterator[Inside]:
    async with Inside(tmp_path / "data", book=NEXT_BOOK) as made:
        yield made


async def go_over(live: Live) -> None:
    """Let a room follow the next rules."""
    live._submit(UseRules(NUMBER))
    await until(lambda: live.room.rules.number == NUMBER)
    await live.settled()


def counted(live: Live) -> Counted:
    found = live.room.get(Counted, COUNTED_ID)
    assert found is not None
    return found


async def test_l6_people_stay_and_the_next_command_follows_the_next_rules(inside: Inside) -> None:
    live, boss = await begun(inside)
    anna = await inside.enter(live, MEMBER, name="Anna")
    await anna.done(PostIdea(0), "before")
    assert await anna.refused(Wave(2)) == "other_rules"
    await go_over(live)
    await anna.done(Wave(2))
    await anna.done(PostIdea(0), "after")
    assert (counted(live).cards, counted(live).waves) == (2, 2)
    await until(lambda: any(view[0] == "counted" for view in views(boss)))
    assert anna.wire.closed is boss.wire.closed is None


def views(device: Device) -> list[list[object]]:
    """All views that a device was told."""
    device.read()
    return [view for patch in device.patches() for view in patch[6]]


async def test_l6_a_page_from_before_is_told_to_load_again(inside: Inside) -> None:
    """Its command has another shape now; what it means nobody can say."""
    live, boss = await begun(inside)
    anna = await inside.enter(live, MEMBER, name="Anna")
    (card,) = await anna.done(PostIdea(0), "card")
    await go_over(live)
    assert await boss.refused(Spotlight(card)) == "other_rules"
    assert await boss.refused(PointAt(card, 1)) == "unknown_target"  # a hidden card, but understood
    assert boss.wire.closed is None


async def test_l6_what_was_answered_before_gets_the_same_answer(inside: Inside) -> None:
    live, boss = await begun(inside)
    answer = await boss.do(Spotlight(0), ref=7)
    await go_over(live)
    assert await boss.do(Spotlight(0), ref=7) == answer


async def test_l6_a_snapshot_is_kept_right_after_the_switch(inside: Inside) -> None:
    live, _ = await begun(inside)
    await go_over(live)
    (taken, *_) = await inside.log.load(live.record.log_id)
    assert taken.seq == live.room.seq
    digest = state_digest(live.room)
    again = await inside.again(live)
    assert (again.room.rules.number, state_digest(again.room)) == (NUMBER, digest)


async def test_l6_replay_from_the_start_crosses_the_switch(inside: Inside) -> None:
    live, _ = await begun(inside)
    anna = await inside.enter(live, MEMBER, name="Anna")
    await anna.done(PostIdea(0), "before")
    await go_over(live)
    await anna.done(Wave(3))
    replayed = Live(live.record, inside.services)
    replayed.history._take_snapshot = nothing  # type: ignore[method-assign]  # all of the log
    await replayed.history.load()
    assert state_digest(replayed.room) == state_digest(live.room)
    replayed.failed = True
    await replayed.close()


async def nothing() -> None:
    """There is no snapshot."""


# Too old


async def upgraded_folder(folder: Path) -> tuple[Live, Live]:
    """A data folder with a room under the next rules, and one that is still under the first."""
    async with Inside(folder, book=NEXT_BOOK) as inside:
        ahead, _ = await begun(inside)
        behind, _ = await begun(inside)
        await go_over(ahead)
    return ahead, behind


async def test_l6_a_server_that_is_too_old_refuses_the_room_and_serves_the_others(
    tmp_path: Path,
) -> None:
    ahead, behind = await upgraded_folder(tmp_path / "data")
    async with Inside(tmp_path / "data", book=BOOK) as old:
        for _ in range(2):
            with pytest.raises(UnknownRules, match=f"rules {NUMBER}"):
                await old.hub.get(ahead.record.code)
        assert old.hub.outdated == [ahead.record.code]
        assert (await old.open(behind)).room.rules.number == 1
    async with Inside(tmp_path / "data", book=NEXT_BOOK) as new:
        assert (await new.open(ahead)).room.rules.number == NUMBER


async def test_l6_a_server_that_meets_newer_rules_sends_its_people_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The entry may come from a server that was upgraded: here the log is given it directly."""
    async with Inside(tmp_path / "data", book=BOOK) as old:
        live, boss = await begun(old)
        other, guest = await begun(old)
        before = state_digest(live.room), live.room.seq
        logged = await old.log.append(live.record.log_id, [draft(Actor(SYSTEM), UseRules(NUMBER))])
        with caplog.at_level(logging.ERROR):
            live._carrier.heard(logged)
        assert boss.wire.closed is not None and boss.wire.closed[0] == Close.OUTDATED
        assert (state_digest(live.room), live.room.seq) == before, "nothing was guessed"
        assert [r.levelname for r in caplog.records if "too old" in r.message] == ["ERROR"]
        with pytest.raises(UnknownRules):
            await old.hub.get(live.record.code)
        assert guest.wire.closed is None
        assert (await old.open(other)) is other
