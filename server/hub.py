"""The rooms that are alive in this process, and how they come and go."""

import asyncio
import logging
import secrets
import time
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from protocols.between import SERVERS, Knocks, OfServers, encode, of_servers
from protocols.log import SALT_BYTES, START, Logged, Word, draft, entry
from rooms.agenda import OpenRoom
from rooms.features import new_room
from rooms.kernel import Actor, Refused, UnknownRules
from rooms.people import Link
from rooms.roles import MEMBER, SYSTEM, Mask
from server import edge
from server.connection import RETRY_MS
from server.live import Live, Services
from server.logs.base import RoomRecord, StorageFailed
from server.logs.own_clock import OwnClock
from server.logs.redis_link import end
from server.peers import Ear, Figures
from server.rates import Doors
from server.tokens import new_code, new_key, seal
from server.upgrade import Agreement

logger = logging.getLogger("oneroom.hub")

IDLE_S: Final = 120.0
"""How long a room stays in memory after its last person left."""
LEAST_RETRY_MS: Final = 500
RETRY_MS_A_PERSON: Final = 2
"""What other servers are given for each person who comes to them; it takes them less."""
CLOSE_S: Final = 1.0
"""How long all rooms together may take to close when the server stops."""
TRIES: Final = 20
LOOK_AGAIN_S: Final = 30.0
"""How long a server takes it as settled that it is too old for a room."""
LOOK_FOR_KEYS_S: Final = 30.0
"""How often to look for rooms with keys that nobody looks after."""


