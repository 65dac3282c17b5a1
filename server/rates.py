"""How fast things may come: commands by seat, whatever its devices, and by room; connections and
guesses by address.

Servers of one Redis tell each other each second what was spent, and deduct what they hear: a limit
holds for all of them together, though what comes within one second may be counted late. (S4)
"""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address
from typing import Final

from protocols import limits
from protocols.between import MOST_ADDRESSES, MOST_SEATS, Knocks, Spent, Uses
from rooms.kernel import Refused

Bucket = tuple[float, float]
"""Tokens left, and when that was, in seconds of the monotonic clock."""
Seconds = Callable[[], float]
FULL: Final = float(limits.SEAT.burst)
ADDRESSES_KEPT: Final = 10_000


def deducted(bucket: Bucket, rate: limits.Rate, uses: int, now: float) -> Bucket:
    """A bucket after uses elsewhere. What was spent in excess is owed, but no more than a burst."""
    tokens, last = bucket
    tokens = min(rate.burst, tokens + (now - last) * rate.per_s) - uses
    return max(tokens, -float(rate.burst)), now


class Rates:
    """The buckets of one room."""

    def __init__(self, seconds: Seconds = time.monotonic) -> None:
        self._seconds = seconds
        self._seats: dict[int, Bucket] = {}
        self._room: Bucket = (float(limits.ROOM.burst), seconds())
        self._spent: Counter[int] = Counter()

    def spend(self, seat: int, client: int, *, told: bool = True) -> None:
        """Count one command of a seat, or of a client without one. Refused `too_fast` or
        `room_busy` where that is one too many. Of a blind one other servers are not `told` whose it
        is: the moment would betray the author."""
        now = self._seconds()
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
        self._spent[seat if told else 0] += 1

    def forget(self, client: int) -> None:
        """A client without a seat is gone."""
        self._seats.pop(-client, None)

    def spent(self, me: str) -> Spent | None:
        """What was spent since this was last asked, to be told to other servers."""
        spent, self._spent = self._spent, Counter()
        room = spent.total()
        spent.pop(0, None)  # blind ones, and clients without a seat
        return Spent(me, room, spent.most_common(MOST_SEATS)) if room else None

    def deduct(self, spent: Spent) -> None:
        """Count what was spent at another server."""
        now = self._seconds()
        self._room = deducted(self._room, limits.ROOM, spent.room, now)
        for seat, uses in spent.seats:
            bucket = self._seats.get(seat, (FULL, now))
            self._seats[seat] = deducted(bucket, limits.SEAT, uses, now)


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

    def __init__(self, seconds: Seconds = time.monotonic) -> None:
        self._seconds = seconds
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._spent: Counter[str] = Counter()

    def spend(self, address: str, rate: limits.Rate) -> bool:
        """Count one use; whether it was within the rate."""
        address = network(address)
        now = self._seconds()
        tokens, last = self._buckets.pop(address, (float(rate.burst), now))
        tokens, allowed = rate.spend(tokens, now - last)
        self._keep(address, (tokens, now))
        if allowed:
            self._spent[address] += 1
        return allowed

    def is_spent(self, address: str, rate: limits.Rate) -> bool:
        """Whether one more use would be too many."""
        address = network(address)
        now = self._seconds()
        tokens, last = self._buckets.get(address, (float(rate.burst), now))
        return not rate.spend(tokens, now - last)[1]

    def spent(self) -> Uses:
        """The uses since this was last asked, of the addresses that had the most."""
        spent, self._spent = self._spent, Counter()
        return spent.most_common(MOST_ADDRESSES)

    def deduct(self, uses: Uses, rate: limits.Rate) -> None:
        """Count uses at another server."""
        now = self._seconds()
        for address, count in uses:
            bucket = self._buckets.pop(address, (float(rate.burst), now))
            self._keep(address, deducted(bucket, rate, count, now))

    def _keep(self, address: str, bucket: Bucket) -> None:
        self._buckets[address] = bucket
        if len(self._buckets) > ADDRESSES_KEPT:
            self._buckets.popitem(last=False)


class Guesses:
    """Who has asked for too many rooms that there are not. A code is short and leads into its
    room, so no door may tell freely whether there is a room of that code."""

    def __init__(self) -> None:
        self.rates = AddressRates()

    def are_spent(self, address: str) -> bool:
        """Whether this address is told no more which codes are wrong."""
        return self.rates.is_spent(address, limits.GUESSES)

    def missed(self, address: str) -> None:
        """Count a wrong code."""
        self.rates.spend(address, limits.GUESSES)


class Doors:
    """What comes to the doors of a server: connections, and wrong codes."""

    def __init__(self) -> None:
        self.connections = AddressRates()
        self.guesses = Guesses()

    def knocks(self, me: str) -> Knocks | None:
        """What came since this was last asked, to be told to other servers."""
        connections, guesses = self.connections.spent(), self.guesses.rates.spent()
        return Knocks(me, connections, guesses) if connections or guesses else None

    def deduct(self, knocks: Knocks) -> None:
        """Count what came to another server."""
        self.connections.deduct(knocks.connections, limits.ADDRESS)
        self.guesses.rates.deduct(knocks.guesses, limits.GUESSES)
