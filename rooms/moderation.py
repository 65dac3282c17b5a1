"""What moderators do with words that stand in the room, and being forgotten (M1 to M9)."""

from rooms.cards import CARD_LENGTH, Card, CardState
from rooms.clock import CHANGE_ID, ClockChange
from rooms.decisions import Decision
from rooms.groups import Group, put_in
from rooms.kernel import Command, Draft, Feature, Refused
from rooms.owners import Help
from rooms.people import Me, Seat, leave
from rooms.roles import MODERATORS, PEOPLE
from rooms.steps import Id
from rooms.succession import Trace
from rooms.support import follow_card
from rooms.votes import release_votes


class HideCard(Command, frozen=True):
    """Take a card out of everybody's sight but the moderators'."""

    BY = MODERATORS
    SEAT = False

    card: Id


class RestoreCard(Command, frozen=True):
    """Show a hidden, parked or late card, and undo a moderator's rewording."""

    BY = MODERATORS
    SEAT = False

    card: Id


class ParkCard(Command, frozen=True):
    """Move a card to the parking lot."""

    BY = MODERATORS
    SEAT = False

    card: Id


class LeaveCard(Command, frozen=True):
    """Do not admit a late card."""

    BY = MODERATORS
    SEAT = False

    card: Id


class EditCard(Command, frozen=True):
    """Reword a card; the author's own text is kept. Words: the new text."""

    BY = MODERATORS
    WORDS = (CARD_LENGTH,)
    SEAT = False

    card: Id


class RedactCard(Command, frozen=True):
    """Erase the words of a card for good."""

    BY = MODERATORS
    SEAT = False
    AFTER_CLOSE = True

    card: Id


class ErasePerson(Command, frozen=True):
    """Erase a person's name and words for good; a person may do it to oneself."""

    BY = PEOPLE
    CUTS = True
    SEAT = False
    AFTER_CLOSE = True

    seat: Id


def _card(draft: Draft, number: int) -> Card:
    card = draft.one(Card, number, "unknown_card")
    if card.state == "redacted":
        raise Refused("redacted")
    return card


def _set(draft: Draft, card: Card, state: CardState, text: int, original: int) -> None:
    """Write a card in another state. What is no longer shown leaves its group and its votes."""
    if state != "shown" and card.group:
        group = card.group
        card = put_in(draft, card, 0)
        if draft.get(Group, group) is None:
            release_votes(draft, group, 0)
    card = draft.change(card, state=state, text=text, original=original)
    release_votes(draft, card.id, card.sees if state == "shown" else 0)
    follow_card(draft, card)


def hide_card(draft: Draft, command: HideCard) -> None:
    card = _card(draft, command.card)
    if card.state not in ("shown", "parked"):
        raise Refused("not_shown")
    _set(draft, card, "hidden", card.text, card.original)


def restore_card(draft: Draft, command: RestoreCard) -> None:
    card = _card(draft, command.card)
    if card.original:
        draft.forget(card.text)
    if not card.rank:
        ranks = [other.rank for other in draft.all(Card) if other.step == card.step]
        card = draft.change(card, rank=max(ranks) + 1)
    _set(draft, card, "shown", card.original or card.text, 0)


def park_card(draft: Draft, command: ParkCard) -> None:
    card = _card(draft, command.card)
    _set(draft, card, "parked", card.text, card.original)


def leave_card(draft: Draft, command: LeaveCard) -> None:
    card = _card(draft, command.card)
    if card.state != "late":
        raise Refused("not_late")
    draft.change(card, state="left")


def edit_card(draft: Draft, command: EditCard) -> None:
    card = _card(draft, command.card)
    if not draft.word(0):
        raise Refused("missing_words")
    if card.original:
        draft.forget(card.text)
    draft.change(card, text=draft.word(0), original=card.original or card.text)


def redact_card(draft: Draft, command: RedactCard) -> None:
    card = _card(draft, command.card)
    draft.forget(card.text, card.original)
    _set(draft, card, "redacted", card.text, 0)


def erase_person(draft: Draft, command: ErasePerson) -> None:
    seat = draft.one(Seat, command.seat, "unknown_seat")
    if not draft.actor.role & MODERATORS and draft.actor.seat != seat.id:
        raise Refused("not_yours")
    draft.forget(seat.name, *seat.earlier)
    if seat.state == "here":
        leave(draft, seat, "erased")
    else:
        draft.change(seat, state="erased")
    draft.put(draft.one(Me, seat.id, "unknown_seat", seat.id), seat.id)
    for card in draft.all(Card):
        if card.author == seat.id:
            draft.forget(card.text, card.original)
            _set(draft, card, "redacted", card.text, 0)
    for card in draft.all(Card, seat.id):
        draft.forget(card.text)
        draft.drop(card, seat.id)
    for decision in draft.all(Decision):
        if decision.released_by == seat.id:
            draft.forget(decision.reason)
        if seat.id in (decision.owner, decision.released_by):
            draft.put(decision)
    for trace in draft.all(Trace):
        if trace.seat == seat.id:
            draft.put(trace)
    for help_ in draft.all(Help):
        if help_.seat == seat.id:
            draft.forget(help_.text)
            draft.put(help_)
    change = draft.get(ClockChange, CHANGE_ID)
    if change is not None and change.seat == seat.id:
        draft.put(change)


FEATURE = Feature(
    handlers={
        HideCard: hide_card,
        RestoreCard: restore_card,
        ParkCard: park_card,
        LeaveCard: leave_card,
        EditCard: edit_card,
        RedactCard: redact_card,
        ErasePerson: erase_person,
    },
)
