"""Which roles may be told apart without telling anybody apart (rules P9, V11)."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from rooms.kernel import Draft
from rooms.people import ARRIVALS, Link, Seat, present
from rooms.roles import Mask
from rooms.steps import Step

GROUP_FLOOR: Final = 4
"""Fewer people than this are never told apart from others."""


def few_people(draft: Draft, who: Mask) -> bool:
    """Whether fewer than four people could write in a step, so that anonymity is thin."""
    return sum(1 for seat in present(draft) if seat.role & who) < GROUP_FLOOR


def viewpoint_groups(draft: Draft, who: Mask) -> Mask:
    """The roles that may stand beside an anonymous card."""
    return told_apart(Counter(seat.role for seat in present(draft) if seat.role & who))


def told_apart(counts: Mapping[Mask, int]) -> Mask:
    """Of roles with so many people each, those that may be told from the others. (P9, V11)

    A role counts when it has at least four people. Whoever is left over must be nobody or at
    least four as well; else the smallest group joins them, until that holds.
    """
    groups = {bit: n for bit, n in counts.items() if n >= GROUP_FLOOR}
    rest = sum(n for n in counts.values() if n < GROUP_FLOOR)
    while groups and 0 < rest < GROUP_FLOOR:
        smallest = min(groups, key=lambda bit: (groups[bit], bit))
        rest += groups.pop(smallest)
    return sum(groups)


def arrive(draft: Draft, seat: Seat, link: Link) -> None:
    """Let a newcomer not stand alone among those without a viewpoint. (P9)"""
    for step in draft.all(Step):
        if step.groups and step.input and seat.role & step.who & ~step.groups:
            draft.change(step, groups=step.groups & viewpoint_groups(draft, step.who))


ARRIVALS.append(arrive)
