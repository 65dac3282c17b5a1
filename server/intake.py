"""What stands between a message and the log: who gives a command, whether it may come now, and
what it is proposed as."""

from protocols.log import draft
from protocols.wire import UNANSWERED, Do
from rooms.kernel import ROOM, Actor, Refused, Room
from rooms.people import Seat
from server import edge
from server.carrier import Waiting, Way
from server.connection import Connection
from server.keys import Keys
from server.logs.sqlite import Clock
from server.rates import Rates


class Intake:
    """The intake of one room, with what is on its way to the log."""

    def __init__(self, log_id: str, keys: Keys, clock: Clock, rates: Rates) -> None:
        self._log_id = log_id
        self._keys = keys
        self._clock = clock
        self._rates = rates
        self._on_their_way: set[Way] = set()
        self._joining: set[int] = set()
        self._blind_refs = edge.BlindRefs()

    def actor(self, room: Room, connection: Connection, do: Do) -> tuple[Actor, int]:
        """Who gives a command, and the ref under which it is logged. Refused where nobody may."""
        if not do.lane:
            return edge.named(connection.sender), do.ref
        return edge.blind(
            room,
            self._keys,
            self._log_id,
            connection.sender,
            do.command,
            do.lane,
            do.ref,
            self._clock(),
            connection.planes,
            self._blind_refs,
        )

    def take(
        self,
        room: Room,
        connection: Connection,
        do: Do,
        actor: Actor,
        ref: int,
        since: float,
    ) -> Waiting:
        """The command as it is proposed. Refused where it may not come, or not now."""
        if type(do.command) not in room.rules.handlers:
            raise Refused("other_rules")
        if connection.unanswered >= UNANSWERED:
            raise Refused("too_fast")
        way = (actor.blind or actor.seat, actor.client, ref)
        sender = connection.sender
        if way not in self._on_their_way:
            # What is sent again after a lost connection was counted when it came first.
            if do.command.TAKES_SEAT and self._has_joined(room, sender):
                raise Refused("already_joined")
            self._rates.spend(sender.seat, sender.client, told=not actor.blind)
        proposed = draft(
            actor,
            do.command,
            ref=ref,
            lane=do.lane,
            step=do.step,
            seed=edge.seed(),
            words=edge.take_words(do.command, do.words),
            rules=room.rules.number,
        )
        connection.unanswered += 1
        self._on_their_way.add(way)
        if do.command.TAKES_SEAT:
            self._joining.add(sender.client)
        return Waiting(proposed, connection, do.ref, do.lane, since, way)

    def _has_joined(self, room: Room, sender: edge.Sender) -> bool:
        """Whether a device has a seat by its link, or one on its way. Its connection may not know
        of it: who chose a role on joining has the seat from the next connection on. (P2)"""
        memory = room.memories.get((ROOM, sender.client))
        made = [result.made[0] for result in memory.results if result.made] if memory else []
        seats = [seat for number in made if (seat := room.get(Seat, number)) is not None]
        here = any((seat.link, seat.state) == (sender.link, "here") for seat in seats)
        return here or sender.client in self._joining

    def arrived(self, waiting: Waiting, *, takes_seat: bool) -> None:
        """A command of this server has come back from the log, or will not be carried there."""
        if waiting.way is not None:
            self._on_their_way.discard(waiting.way)
        if waiting.connection is not None:
            waiting.connection.unanswered -= 1
            if takes_seat:
                self._joining.discard(waiting.connection.sender.client)

    def round_over(self, number: int) -> None:
        """The key of an anonymous round is gone."""
        self._blind_refs.forget(number)
