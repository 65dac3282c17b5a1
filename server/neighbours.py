"""The other servers that have one room open: who they are, and what is shared with them (S3 to S6).

Nothing here is kept or waited for by the room itself. While Redis is away each server goes on with
its own people, limits and ids.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from protocols.between import (
    Crowd,
    Digest,
    Left,
    Lending,
    MayLend,
    Message,
    OfRoom,
    Spent,
    encode,
    of_room,
    room_channel,
)
from server.digests import Digests
from server.leases import Leases
from server.peers import SILENT_BEATS, Ear, Peers
from server.presence import Presence
from server.rates import Rates

SIGN_BEATS: Final = 5
"""How often a server tells who is here although nothing has changed."""
MEET_S: Final = 0.15
"""How long the others may take to say that they have the room, too."""


class Neighbours:
    """What a room says to the other servers that have it, and hears from them. A beat is a
    second."""

    def __init__(
        self,
        peers: Peers,
        log_id: str,
        presence: Presence,
        rates: Rates,
        differs: Callable[[Digest, str], None],
    ) -> None:
        """`differs` is called where another server tells another digest of the same room; see
        `Digests`."""
        self._peers = peers
        self._channel = room_channel(log_id)
        self._presence = presence
        self._rates = rates
        self._heard_at: dict[str, int] = {}
        self._beats = 0
        self._met = asyncio.Event()
        self._meeting: asyncio.TimerHandle | None = None
        self._stopped = False
        self._ear = Ear(peers.me, of_room, self._take)
        self.leases = Leases(peers.me, self._tell, self._known)
        self.digests = Digests(peers.me, lambda: bool(self._heard_at), self._tell, differs)
        peers.listen(self._channel, self._ear, self._meet)

    def stop(self, *, left: bool) -> None:
        """Hear no more. With `left` the others are told that this server has let go of the room,
        which it has not where it reads the room anew."""
        if self._stopped:
            return
        self._stopped = True
        if left:
            self._tell(Left(self._peers.me))
        self._peers.deafen(self._channel, self._ear)
        if self._meeting is not None:
            self._meeting.cancel()
        self.leases.stop()

    @property
    def come_first(self) -> bool:
        """Whether no server of a smaller id has the room, too."""
        return all(self._peers.me < server for server in self._heard_at)

    def beat(self) -> None:
        """Called once a second, after the presence's own: tell the others what is new, forget who
        was not heard for long. While Redis is away, silence tells nothing of anybody, and what was
        spent is forgotten."""
        spent = self._rates.spent(self._peers.me)
        if not self._peers.is_up:
            return
        self._beats += 1
        for server, heard_at in list(self._heard_at.items()):
            if self._beats - heard_at > SILENT_BEATS:
                self._lose(server)
        others = self._peers.others
        news = self._presence.is_news()
        if others and (news or self._beats % SIGN_BEATS == 0):
            self._tell(self._presence.crowd())
        if others and spent is not None:
            self._tell(spent)

    # Who has the room, too

    def _meet(self) -> None:
        """The room's channel begins to be heard, at first or again."""
        self._tell(replace(self._presence.crowd(), fresh=True))
        loop = asyncio.get_running_loop()
        if self._meeting is not None:
            self._meeting.cancel()
        self._meeting = loop.call_later(MEET_S, self._met.set)

    async def _known(self, until: float) -> set[str]:
        """The other servers that have the room. In its first moments here, wait for them to say
        so, but not past a time of the loop."""
        if not self._peers.can_hear:
            return set()
        try:
            async with asyncio.timeout_at(until):
                await self._met.wait()
        except TimeoutError:
            pass  # whoever has not answered by now is silent
        return set(self._heard_at)

    def _lose(self, server: str) -> None:
        self._heard_at.pop(server, None)
        self._presence.lose(server)
        self.leases.lost(server)

    # Telling and hearing

    def _tell(self, message: Message) -> None:
        self._peers.tell(self._channel, encode(message))

    def _take(self, message: OfRoom) -> None:
        if isinstance(message, Left):
            self._lose(message.server)
            return
        self._heard_at[message.server] = self._beats
        if self._heard_at.keys() >= self._peers.others.keys():
            self._met.set()
        if isinstance(message, Crowd):
            self._presence.hear(message)
            if message.fresh:
                self._tell(self._presence.crowd())
        elif isinstance(message, Spent):
            self._rates.deduct(message)
        elif isinstance(message, MayLend):
            self.leases.asked(message)
        elif isinstance(message, Lending):
            self.leases.answered(message)
        elif isinstance(message, Digest):
            self.digests.heard(message)
