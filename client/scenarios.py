"""What a crowd of light clients does in a room, and how its cost is measured."""

import random
import time
from collections.abc import Sequence
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
from client.meters import Histogram, Measured, Meter, between, interpolated, percentile, user_part
from client.own_server import Cpu
from protocols.commands import CastOpinion, PostIdea
from protocols.limits import SEAT

ENTER_S: Final = 150.0
WINDOW_S: Final = 2.0
"""All votes of a storm fall into this long."""
WARM: Final = 5
CHANGES: Final = 100
CHANGES_PER_S: Final = 25.0
WRITERS: Final = 8
"""So many take turns in causing changes, since one alone would be too fast."""
IDEAS_PER_S: Final = 200.0
IDEAS_S: Final = 6.0
IDEA: Final = "We answer every letter on the day it came, and say who will see to it."
REST_S: Final = 20.0
"""As long as the server takes to look for signs of life once everywhere."""
LAST_PRESENCE_S: Final = 7.0
LOST_S: Final = 5.0


class Door(Struct, frozen=True):
    """Where some of the people come in: a server, and how to speak there of a room."""

    base: str
    speech: Speech
    room: int = 0


class Readings(Struct, frozen=True):
    """What had been used at a moment."""

    cpu: Cpu | None
    redis_s: float | None
    bytes: int


