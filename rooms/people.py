"""Links, seats and departments: who is in the room (rules P1 to P9)."""

from collections.abc import Callable
from typing import Annotated, Final, Literal

from msgspec import Meta

from rooms.kernel import Command, Draft, Entity, Feature, Refused, View, Words
from rooms.roles import (
    EVERYBODY,
    FACILITATOR,
    MODERATORS,
    NAMES,
    PEOPLE,
    STAFF,
    STAGE,
    Mask,
)
from rooms.steps import Id, Step, Turnout

NAME_LENGTH: Final = 80
GROUP_FLOOR: Final = 4
"""Fewer people than this are never told apart from others."""
MOST_DEPARTMENTS: Final = 200

Place = Literal["onsite", "remote"]
SeatState = Literal["here", "removed", "erased"]


# Entities


class Link(Entity, frozen=True):
    """A join link of one role. Its secret is not here; the server derives it from the id."""

    role: Mask
    revoked: bool

    def mask(self) -> Mask:
        return MODERATORS


class Seat(Entity, frozen=True):
    """A person who joined, as the moderators see them."""

    role: Mask
    link: int
    name: int
    department: int
    place: Place
    state: SeatState

    def mask(self) -> Mask:
        return MODERATORS


class Me(Entity, frozen=True):
    """In the seat's plane: the owner's own entry."""

    role: Mask
    name: int
    department: int
    place: Place

    def mask(self) -> Mask:
        return EVERYBODY


class Department(Entity, frozen=True):
    """A department: expected from the start, or named by somebody who joined."""

    name: int
    expected: bool
    internal: bool

    def mask(self) -> Mask:
        return STAFF


class Coverage(Entity, frozen=True):
    """How many people of a department are here. The id is the department's."""

    joined: int

    def mask(self) -> Mask:
        return MODERATORS | STAGE


# Commands


class Join(Command, frozen=True):
    """Take a seat. Words: the name, and a department that is not in the list yet."""

    BY = PEOPLE
    WORDS = (NAME_LENGTH, NAME_LENGTH)
    SEAT = False
    TAKES_SEAT = True

    department: Id
    place: Place


class ChangeProfile(Command, frozen=True):
    """Change one's own name, department or place. Words as in Join."""

    BY = PEOPLE
    WORDS = (NAME_LENGTH, NAME_LENGTH)

    department: Id
    place: Place


class AddLink(Command, frozen=True):
    """Make another join link for a role."""

    BY = MODERATORS
    SEAT = False

    role: Annotated[int, Meta(ge=1, le=EVERYBODY)]


class RevokeLink(Command, frozen=True):
    """Make a link worthless, and cut off everybody who came by it."""

    BY = MODERATORS
    CUTS = True
    SEAT = False
    AFTER_CLOSE = True

    link: Id


class RemoveSeat(Command, frozen=True):
    """Show a person out."""

    BY = MODERATORS
    CUTS = True
    SEAT = False

    seat: Id


# Helpers that other features use


def make_link(draft: Draft, role: Mask) -> Link:
    """A new link. Refusal: `unknown_role`."""
    if role not in NAMES:
        raise Refused("unknown_role")
    return draft.put(Link(draft.new_id(), role, False))


def expect_departments(draft: Draft, internal: list[bool]) -> None:
    """Write the departments that entry 1 names after title and goal."""
    for index, is_internal in enumerate(internal):
        word = draft.word(2 + index)
        if not word:
            raise Refused("missing_words")
        department = draft.put(Department(draft.new_id(), word, True, is_internal))
        draft.put(Coverage(department.id, 0))


def seat_of(draft: Draft) -> Seat:
    """The actor's seat."""
    return draft.one(Seat, draft.actor.seat, "no_seat")


def present(draft: Draft) -> list[Seat]:
    """Everybody who has joined and was not shown out."""
    return [seat for seat in draft.all(Seat) if seat.state == "here"]


def few_people(draft: Draft, who: Mask) -> bool:
    """Whether fewer than four people could write in a step, so that anonymity is thin."""
    return sum(1 for seat in present(draft) if seat.role & who) < GROUP_FLOOR


def viewpoint_groups(draft: Draft, who: Mask) -> Mask:
    """The roles that may stand beside an anonymous card.

    A role counts when at least four of its people could write. Whoever is left over must be
    nobody or at least four as well; else the smallest group joins them, until that holds.
    """
    counts = {bit: 0 for bit in NAMES if bit & who}
    for seat in present(draft):
        if seat.role in counts:
            counts[seat.role] += 1
    groups = {bit: n for bit, n in counts.items() if n >= GROUP_FLOOR}
    rest = sum(n for n in counts.values() if n < GROUP_FLOOR)
    while groups and 0 < rest < GROUP_FLOOR:
        smallest = min(groups, key=lambda bit: (groups[bit], bit))
        rest += groups.pop(smallest)
    return sum(groups)


def stage_shielded(draft: Draft, sees: Mask) -> bool:
    """Whether somebody on site, who can see the stage, must not see what `sees` may see."""
    return any(seat.place == "onsite" and not seat.role & sees for seat in present(draft))


# Handlers


