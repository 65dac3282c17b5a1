"""One room's people on two servers: counted once, told as one, gone with their server. (S3)"""

from collections.abc import AsyncIterator, Iterator

import pytest

from client.own_redis import OwnRedis
from protocols.wire import Here, Present, React
from rooms.roles import CUSTOMER, FACILITATOR, MEMBER, STAGE
from server.peers import SILENT_BEATS
from server.presence import LARGE_ROOM, REACTION_BEATS, TYPING_BEATS
from tests.server.corners import Corners, page
from tests.server.harness import until


@pytest.fixture(scope="module")
def redis() -> Iterator[OwnRedis]:
    with OwnRedis() as redis:
        yield redis


@pytest.fixture
async def corners(redis: OwnRedis) -> AsyncIterator[Corners]:
    async with Corners(redis) as corners:
        yield corners


def told(corners: Corners, role: int = FACILITATOR) -> Present:
    """What a role is told, which must be the same on all servers."""
    messages = [corner.presence.message(role) for corner in corners.all]
    assert all(message == messages[0] for message in messages), messages
    return messages[0]


async def test_s3_a_seat_on_two_servers_counts_once(corners: Corners) -> None:
    """R6.1, R9.2: by role and by seat, on all screens alike; moderators are hosts."""
    one, two = corners.all
    one.enter(1)
    one.enter(9, FACILITATOR)
    two.enter(1)
    two.enter(2, CUSTOMER)
    two.presence.enter(page(STAGE)[0])
    await corners.beat()
    present = told(corners)
    assert (present.online, present.hosts) == (2, 1)
    assert present.voices == [(MEMBER, 1, 0), (CUSTOMER, 1, 0)]
    assert present.seats == [(1, False), (2, False), (9, False)]
    assert told(corners, CUSTOMER).seats == []


async def test_s3_done_typing_and_reactions_are_told_everywhere(corners: Corners) -> None:
    one, two = corners.all
    anna, boris = one.enter(1), two.enter(2)
    one.beat()
    two.beat()
    one.presence.sign(anna, Here(7, True, True))
    two.presence.sign(boris, Here(7, False, True))
    one.presence.react(anna, React("applause"))
    two.presence.react(boris, React("applause"))
    await corners.beat()
    present = told(corners)
    assert (present.done, present.typing) == (1, 2)
    assert present.seats == [(1, True), (2, False)]
    assert present.reactions == [("applause", 2)]
    for _ in range(max(TYPING_BEATS, REACTION_BEATS)):
        await corners.beat()
    present = told(corners)
    assert (present.typing, present.reactions) == (0, [])


async def test_s3_done_holds_on_both_devices_and_for_its_step_alone(corners: Corners) -> None:
    """Who is done on the phone is done, although her laptop hangs on another server."""
    one, two = corners.all
    phone = one.enter(1)
    two.enter(1)
    await corners.beat(step=7)
    one.presence.sign(phone, Here(7, True, False))
    await corners.beat(step=7)
    assert told(corners).seats == [(1, True)]
    two.beat(step=8)
    assert two.presence.message(FACILITATOR).done == 0, "the other server still tells of step 7"
    await corners.beat(step=8)
    assert told(corners).done == 0


async def test_s3_who_may_not_see_a_step_learns_nothing_of_other_servers_either(
    corners: Corners,
) -> None:
    """W10: neither done nor typing nor reactions, wherever they happen."""
    one, two = corners.all
    anna = one.enter(1)
    await corners.beat()
    one.presence.sign(anna, Here(7, True, True))
    one.presence.react(anna, React("think"))
    await corners.beat()
    for role in (CUSTOMER, STAGE):
        present = two.presence.message(role, MEMBER)
        assert (present.online, present.done, present.typing) == (1, 0, 0)
        assert (present.seats, present.reactions) == ([], [])
        assert present.voices == [(MEMBER, 1, 0)]


async def test_s3_a_killed_server_s_people_vanish_after_fifteen_seconds(corners: Corners) -> None:
    one, two = corners.all
    one.enter(1)
    two.enter(2)
    await corners.beat()
    await one.kill()
    for _ in range(SILENT_BEATS):
        two.beat()
    assert two.presence.message(MEMBER).online == 2
    two.beat()
    assert two.presence.message(MEMBER).online == 1


async def test_s3_a_room_let_go_of_has_nobody_at_once(corners: Corners) -> None:
    one, two = corners.all
    one.enter(1)
    await corners.beat()
    assert two.presence.message(MEMBER).online == 1
    one.room.stop(left=True)
    await until(lambda: not two.presence.message(MEMBER).online)


async def test_s3_nobody_who_stays_vanishes_in_a_quiet_room(corners: Corners) -> None:
    """Each server gives a sign of life, though nothing changes; phones are told only once."""
    one, two = corners.all
    one.enter(1)
    await corners.beat()
    tells = 0
    for _ in range(3 * SILENT_BEATS):
        one.beat()
        tells += two.beat()
        await corners.settled()
    assert two.presence.message(MEMBER).online == 1
    assert tells <= 1


async def test_s3_a_server_that_opens_a_room_hears_of_its_people_at_once(corners: Corners) -> None:
    """Without waiting for anybody's next beat."""
    one, two = corners.all
    one.enter(1)
    two.enter(2)
    await corners.beat()
    third = await corners.add("server-2")
    await until(lambda: third.presence.message(MEMBER).online == 2)


async def test_s3_what_was_lost_with_redis_is_made_up_for() -> None:
    """Who came while it was away is known to all as soon as it is back, without a beat."""
    with OwnRedis() as own:
        async with Corners(own) as corners:
            one, two = corners.all
            own.kill()
            await until(lambda: not one.link.is_up and not two.link.is_up)
            one.enter(1)
            one.beat()
            two.beat()
            own.start()
            await until(lambda: two.presence.message(MEMBER).online == 1)


async def test_s3_a_large_room_is_told_of_every_few_seconds(corners: Corners) -> None:
    """To phones, however it is spread: with thousands of people something changes all the time."""
    one, two = corners.all
    for seat in range(1, LARGE_ROOM):
        one.enter(seat)
    two.enter(LARGE_ROOM)
    two.enter(LARGE_ROOM + 1)
    for _ in range(5):
        await corners.beat()
    present = told(corners)
    assert present.online == LARGE_ROOM + 1
    tells = 0
    for seat in range(10):
        one.enter(1_000 + seat)
        one.beat()
        tells += two.beat()
        await corners.settled()
    assert tells == 2


async def test_s3_people_are_counted_once_over_all_servers(corners: Corners) -> None:
    """R9.2: by the server with the smallest id, so that the sum is right."""
    await corners.add("server-2")
    for number, corner in enumerate(corners.all):
        corner.enter(1)
        corner.enter(10 + number)
    await corners.beat()
    firsts = sorted(corner.presence.first_seats() for corner in corners.all)
    assert firsts == [1, 1, 2]
    assert sum(corner.room.come_first for corner in corners.all) == 1
