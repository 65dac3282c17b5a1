"""How a server counts the log's time between looks at Redis' clock (rule L10). Pure: numbers go in.

The log's time is Redis' clock plus a correction that all servers share. Redis' clock can be set
under running rooms, or be another machine's after a fail-over; a server's steady clock cannot be
set, but nobody else reads it and it runs a little off. So the steady clock counts, Redis' clock
says how far it is off, and where the two come apart by more than drift explains, the servers agree
on another correction. The clock on a server's wall, which can be set too, is asked for nothing.
"""

import math
import time
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

LOOKS: Final = 8
"""How many looks at Redis' clock count; of these the one with the shortest way tells best."""
APART_MS: Final = 150.0
"""What drift may explain. Beyond it, and beyond what the way of a look leaves open, a clock was
set. Two servers that each stay within it are at most 300 ms from each other."""
SLEW: Final = 0.05
"""By how much a second may be longer or shorter while a server comes back to the log's time."""
STRAY_MS: Final = 2.0
"""By how much Redis' clock and the steady one drift apart while looks are kept, at most."""
AGREED_MS: Final = 300
"""Two servers that would correct Redis' clock by amounts as near as this see the same."""
KEPT_MS: Final = 10_000
"""A server that has counted for so long is believed as much as any."""
SUSPECT_MS: Final = 5_000
DAY_MS: Final = 86_400_000
# Linux' monotonic clock stands still while the machine sleeps, that of macOS goes on.
_STEADY: Final[int] = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady_ms() -> float:
    """Milliseconds since some moment, by a clock that nobody can set and that goes on while this
    machine sleeps."""
    return time.clock_gettime(_STEADY) * 1000


class Look(Struct, frozen=True):
    """One look at Redis' clock: what it said, with the steady clock before and after; all in
    milliseconds."""

    before: float
    after: float
    redis: float

    @property
    def way(self) -> float:
        """How long the way there and back took."""
        return self.after - self.before

    @property
    def middle(self) -> float:
        """When Redis said it, as the steady clock knows it best."""
        return (self.before + self.after) / 2

    @property
    def ahead(self) -> float:
        """How far Redis' clock is ahead of the steady one."""
        return self.redis - self.middle


class Reckoning:
    """The log's time as one server counts it. It never goes back and, but for `follow`, never
    leaps; `correction` is what it adds to Redis' clock."""

    def __init__(self, look: Look, correction: int) -> None:
        self._set(look, correction)

    def _set(self, look: Look, correction: int) -> None:
        self.correction = correction
        self.since = look.after
        """When it was last set; it has counted from then on."""
        self._looks = [look]
        self._from = look.after
        self._ahead = self._goal = look.ahead + correction

    def at(self, steady: float) -> int:
        """The log's time when the steady clock reads so much, in milliseconds since 1970."""
        return math.floor(steady + self._ahead_at(steady))

    def _ahead_at(self, steady: float) -> float:
        most = SLEW * max(0.0, steady - self._from)
        return self._ahead + max(-most, min(most, self._goal - self._ahead))

    def take(self, look: Look, correction: int, now: float) -> bool:
        """Take a look at Redis' clock, and the correction that all share. False, and nothing
        changes, where the two do not give the time that was counted here."""
        apart = look.ahead + correction - self._ahead_at(look.middle)
        if abs(apart) > APART_MS + look.way / 2:
            return False
        self.correction = correction
        fits = [one for one in self._looks if _fit(one, look)]
        self._looks = [*fits[1 - LOOKS :], look]
        self._ahead, self._from = self._ahead_at(now), now
        self._goal = min(self._looks, key=lambda one: one.way).ahead + correction
        return True

    def wanted(self, look: Look) -> int:
        """The correction with which Redis' clock would give the time that was counted here."""
        return round(self._ahead_at(look.middle) - look.ahead)

    def follow(self, look: Look, correction: int, now: float) -> None:
        """Take Redis' clock with this correction, whatever was counted here."""
        if not self.take(look, correction, now):
            self._set(look, correction)


def _fit(one: Look, other: Look) -> bool:
    """Whether two looks can be at the same clock, which nobody set in between."""
    return abs(one.ahead - other.ahead) <= (one.way + other.way) / 2 + STRAY_MS


class Opinion(Struct, frozen=True):
    """By how much a server would correct Redis' clock, and for how long it has counted, in ms."""

    correction: int
    kept_ms: int


def outweighed(shared: int, own: Opinion, others: Sequence[Opinion]) -> bool:
    """Whether a server that finds Redis' clock wrong is to give in. It does where those who find
    nothing wrong have counted for as long as those who see what it sees: then this machine was
    held up, and not Redis' clock was set."""

    def weight(opinions: Sequence[Opinion], correction: int) -> int:
        near = (one for one in opinions if abs(one.correction - correction) <= AGREED_MS)
        return sum(1 + min(one.kept_ms, KEPT_MS) for one in near)

    content = weight(others, shared)
    return content > 0 and content >= weight([own, *others], own.correction)


def first_correction(
    shared: int, redis_ms: int, wall_ms: int, latest_ms: int, unsure_ms: int = 0
) -> int:
    """The correction with which a server begins that is alone, so that nobody has counted on.
    `latest_ms` is the last log time that is known, 0 where none is; the log may have gone on for
    `unsure_ms` after it.

    Where Redis' clock is right by this machine's, no correction is needed any more. But time does
    not go back: a room that is ahead of the log's time would stand still until then. Only what lies
    more than a day ahead is nonsense, and left to the rooms it came from."""
    if abs(wall_ms - redis_ms) <= SUSPECT_MS < abs(shared):
        shared = 0
    lost = latest_ms - (redis_ms + shared)
    if lost > SUSPECT_MS:
        lost += unsure_ms
    return shared + lost if 0 < lost < DAY_MS else shared