class Run:
    """One scenario: its people come in, then something happens, and both are measured. They come
    by the doors in turn."""

    def __init__(self, scenario: str, people: int, doors: Sequence[Door], meter: Meter) -> None:
        servers = len({door.base for door in doors})
        rooms = len({door.room for door in doors})
        self.result = Measured(scenario, people, servers, rooms)
        self.people = people
        self.doors = doors
        self.meter = meter
        addresses = [address(door.base, door.speech) for door in doors]
        self.crowd = Crowd(addresses, self._upgraded, self._entering)
        self._online: dict[int, int] = {}
        self._acks: list[float] = []

    def _upgraded(self, wire: Wire) -> None:
        self.doors[wire.door].speech.upgraded(self.crowd, wire)

    def _entering(self, wire: Wire, payload: bytes) -> None:
        door = self.doors[wire.door]
        self._online[door.room] = max(self._online.get(door.room, 0), online(payload))
        door.speech.entering(self.crowd, wire, payload)

    def _step(self, wire: Wire) -> int:
        """The step that this person's commands are meant for."""
        speech = self.doors[wire.door].speech
        return speech.step if isinstance(speech, Oneroom) else 0

    # Coming in

    def enter(self, *, rest: bool = True) -> None:
        """Everybody comes in; what that costs is noted. With `rest` everybody then waits for the
        word that all are online, which comes late, so that it falls into nothing else."""
        kb, before = self.meter.rss_kb(), self._readings()
        self.crowd.enter(self.people, self.doors[0].speech.allowed, ENTER_S)
        self.crowd.until(time.perf_counter() + 0.3)
        used, redis_s, received = self._since(before)
        result = self.result
        result.bytes_per_join = received / self.people
        if used:
            result.server_cpu_us_per_join = used.total_s / self.people * 1e6
        if redis_s is not None:
            result.redis_cpu_us_per_join = redis_s / self.people * 1e6
        if not rest:
            return
        self._rest()
        if kb is not None:
            now = self.meter.rss_kb() or kb
            result.server_kb_per_person = (now - kb) / self.people
        for wire in self.crowd.wires:
            wire.frames = 0

    def _rest(self) -> None:
        """Wait for what comes late after joining: the word that all are online."""
        end = time.perf_counter() + LAST_PRESENCE_S
        ours = isinstance(self.doors[0].speech, Oneroom)
        while ours and sum(self._online.values()) < self.people and time.perf_counter() < end:
            self.crowd.poll(0.05)
        self.crowd.until(time.perf_counter() + 0.5)

    # What is noted

    def _readings(self) -> Readings:
        return Readings(self.meter.cpu(), self.meter.redis_s(), self.crowd.received)

    def _since(self, before: Readings) -> tuple[Cpu | None, float | None, int]:
        """What was used after a reading: CPU of servers and of Redis, and bytes; noted as well."""
        now, result = self._readings(), self.result
        used = now.cpu.since(before.cpu) if now.cpu and before.cpu else None
        if used:
            result.server_cpu_s, result.server_cpu_user_s = used.total_s, user_part(used)
        redis_s = None
        if now.redis_s is not None and before.redis_s is not None:
            result.redis_cpu_s = redis_s = now.redis_s - before.redis_s
        return used, redis_s, now.bytes - before.bytes

    def _note_commands(self, before: Readings, commands: int) -> int:
        """Note what so many commands cost. Returns the bytes that came in meanwhile."""
        used, redis_s, received = self._since(before)
        result = self.result
        result.commands = commands
        if used:
            result.server_cpu_us_per_command = used.total_s / commands * 1e6
        if redis_s is not None:
            result.redis_cpu_us_per_command = redis_s / commands * 1e6
        return received

    def _note_held(self, before: tuple[int, int], commands: int) -> None:
        memory, file = (
            now - then for now, then in zip(self.meter.redis_holds(), before, strict=True)
        )
        if file:
            self.result.redis_bytes_per_command = memory / commands
            self.result.redis_file_bytes_per_command = file / commands

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

    def idle(self, seconds: float) -> None:
        """Nobody does anything. The server looks for signs of life every twenty seconds."""
        before = self._readings()
        self.crowd.until(time.perf_counter() + seconds)
        used, redis_s, _ = self._since(before)
        if used:
            self.result.idle_cpu_ms_per_s = used.total_s / seconds * 1000
        if redis_s is not None:
            self.result.idle_redis_cpu_ms_per_s = redis_s / seconds * 1000
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
        lost, before, moment = 0, self._readings(), time.perf_counter()
        for number in range(1, WARM + CHANGES + 1):
            if number == WARM + 1:
                self.crowd.until(time.perf_counter() + 0.2)
                before, deliveries, received = self._readings(), 0, 0
                moment = time.perf_counter()
            self.crowd.until(moment)
            target, got = number, 0
            writer = writers[number % len(writers)]
            frame = self.doors[writer.door].speech.broadcast(writer, number, size)
            sent = writer.asked_at = time.perf_counter()
            writer.send(frame)
            while got < self.people and time.perf_counter() < sent + LOST_S:
                self.crowd.poll(0.05)
            lost += self.people - got
            times.append(time.perf_counter() - sent)
            moment = max(moment + pause, time.perf_counter())
        used, _, _ = self._since(before)
        result = self.result
        if used:
            result.server_cpu_us_per_delivery = used.total_s / deliveries * 1e6
            result.server_user_us_per_delivery = user_part(used) / deliveries * 1e6
        result.deliveries, result.lost = deliveries, lost
        result.bytes_per_delivery = received / deliveries
        result.all_have_it_ms_p50 = percentile(times[WARM:], 0.5) * 1000
        if self._acks:
            self._note_acks()
        self._note_frames()

    # A storm of votes

    def vote(self, choice: int) -> None:
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
        frame = do(2, self._step(wires[0]), CastOpinion(choice, "agree"))
        chance = random.Random(7)
        moments = sorted(chance.uniform(0, WINDOW_S) for _ in wires)
        earlier = self.meter.acks()
        before, start = self._readings(), time.perf_counter()
        for wire, moment in zip(wires, moments, strict=True):
            self.crowd.until(start + moment)
            wire.asked_at = time.perf_counter()
            wire.send(frame)
        last_vote = time.perf_counter()
        self.crowd.wait(lambda: shown == acked == self.people, 60, "the final tally")
        self._note_commands(before, self.people)
        self.result.final_tally_ms = (last_shown - last_vote) * 1000
        self.result.final_tally_after_ack_ms = (last_shown - last_ack) * 1000
        self._note_acks()
        self._note_server_acks(earlier)
        self._note_frames()

    # Ideas

    def ideas(self, rate: float, seconds: float) -> None:
        """A steady stream of cards, so many a second or as many as these people may write, at most
        one of a person under way."""
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
        rate = min(rate, len(wires) * SEAT.per_s * CAREFUL)
        count = int(rate * seconds)
        earlier, held, before = self.meter.acks(), self.meter.redis_holds(), self._readings()
        start = time.perf_counter()
        for number in range(count):
            wire = wires[number % len(wires)]
            self.crowd.until(start + number / rate)
            self.free(wire)
            self.ask(wire, IDEA)
        self.crowd.wait(lambda: acked == count, 30, "the last answer")
        received = self._note_commands(before, count)
        self._note_held(held, count)
        self._note_acks()
        self._note_server_acks(earlier)
        self._note_frames()
        result = self.result
        result.deliveries = sum(wire.frames for wire in wires) - count
        result.bytes_per_delivery = received / max(1, result.deliveries)

    def free(self, wire: Wire) -> None:
        """Wait until what a person asked is answered."""
        if wire.asked_at:
            self.crowd.wait(lambda: not wire.asked_at, 30, "an answer")

    def ask(self, wire: Wire, text: str) -> None:
        """Have a person post a card."""
        wire.ref += 1
        frame = do(wire.ref, self._step(wire), PostIdea(0), text)
        wire.asked_at = time.perf_counter()
        wire.send(frame)
