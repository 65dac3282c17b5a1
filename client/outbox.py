"""The outbox of a program: commands on their way, and those the log may still lose (W5 to W8).

A command stays here until the server has answered it, and an acknowledged one until it is stable:
if every server lost it, together with the end of the log, this copy is the last. All are in one
list, in the order in which they were given. Nothing here waits or sends.
"""

import asyncio
from collections.abc import Callable, Container, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from msgspec import Struct

from client.replica import encode
from protocols.commands import ID_BITS
from protocols.wire import UNANSWERED, UNSTABLE

UNSTABLE_BYTES: Final = 256 * 1024
"""What acknowledged commands may weigh together while they wait to be stable."""
TRY_AGAIN: Final = ("too_fast", "room_busy", "storage_failed")
"""After these the same thing may well succeed a little later."""
TRY_AGAIN_S: Final = 0.5
DONE: Final = frozenset(
    """too_old already_joined already_moved already_begun already_open already_there already_asked
    already_yours already_raised not_raised not_paused""".split()
)
"""How a command that was carried out before may be refused although nothing of it is lost."""
DONE_TO_ITS_THING: Final = {
    "sign_decision": "already_signed",
    "withdraw_idea": "unknown_card",
    "withdraw_help": "unknown_help",
}
"""The same, for one command alone."""


class Answer(Struct, frozen=True):
    """An acknowledged command: its entry's number, and the ids of the things it made."""

    seq: int
    made: tuple[int, ...]


class Made(Struct, frozen=True):
    """A thing that a doubted command made, in place of its id: made anew it has another. `by` is
    the command's lane and ref, `place` the thing's place in what it made, `was` the id it had."""

    by: tuple[int, int]
    place: int
    was: int


class Sent(Struct, gc=False, eq=False):
    """A command in the outbox. `seq` is where it stood in the log when it was acknowledged, else
    0; `doubted`, whether the log may have lost it since, and `is_lost`, whether a reset told so:
    then the ids of what it made are void; `given`, whether this connection was given it; `size`,
    what it weighs in bytes."""

    ref: int
    lane: int
    step: int
    seen: int
    command: list[Any]
    words: tuple[str, ...]
    answer: asyncio.Future[Answer] | None = None
    size: int = 0
    seq: int = 0
    made: tuple[int, ...] = ()
    doubted: bool = False
    is_lost: bool = False
    given: bool = False

    def __post_init__(self) -> None:
        self.size = len(self.data)

    @property
    def way(self) -> tuple[int, int]:
        """By what an answer names it."""
        return self.lane, self.ref

    @property
    def data(self) -> bytes:
        """The command as it travels."""
        head = ["do", self.ref, self.lane, self.step, self.seen]
        return encode([*head, self.command, list(self.words)])

    @property
    def waits(self) -> bool:
        """Whether it is to be answered, be it once more."""
        return not self.seq or self.doubted


