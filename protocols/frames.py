"""A message as one websocket frame, made once and written to many."""

from struct import pack
from typing import Final

BINARY: Final = 0x82
SHORT: Final = 126
LONG: Final = 1 << 16


def frame(payload: bytes) -> bytes:
    """An unmasked, unfragmented binary frame around a payload (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < SHORT:
        return pack("!BB", BINARY, size) + payload
    if size < LONG:
        return pack("!BBH", BINARY, SHORT, size) + payload
    return pack("!BBQ", BINARY, SHORT + 1, size) + payload
