"""What a crowd of light clients does in a room, and how its cost is measured."""

import math
import random
import time
import urllib.request
from pathlib import Path
from typing import Final

from msgspec import Struct

from client.crowds import (
    CAREFUL,
    Once,
    Oneroom,
    Speech,
    address,
    complain,
    do,
    is_ack,
    is_patch,
    marked,
    most_voters,
    online,
)
from client.light import Crowd, Wire
from client.own_server import Cpu, cpu_of
from protocols.commands import CastOpinion, PostIdea
from protocols.limits import SEAT

ENTER_S: Final = 60.0
WINDOW_S: Final = 2.0
"""All votes of a storm fall into this long."""
WARM: Final = 5
CHANGES: Final = 150
CHANGES_PER_S: Final = 20.0
WRITERS: Final = 8
"""So many take turns in causing changes, since one alone would be too fast."""
IDEAS_PER_S: Final = 200.0
IDEAS_S: Final = 10.0
IDEA: Final = "We answer every letter on the day it came, and say who will see to it."
REST_S: Final = 5.0
LAST_PRESENCE_S: Final = 7.0
LOST_S: Final = 5.0


Histogram = list[tuple[float, int]]
"""(seconds at most, so many), cumulated; the last bound is infinite."""


class Measured(Struct, omit_defaults=False):
    """What one run tells. Null where it does not apply, or the server is on another machine."""

    scenario: str
    people: int
    seconds: float | None = None
    server_cpu_s: float | None = None
    server_cpu_user_s: float | None = None
    server_cpu_us_per_delivery: float | None = None
    server_user_us_per_delivery: float | None = None
    server_cpu_us_per_join: float | None = None
    server_kb_per_person: float | None = None
    idle_cpu_ms_per_s: float | None = None
    final_tally_ms: float | None = None
    final_tally_after_ack_ms: float | None = None
    ack_ms_p50: float | None = None
    ack_ms_p99: float | None = None
    server_ack_ms_p50: float | None = None
    server_ack_ms_p99: float | None = None
    """From the histogram of the server, straight between the ends of the class that holds it."""
    all_have_it_ms_p50: float | None = None
    deliveries: int | None = None
    bytes_per_delivery: float | None = None
    frames_per_person: float | None = None
    lost: int | None = None


