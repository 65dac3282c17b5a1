"""Keeps to a rate: how a client of ours stays within the server's limits by itself."""

from typing import Final

from protocols import limits

PACE: Final = 0.9
"""The share of the allowed rate a client uses, since two clocks never agree exactly."""


class Pacer:
    """Spreads commands so that a rate is kept, with so many of a burst in reserve for what is sent
    again: another server may not know that it was counted. Times are seconds of any one clock."""

    def __init__(self, rate: limits.Rate, reserve: int = 0) -> None:
        self._burst = (rate.burst - reserve) * PACE
        self._per_s = rate.per_s * PACE
        self._tokens, self._last = self._burst, 0.0

    def wait_s(self, now: float) -> float:
        """Take the next turn; returns how long to wait for it."""
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._last) * self._per_s)
        self._last = now
        self._tokens -= 1
        return max(0.0, -self._tokens / self._per_s)
