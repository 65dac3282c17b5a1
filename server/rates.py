"""How fast things may come: commands by seat, whatever its devices, and by room; connections and
guesses by address."""

import time
from collections import OrderedDict
from ipaddress import IPv6Address
from typing import Final

from protocols import limits
from rooms.kernel import Refused

Bucket = tuple[float, float]
"""Tokens left, and when that was, in seconds of the monotonic clock."""
FULL: Final = float(limits.SEAT.burst)
ADDRESSES_KEPT: Final = 10_000


class Rates:
    """The buckets of one room."""

    def __init__(self) -> None:
        self._seats: dict[int, Bucket] = {}
        self._room: Bucket = (float(limits.ROOM.burst), time.monotonic())

    def spend(self, seat: int, client: int) -> None:
        """Count one command of a seat, or of a client without one. Refused `too_fast` or
        `room_busy` where that is one too many."""
        now = time.monotonic()
        whose = seat or -client
        tokens, last = self._seats.get(whose, (FULL, now))
        tokens, allowed = limits.SEAT.spend(tokens, now - last)
        self._seats[whose] = (tokens, now)
        if not allowed:
            raise Refused("too_fast")
        tokens, last = self._room
        tokens, allowed = limits.ROOM.spend(tokens, now - last)
        self._room = (tokens, now)
        if not allowed:
            raise Refused("room_busy")

    def forget(self, client: int) -> None:
        """A client without a seat is gone."""
        self._seats.pop(-client, None)


def network(address: str) -> str:
    """Who an address counts as: of IPv6 the first half alone, since one machine has all of the
    second to itself."""
    if ":" not in address:
        return address
    try:
        ip = IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(ip.ipv4_mapped) if ip.ipv4_mapped else ip.exploded[:19]


class AddressRates:
    """One bucket for each of the latest addresses."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def spend(self, address: str, rate: limits.Rate) -> bool:
        """Count one use; whether it was within the rate."""
        address = network(address)
        now = time.monotonic()
        tokens, last = self._buckets.pop(address, (float(rate.burst), now))
        tokens, allowed = rate.spend(tokens, now - last)
        self._buckets[address] = (tokens, now)
        if len(self._buckets) > ADDRESSES_KEPT:
            self._buckets.popitem(last=False)
        return allowed

    def is_spent(self, address: str, rate: limits.Rate) -> bool:
        """Whether one more use would be too many."""
        address = network(address)
        now = time.monotonic()
        tokens, last = self._buckets.get(address, (float(rate.burst), now))
        return not rate.spend(tokens, now - last)[1]


class Guesses:
    """Who has asked for too many rooms that there are not. A code is short and leads into its
    room, so no door may tell freely whether there is a room of that code."""

    def __init__(self) -> None:
        self._rates = AddressRates()

    def are_spent(self, address: str) -> bool:
        """Whether this address is told no more which codes are wrong."""
        return self._rates.is_spent(address, limits.GUESSES)

    def missed(self, address: str) -> None:
        """Count a wrong code."""
        self._rates.spend(address, limits.GUESSES)
