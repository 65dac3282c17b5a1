"""How late the people on one server see what another server took."""

import re
import time
from typing import Final

from client.crowds import CAREFUL, MARK, complain, is_ack, mark
from client.light import Wire
from client.meters import percentile
from client.scenarios import IDEA, IDEAS_PER_S, Run
from protocols.limits import SEAT

SHOWN_S: Final = 4.0
GRACE_S: Final = 1.0
"""So long the last card may take to every phone, before one counts as not shown."""

Shows = dict[bytes, list[float]]
"""When a frame came to each phone of a server, in the order of the frames."""


class Spread:
    """Cards that everybody sees, written by the people of all servers in turn. Each is known by a
    mark; of each, the moments are noted when it was sent, acknowledged, and shown to each phone."""

    def __init__(self, run: Run) -> None:
        self._run = run
        bases = sorted({door.base for door in run.doors})
        self._server = [bases.index(door.base) for door in run.doors]
        self._shows: list[Shows] = [{} for _ in bases]
        self._sent: dict[int, tuple[int, float]] = {}
        self._acked: dict[int, float] = {}
        self._asked: dict[Wire, int] = {}

    def perform(self) -> None:
        """Write the cards, wait until everybody has them, and note how long each took."""
        run, wires = self._run, self._run.crowd.wires
        run.crowd.hear = self._hear
        rate = min(IDEAS_PER_S, len(wires) * SEAT.per_s * CAREFUL)
        start = time.perf_counter()
        for number in range(1, int(rate * SHOWN_S) + 1):
            wire = wires[number % len(wires)]
            run.crowd.until(start + number / rate)
            run.free(wire)
            self._asked[wire] = number
            run.ask(wire, mark(number, len(IDEA)).decode())
            self._sent[number] = self._server[wire.door], wire.asked_at
        run.crowd.wait(lambda: len(self._acked) == len(self._sent), 30, "the last answer")
        run.crowd.until(time.perf_counter() + GRACE_S)
        self._note()

    def _hear(self, wire: Wire, payload: bytes) -> None:
        if wire.asked_at and is_ack(payload):
            self._acked[self._asked[wire]] = time.perf_counter()
            wire.asked_at = 0.0
        elif MARK.search(payload):
            shows = self._shows[self._server[wire.door]]
            shows.setdefault(payload, []).append(time.perf_counter())
        else:
            complain(payload)

    def _note(self) -> None:
        away: list[float] = []
        home: list[float] = []
        after_sending: list[float] = []
        lost, result = 0, self._run.result
        for server, shows in enumerate(self._shows):
            missing = set(self._sent)
            for payload, times in shows.items():
                for number in first_shown(payload, missing):
                    taken_by, sent = self._sent[number]
                    acked = self._acked[number]
                    (home if taken_by == server else away).extend(one - acked for one in times)
                    if taken_by != server:
                        after_sending.extend(one - sent for one in times)
            lost += len(missing)
        result.lost = (result.lost or 0) + lost
        result.shown_ms_p50 = percentile(away, 0.5) * 1000
        result.shown_ms_p99 = percentile(away, 0.99) * 1000
        result.shown_at_home_ms_p50 = percentile(home, 0.5) * 1000
        result.shown_at_home_ms_p99 = percentile(home, 0.99) * 1000
        result.shown_after_sending_ms_p99 = percentile(after_sending, 0.99) * 1000


def first_shown(payload: bytes, missing: set[int]) -> list[int]:
    """The marks of a frame that no earlier frame has shown; they are missing no more."""
    found = [int(number) for number in re.findall(MARK, payload)]
    new = [number for number in found if number in missing]
    missing.difference_update(new)
    return new
