"""What can be proposed again when a log was written anew past some point (rule L9).

What the lost entries made is gone, and its numbers are given to others' things. So whatever speaks
of a lost thing, or is said by a seat that was lost, is left to the phone it came from: that has it
still, and learns the new numbers.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from protocols.log import Draft, Logged, entry
from rooms.kernel import ID_BITS, Book, Entry

MOST_MADE: Final = 1 << 13
"""More things than one entry makes; so a time or a length is hardly taken for a thing's number."""


def speaks_of(draft: Draft, numbers: range, book: Book) -> bool:
    """Whether a draft names things that entries of these numbers made, or is said by one."""
    one = entry(Logged(0, 0, "", draft.body), book)
    return any(n >> ID_BITS in numbers and n % (1 << ID_BITS) < MOST_MADE for n in _integers(one))


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
