"""One room's people on two servers: counted once, told as one, gone with their server. (S3)"""

from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from client.own_redis import OwnRedis
from protocols.between import Crowd, encode, of_room
from protocols.wire import Here, Present, React
from rooms.roles import CUSTOMER, FACILITATOR, MEMBER, STAGE
from server.connection import Connection
from server.edge import Sender
from server.peers import SILENT_BEATS
from server.presence import LARGE_ROOM, REACTION_BEATS, TYPING_BEATS, Presence
from tests.server.corners import Corners, page
from tests.server.harness import until

ROLES = (MEMBER, CUSTOMER, FACILITATOR)


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
            one.enter(1)
            await corners.beat()
            own.kill()
            await until(lambda: not one.link.is_up and not two.link.is_up)
            for _ in range(SILENT_BEATS + 1):
                one.beat()
                two.beat()
            assert two.presence.message(MEMBER).online == 1, "who was here is not taken for gone"
            one.enter(2)
            own.start()
            await until(lambda: two.presence.message(MEMBER).online == 2)


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


@given(st.data())
def test_s3_a_room_on_three_servers_is_told_as_if_it_were_on_one(data: st.DataObject) -> None:
    """R9.2: whoever comes, goes, is done or reacts, wherever and in whatever order."""
    servers = [Presence(f"{n:012x}") for n in range(3)]
    alone = Presence()
    roles = {seat: ROLES[seat % len(ROLES)] for seat in range(1, 7)}
    here: list[tuple[Presence, Connection, Connection]] = []
    reacted: set[int] = set()
    for _ in range(data.draw(st.integers(1, 25))):
        deed = data.draw(st.sampled_from(["enter", "enter", "leave", "done", "react"]))
        if deed == "enter" or not here:
            seat, server = data.draw(st.integers(1, 6)), data.draw(st.sampled_from(servers))
            device, model = someone(roles[seat], seat), someone(roles[seat], seat)
            server.enter(device)
            alone.enter(model)
            here.append((server, device, model))
            continue
        at = data.draw(st.integers(0, len(here) - 1))
        server, device, model = here[at]
        if deed == "leave":
            server.leave(device)
            alone.leave(model)
            del here[at]
        elif deed == "done":
            sign = Here(7, data.draw(st.booleans()), False)
            server.sign(device, sign)
            alone.sign(model, sign)
        elif device.sender.seat not in reacted:
            reacted.add(device.sender.seat)
            server.react(device, React("agree"))
            alone.react(model, React("agree"))
    for presence in (*servers, alone):
        presence.beat(7)
    for one in servers:
        for other in servers:
            if other is not one:
                one.hear(of_crowd(encode(other.crowd())))
        for role in (MEMBER, CUSTOMER, STAGE, FACILITATOR):
            assert one.message(role, MEMBER) == alone.message(role, MEMBER)
    assert sum(one.first_seats() for one in servers) == alone.first_seats()


class Page:
    """A connection as presence sees it."""

    def __init__(self, role: int, seat: int) -> None:
        self.role = role
        self.sender = Sender(role, seat, 1, 1)


def someone(role: int, seat: int) -> Connection:
    return cast(Connection, Page(role, seat))


def of_crowd(data: bytes) -> Crowd:
    """A crowd as another server hears it."""
    message = of_room(data)
    assert isinstance(message, Crowd)
    return message
