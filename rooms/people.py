"""Links and seats: who is in the room (rules P1 to P11)."""

from collections.abc import Callable
from typing import Annotated, Final, Literal

from msgspec import Meta

from rooms.departments import chosen_department, cover
from rooms.kernel import Command, Draft, E, Entity, Feature, Refused, View, Words
from rooms.roles import (
    EVERYBODY,
    FACILITATOR,
    MODERATORS,
    NAMES,
    NARROWEST,
    PEOPLE,
    STAGE,
    Mask,
    Roles,
)
from rooms.steps import SESSION_ID, Id, Session, Step

NAME_LENGTH: Final = 80
PLACES_ID: Final = 5
NAMES_KEPT: Final = 20
"""Earlier names of a person that may still stand somewhere. Older ones are erased."""

Place = Literal["onsite", "remote"]
SeatState = Literal["here", "removed", "erased"]


# Entities


class Link(Entity, frozen=True):
    """A join link of one role, or of several to choose from on joining. Its secret is not here;
    the server derives it from the id. `decision` is the one that a personal link asks to sign."""

    role: Mask
    revoked: bool
    decision: int = 0

    def mask(self) -> Mask:
        return MODERATORS


class Seat(Entity, frozen=True):
    """A person who joined, as the moderators see them. `earlier` are names borne before, which
    cards and decisions may still show."""

    role: Mask
    link: int
    name: int
    department: int
    place: Place
    state: SeatState
    earlier: tuple[int, ...] = ()

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


class Places(Entity, frozen=True):
    """How many participants the room holds at once, and how many it has. Nobody sees it."""

    most: int
    taken: int = 0

    def mask(self) -> Mask:
        return 0


# Commands


class Join(Command, frozen=True):
    """Take a seat. `role` is one of the link's, or 0 where the link has only one. Words: the name,
    and a department that is not in the list yet."""

    BY = PEOPLE
    WORDS = (NAME_LENGTH, NAME_LENGTH)
    SEAT = False
    TAKES_SEAT = True
    AFTER_CLOSE = True

    department: Id
    place: Place
    role: Roles = 0


class ChangeProfile(Command, frozen=True):
    """Change one's own name, department or place. Words as in Join."""

    BY = PEOPLE
    WORDS = (NAME_LENGTH, NAME_LENGTH)

    department: Id
    place: Place


class AddLink(Command, frozen=True):
    """Make another join link for a role, or for several participants' roles to choose from."""

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


def make_link(draft: Draft, role: Mask, decision: int = 0) -> Link:
    """A new link; one for a single person where it asks to sign a decision. Refusal:
    `unknown_role`."""
    if role not in NAMES and (not role or role & ~sum(NARROWEST)):
        raise Refused("unknown_role")
    return draft.put(Link(draft.new_id(), role, False, decision))


def seat_of(draft: Draft) -> Seat:
    """The actor's seat."""
    return draft.one(Seat, draft.actor.seat, "no_seat")


def present(draft: Draft) -> list[Seat]:
    """Everybody who has joined and was not shown out."""
    return [seat for seat in draft.all(Seat) if seat.state == "here"]


def stage_shielded(draft: Draft, sees: Mask) -> bool:
    """Whether somebody on site, who can see the stage, must not see what `sees` may see."""
    return any(seat.place == "onsite" and not seat.role & sees for seat in present(draft))


# Handlers


def _shield_from(draft: Draft, seat: Seat) -> None:
    """Take the stage out of what this newcomer on site must not see. (P8)"""
    if seat.place != "onsite" or seat.role & MODERATORS:
        return
    for step in draft.all(Step):
        # A step that was never opened is looked at when it opens.
        if step.round and step.sees & STAGE and not seat.role & step.sees:
            shield_stage(draft, step)


def shield_stage(draft: Draft, step: Step) -> Step:
    """Take a step and all that belongs to it off the stage, for good. (P8)"""
    step = off_stage(draft, step)
    for hide in SHIELDS:
        hide(draft, step)
    return step


def off_stage(draft: Draft, entity: E) -> E:
    """An entity, with the stage taken out of those who see it."""
    sees: Mask = entity.sees  # type: ignore[attr-defined]  # entities that narrow have `sees`
    return draft.change(entity, sees=sees & ~STAGE) if sees & STAGE else entity


SHIELDS: list[Callable[[Draft, Step], None]] = []
"""What else leaves the stage when a step does: features add theirs."""
ARRIVALS: list[Callable[[Draft, Seat, Link], None]] = []
"""What else begins when a person joins by a link: features add theirs."""
PARTINGS: list[Callable[[Draft, Seat], None]] = []
"""What else ends when a person leaves: features add theirs."""
REVOCATIONS: list[Callable[[Draft, Link], None]] = []
"""What else ends when a link is revoked: features add theirs."""


