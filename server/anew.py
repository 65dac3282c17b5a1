"""What can be proposed again when a log was written anew past some point (rule L9).

What the lost entries made is gone, and its numbers are given to others' things. So whatever speaks
of a lost thing, or is said by a seat that was lost, is left to the phone it came from: that has it
still, and learns the new numbers. With it goes all that the same client gave later, since refs only
grow: what was overtaken could not be taken any more.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from protocols.log import Draft, Logged, entry
from rooms.kernel import ID_BITS, Book, Entry, PlaneId

MOST_MADE: Final = 1 << 13
"""More things than one entry makes; so a time or a length is hardly taken for a thing's number."""


class Sieve:
    """Tells what of a log that was written anew can be proposed again, asked about in its order.
    `gone` are the numbers of the entries that were lost."""

    def __init__(self, gone: range, book: Book) -> None:
        self._gone = gone
        self._book = book
        self._left: set[tuple[PlaneId, int]] = set()

    def passes(self, draft: Draft) -> bool:
        """Whether a draft can be proposed. False where it names things that were lost or is said by
        one, and where an earlier one of its client was left out."""
        one = entry(Logged(0, 0, "", draft.body), self._book)
        lane = (one.actor.blind or one.actor.seat, one.actor.client)
        if lane in self._left or self._speaks_of_lost(one):
            if one.ref:
                self._left.add(lane)
            return False
        return True

    def _speaks_of_lost(self, one: Entry) -> bool:
        return any(
            n >> ID_BITS in self._gone and n % (1 << ID_BITS) < MOST_MADE for n in _integers(one)
        )


def _integers(one: Entry) -> Iterator[int]:
    yield from (one.actor.seat, one.actor.link, one.lane, one.step)
    yield from _inside(msgspec.to_builtins(one.command))


def _inside(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from _inside(part)
    elif type(value) is int:
        yield value
