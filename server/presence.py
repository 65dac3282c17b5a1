"""Who is here, done or typing: short-lived, told once a second at most, and never logged."""

from typing import Final

from protocols.wire import Here, Present
from rooms.roles import MODERATORS, STAGE, Mask
from server.connection import Connection

LARGE_ROOM: Final = 300
"""From so many people on, presence is told every few seconds only."""
LARGE_ROOM_BEATS: Final = 5
TYPING_BEATS: Final = 6
"""For how many beats "typing" holds without a new sign."""


class Presence:
    """The presence of one room's people on this server."""

    def __init__(self) -> None:
        self._here: dict[Connection, tuple[int, bool]] = {}
        self._typing: dict[Connection, int] = {}
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

    def beat(self, step: int) -> bool:
        """Called once a second, with the current step. Whether there is something to tell."""
        self._beats += 1
        if step != self._step:  # whoever was done, was done with the step before
            self._step, self._changed = step, True
        over = [c for c, until in self._typing.items() if until <= self._beats]
        for connection in over:
            del self._typing[connection]
            self._changed = True
        if not self._changed:
            return False
        if len(self._here) > LARGE_ROOM and self._beats % LARGE_ROOM_BEATS:
            return False
        self._changed = False
        return True

    def message(self, role: Mask) -> Present:
        """What a role is told. Only moderators learn who; nobody learns who is typing."""
        people = [c for c in self._here if c.sender.seat and not c.role & STAGE]
        done: dict[int, bool] = {}
        for connection in people:
            at, is_done = self._here[connection]
            seat = connection.sender.seat
            done[seat] = done.get(seat, False) or (is_done and at == self._step)
        typing = len({c.sender.seat for c in self._typing if c.sender.seat})
        seats = sorted(done.items()) if role & MODERATORS else []
        return Present(len(done), sum(done.values()), typing, seats)
