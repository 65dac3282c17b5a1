"""Messages between the servers of one Redis, and which servers there are (rules S1 and S2)."""

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Generic, Protocol, TypeVar

from msgspec import Struct

from protocols.between import SERVERS, About, Goodbye, Message, OfServers, encode, of_servers
from protocols.wire import BadMessage
from server.logs.redis_link import Link

logger = logging.getLogger("oneroom.peers")

SILENT_BEATS: Final = 15
"""A server that was not heard for so many beats is gone. A beat is a second."""

Heard = Callable[[bytes], None]
Ready = Callable[[], None]


class Peers(Protocol):
    """Messages between servers: at most once, in no promised order, kept nowhere."""

    @property
    def me(self) -> str:
        """This server's id: 12 hex digits, new at each start."""

    @property
    def others(self) -> Mapping[str, About]:
        """What the other servers said of themselves, by id."""

    @property
    def is_up(self) -> bool:
        """Whether whoever is there could be heard of just now."""

    @property
    def can_hear(self) -> bool:
        """Whether an answer could come just now."""

    def listen(self, channel: str, heard: Heard, ready: Ready | None = None) -> None:
        """Have `heard` called with each message of a channel, one's own among them, and `ready`
        each time that the channel begins to be heard, at first or again."""

    def deafen(self, channel: str, heard: Heard) -> None:
        """Call `heard` no more."""

    def tell(self, channel: str, message: bytes) -> None:
        """Tell whoever listens. Never waits and never raises; lost while Redis is away."""

    def beat(self, figures: "Figures") -> None:
        """Called once a second: tell the others that this server is here."""

    def goodbye(self) -> None:
        """Tell the others that this server stops."""


class Figures(Struct, frozen=True):
    """What a server holds just now; for the meaning see `About`."""

    rooms: int = 0
    people: int = 0
    first_rooms: int = 0
    first_people: int = 0


class Alone:
    """One server on a log of its own: nobody listens."""

    is_up: bool = True
    can_hear: Final = False

    def __init__(self) -> None:
        self.me = new_server_id()
        self.others: Mapping[str, About] = {}

    def listen(self, channel: str, heard: Heard, ready: Ready | None = None) -> None:
        """There is nothing to be heard."""

    def deafen(self, channel: str, heard: Heard) -> None:
        """There was nothing to be heard."""

    def tell(self, channel: str, message: bytes) -> None:
        """Nobody hears it."""

    def beat(self, figures: Figures) -> None:
        """Nobody hears it."""

    def goodbye(self) -> None:
        """Nobody hears it."""


class Linked:
    """One of several servers on a Redis. `address`, `version` and `rules` are what it says of
    itself."""

    def __init__(self, link: Link, address: str, version: str, rules: Sequence[int]) -> None:
        self.me = new_server_id()
        self._link = link
        self._what = (address, version, list(rules))
        self._figures = Figures()
        self._others: dict[str, tuple[About, int]] = {}
        self._beats = 0
        self._stops = False
        self._listeners: dict[str, list[tuple[Heard, Ready | None]]] = {}
        link.on_subscribed.append(self._subscribed)
        self.listen(SERVERS, Ear(self.me, of_servers, self._take), self._announce)

    @property
    def others(self) -> Mapping[str, About]:
        """What the other servers said of themselves, by id."""
        return {server: about for server, (about, _) in self._others.items()}

    @property
    def is_up(self) -> bool:
        """Whether whoever is there could be heard of just now."""
        return self._link.is_up

    @property
    def can_hear(self) -> bool:
        """Whether an answer could come just now."""
        return self.is_up and bool(self._others)

    # Channels

    def listen(self, channel: str, heard: Heard, ready: Ready | None = None) -> None:
        """Have `heard` called with each message of a channel, one's own among them, and `ready`
        each time that the channel begins to be heard, at first or again."""
        listeners = self._listeners.setdefault(channel, [])
        listeners.append((heard, ready))
        if len(listeners) == 1:
            self._link.listen(channel, lambda data: self._pass_on(channel, data))
        elif ready is not None and self._link.is_up:
            ready()

    def deafen(self, channel: str, heard: Heard) -> None:
        """Call `heard` no more."""
        left = [one for one in self._listeners.pop(channel, ()) if one[0] != heard]
        if left:
            self._listeners[channel] = left
        else:
            self._link.deafen(channel)

    def tell(self, channel: str, message: bytes) -> None:
        """Tell whoever listens. Never waits and never raises; lost while Redis is away."""
        self._link.publish(channel, message)

    def _pass_on(self, channel: str, data: bytes) -> None:
        for heard, _ in list(self._listeners.get(channel, ())):
            heard(data)

    def _subscribed(self, channel: str) -> None:
        for _, ready in list(self._listeners.get(channel, ())):
            if ready is not None:
                ready()

    # Who is there

    def beat(self, figures: Figures) -> None:
        """Called once a second: tell the others that this server is here, and forget who was not
        heard for long. While Redis is away, silence tells nothing of anybody."""
        self._figures = figures
        if not self.is_up:
            return
        self._beats += 1
        self._announce()
        for server, (_, heard_at) in list(self._others.items()):
            if self._beats - heard_at > SILENT_BEATS:
                self._lose(server, "another server is silent")

    def goodbye(self) -> None:
        """Tell the others that this server stops."""
        self._stops = True
        self.tell(SERVERS, encode(Goodbye(self.me)))

    def _announce(self) -> None:
        if not self._stops:
            figures = self._figures
            about = About(
                self.me,
                *self._what,
                figures.rooms,
                figures.people,
                figures.first_rooms,
                figures.first_people,
            )
            self.tell(SERVERS, encode(about))

    def _take(self, message: OfServers) -> None:
        if isinstance(message, About):
            is_new = message.server not in self._others
            self._others[message.server] = (message, self._beats)
            if is_new:
                extra = {"server": message.server, "address": message.address}
                logger.info("another server is here", extra=extra)
                self._announce()
        elif isinstance(message, Goodbye):
            self._lose(message.server, "another server stops")

    def _lose(self, server: str, what: str) -> None:
        if self._others.pop(server, None) is not None:
            logger.info(what, extra={"server": server})


M = TypeVar("M", bound=Message)


class Ear(Generic[M]):
    """Hears a channel for one listener: leaves out what this server told itself, and drops what
    is no message. Of the dropped ones the first is logged, and then every thousandth."""

    def __init__(self, me: str, decode: Callable[[bytes], M], take: Callable[[M], None]) -> None:
        self._me = me
        self._decode = decode
        self._take = take
        self._dropped = 0

    def __call__(self, data: bytes) -> None:
        try:
            message = self._decode(data)
        except BadMessage as why:
            if self._dropped % 1000 == 0:
                logger.warning("a server's message was dropped", extra={"why": str(why)})
            self._dropped += 1
            return
        if message.server != self._me:
            self._take(message)


def new_server_id() -> str:
    """An id for this run of a server."""
    return secrets.token_hex(6)
