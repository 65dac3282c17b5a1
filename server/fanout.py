"""Telling everybody what changed: one patch per audience, encoded once, written to each.

An audience is everybody of one role. Its people all stand at the same number, so nothing per
person is kept but the list of writes. A slow reader leaves that list and is given one patch from
where it was when it has caught up; nobody waits for it.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final, get_args, get_type_hints

from protocols.frames import frame
from protocols.wire import Patch, Reset, encode
from rooms.kernel import ID_BITS, Room, View, Words
from rooms.roles import Mask
from rooms.steps import Text
from server.connection import Connection
from server.metrics import Metrics

WINDOW_S: Final = 0.040
"""The first change after a quiet moment goes out at once; further ones gather this long."""
SECONDS_PER_PERSON: Final = 30e-6
"""Three times what a delivery costs: so fan-out takes at most a third of a core."""
SLICE: Final = 500
"""People written to without a pause. Acks of a large room must not wait for all of them."""
FRESH_ENOUGH: Final = 64
"""A shared full frame is used again while no more than so many entities have changed since,"""
FRESH_ENTRIES: Final = 256
"""and while no more than so many entries have come, for they all have to be looked through."""


class Full:
    """A whole view as a frame, made at `base`; up to `seen` nothing visible has changed since."""

    __slots__ = ("base", "frame", "seen")

    def __init__(self, shared: bytes, seq: int) -> None:
        self.frame = shared
        self.base = self.seen = seq


class Audience:
    """Everybody of one role. `told` is where all in `live` stand; up to `seen` nothing more has
    been visible; `before` is where they stood when the present round of writing began."""

    def __init__(self, role: Mask, seq: int) -> None:
        self.role = role
        self.live: dict[Connection, Callable[[bytes], None]] = {}
        self.lagging: dict[Connection, int] = {}
        self.told = self.seen = self.before = seq
        self.full: Full | None = None


Slice = tuple[Audience, list[tuple[Connection, Callable[[bytes], None]]], bytes]


class Fanout:
    """The audiences of one room."""

    def __init__(
        self, room: Room, words: Words, at: Callable[[], tuple[str, int]], metrics: Metrics
    ) -> None:
        self._room = room
        self._words = words
        self._at = at
        self._stable = 0
        self._metrics = metrics
        self._loop = asyncio.get_running_loop()
        self._audiences: dict[Mask, Audience] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._last = -1.0
        self._writing: deque[Slice] = deque()
        self._again = False

    def __len__(self) -> int:
        return sum(len(a.live) + len(a.lagging) for a in self._audiences.values())

    def __iter__(self) -> Iterator[Connection]:
        for audience in self._audiences.values():
            yield from audience.live
            yield from audience.lagging

    # Coming and going

    def enter(self, connection: Connection, have: int | None) -> None:
        """Bring a connection up to date and put it into its audience. `have` is where its replica
        stands; None for one that needs a whole view."""
        role = connection.role
        audience = self._audiences.get(role)
        if audience is None:
            audience = self._audiences[role] = Audience(role, self._room.seq)
        if have is None:
            self._write_full(connection, audience)
        else:
            connection.write(self._patch(role, have, have) or self._empty(have))
        if connection.stalled:
            audience.lagging[connection] = self._room.seq
        else:
            audience.live[connection] = connection.write

    def leave(self, connection: Connection) -> None:
        """Take a connection out. Its audience goes with its last member."""
        audience = self._audiences.get(connection.role)
        if audience is None:
            return
        audience.live.pop(connection, None)
        audience.lagging.pop(connection, None)
        if not audience.live and not audience.lagging:
            del self._audiences[connection.role]

    def paused(self, connection: Connection) -> None:
        """The reader is slow: write past it."""
        audience = self._audiences.get(connection.role)
        if audience is not None and connection in audience.live:
            del audience.live[connection]
            # During a round of writing it may or may not have had the frame; an older start is
            # always right.
            audience.lagging[connection] = audience.before if self._writing else audience.told

    def resumed(self, connection: Connection) -> None:
        """The reader has caught up: one patch from where it was."""
        audience = self._audiences.get(connection.role)
        if audience is None or connection not in audience.lagging:
            return
        have = audience.lagging.pop(connection)
        if self._room.too_far_behind(have):
            connection.send(Reset("too_far_behind"))
            self._write_full(connection, audience)
        else:
            # Also where nothing is new: the audience may stand further by now.
            connection.write(self._patch(audience.role, have, have) or self._empty(have))
        if connection.stalled:
            audience.lagging[connection] = self._room.seq
        else:
            audience.live[connection] = connection.write

    # Telling

    def changed(self) -> None:
        """Something changed: tell it now if it was quiet, else with what gathers in the window."""
        if self._timer is not None:
            return
        window = max(WINDOW_S, len(self) * SECONDS_PER_PERSON)
        wait = self._last + window - self._loop.time()
        if wait <= 0 and not self._writing:
            self.flush()
        else:
            self._timer = self._loop.call_later(max(wait, 0.001), self._flush_later)

    def hold(self) -> None:
        """Tell what gathered, and what comes, after the next `changed`."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def close(self) -> None:
        """Tell nothing more."""
        if self._timer is not None:
            self._timer.cancel()

    def everybody(self, frames: Callable[[Mask], bytes]) -> None:
        """Write a frame that is no part of the state to everybody who keeps up."""
        for role, audience in self._audiences.items():
            if audience.live:
                shared = frames(role)
                self._metrics.add("oneroom_encodes_total")
                self._metrics.add("oneroom_frames_total", len(audience.live))
                waits = bool(self._writing)
                self._writing += _slices(audience, shared)
                if not waits:
                    self._write_slice()

    def carry_stable(self) -> None:
        """Once the room has fallen quiet and nothing of it can be lost any more, say so."""
        seq, stable = self._room.seq, self._at()[1]
        if stable < seq or stable == self._stable or self._timer is not None or self._writing:
            return
        self._stable = stable
        for audience in self._audiences.values():
            shared = self._empty(audience.told)
            audience.told = audience.seen = audience.before = seq
            self._metrics.add("oneroom_frames_total", len(audience.live))
            self._writing += _slices(audience, shared)
        if self._writing:
            self._write_slice()

    def _flush_later(self) -> None:
        self._timer = None
        if self._writing:
            self._again = True
        else:
            self.flush()

    def flush(self) -> None:
        """Tell every audience what it may see of what changed."""
        self._last = self._loop.time()
        self._again = False
        written = 0
        for audience in self._audiences.values():
            if not audience.live:
                audience.told = audience.seen = audience.before = self._room.seq
                continue
            patch = self._patch(audience.role, audience.told, audience.seen)
            audience.seen = self._room.seq
            audience.before = audience.told
            if patch is None:
                continue
            audience.told = self._room.seq
            written += len(audience.live)
            if len(audience.live) <= SLICE:
                for write in list(audience.live.values()):
                    write(patch)
            else:
                self._writing += _slices(audience, patch)
        if written:
            self._metrics.add("oneroom_flushes_total")
            self._metrics.add("oneroom_frames_total", written)
        if self._writing:
            self._write_slice()

    def _write_slice(self) -> None:
        """Write to the next people, and let others have the loop in between."""
        audience, people, patch = self._writing.popleft()
        live = audience.live
        for connection, write in people:
            if connection in live:  # somebody may have left or lagged since the round began
                write(patch)
        if self._writing:
            self._loop.call_soon(self._write_slice)
        elif self._again:
            self.changed()

    def _patch(self, role: Mask, since: int, seen: int) -> bytes | None:
        """The frame that leads from `since` to now, if anything after `seen` is visible."""
        room = self._room
        put, gone = room.view(seen, role, self._words)
        if not put and not gone:
            return None
        self._metrics.add("oneroom_encodes_total")
        seq = room.seq
        return frame(encode(Patch(False, since, seq, *self._at(), put, gone)))

    def _empty(self, have: int) -> bytes:
        seq = self._room.seq
        return frame(encode(Patch(False, have, seq, *self._at(), [], [])))

    def _write_full(self, connection: Connection, audience: Audience) -> None:
        """Any recent full frame, shared, and one small patch on top."""
        room, seq = self._room, self._room.seq
        full = audience.full
        if full is not None and seq - full.seen <= FRESH_ENTRIES:
            put, gone = room.view(full.seen, audience.role, self._words)
            if not put and not gone:
                full.seen = seq
                connection.write(full.frame)
                if full.base < audience.told:
                    # It was made while news waited in the window: everybody stands past it by now.
                    connection.write(self._empty(full.base))
                return
            fresh = len(put) <= FRESH_ENOUGH and not room.too_far_behind(full.base)
            if fresh and not gone and only_adds(put, full.base):
                patch = Patch(False, full.base, seq, *self._at(), put, gone)
                connection.write(full.frame)
                connection.write(frame(encode(patch)))
                return
        put, _ = room.view(0, audience.role, self._words)
        shared = frame(encode(Patch(False, 0, seq, *self._at(), put, [])))
        self._metrics.add("oneroom_encodes_total")
        audience.full = Full(shared, seq)
        connection.write(shared)

    def forget_full_frames(self) -> None:
        """Words were erased: no shared frame may hold them any longer."""
        for audience in self._audiences.values():
            audience.full = None


def only_adds(views: list[View], base: int) -> bool:
    """Whether views of what changed after `base` take no words back: each is of a thing that was
    made since, or holds no text at all. Else an earlier whole view must not reach a newcomer."""
    return all(view.id >> ID_BITS > base or not bears_text(type(view)) for view in views)


@cache
def bears_text(kind: type[View]) -> bool:
    """Whether views of a kind hold text."""
    hints = get_type_hints(kind).values()
    return any(str in (hint, *get_args(hint)) or Text in (hint, *get_args(hint)) for hint in hints)


def _slices(audience: Audience, patch: bytes) -> Iterator[Slice]:
    """Everybody who is there when a round of writing begins, in slices."""
    people = list(audience.live.items())
    for start in range(0, len(people), SLICE):
        yield audience, people[start : start + SLICE], patch
