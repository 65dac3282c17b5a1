"""All features, merged into the rules under which a log is read."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from rooms import (
    agenda,
    cards,
    clock,
    decisions,
    departments,
    groups,
    moderation,
    owners,
    people,
    polls,
    reveal,
    splits,
    spotlight,
    steps,
    succession,
    support,
    talk,
    turnout,
    upgrade,
    votes,
)
from rooms.kernel import (
    FIRST_RULES,
    Book,
    Command,
    Draft,
    Entity,
    Feature,
    Handler,
    Refused,
    Room,
    Rules,
    Viewing,
    tag_of,
)
from rooms.people import Link, Seat
from rooms.roles import SYSTEM, Mask, before_choosing
from rooms.steps import SESSION_ID, Kind, Session

RULES_NUMBER: Final = FIRST_RULES
"""The newest rules of this version, and until 1.0 the only ones."""

FEATURES: Final = (
    steps.FEATURE,
    agenda.FEATURE,
    clock.FEATURE,
    people.FEATURE,
    departments.FEATURE,
    turnout.FEATURE,
    cards.FEATURE,
    reveal.FEATURE,
    groups.FEATURE,
    polls.FEATURE,
    votes.FEATURE,
    splits.FEATURE,
    decisions.FEATURE,
    owners.FEATURE,
    succession.FEATURE,
    support.FEATURE,
    talk.FEATURE,
    moderation.FEATURE,
    spotlight.FEATURE,
    upgrade.FEATURE,
)


def admit(draft: Draft, command: Command) -> None:
    """What holds for every command, whatever its feature. (K5)"""
    actor = draft.actor
    if actor.role == SYSTEM:
        if not command.BY & SYSTEM:
            raise Refused("not_your_role")
        return
    if not actor.blind:
        link = draft.get(Link, actor.link)
        if link is None or link.revoked or not link.role & actor.role:
            raise Refused("link_revoked")
        if not command.BY & actor.role:
            raise Refused("not_your_role")
        if actor.seat:
            seat = draft.one(Seat, actor.seat, "no_seat")
            if seat.state != "here" or (seat.link, seat.role) != (actor.link, actor.role):
                raise Refused("seat_removed")
        elif command.SEAT:
            raise Refused("no_seat")
        elif actor.role != before_choosing(link.role):
            raise Refused("link_revoked")
    elif command.BLIND == "never":
        raise Refused("wrong_lane")
    session = draft.one(Session, SESSION_ID, "not_open_yet")
    if session.closed_ms and not command.AFTER_CLOSE:
        raise Refused("room_closed")


def merge(number: int, features: tuple[Feature, ...]) -> Rules:
    """The rules that some features make together. ValueError if two claim the same thing."""
    entities: list[type[Entity]] = []
    handlers: dict[type[Command], Handler] = {}
    views: dict[type[Entity], Viewing] = {}
    kinds: dict[str, Kind] = {}
    for feature in features:
        if handlers.keys() & feature.handlers.keys() or views.keys() & feature.views.keys():
            raise ValueError("two features handle the same command or view the same entity")
        entities.extend(feature.entities)
        handlers.update(feature.handlers)
        views.update(feature.views)
        kinds.update(feature.kinds)
    if set(entities) != views.keys():
        raise ValueError("every entity needs a view")
    return Rules(
        number, tuple(entities), handlers, views, kinds, clock.advance, admit, spotlight.follow
    )


def bind(*sets: Rules) -> Book:
    """The book of some sets of rules, oldest first. ValueError where their numbers do not follow
    one another, or a kind of entity is lost: a room keeps what it was told of those that are gone.
    """
    for before, after in pairwise(sets):
        if after.number != before.number + 1:
            raise ValueError(f"rules {after.number} do not follow rules {before.number}")
        kept = {
            after.shapes[kind].into if kind in after.shapes else kind for kind in before.entities
        }
        lost = kept - set(after.entities)
        if lost:
            raise ValueError(f"rules {after.number} lose {sorted(map(tag_of, lost))}")
    return {rules.number: rules for rules in sets}


RULES: Final = merge(RULES_NUMBER, FEATURES)
BOOK: Final[Book] = bind(RULES)
"""The sets of rules of this version. From 1.0 on it holds the last two."""
COMMANDS: Final = tuple(RULES.handlers)
KINDS: Final[Mapping[str, Kind]] = RULES.kinds


def standing(room: Room, link: int, seat: int) -> Mask:
    """The role in which the holder of a link, or of a seat taken by it, may be connected;
    0 where the link was revoked or the seat given up. (P3, P10)"""
    found = room.get(Link, link)
    if found is None or found.revoked:
        return 0
    if not seat:
        return before_choosing(found.role)
    taken = room.get(Seat, seat)
    if taken is None or taken.state != "here" or taken.link != link:
        return 0
    return taken.role


def new_room(book: Book = BOOK) -> Room:
    """An empty room; entry 1 opens it, under the rules that it names."""
    return Room(book, min(book))
