"""Limits that hold for all servers together, nearly: what was spent is told each second. (S4)"""

import pytest

from protocols import limits
from protocols.between import MOST_ADDRESSES
from server.rates import AddressRates, Doors, Rates
from tests.server.corners import Corners, Seconds

SEAT = 65_537


async def test_s4_a_seat_s_commands_are_shared_between_servers(corners: Corners) -> None:
    one, two = corners.all
    assert one.allowed(SEAT, 30) == 30
    await corners.beat()
    assert two.allowed(SEAT, 50) == limits.SEAT.burst - 30
    assert two.allowed(SEAT + 1, 50) == limits.SEAT.burst, "others are not touched"


async def test_s4_whoever_hops_between_servers_gains_a_second_and_no_more(
    corners: Corners,
) -> None:
    """What two servers let through before they heard of each other is owed afterwards, up to one
    burst: over a minute a seat gets little more than its rate."""
    taken = 0
    for _ in range(60):
        for corner in corners.all:
            taken += corner.allowed(SEAT, 1_000)
        await corners.beat()
        for corner in corners.all:
            corner.seconds.now += 1.0
    fair = limits.SEAT.burst + 60 * limits.SEAT.per_s
    assert taken <= fair + limits.SEAT.burst + 2 * limits.SEAT.per_s
    assert taken >= fair - 2 * limits.SEAT.burst, "nor is anybody shut out"


async def test_s4_a_debt_is_forgiven_after_a_while(corners: Corners) -> None:
    """However many servers it was run up with."""
    one, two = corners.all
    assert one.allowed(SEAT, 50) == 50
    for _ in range(5):
        await corners.beat()
        one.seconds.now += 10.0
        assert one.allowed(SEAT, 50) == 50
    await corners.beat()
    two.seconds.now += limits.SEAT.burst / limits.SEAT.per_s + 1.0
    assert two.allowed(SEAT, 5) == 5


def test_s4_a_room_s_commands_are_shared() -> None:
    clocks = Seconds(), Seconds()
    one, two = Rates(clocks[0]), Rates(clocks[1])
    for n in range(3_000):
        one.spend(0, n)
    spent = one.spent("a" * 12)
    assert spent is not None and (spent.room, spent.seats) == (3_000, [])
    assert one.spent("a" * 12) is None, "it is told once"
    two.deduct(spent)
    taken = 0
    with pytest.raises(Exception, match="room_busy"):
        while True:
            two.spend(0, taken)
            taken += 1
    assert taken == 2_000


def test_s4_connections_and_wrong_codes_of_an_address_are_shared() -> None:
    """Nobody guesses on at the next server."""
    one, two = Doors(), Doors()
    for _ in range(limits.GUESSES.burst):
        one.guesses.missed("192.0.2.7")
    for _ in range(5):
        one.connections.spend("2001:db8::7", limits.ADDRESS)
    knocks = one.knocks("a" * 12)
    assert knocks is not None and one.knocks("a" * 12) is None
    two.deduct(knocks)
    assert two.guesses.are_spent("192.0.2.7") and not two.guesses.are_spent("192.0.2.8")
    seconds = Seconds()
    rates, rate = AddressRates(seconds), limits.Rate(burst=6, per_s=0.0)
    rates.deduct(knocks.connections, rate)
    assert rates.spend("2001:db8::1", rate) and not rates.spend("2001:db8::2", rate)


def test_s4_many_addresses_do_not_make_a_long_message() -> None:
    """Those that knocked most are told."""
    doors = Doors()
    for n in range(MOST_ADDRESSES + 500):
        doors.connections.spend(f"10.0.{n >> 8}.{n & 255}", limits.ADDRESS)
    for _ in range(3):
        doors.connections.spend("10.0.0.0", limits.ADDRESS)
    knocks = doors.knocks("a" * 12)
    assert knocks is not None and len(knocks.connections) == MOST_ADDRESSES
    assert knocks.connections[0] == ("10.0.0.0", 4)
