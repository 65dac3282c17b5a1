"""Wakes a server at the moment when time alone will change a room."""

import asyncio
from collections.abc import Callable
from typing import Final

SOON_S: Final = (0.005, 0.01, 0.02, 0.04)
"""A deadline that has passed by this server's clock may lie just ahead by the log's: so it rings
again, and then more seldom."""
TURN_S: Final = 0.1
"""How long a server leaves it to another one that has the room, too, to say so."""
LATE_S: Final = 0.5
"""A wait that would end so much too late was set before the clock leapt or this machine slept."""


class Deadline:
    """Calls `ring` once, when a deadline has passed by `clock`, in milliseconds; and a moment
    later where `goes_first` says that another server will do so."""

    def __init__(
        self, clock: Callable[[], int], ring: Callable[[], None], goes_first: Callable[[], bool]
    ) -> None:
        self._clock, self._ring, self._goes_first = clock, ring, goes_first
        self._due_ms: int | None = None
        self._rung = 0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_set(self) -> bool:
        """Whether there is a deadline."""
        return self._due_ms is not None

    def watch(self, due_ms: int | None) -> None:
        """Wait for this deadline, and for no other; None for none."""
        if due_ms != self._due_ms:
            self._rung = 0
        self.cancel()
        self._due_ms = due_ms
        if due_ms is not None:
            soon_s = SOON_S[min(self._rung, len(SOON_S) - 1)]
            wait_s = max(soon_s, self._left_s(due_ms))
            self._timer = asyncio.get_running_loop().call_later(wait_s, self._now)

    def _now(self) -> None:
        self._rung += 1
        self._ring()

    def _left_s(self, due_ms: int) -> float:
        turn_s = 0.0 if self._goes_first() else TURN_S
        return (due_ms - self._clock()) / 1000 + turn_s

    def look(self) -> None:
        """Called once a second: waits are in this machine's own time, which is not the room's
        where its clock was set right or the machine slept."""
        due_ms, timer = self._due_ms, self._timer
        if due_ms is None or timer is None or timer.cancelled():
            return
        left_s = timer.when() - asyncio.get_running_loop().time()
        if left_s > 0 and left_s - self._left_s(due_ms) > LATE_S:
            self.watch(due_ms)

    def cancel(self) -> None:
        """Wait for nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._due_ms = self._timer = None
