"""Tokens: what a link carries in its fragment, and what a seat proves itself with.

A token names a link or a seat and is sealed with the room's key, so none is stored: a lost link
can be made again, and revoking is a matter of the room's state.
"""

import base64
import hashlib
import hmac
import secrets
from typing import Final

from msgspec import Struct
from starlette.requests import Request

MAC_BYTES: Final = 18
KEY_BYTES: Final = 32
CODE_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No letter that is read as a digit, or the other way round."""
CODE_LENGTH: Final = 6


class Claim(Struct, frozen=True):
    """What a token proves: a link, and a seat taken by it (0: none yet). Each with the beginning
    of the chain after the entry that made it, since a log that lost its tail gives the same number
    to somebody else; "" in a token that was made before there were marks."""

    link: int
    seat: int
    link_mark: str = ""
    seat_mark: str = ""


def seal(key: bytes, claim: Claim) -> str:
    """The token of a claim."""
    name = f"{_marked(claim.link, claim.link_mark)}.{_marked(claim.seat, claim.seat_mark)}"
    return f"{name}.{_mac(key, name)}"


def _marked(number: int, mark: str) -> str:
    return f"{number:x}-{mark}" if mark else f"{number:x}"


def open_token(key: bytes, token: str) -> Claim | None:
    """What a token proves, or None where it was not sealed with this key."""
    name, _, mac = token.rpartition(".")
    if not hmac.compare_digest(mac.encode(), _mac(key, name).encode()):
        return None
    link, _, seat = name.partition(".")
    link, _, link_mark = link.partition("-")
    seat, _, seat_mark = seat.partition("-")
    return Claim(int(link, 16), int(seat, 16), link_mark, seat_mark)


def _mac(key: bytes, name: str) -> str:
    name_bytes = b"token:" + name.encode(errors="replace")
    digest = hashlib.blake2b(name_bytes, key=key, digest_size=MAC_BYTES).digest()
    return base64.urlsafe_b64encode(digest).decode()


def bearer(request: Request) -> str:
    """The token or key that came with a request; "" where none did."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def same(given: str, kept: str) -> bool:
    """Whether two secrets are the same, found in a time that tells nothing about them."""
    return hmac.compare_digest(given.encode(errors="replace"), kept.encode())


def new_key() -> bytes:
    """A room's key."""
    return secrets.token_bytes(KEY_BYTES)


def new_code() -> str:
    """A room's code, easy to read aloud. It is a name and no secret."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def new_secret() -> str:
    """An operator's key."""
    return secrets.token_urlsafe(24)


def new_client() -> int:
    """A number to be lent to a device; nobody can guess another device's."""
    return secrets.randbits(52) or 1