class Hub:
    """Opens rooms when somebody comes, and lets go of them when everybody has left."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.doors = Doors()
        peers = services.peers
        self.agreement = Agreement(services.book, peers)
        self._ear = Ear(peers.me, of_servers, self._hear)
        peers.listen(SERVERS, self._ear)
        self._live: dict[str, Live] = {}
        self._outdated: dict[str, tuple[UnknownRules, float]] = {}
        self._opening: dict[str, asyncio.Task[Live | None]] = {}
        self._tasks = [
            asyncio.create_task(self._heartbeat(), name="heartbeat"),
            asyncio.create_task(self._look_after_all(), name="idle rooms"),
            asyncio.create_task(self._look_for_keys(), name="keys"),
        ]

    def people(self) -> int:
        """Connections in all rooms."""
        return sum(len(live) for live in self._live.values())

    def retry_ms(self) -> int:
        """Within how long people are to come back when this server stops: to other servers as fast
        as those can take them in; where there are none, not before this one can be back."""
        if not self.services.peers.others:
            return RETRY_MS
        return min(RETRY_MS, max(LEAST_RETRY_MS, self.people() * RETRY_MS_A_PERSON))

    def __len__(self) -> int:
        return len(self._live)

    def __iter__(self) -> Iterator[Live]:
        return iter(list(self._live.values()))

    async def create(self, design: OpenRoom, words: Sequence[str]) -> Live:
        """Open a new room. `words` are title, goal and departments. Refused if one is too long, or
        the rules do not take the design."""
        taken = edge.take_words(design, words)
        salted = taken or (Word(secrets.token_bytes(SALT_BYTES), ""),)
        number, book = self.agreement.for_new_rooms, self.services.book
        design = replace(design, rules=number)
        proposed = draft(Actor(SYSTEM), design, seed=edge.seed(), words=salted, rules=number)
        now = self.services.clock()
        trial = new_room(book).apply(entry(Logged(1, now, START, proposed.body), book))
        if trial.refused:
            raise Refused(trial.refused)
        for _ in range(TRIES):
            record = RoomRecord(new_code(), secrets.token_hex(8), new_key(), now)
            try:
                await self.services.log.create(record, proposed)
            except ValueError:
                continue  # the code is taken
            live = await self.get(record.code)
            assert live is not None, "a room just written can be read"
            return live
        raise RuntimeError("no free room code was found")

    async def get(self, code: str) -> Live | None:
        """The room with this code, read from its log where it is not in memory; None if there is
        none. ValueError where its log is damaged, UnknownRules where this server is too old."""
        self._refuse_outdated(code)
        live = self._live.get(code)
        if live is not None and not live.failed:
            live.idle_since = time.monotonic()  # whoever asks for it is about to use it
            return live
        opening = self._opening.get(code)
        if opening is None:
            opening = self._opening[code] = asyncio.create_task(self._open(code))
            opening.add_done_callback(lambda _: self._opening.pop(code, None))
        return await asyncio.shield(opening)

    async def _open(self, code: str) -> Live | None:
        record = await self.services.log.room(code)
        if record is None:
            return None
        live = Live(record, self.services)
        try:
            await live.load()
        except Exception as why:
            live.failed = True
            await live.close()
            if isinstance(why, UnknownRules):
                self._outdated[code] = (why, time.monotonic() + LOOK_AGAIN_S)
            raise
        if not live.room.seq:  # the server was cut off while it made this room
            live.failed = True
            await live.close()
            return None
        self._live[code] = live
        return live

    def _refuse_outdated(self, code: str) -> None:
        """Do not read a whole log for everybody who knocks only to find out once more that this
        server is too old for it. It may have been written anew, so look again sometimes."""
        found = self._outdated.get(code)
        if found is None:
            return
        why, until = found
        if time.monotonic() < until:
            raise why.with_traceback(None)
        del self._outdated[code]

    @property
    def outdated(self) -> list[str]:
        """The codes of rooms that this server is too old for, as far as it knows."""
        return sorted(self._outdated)

    async def close(self) -> None:
        """Let go of all rooms: what is under way is answered, snapshots are kept. A log that does
        not answer is not waited for longer than `CLOSE_S`: a snapshot can be made again at any
        time, and who got no answer sends again."""
        self.services.peers.goodbye()
        self.services.peers.deafen(SERVERS, self._ear)
        await end(self._tasks)
        closing = [asyncio.create_task(live.close()) for live in self._live.values()]
        if closing:
            _, late = await asyncio.wait(closing, timeout=CLOSE_S)
            if late:
                logger.warning("rooms are left as they are", extra={"rooms": len(late)})
            await end(late)
            for fault in await asyncio.gather(*closing, return_exceptions=True):
                if isinstance(fault, Exception):
                    logger.error("a room did not close", exc_info=fault)
        self._live.clear()

    async def _look_for_keys(self) -> None:
        """Open every room that has the key of an anonymous round and that nobody looks after: a key
        must not outlive its round because nobody came back."""
        while True:
            try:
                codes = await self.services.keys.left_over(self.services.log)
            except StorageFailed as why:
                codes = set()
                logger.warning("rooms with keys cannot be listed", extra={"why": str(why)})
            for code in codes:
                try:
                    await self.get(code)
                except Exception:
                    logger.exception("room cannot be read", extra={"room": code})
            await asyncio.sleep(LOOK_FOR_KEYS_S)

    async def _heartbeat(self) -> None:
        """The beat of the server and its rooms. It waits for nothing: others take a server that
        misses its beats for dead."""
        while True:
            await asyncio.sleep(1.0)
            self._tell_servers()
            self.catch_up()
            self.agreement.beat()
            for code, live in list(self._live.items()):
                try:
                    live.beat()
                    live.go_over(self.agreement)
                except Exception:
                    logger.exception("heartbeat failed", extra={"room": code})

    async def _look_after_all(self) -> None:
        """Let go of idle rooms, one after the other: each writes a snapshot, and many may have
        become idle at once."""
        while True:
            await asyncio.sleep(1.0)
            for code, live in list(self._live.items()):
                try:
                    await self._look_after(code, live)
                except Exception:
                    logger.exception("a room could not be let go of", extra={"room": code})

    def catch_up(self) -> None:
        """Let a server's own clock be set right while that ends nobody's step."""
        clock = self.services.clock
        if isinstance(clock, OwnClock) and not any(one.clock_runs for one in self._live.values()):
            clock.catch_up()

    def _tell_servers(self) -> None:
        """Tell the other servers what is here, and what came to the doors."""
        peers = self.services.peers
        peers.beat(self._figures())
        knocks = self.doors.knocks(peers.me)
        if knocks is not None and peers.others:
            peers.tell(SERVERS, encode(knocks))

    def _hear(self, message: OfServers) -> None:
        if isinstance(message, Knocks):
            self.doors.deduct(message)

    def _figures(self) -> Figures:
        lives = self._live.values()
        firsts = sum(live.neighbours.come_first for live in lives)
        seats = sum(live.presence.first_seats() for live in lives)
        return Figures(len(self), self.people(), firsts, seats)

    def everywhere(self) -> tuple[int, int]:
        """How many rooms are in memory and how many seats are there on all servers together, each
        counted once."""
        figures, others = self._figures(), self.services.peers.others.values()
        rooms = figures.first_rooms + sum(other.first_rooms for other in others)
        people = figures.first_people + sum(other.first_people for other in others)
        return rooms, people

    async def _look_after(self, code: str, live: Live) -> None:
        idle = live.is_empty and time.monotonic() - live.idle_since > IDLE_S
        # A room whose clock runs stays in memory, so that its next deadline is met.
        if live.failed or (idle and not live.clock_runs):
            if self._live.get(code) is live:  # a failed one may have a successor
                del self._live[code]
            await live.close()


def door_of(live: Live) -> tuple[int, Mask, str] | None:
    """The link that the stage shows and that a room's code stands for: one that leaves the role
    open, else the members' one. None where it was revoked."""
    found = [one for one in links(live) if one[1] & MEMBER]
    return max(found, key=lambda one: (one[1] != MEMBER, one[0]), default=None)


def links(live: Live, *, personal: bool = False) -> list[tuple[int, Mask, str]]:
    """The links of a room that are still good: id, role and token. The `personal` ones ask one
    person to sign one decision; they are told apart."""
    return [
        (link.id, link.role, seal(live.record.key, live.history.claim(link.id)))
        for link in sorted(live.room.all(Link), key=lambda link: link.id)
        if not link.revoked and bool(link.decision) is personal
    ]