def _department(draft: Draft, number: int) -> int:
    """The department chosen, or the new one named in the second word, or 0."""
    if number:
        return draft.one(Department, number, "unknown_department").id
    word = draft.word(1)
    if not word:
        return 0
    if len(draft.all(Department)) >= MOST_DEPARTMENTS:
        raise Refused("too_many_departments")
    department = draft.put(Department(draft.new_id(), word, False, False))
    draft.put(Coverage(department.id, 0))
    return department.id


def _cover(draft: Draft, department: int, change: int) -> None:
    coverage = draft.get(Coverage, department)
    if coverage is not None:
        draft.change(coverage, joined=coverage.joined + change)


def _shield_stage(draft: Draft, seat: Seat) -> None:
    """Take the stage out of what this newcomer on site must not see. (P8)"""
    if seat.place != "onsite" or seat.role & MODERATORS:
        return
    for step in draft.all(Step):
        if step.state == "ahead" or seat.role & step.sees or not step.sees & STAGE:
            continue
        draft.change(step, sees=step.sees & ~STAGE)
        turnout = draft.get(Turnout, step.id)
        if turnout is not None:
            draft.change(turnout, sees=turnout.sees & ~STAGE)
        for hide in SHIELDS:
            hide(draft, step)


Shield = Callable[[Draft, Step], None]
SHIELDS: list[Shield] = []
"""What else leaves the stage when a step does: features add theirs."""


def join(draft: Draft, command: Join) -> None:
    if draft.actor.seat:
        raise Refused("already_joined")
    if not draft.word(0):
        raise Refused("missing_words")
    number = draft.new_id()
    department = _department(draft, command.department)
    actor = draft.actor
    seat = draft.put(
        Seat(number, actor.role, actor.link, draft.word(0), department, command.place, "here")
    )
    draft.put(Me(number, seat.role, seat.name, seat.department, seat.place), number)
    _cover(draft, department, +1)
    _shield_stage(draft, seat)


def change_profile(draft: Draft, command: ChangeProfile) -> None:
    seat = seat_of(draft)
    if not draft.word(0):
        raise Refused("missing_words")
    department = _department(draft, command.department)
    _cover(draft, seat.department, -1)
    _cover(draft, department, +1)
    seat = draft.change(
        seat, name=draft.word(0), department=department, place=command.place
    )
    draft.put(Me(seat.id, seat.role, seat.name, seat.department, seat.place), seat.id)
    _shield_stage(draft, seat)


def add_link(draft: Draft, command: AddLink) -> None:
    make_link(draft, command.role)


def revoke_link(draft: Draft, command: RevokeLink) -> None:
    link = draft.one(Link, command.link, "unknown_link")
    facilitators = [
        other for other in draft.all(Link) if other.role == FACILITATOR and not other.revoked
    ]
    if link.role == FACILITATOR and facilitators == [link]:
        raise Refused("last_facilitator_link")
    draft.change(link, revoked=True)
    for seat in draft.all(Seat):
        if seat.link == link.id and seat.state == "here":
            _leave(draft, seat)


def remove_seat(draft: Draft, command: RemoveSeat) -> None:
    seat = draft.one(Seat, command.seat, "unknown_seat")
    if seat.role & MODERATORS:
        raise Refused("not_a_participant")
    if seat.state == "here":
        _leave(draft, seat)


def _leave(draft: Draft, seat: Seat) -> None:
    draft.change(seat, state="removed")
    _cover(draft, seat.department, -1)


# Views


class LinkView(View, frozen=True):
    role: Mask
    revoked: bool


class SeatView(View, frozen=True):
    role: Mask
    name: str | None
    department: int
    place: Place
    state: SeatState


class MeView(View, frozen=True):
    role: Mask
    name: str | None
    department: int
    place: Place


class DepartmentView(View, frozen=True):
    name: str | None
    expected: bool
    internal: bool


class CoverageView(View, frozen=True):
    joined: int


def view_link(link: Link, role: Mask, words: Words) -> LinkView:
    return LinkView(link.id, link.role, link.revoked)


def view_seat(seat: Seat, role: Mask, words: Words) -> SeatView:
    name = words(seat.name)
    return SeatView(seat.id, seat.role, name, seat.department, seat.place, seat.state)


def view_me(me: Me, role: Mask, words: Words) -> MeView:
    return MeView(me.id, me.role, words(me.name), me.department, me.place)


def view_department(department: Department, role: Mask, words: Words) -> DepartmentView:
    name = words(department.name)
    return DepartmentView(department.id, name, department.expected, department.internal)


def view_coverage(coverage: Coverage, role: Mask, words: Words) -> CoverageView:
    return CoverageView(coverage.id, coverage.joined)


FEATURE = Feature(
    entities=(Link, Seat, Me, Department, Coverage),
    handlers={
        Join: join,
        ChangeProfile: change_profile,
        AddLink: add_link,
        RevokeLink: revoke_link,
        RemoveSeat: remove_seat,
    },
    views={
        Link: view_link,
        Seat: view_seat,
        Me: view_me,
        Department: view_department,
        Coverage: view_coverage,
    },
)
