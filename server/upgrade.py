"""When the servers of one Redis go over to the next rules, all together (rules L11 and K10).

A new version of Oneroom knows the rules in force and the next ones. While servers are replaced one
by one, rooms stay under the rules that all of them know, and going back to the old version costs
nothing. When the last old server is gone, each room goes over by an entry of its log, so that every
server changes rules between the same two entries.
"""

import logging
from collections.abc import Mapping
from typing import Final

from protocols.log import START, restore, snapshot, state_digest
from rooms.kernel import Actor, Book, Entry, Room, UseRules
from rooms.roles import SYSTEM
from rooms.steps import AGENDA_ID, Agenda
from server.peers import Peers

logger = logging.getLogger("oneroom.upgrade")

CALM_BEATS: Final = 5
"""For so many beats the same servers must have been there, and have known the same rules, before
they are taken for all servers. A beat is a second."""
PATIENCE_S: Final = 600.0
"""How long the running step of a session may keep its room from going over: people who write should
not have the rules changed under their hands. What waits or has not begun goes over at once."""
ROOMS_PER_BEAT: Final = 10
"""Rooms that a server asks for in a beat: each is rehearsed first, which takes milliseconds."""
AGAIN_S: Final = 30.0
"""When a server asks for the next rules once more, should the entry be lost."""


class Agreement:
    """Which rules all servers know. Between two servers that start or stop, nobody can be sure, and
    only what is in force already counts as known."""

    def __init__(self, book: Book, peers: Peers) -> None:
        self._own = frozenset(book)
        self._peers = peers
        self._seen: Mapping[str, frozenset[int]] = {}
        self._calm = 0
        self._left = ROOMS_PER_BEAT

    def beat(self) -> None:
        """Called once a second."""
        seen = {server: frozenset(about.rules) for server, about in self._peers.others.items()}
        self._calm = self._calm + 1 if seen == self._seen and self._peers.is_up else 0
        self._seen = seen
        self._left = ROOMS_PER_BEAT

    def take_turn(self) -> bool:
        """Whether one more room may be rehearsed in this beat."""
        self._left -= 1
        return self._left >= 0

    @property
    def known(self) -> frozenset[int]:
        """The numbers that all servers know; empty while that is not sure."""
        if self._calm < CALM_BEATS:
            return frozenset()
        return self._own.intersection(*self._seen.values())

    @property
    def for_new_rooms(self) -> int:
        """The rules under which a room is opened: the newest that every server can follow."""
        return max(self.known, default=min(self._own))


class Upgrade:
    """Brings one room over to the next rules. Times are seconds of any clock that only goes on."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._since: float | None = None
        self._asked = -AGAIN_S
        self._fails = 0

    def due(self, room: Room, agreement: Agreement, now_s: float) -> int:
        """The number of the rules that should be proposed for the room now; 0 for none."""
        following = room.rules.number + 1
        if following not in agreement.known or following == self._fails:
            self._since = None
            return 0
        if self._since is None:
            self._since = now_s
        agenda = room.get(Agenda, AGENDA_ID)
        runs = agenda is not None and agenda.state == "running"
        if (runs and now_s - self._since < PATIENCE_S) or now_s - self._asked < AGAIN_S:
            return 0
        if not agreement.take_turn():
            return 0
        why = rehearse(room)
        if why:
            extra = {"room": self._code, "rules": following, "why": why}
            logger.error("a room cannot go over to the next rules and stays as it is", extra=extra)
            self._fails = following
            return 0
        self._asked = now_s
        return following


def rehearse(room: Room) -> str:
    """Go over to the next rules with a copy of a room. Returns what went wrong, or "". From the
    real thing there is no way back, so a fault must show itself before."""
    following = room.rules.number + 1
    try:
        copy = restore(snapshot(room, "", START), room.book)
        actor, command = Actor(SYSTEM), UseRules(following)
        entry = Entry(room.seq + 1, room.at_ms, actor, 0, 0, 0, 0, command, (), room.rules.number)
        refused = copy.apply(entry).refused
        again = restore(snapshot(copy, "", START), room.book)
    except Exception as why:  # whatever a migration may do wrong
        return f"{type(why).__name__}: {why}"
    if refused:
        return refused
    return "" if state_digest(again) == state_digest(copy) else "its snapshot is another room"
