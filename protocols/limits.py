"""The limits, one table. The server enforces them; clients of ours keep to them by themselves."""

from typing import Final

from msgspec import Struct

from protocols.wire import MESSAGE_BYTES, UNANSWERED
from rooms.cards import CARD_LENGTH
from rooms.decisions import WORDING
from rooms.owners import HELP_LENGTH
from rooms.people import NAME_LENGTH


class Rate(Struct, frozen=True):
    """A token bucket: `burst` at once, then `per_s` a second."""

    burst: int
    per_s: float

    def spend(self, tokens: float, passed_s: float) -> tuple[float, bool]:
        """The tokens left after `passed_s` seconds and one more use, and whether it was allowed."""
        tokens = min(self.burst, tokens + passed_s * self.per_s)
        return (tokens - 1, True) if tokens >= 1 else (tokens, False)


SEAT: Final = Rate(burst=50, per_s=5)
"""Commands of one seat: 50 in 10 seconds."""
ROOM: Final = Rate(burst=5_000, per_s=5_000)
"""Commands of a whole room."""
ADDRESS: Final = Rate(burst=2_000, per_s=200)
"""Connections from one address that have not said hello: a conference room is one address."""

GUESSES: Final = Rate(burst=60, per_s=0.2)
"""Codes of rooms that one address may get wrong."""

SIGNS: Final = Rate(burst=50, per_s=5)
"""Pings and signs of presence of one connection; who sends more is not read for a moment."""

HELLO_S: Final = 5.0
"""How long a connection may take to say hello."""
CLOSE_S: Final = 10.0
"""How long a reader may stall while the server wants to close."""

FOR_CLIENTS: Final = {
    "card": CARD_LENGTH,
    "name": NAME_LENGTH,
    "wording": WORDING[0],
    "term": WORDING[1],
    "help": HELP_LENGTH,
    "message_bytes": MESSAGE_BYTES,
    "unanswered": UNANSWERED,
    "seat_burst": SEAT.burst,
    "seat_per_s": SEAT.per_s,
}
"""What a client needs to know beforehand."""
