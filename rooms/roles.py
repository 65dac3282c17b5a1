"""Roles as bits, so that "who may" and "who sees" are one integer each.

A mask is the union of role bits. Masks travel in entities, commands and views; the order of the
bits is part of the log format and never changes.
"""

from typing import Annotated, Final

from msgspec import Meta

Mask = int

FACILITATOR: Final = 1
COFACILITATOR: Final = 2
INTERVIEWER: Final = 4
MEMBER: Final = 8
LEAD: Final = 16
CUSTOMER: Final = 32
PARTNER: Final = 64
EXPERT: Final = 128
OBSERVER: Final = 256
STAGE: Final = 512
SYSTEM: Final = 1024
"""The server itself: opening a room, ticking its clock. No link carries this role."""

ROLES: Final[dict[str, Mask]] = {
    "facilitator": FACILITATOR,
    "cofacilitator": COFACILITATOR,
    "interviewer": INTERVIEWER,
    "member": MEMBER,
    "lead": LEAD,
    "customer": CUSTOMER,
    "partner": PARTNER,
    "expert": EXPERT,
    "observer": OBSERVER,
    "stage": STAGE,
}
NAMES: Final[dict[Mask, str]] = {bit: name for name, bit in ROLES.items()}

MODERATORS: Final = FACILITATOR | COFACILITATOR
STAFF: Final = MODERATORS | INTERVIEWER | MEMBER | LEAD
PEOPLE: Final = STAFF | CUSTOMER | PARTNER | EXPERT | OBSERVER
"""Everybody who can take a seat."""
ACTING: Final = PEOPLE & ~OBSERVER
"""What a template calls `all`: everybody but observers."""
EVERYBODY: Final = PEOPLE | STAGE

Roles = Annotated[int, Meta(ge=0, le=EVERYBODY)]
"""A mask as a command may carry it."""


def mask_of(names: list[str]) -> Mask:
    """The mask of the named roles; `all` is everybody but observers. KeyError on another name."""
    mask = 0
    for name in names:
        mask |= ACTING if name == "all" else ROLES[name]
    return mask


NARROWEST: Final = (CUSTOMER, PARTNER, EXPERT, OBSERVER, MEMBER, LEAD, INTERVIEWER)
"""Participants in the order of what they may see, those who see least first."""


def before_choosing(mask: Mask) -> Mask:
    """The role in which the holder of a link of several roles is connected until one is chosen:
    the one that sees least. A link of one role gives that role."""
    return next((role for role in NARROWEST if role & mask and mask & (mask - 1)), mask)


def names_of(mask: Mask) -> list[str]:
    """The names of the roles in a mask, in the order of the bits."""
    return [name for name, bit in ROLES.items() if mask & bit]
