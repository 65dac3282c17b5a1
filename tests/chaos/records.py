"""What a run leaves behind, to be judged by `checker`: what every bot sent, was answered and was
shown, and what the log says in the end.

Times are seconds of `time.monotonic`, the same for all bots of a run.
"""

from typing import Any

from msgspec import Struct

Ident = tuple[int, int, int]
"""A command's identity: client, lane, ref."""
Rows = dict[tuple[str, int], dict[str, Any]]
"""A whole table: the fields of each view, by tag and id."""


class Sent(Struct):
    """One command as its sender knows it. `text` is its word, different for every command; a vote
    has none. `acked_seq` is 0 until the answer; `refused` a code; of several sendings the first
    answer stands."""

    ident: Ident
    sent_s: float
    text: str = ""
    acked_s: float = 0.0
    acked_seq: int = 0
    refused: str = ""


class Patch(Struct, frozen=True):
    """One patch of the room's table as it came: the texts of cards it put by id, and the ids of
    cards it took away."""

    at_s: float
    since: int
    seq: int
    chain: str
    stable_seq: int
    cards: dict[int, str] = {}
    gone: tuple[int, ...] = ()


class Reset(Struct, frozen=True):
    """The server said: forget everything, a whole view follows."""

    at_s: float


class Record(Struct):
    """One bot's life: `rows` is its table at the end, `role` the role whose view that is, `ended`
    why it was turned away for good, if it was."""

    name: str
    role: int
    events: list[Patch | Reset] = []
    sent: list[Sent] = []
    rows: Rows = {}
    ended: str = ""

    def was_reset_after(self, at_s: float) -> bool:
        """Whether the bot was told to forget everything at some time after this one."""
        return any(isinstance(event, Reset) and event.at_s >= at_s for event in self.events)

    def standing(self) -> list[Patch]:
        """The patches since the last reset: what the bot still believes."""
        kept: list[Patch] = []
        for event in self.events:
            if isinstance(event, Reset):
                kept.clear()
            else:
                kept.append(event)
        return kept


class Fact(Struct, frozen=True):
    """One entry of the final log, with what the rules made of it."""

    seq: int
    chain: str
    ident: Ident
    seat: int
    tag: str
    refused: str = ""
    repeat: bool = False
    vote: tuple[int, str] | None = None
    """Choice and opinion of a vote."""

    @property
    def applied(self) -> bool:
        """Whether it changed the room as its sender wished."""
        return not self.refused and not self.repeat


Count = tuple[int, int, int, int]
"""A tally: people, agree, disagree, passed."""


class Final(Struct):
    """The room as the stored log tells it, replayed apart from any server. `views` are whole
    tables by role."""

    facts: list[Fact]
    cards: dict[int, str]
    tallies: dict[int, Count]
    digest: str
    views: dict[int, Rows] = {}

    @property
    def seq(self) -> int:
        """How far the log goes."""
        return len(self.facts)

    def chain(self, seq: int) -> str:
        """The chain after an entry; "" where the log does not go so far."""
        return self.facts[seq - 1].chain if 0 < seq <= len(self.facts) else ""


class Standing(Struct, frozen=True):
    """Where a server says it stands in a room's log, with the digest of its state."""

    server: str
    seq: int
    chain: str
    digest: str
