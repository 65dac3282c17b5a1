"""An append as bytes: as the script takes it, as it is stored, and as other servers are told."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from protocols.log import Logged, Word, link

SALT: Final = 16
_LENGTH: Final = struct.Struct(">I")
_WORD: Final = struct.Struct(">IBI")


class Batch(msgspec.Struct, frozen=True):
    """An append as it is stored and told."""

    last: int
    at_ms: int
    number: int
    before: str
    chain: str
    bodies: bytes
    words: dict[int, dict[int, Word]]

    def entries(self) -> list[Logged]:
        """Its entries. ValueError where they do not make up its chain."""
        bodies = list(bodies_of(self.bodies))
        first, chain = self.last - len(bodies) + 1, self.before
        made = []
        for seq, body in enumerate(bodies, first):
            chain = link(chain, seq, self.at_ms, body)
            of_entry = self.words.get(seq, {})
            words = tuple(of_entry.get(n) for n in range(max(of_entry, default=-1) + 1))
            made.append(Logged(seq, self.at_ms, chain, body, words, self.number))
        if chain != self.chain:
            raise ValueError(f"the chain breaks before entry {self.last}")
        return made


def told(message: bytes) -> Batch:
    """A batch as the script tells it. ValueError if it is anything else."""
    head, _, rest = message.partition(b"\n")
    last, at_ms, number, before, chain, size = head.decode().split(" ")
    bodies = rest[: int(size)]
    first = int(last) - sum(1 for _ in bodies_of(bodies)) + 1
    words: dict[int, dict[int, Word]] = {}
    at = int(size)
    while at < len(rest):
        index, position, length = _WORD.unpack_from(rest, at)
        at += _WORD.size + length
        words.setdefault(first + index, {})[position] = word_of(rest[at - length : at])
    return Batch(int(last), int(at_ms), int(number), before, chain, bodies, words)


def number_of(message: bytes) -> int:
    """The number of the append that a message tells of."""
    return int(message.split(b" ", 3)[2])


def bodies_of(packed: bytes) -> Iterator[bytes]:
    """Bodies as they were packed."""
    at = 0
    while at < len(packed):
        (length,) = _LENGTH.unpack_from(packed, at)
        at += _LENGTH.size + length
        yield packed[at - length : at]


def word_of(value: bytes) -> Word:
    """A word as it lies beside the log. A damaged text is read as another, as its digest tells."""
    return Word(value[:SALT], value[SALT:].decode(errors="replace"))


def packed(entries: Iterable[tuple[bytes, Sequence[Word | None]]]) -> tuple[bytes, bytes]:
    """Bodies, and words that are not empty, as the script takes them."""
    bodies: list[bytes] = []
    words: list[bytes] = []
    for index, (body, of_entry) in enumerate(entries):
        bodies += (_LENGTH.pack(len(body)), body)
        for position, word in enumerate(of_entry):
            if word is not None and word.text:
                value = word.salt + word.text.encode()
                words += (_WORD.pack(index, position, len(value)), value)
    return b"".join(bodies), b"".join(words)
