"""The time of a server that has its log to itself (rule L10)."""

import time
from collections.abc import Callable
from typing import Final

from server.logs.reckoning import first_correction, steady_ms

BEHIND_MS: Final = 1_000
"""How far the wall clock must be ahead to be caught up with."""


class OwnClock:
    """Milliseconds since 1970, by calling it: what the wall clock said at the start, counted on by
    one that nobody can set. So a clock that is set while rooms run moves no deadline."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = steady_ms,
    ) -> None:
        self._wall, self._steady = wall, steady
        self._ahead = wall() * 1000 - steady()

    def __call__(self) -> int:
        return int(self._steady() + self._ahead)

    def not_before(self, latest_ms: int) -> None:
        """Begin at the last time that the log knows where the wall clock was set back since: until
        then rooms would stand still. More than a day is nonsense, and left to its room."""
        self._ahead += first_correction(0, self(), self(), latest_ms)

    def catch_up(self) -> None:
        """Go forward to the wall clock, where that was set right. For when no room's time runs."""
        ahead = self._wall() * 1000 - self._steady()
        if ahead > self._ahead + BEHIND_MS:
            self._ahead = ahead
