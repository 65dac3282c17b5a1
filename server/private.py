"""Private tables: what belongs to one person, told to that person's devices and to nobody else."""

from collections.abc import Callable

from protocols.wire import Gone, Patch
from rooms.kernel import PlaneId, Room, View, Words
from server.connection import Connection

At = Callable[[], tuple[str, int]]
"""The chain where the room stands, and the number up to which nothing will be lost."""
News = tuple[list[View], list[Gone]]


class PrivateTables:
    """Who reads which private plane of one room. `room`, `words` and `at` are the room's own."""

    def __init__(self, room: Room, words: Words, at: At) -> None:
        self._room = room
        self._words = words
        self._at = at
        self._readers: dict[PlaneId, list[Connection]] = {}

    def read(self, connection: Connection, plane: PlaneId) -> None:
        """Let a connection read a plane from now on."""
        if plane in connection.planes:
            return
        connection.planes.append(plane)
        if plane in self._room.planes:  # another device of this person was there first
            connection.own_seen = 0
        self._readers.setdefault(plane, []).append(connection)

    def leave(self, connection: Connection) -> None:
        """A connection is gone."""
        for plane in connection.planes:
            readers = self._readers[plane]
            readers.remove(connection)
            if not readers:
                del self._readers[plane]

    def enter(self, connection: Connection, have: int) -> None:
        """Tell a connection all that is new in its planes since `have`, even if that is nothing."""
        have = have if have <= self._room.seq else 0
        connection.own_at = connection.own_seen = have
        self._send(connection, have, self.news(connection))

    def news(self, connection: Connection) -> News:
        """What changed in a connection's planes since it was last told, and now it is told."""
        put: list[View] = []
        gone: list[Gone] = []
        for plane in connection.planes:
            changed = self._room.view(connection.own_seen, connection.role, self._words, plane)
            put += changed[0]
            gone += changed[1]
        connection.own_at = connection.own_seen = self._room.seq
        return put, gone

    def tell(self, connection: Connection) -> None:
        """Tell a connection what changed in its planes, if anything did and it keeps up."""
        if connection.stalled or not connection.planes:
            return
        since = connection.own_at
        news = self.news(connection)
        if news[0] or news[1]:
            self._send(connection, since, news)

    def tell_readers(self, planes: tuple[PlaneId, ...], but: Connection | None) -> None:
        """Tell everybody but one who reads some planes."""
        for plane in planes:
            for reader in self._readers.get(plane, ()):
                if reader is not but:
                    self.tell(reader)

    def _send(self, connection: Connection, since: int, news: News) -> None:
        seq = self._room.seq
        connection.send(Patch(True, since, seq, *self._at(), *news))
