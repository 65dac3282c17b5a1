"""Small PNG files of screens: 256 colours are enough for them."""

import struct
import zlib
from collections import Counter
from typing import Final

MOST: Final = 256
COARSE: Final = 0xFFF8F8F8
"""Bits of a colour that still tell it from others, where there are too many."""


def paletted(width: int, height: int, pixels: bytes) -> bytes:
    """A PNG of RGBA pixels that has a palette. Rare colours become the nearest frequent one."""
    colours = memoryview(pixels).cast("I")
    counted = Counter(colours)
    if len(counted) > MOST:
        counted = _merged(counted)
    palette = [colour for colour, _ in counted.most_common(MOST)]
    places = {colour: place for place, colour in enumerate(palette)}
    for colour in set(colours) - places.keys():
        places[colour] = places[min(palette, key=lambda one: _apart(one, colour))]
    rows = bytes(map(places.__getitem__, colours))
    lines = b"".join(b"\0" + rows[at : at + width] for at in range(0, len(rows), width))
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", b"".join(_parts(colour) for colour in palette)),
            _chunk(b"IDAT", zlib.compress(lines, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _merged(counted: Counter[int]) -> Counter[int]:
    """Colours that hardly differ counted as the most frequent of them."""
    first: dict[int, int] = {}
    merged: Counter[int] = Counter()
    for colour, times in counted.most_common():
        merged[first.setdefault(colour & COARSE, colour)] += times
    return merged


def _parts(colour: int) -> bytes:
    """Red, green and blue of a pixel, which lie in this order from the lowest byte on."""
    return bytes((colour & 0xFF, colour >> 8 & 0xFF, colour >> 16 & 0xFF))


def _apart(one: int, other: int) -> int:
    return sum((a - b) ** 2 for a, b in zip(_parts(one), _parts(other), strict=True))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
