"""Who is here, done or typing, and what they make of it: short-lived, told once a second at most,
and never logged."""

from collections import Counter, deque
from typing import Final

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


class Presence:
    """The presence of one room's people on this server. A beat is a second."""

    def __init__(self) -> None:
        self._here: dict[Connection, tuple[int, bool]] = {}
        self._typing: dict[Connection, int] = {}
        self._reactions: deque[tuple[int, Reaction]] = deque()
        self._reacted: dict[int, int] = {}
        self._changed = False
        self._beats = 0
        self._step = 0

    def enter(self, connection: Connection) -> None:
        """Somebody is here."""
        self._here[connection] = (0, False)
        self._changed = True

    def leave(self, connection: Connection) -> None:
        """Somebody is gone."""
        self._here.pop(connection, None)
        self._typing.pop(connection, None)
        self._changed = True

    def sign(self, connection: Connection, here: Here) -> None:
        """A connection says whether its person is done, and typing."""
        if connection not in self._here:
            return
        self._here[connection] = (here.step, here.done)
        if here.typing:
            self._typing[connection] = self._beats + TYPING_BEATS
        else:
            self._typing.pop(connection, None)
        self._changed = True

    def react(self, connection: Connection, react: React) -> None:
        """Count a person's reaction, unless one came a moment ago."""
        seat = connection.sender.seat
        if not seat or self._reacted.get(seat, 0) > self._beats:
            return
        self._reacted[seat] = self._beats + BETWEEN_REACTIONS
        self._reactions.append((self._beats + REACTION_BEATS, react.kind))
        self._changed = True

    def beat(self, step: int) -> bool:
        """Called once a second, with the current step. Whether there is something to tell."""
        self._beats += 1
        if step != self._step:  # whoever was done, was done with the step before
            self._step, self._changed = step, True
        over = [c for c, until in self._typing.items() if until <= self._beats]
        for connection in over:
            del self._typing[connection]
            self._changed = True
        while self._reactions and self._reactions[0][0] <= self._beats:
            self._reactions.popleft()
            self._changed = True
        self._reacted = {seat: at for seat, at in self._reacted.items() if at > self._beats}
        if not self._changed:
            return False
        if len(self._here) > LARGE_ROOM and self._beats % LARGE_ROOM_BEATS:
            return False
        self._changed = False
        return True

    def message(self, role: Mask, sees: Mask = EVERYBODY) -> Present:
        """What a role is told during a step that the roles `sees` may see; others learn no more
        than how many are here. Only moderators learn who; nobody learns who is typing. Moderators
        are hosts and not counted among the people."""
        done: dict[int, bool] = {}
        roles: dict[int, Mask] = {}
        for connection, (at, is_done) in self._here.items():
            seat = connection.sender.seat
            if not seat or connection.role & STAGE:
                continue
            is_told = is_done and at == self._step and bool(role & sees)
            done[seat] = done.get(seat, False) or is_told
            roles[seat] = connection.role
        typing = len({c.sender.seat for c in self._typing if c.sender.seat})
        people = {seat: of for seat, of in roles.items() if not of & MODERATORS}
        online = Counter(people.values())
        finished = Counter(of for seat, of in people.items() if done[seat])
        told = role & (MODERATORS | STAGE)
        return Present(
            len(people),
            sum(finished.values()),
            typing if role & sees else 0,
            sorted(done.items()) if role & MODERATORS else [],
            sum(1 for connection in self._here if connection.role & MODERATORS),
            [(of, n, finished[of] if told else 0) for of, n in sorted(online.items())],
            sorted(Counter(kind for _, kind in self._reactions).items()) if role & sees else [],
        )
