"""Who is here, done or typing, and what they make of it: short-lived, told once a second at most,
and never logged. What other servers tell of the room's people is counted in. (W10, S3)"""

from collections import Counter, deque
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from protocols.between import Crowd
from protocols.wire import Here, Present, React, Reaction
from rooms.roles import EVERYBODY, MODERATORS, STAGE, Mask
from server.connection import Connection

LARGE_ROOM: Final = 300
"""From so many people on, presence is told every few seconds only."""
LARGE_ROOM_BEATS: Final = 5
TYPING_BEATS: Final = 6
"""For how many beats "typing" holds without a new sign."""
REACTION_BEATS: Final = 10
"""For how many beats a reaction is counted."""
BETWEEN_REACTIONS: Final = 3
"""Beats between two reactions of one person; what comes sooner is dropped."""


class Together(Struct, frozen=True):
    """The people of all servers: a seat counts once, wherever its devices are."""

    hosts: int
    roles: dict[int, Mask]
    done: set[int]
    typing: int
    reactions: Counter[Reaction]


def together(crowds: Iterable[Crowd], step: int) -> Together:
    """Put crowds together, as they are in a step."""
    hosts, typing, roles = 0, 0, {}
    done: set[int] = set()
    reactions: Counter[Reaction] = Counter()
    for crowd in crowds:
        hosts += crowd.hosts
        roles.update({seat: role for role, seats in crowd.seats for seat in seats})
        if crowd.step == step:  # whoever was done, was done with the step before
            done.update(crowd.done)
        typing += crowd.typing
        reactions.update(dict(crowd.reactions))
    return Together(hosts, roles, done, typing, reactions)


class Presence:
    """The presence of one room's people. A beat is a second. `me` is this server's id."""

    def __init__(self, me: str = "") -> None:
        self._me = me
        self._here: dict[Connection, tuple[int, bool]] = {}
        self._typing: dict[Connection, int] = {}
        self._reactions: deque[tuple[int, Reaction]] = deque()
        self._reacted: dict[int, int] = {}
        self._crowds: dict[str, Crowd] = {}
        self._own: Crowd | None = None
        self._together: Together | None = None
        self._first: int | None = None
        self._changed = False
        self._is_news = False
        self._beats = 0
        self._step = 0

    # What happens at this server

    def enter(self, connection: Connection) -> None:
        """Somebody is here."""
        self._here[connection] = (0, False)
        self._own_changed()

    def leave(self, connection: Connection) -> None:
        """Somebody is gone."""
        self._here.pop(connection, None)
        self._typing.pop(connection, None)
        self._own_changed()

    def sign(self, connection: Connection, here: Here) -> None:
        """A connection says whether its person is done, and typing."""
        if connection not in self._here:
            return
        self._here[connection] = (here.step, here.done)
        if here.typing:
            self._typing[connection] = self._beats + TYPING_BEATS
        else:
            self._typing.pop(connection, None)
        self._own_changed()

    def react(self, connection: Connection, react: React) -> None:
        """Count a person's reaction, unless one came a moment ago."""
        seat = connection.sender.seat
        if not seat or self._reacted.get(seat, 0) > self._beats:
            return
        self._reacted[seat] = self._beats + BETWEEN_REACTIONS
        self._reactions.append((self._beats + REACTION_BEATS, react.kind))
        self._own_changed()

    def crowd(self) -> Crowd:
        """The people at this server, as the others are told of them."""
        if self._own is None:
            self._own = self._count()
        return self._own

    def _count(self) -> Crowd:
        seats: dict[Mask, set[int]] = {}
        done: set[int] = set()
        hosts = 0
        for connection, (at, is_done) in self._here.items():
            seat, role = connection.sender.seat, connection.role
            hosts += bool(role & MODERATORS)
            if not seat or role & STAGE:
                continue
            seats.setdefault(role, set()).add(seat)
            if is_done and at == self._step:
                done.add(seat)
        typing = {connection.sender.seat for connection in self._typing} - {0}
        reactions = Counter(kind for _, kind in self._reactions)
        return Crowd(
            self._me,
            False,
            self._step,
            hosts,
            [(role, sorted(of)) for role, of in sorted(seats.items())],
            sorted(done),
            len(typing),
            sorted(reactions.items()),
        )

    def is_news(self) -> bool:
        """Whether anything has changed at this server since this was last asked."""
        news, self._is_news = self._is_news, False
        return news

    def _own_changed(self) -> None:
        self._is_news = True
        self._own = None
        self._all_changed()

    # What other servers tell

    def hear(self, crowd: Crowd) -> None:
        """Another server tells of its people."""
        if crowd != self._crowds.get(crowd.server):
            self._crowds[crowd.server] = crowd
            self._all_changed()

    def lose(self, server: str) -> None:
        """Another server has no people here any more."""
        if self._crowds.pop(server, None) is not None:
            self._all_changed()

    def first_seats(self) -> int:
        """How many seats are here that no server of a smaller id has as well."""
        if self._first is None:
            before = [crowd for server, crowd in self._crowds.items() if server < self._me]
            self._first = len(_seats([self.crowd()]) - _seats(before))
        return self._first

    def _all_changed(self) -> None:
        self._changed = True
        self._together = self._first = None

    # Telling people

    def beat(self, step: int) -> bool:
        """Called once a second, with the current step. Whether there is something to tell."""
        self._beats += 1
        if step != self._step:
            self._step = step
            self._own_changed()
        over = [c for c, until in self._typing.items() if until <= self._beats]
        for connection in over:
            del self._typing[connection]
            self._own_changed()
        while self._reactions and self._reactions[0][0] <= self._beats:
            self._reactions.popleft()
            self._own_changed()
        self._reacted = {seat: at for seat, at in self._reacted.items() if at > self._beats}
        if not self._changed or (self._is_large() and self._beats % LARGE_ROOM_BEATS):
            return False
        self._changed = False
        return True

    def _is_large(self) -> bool:
        elsewhere = (len(seats) for crowd in self._crowds.values() for _, seats in crowd.seats)
        return len(self._here) + sum(elsewhere) > LARGE_ROOM

    def message(self, role: Mask, sees: Mask = EVERYBODY) -> Present:
        """What a role is told during a step that the roles `sees` may see; others learn no more
        than how many are here. Only moderators learn who; nobody learns who is typing. Moderators
        are hosts and not counted among the people."""
        here = self._people()
        done = here.done if role & sees else set()
        people = {seat: of for seat, of in here.roles.items() if not of & MODERATORS}
        online = Counter(people.values())
        finished = Counter(of for seat, of in people.items() if seat in done)
        told = role & (MODERATORS | STAGE)
        return Present(
            len(people),
            sum(finished.values()),
            here.typing if role & sees else 0,
            [(seat, seat in done) for seat in sorted(here.roles)] if role & MODERATORS else [],
            here.hosts,
            [(of, n, finished[of] if told else 0) for of, n in sorted(online.items())],
            sorted(here.reactions.items()) if role & sees else [],
        )

    def _people(self) -> Together:
        if self._together is None:
            self._together = together([self.crowd(), *self._crowds.values()], self._step)
        return self._together


def _seats(crowds: Iterable[Crowd]) -> set[int]:
    return {seat for crowd in crowds for _, seats in crowd.seats for seat in seats}