def _need_open_door(draft: Draft, link: Link) -> None:
    """A closed room takes only who is asked to sign, and a personal link one person only.
    Refused: `room_closed`, `link_used`."""
    if draft.one(Session, SESSION_ID, "not_open_yet").closed_ms and not link.decision:
        raise Refused("room_closed")
    if link.decision and any(seat.link == link.id for seat in draft.all(Seat)):
        raise Refused("link_used")


def _chosen_role(link: Link, wanted: Mask) -> Mask:
    """The role of a newcomer: the link's, or the one chosen of several. Refused: `unknown_role`."""
    role = wanted or link.role
    if role not in NAMES or not role & link.role:
        raise Refused("unknown_role")
    return role


def _take_place(draft: Draft, role: Mask, link: Link) -> None:
    """Count a newcomer. Moderators and whoever is asked to sign always find room. Refused:
    `room_full`."""
    places = draft.get(Places, PLACES_ID)
    if role & MODERATORS or places is None:
        return
    if places.taken >= places.most and not link.decision:
        raise Refused("room_full")
    draft.change(places, taken=places.taken + 1)


def join(draft: Draft, command: Join) -> None:
    if draft.actor.seat:
        raise Refused("already_joined")
    if not draft.word(0):
        raise Refused("missing_words")
    link = draft.one(Link, draft.actor.link, "link_revoked")
    _need_open_door(draft, link)
    role = _chosen_role(link, command.role)
    _take_place(draft, role, link)
    number = draft.new_id()
    department = chosen_department(draft, command.department)
    seat = draft.put(Seat(number, role, link.id, draft.word(0), department, command.place, "here"))
    draft.put(Me(number, seat.role, seat.name, seat.department, seat.place), number)
    cover(draft, department, +1)
    _shield_from(draft, seat)
    for arrive in ARRIVALS:
        arrive(draft, seat, link)


def change_profile(draft: Draft, command: ChangeProfile) -> None:
    seat = seat_of(draft)
    if not draft.word(0):
        raise Refused("missing_words")
    department = chosen_department(draft, command.department)
    cover(draft, seat.department, -1)
    cover(draft, department, +1)
    names = (*seat.earlier, seat.name)
    draft.forget(*names[:-NAMES_KEPT])
    seat = draft.change(
        seat,
        name=draft.word(0),
        department=department,
        place=command.place,
        earlier=names[-NAMES_KEPT:],
    )
    draft.put(Me(seat.id, seat.role, seat.name, seat.department, seat.place), seat.id)
    _shield_from(draft, seat)


def _only_for_facilitators(draft: Draft, role: Mask) -> None:
    if role == FACILITATOR and draft.actor.role != FACILITATOR:
        raise Refused("not_your_role")


def add_link(draft: Draft, command: AddLink) -> None:
    _only_for_facilitators(draft, command.role)
    make_link(draft, command.role)


def revoke_link(draft: Draft, command: RevokeLink) -> None:
    link = draft.one(Link, command.link, "unknown_link")
    _only_for_facilitators(draft, link.role)
    facilitators = [
        other for other in draft.all(Link) if other.role == FACILITATOR and not other.revoked
    ]
    if link.role == FACILITATOR and facilitators == [link]:
        raise Refused("last_facilitator_link")
    draft.change(link, revoked=True)
    for seat in draft.all(Seat):
        if seat.link == link.id and seat.state == "here":
            leave(draft, seat, "removed")
    for end in REVOCATIONS:
        end(draft, link)


def remove_seat(draft: Draft, command: RemoveSeat) -> None:
    seat = draft.one(Seat, command.seat, "unknown_seat")
    if seat.role & MODERATORS:
        raise Refused("not_a_participant")
    if seat.state == "here":
        leave(draft, seat, "removed")


def leave(draft: Draft, seat: Seat, state: SeatState) -> None:
    """Let a person who is here go. What was said and voted stays."""
    draft.change(seat, state=state)
    places = draft.get(Places, PLACES_ID)
    if places is not None and not seat.role & MODERATORS:
        draft.change(places, taken=places.taken - 1)
    cover(draft, seat.department, -1)
    for part in PARTINGS:
        part(draft, seat)


# Views


class LinkView(View, frozen=True):
    role: Mask
    revoked: bool
    decision: int


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


class PlacesView(View, frozen=True):
    most: int
    taken: int


def view_link(link: Link, role: Mask, words: Words) -> LinkView:
    return LinkView(link.id, link.role, link.revoked, link.decision)


def view_seat(seat: Seat, role: Mask, words: Words) -> SeatView:
    name = words(seat.name)
    return SeatView(seat.id, seat.role, name, seat.department, seat.place, seat.state)


def view_me(me: Me, role: Mask, words: Words) -> MeView:
    return MeView(me.id, me.role, words(me.name), me.department, me.place)


def view_places(places: Places, role: Mask, words: Words) -> PlacesView:
    return PlacesView(places.id, places.most, places.taken)


FEATURE = Feature(
    entities=(Link, Seat, Me, Places),
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
        Places: view_places,
    },
)
