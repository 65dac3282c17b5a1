"""What moderators do with words that stand in the room, and the right to be forgotten (M1 to M8)."""

from rooms.cards import CARD_LENGTH, Card
from rooms.decisions import Decision, Help
from rooms.kernel import Command, Draft, Feature, Refused
from rooms.people import Me, Seat
from rooms.roles import MODERATORS, PEOPLE
from rooms.steps import Id
from rooms.talk import Hand
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


def hide_card(draft: Draft, command: HideCard) -> None:
    card = _card(draft, command.card)
    if card.state not in ("shown", "parked"):
        raise Refused("not_shown")
    release_votes(draft, draft.change(card, state="hidden"))


def restore_card(draft: Draft, command: RestoreCard) -> None:
    card = _card(draft, command.card)
    text = card.original or card.text
    card = draft.change(card, state="shown", text=text, original=0)
    release_votes(draft, card)


def park_card(draft: Draft, command: ParkCard) -> None:
    card = _card(draft, command.card)
    release_votes(draft, draft.change(card, state="parked"))


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
    release_votes(draft, draft.change(card, state="redacted", original=0))


def erase_person(draft: Draft, command: ErasePerson) -> None:
    seat = draft.one(Seat, command.seat, "unknown_seat")
    if not draft.actor.role & MODERATORS and draft.actor.seat != seat.id:
        raise Refused("not_yours")
    draft.forget(seat.name)
    draft.change(seat, state="erased")
    me = draft.get(Me, seat.id, seat.id)
    if me is not None:
        draft.put(me, seat.id)
    for card in draft.all(Card):
        if card.author == seat.id:
            # The name under which the card was written may be an earlier one.
            draft.forget(card.name, card.text, card.original)
            release_votes(draft, draft.change(card, state="redacted", original=0))
    for card in draft.all(Card, seat.id):
        draft.forget(card.text)
        draft.drop(card, seat.id)
    for decision in draft.all(Decision):
        if decision.owner == seat.id:
            draft.forget(decision.owner_name)
            draft.put(decision)
    for help_ in draft.all(Help):
        if help_.seat == seat.id:
            draft.forget(help_.name, help_.text)
            draft.put(help_)
    for hand in draft.all(Hand):
        if hand.id == seat.id:
            draft.drop(hand)


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