class Outbox:
    """Commands of one client. `now` is always a second of any one clock."""

    def __init__(self) -> None:
        self.stable_seq = 0
        self.all: list[Sent] = []
        """Everything, in the order in which it was given."""
        self._refs: dict[int, int] = {}
        self._held_until = 0.0

    @property
    def waiting(self) -> list[Sent]:
        """Commands that wait for an answer, in order."""
        return [sent for sent in self.all if sent.waits]

    @property
    def unstable(self) -> list[Sent]:
        """Acknowledged commands that are not stable yet, in order."""
        return [sent for sent in self.all if not sent.waits]

    def add(
        self,
        lane: int,
        step: int,
        seen: int,
        command: list[Any],
        words: Sequence[str],
        answer: asyncio.Future[Answer] | None = None,
    ) -> Sent:
        """Put a command in, under the next number of its lane."""
        ref = self._refs[lane] = self._refs.get(lane, 0) + 1
        sent = Sent(ref, lane, step, seen, command, tuple(words), answer)
        self.all.append(sent)
        return sent

    def connected(self) -> None:
        """A new connection has been given nothing yet."""
        for sent in self.all:
            sent.given = False

    def unsure(self) -> set[int]:
        """What commands name that the log may yet lose, and give its id to something else."""
        first = (self.stable_seq + 1) << ID_BITS
        return {n for sent in self.all for n in _numbers(sent.command) if n >= first}

    def doubt(
        self,
        after: int,
        is_open: Callable[[Sent], bool],
        *,
        lost: bool,
        adrift: Container[int] = (),
    ) -> list[Sent]:
        """The server is known to hold what we hold up to `after`: what was acknowledged later is
        offered again. With `lost`, the log is another one from some place on. `is_open` tells
        whether an anonymous round still goes on: what is of another goes nowhere, nor what names
        things that are others now, or none (`adrift`). Returns what is lost by that."""
        if lost:
            self.stable_seq = 0
        things: dict[int, Made] = {}
        for sent in self.all:
            is_new = sent.seq > after and not sent.doubted
            sent.doubted = sent.doubted or is_new
            # Commands that came since know the things of what was only doubted by their ids.
            if is_new or (lost and sent.doubted and not sent.is_lost):
                things |= {was: Made(sent.way, n, was) for n, was in enumerate(sent.made)}
            sent.is_lost = sent.doubted and (lost or sent.is_lost)
        for sent in self.waiting if things else ():
            _replace(sent, lambda part: things.get(part, part) if type(part) is int else part)
        over = [sent for sent in self.all if sent.doubted and sent.lane and not is_open(sent)]
        if not lost:
            for sent in over:
                self._settle(sent)
            return []
        over += [sent for sent in self.waiting if any(n in adrift for n in _numbers(sent.command))]
        return [one for sent in over for one in self._lose(sent)]

    def next(self, now: float) -> Sent | None:
        """What is to be sent next, and is given to this connection by that; None where nothing may
        be sent now.

        While something is doubted they go one by one, in the order of their numbers: a command that
        the server puts off must not be overtaken, for then it would have to take a new number, and
        a server that still holds it would carry it out a second time."""
        if now < self._held_until:
            return None
        front = list(islice((sent for sent in self.all if sent.waits), UNANSWERED))
        if any(sent.doubted for sent in front):
            given = sum(sent.given for sent in self.all)
            front = front[:1] if given < UNANSWERED else []
        for sent in front:
            if not sent.given:
                sent.given = True
                return sent
        return None

    def held_for(self, now: float) -> float:
        """For how many seconds nothing may be sent, because the server asked to slow down."""
        return max(0.0, self._held_until - now) if self.waiting else 0.0

    def acknowledged(self, lane: int, ref: int, seq: int, made: Sequence[int]) -> Sent | None:
        """Take an answer. Returns the command as it was; None where it was answered before."""
        sent = self._find(lane, ref)
        if sent is None:
            return None
        if sent.doubted:
            self._name(sent, made)
        sent.seq, sent.made = seq, tuple(made)
        sent.doubted = sent.is_lost = sent.given = False
        if sent.command[0] == "join":  # what came before was given without a seat
            self.all = [one for one in self.all if one.waits or one.seq >= seq]
        self._sweep()
        return sent

    def refused(self, lane: int, ref: int, code: str, now: float) -> list[Sent]:
        """Take a refusal. Returns the command that is lost by it, and those that rest on it;
        nothing where it was answered before, was done before, or is offered again by itself."""
        sent = self._find(lane, ref)
        if sent is None:
            return []
        if sent.doubted and code in TRY_AGAIN:
            sent.given, self._held_until = False, now + TRY_AGAIN_S
            return []
        if sent.doubted and stands(sent, code):
            self._settle(sent)
            return []
        return self._lose(sent)

    def stable(self, seq: int) -> None:
        """What lies at or before `seq` of the log cannot be lost any more."""
        if seq > self.stable_seq:
            self.stable_seq = seq
            self._sweep()

    def clear(self) -> list[Sent]:
        """Throw everything away. Returns what waited for its first answer. Numbers begin anew."""
        unanswered = [sent for sent in self.all if not sent.seq]
        self.all.clear()
        self._refs.clear()
        return unanswered

    def _find(self, lane: int, ref: int) -> Sent | None:
        """A command that waits for an answer."""
        for sent in self.all:
            if sent.ref == ref and sent.lane == lane and sent.waits:
                return sent
        return None

    def _name(self, sent: Sent, made: Sequence[int]) -> None:
        """A doubted command stands: what rests on it means the things that it made by that."""

        def name(part: Any) -> Any:
            if not isinstance(part, Made) or part.by != sent.way:
                return part
            return made[part.place] if part.place < len(made) else part.was

        for other in self.waiting:
            _replace(other, name)

    def _settle(self, sent: Sent) -> None:
        """A doubted command is as it was, or is no more: its things keep their ids."""
        self._name(sent, sent.made)
        self.all.remove(sent)

    def _lose(self, sent: Sent) -> list[Sent]:
        """Take a command out, with all that rest on things it made: their ids mean others now."""
        if sent not in self.all:
            return []
        resting = [other for other in self.waiting if _rests(other.command, sent.way)]
        self._settle(sent)
        return [sent, *(lost for other in resting for lost in self._lose(other))]

    def _sweep(self) -> None:
        """Keep of what is acknowledged only what may yet be lost, and not too much of it."""
        kept: list[Sent] = []
        most, room = UNSTABLE, UNSTABLE_BYTES
        for sent in reversed(self.all):
            if not sent.waits:
                if sent.seq <= self.stable_seq:
                    continue
                most, room = most - 1, room - sent.size
                if most < 0 or room < 0:
                    continue
            kept.append(sent)
        self.all = kept[::-1]


def stands(sent: Sent, code: str) -> bool:
    """Whether a refusal of something that was carried out before says that it still is."""
    return code in DONE or DONE_TO_ITS_THING.get(str(sent.command[0])) == code


def _numbers(part: Any) -> Iterator[int]:
    """The numbers in a command, ids among them."""
    if isinstance(part, list | tuple):
        for one in part:
            yield from _numbers(one)
    elif type(part) is int:
        yield part


def _rests(part: Any, way: tuple[int, int]) -> bool:
    """Whether a part of a command means something that another one makes."""
    if isinstance(part, list):
        return any(_rests(one, way) for one in part)
    return isinstance(part, Made) and part.by == way


def _replace(sent: Sent, change: Callable[[Any], Any]) -> None:
    """Change the ids in a command."""

    def deep(part: Any) -> Any:
        return [deep(one) for one in part] if isinstance(part, list | tuple) else change(part)

    sent.step, sent.command = change(sent.step), deep(sent.command)