class Meter:
    """A server's figures: its process if it runs on this machine, its page if it has one."""

    def __init__(self, pid: int, base: str, key: str) -> None:
        self._pid, self._base, self._key = pid, base, key

    def cpu(self) -> Cpu | None:
        """CPU so far."""
        return cpu_of(self._pid) if self._pid else None

    def rss_kb(self) -> int | None:
        """Resident memory in KiB."""
        if not self._pid:
            return None
        status = Path(f"/proc/{self._pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])

    def acks(self) -> Histogram:
        """The histogram of answers so far. Fetching it costs the server a little CPU, so it lies
        outside of what is measured."""
        request = urllib.request.Request(
            f"{self._base}/metrics", headers={"Authorization": f"Bearer {self._key}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            page = answer.read().decode()
        head = 'oneroom_ack_seconds_bucket{le="'
        lines = [line[len(head) :] for line in page.splitlines() if line.startswith(head)]
        return [(float(bound), int(n)) for bound, n in (line.split('"} ') for line in lines)]


class Run:
    """One scenario: its people come in, then something happens, and both are measured."""

    def __init__(self, scenario: str, people: int, base: str, speech: Speech, meter: Meter) -> None:
        self.result = Measured(scenario, people)
        self.people = people
        self.speech = speech
        self.meter = meter
        self.crowd = Crowd(address(base, speech), self._upgraded, self._entering)
        self._online = 0
        self._acks: list[float] = []

    def _upgraded(self, wire: Wire) -> None:
        self.speech.upgraded(self.crowd, wire)

    def _entering(self, wire: Wire, payload: bytes) -> None:
        self._online = max(self._online, online(payload))
        self.speech.entering(self.crowd, wire, payload)

    def enter(self) -> None:
        """Everybody comes in; what that costs is noted."""
        kb, before = self.meter.rss_kb(), self.meter.cpu()
        self.crowd.enter(self.people, self.speech.allowed, ENTER_S)
        self.crowd.until(time.perf_counter() + 0.3)
        after = self.meter.cpu()
        if before and after:
            joining = after.since(before)
            self.result.server_cpu_us_per_join = joining.total_s / self.people * 1e6
            self._note_cpu(joining)
        self._rest()
        if kb is not None:
            now = self.meter.rss_kb() or kb
            self.result.server_kb_per_person = (now - kb) / self.people
        for wire in self.crowd.wires:
            wire.frames = 0

    def _rest(self) -> None:
        """Wait for what comes late after joining: the word that all are online."""
        end = time.perf_counter() + LAST_PRESENCE_S
        ours = isinstance(self.speech, Oneroom)
        while ours and self._online < self.people and time.perf_counter() < end:
            self.crowd.poll(0.05)
        self.crowd.until(time.perf_counter() + 0.5)

    def _note_cpu(self, used: Cpu) -> None:
        self.result.server_cpu_s = used.total_s
        self.result.server_cpu_user_s = user_part(used)

    def _note_frames(self) -> None:
        total = sum(wire.frames for wire in self.crowd.wires)
        self.result.frames_per_person = total / self.people

    def _answered(self, wire: Wire) -> float:
        now = time.perf_counter()
        self._acks.append(now - wire.asked_at)
        wire.asked_at = 0.0
        return now

    def _note_acks(self) -> None:
        self.result.ack_ms_p50 = percentile(self._acks, 0.5) * 1000
        self.result.ack_ms_p99 = percentile(self._acks, 0.99) * 1000

    def _note_server_acks(self, earlier: Histogram) -> None:
        since = between(earlier, self.meter.acks())
        self.result.server_ack_ms_p50 = interpolated(since, 0.5) * 1000
        self.result.server_ack_ms_p99 = interpolated(since, 0.99) * 1000

    # Idle

    def idle(self) -> None:
        """Nobody does anything."""
        before = self.meter.cpu()
        self.crowd.until(time.perf_counter() + REST_S)
        after = self.meter.cpu()
        if before and after:
            used = after.since(before)
            self._note_cpu(used)
            self.result.idle_cpu_ms_per_s = used.total_s / REST_S * 1000
        self._note_frames()

    # Fan-out

    def fan(self, size: int) -> None:
        """Changes of `size` bytes, one after the other: each is under way until all have it."""
        wires, look = self.crowd.wires, Once(marked)
        writers = wires[:WRITERS]
        pause = 1 / min(CHANGES_PER_S, len(writers) * SEAT.per_s * CAREFUL)
        target = got = deliveries = received = 0

        def hear(wire: Wire, payload: bytes) -> None:
            nonlocal got, deliveries, received
            number = look(payload)
            if number:
                deliveries += 1
                received += len(payload)
                if number == target and wire.seen < number:
                    wire.seen = number
                    got += 1
            elif wire.asked_at and is_ack(payload):
                self._answered(wire)
            else:
                complain(payload)

        self.crowd.hear = hear
        times: list[float] = []
        lost, before, moment = 0, None, time.perf_counter()
        for number in range(1, WARM + CHANGES + 1):
            if number == WARM + 1:
                self.crowd.until(time.perf_counter() + 0.2)
                before, deliveries, received, moment = self.meter.cpu(), 0, 0, time.perf_counter()
            self.crowd.until(moment)
            target, got = number, 0
            writer = writers[number % len(writers)]
            frame = self.speech.broadcast(writer, number, size)
            sent = writer.asked_at = time.perf_counter()
            writer.send(frame)
            while got < self.people and time.perf_counter() < sent + LOST_S:
                self.crowd.poll(0.05)
            lost += self.people - got
            times.append(time.perf_counter() - sent)
            moment = max(moment + pause, time.perf_counter())
        after = self.meter.cpu()
        result = self.result
        if before and after:
            used = after.since(before)
            self._note_cpu(used)
            result.server_cpu_us_per_delivery = used.total_s / deliveries * 1e6
            result.server_user_us_per_delivery = user_part(used) / deliveries * 1e6
        result.deliveries, result.lost = deliveries, lost
        result.bytes_per_delivery = received / deliveries
        result.all_have_it_ms_p50 = percentile(times[WARM:], 0.5) * 1000
        if self._acks:
            self._note_acks()
        self._note_frames()

    # A storm of votes

    def vote(self, step: int, choice: int) -> None:
        """Everybody votes once, at a moment of her own."""
        look, wires = Once(most_voters), self.crowd.wires
        shown = acked = 0
        last_ack = last_shown = 0.0

        def hear(wire: Wire, payload: bytes) -> None:
            nonlocal shown, acked, last_ack, last_shown
            if is_patch(payload):
                people = look(payload)
                if people > wire.seen:
                    wire.seen = people
                    if people == self.people:
                        shown += 1
                        last_shown = time.perf_counter()
            elif wire.asked_at and is_ack(payload):
                acked += 1
                last_ack = self._answered(wire)
            else:
                complain(payload)

        self.crowd.hear = hear
        frame = do(2, step, CastOpinion(choice, "agree"))
        chance = random.Random(7)
        moments = sorted(chance.uniform(0, WINDOW_S) for _ in wires)
        earlier = self.meter.acks()
        before, start = self.meter.cpu(), time.perf_counter()
        for wire, moment in zip(wires, moments, strict=True):
            self.crowd.until(start + moment)
            wire.asked_at = time.perf_counter()
            wire.send(frame)
        last_vote = time.perf_counter()
        self.crowd.wait(lambda: shown == acked == self.people, 60, "the final tally")
        after = self.meter.cpu()
        if before and after:
            self._note_cpu(after.since(before))
        self.result.final_tally_ms = (last_shown - last_vote) * 1000
        self.result.final_tally_after_ack_ms = (last_shown - last_ack) * 1000
        self._note_acks()
        self._note_server_acks(earlier)
        self._note_frames()

    # Ideas

    def ideas(self, step: int) -> None:
        """A steady stream of cards, at most one of a person under way."""
        wires = self.crowd.wires
        acked = 0

        def hear(wire: Wire, payload: bytes) -> None:
            nonlocal acked
            if wire.asked_at and is_ack(payload):
                acked += 1
                self._answered(wire)
            else:
                complain(payload)

        self.crowd.hear = hear
        rate = min(IDEAS_PER_S, len(wires) * SEAT.per_s * CAREFUL)
        count = int(rate * IDEAS_S)
        frames = [do(2 + n, step, PostIdea(0), IDEA) for n in range(count // len(wires) + 1)]
        earlier, before = self.meter.acks(), self.meter.cpu()
        start = time.perf_counter()
        for number in range(count):
            wire = wires[number % len(wires)]
            self.crowd.until(start + number / rate)
            if wire.asked_at:
                self.crowd.wait(lambda wire=wire: not wire.asked_at, 30, "an answer")  # type: ignore[misc]  # no type for a default
            wire.asked_at = time.perf_counter()
            wire.send(frames[number // len(wires)])
        self.crowd.wait(lambda: acked == count, 30, "the last answer")
        after = self.meter.cpu()
        if before and after:
            self._note_cpu(after.since(before))
        self._note_acks()
        self._note_server_acks(earlier)
        self._note_frames()


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of the others lies; 0 where there are none."""
    ordered = sorted(values)
    return ordered[round(share * (len(ordered) - 1))] if ordered else 0.0


def user_part(used: Cpu) -> float:
    """User seconds: the ticks' share of the exact total, since a tick is as long as 10 ms."""
    ticks = used.user_s + used.system_s
    return used.total_s * used.user_s / ticks if ticks else 0.0


def between(before: Histogram, after: Histogram) -> Histogram:
    """What came into a histogram between two readings."""
    return [(bound, n - was) for (bound, n), (_, was) in zip(after, before, strict=True)]


def interpolated(histogram: Histogram, share: float) -> float:
    """The value below which this share lies, as if each class were filled evenly; the last bound
    that is finite where it lies beyond. 0 where nothing was counted."""
    wanted = histogram[-1][1] * share
    low, counted = 0.0, 0
    for bound, n in histogram:
        if n > counted and n >= wanted:
            return (
                low
                if bound == math.inf
                else low + (bound - low) * (wanted - counted) / (n - counted)
            )
        counted = n
        if bound != math.inf:
            low = bound
    return 0.0
