"""Help with an idea: somebody says what her department would do, before any decision is worded
(rule D16)."""

from rooms.cards import WITHDRAWALS, Card
from rooms.departments import Department
from rooms.kernel import Command, Draft, Feature, Refused
from rooms.owners import HELP_LENGTH, Help
from rooms.people import SHIELDS, off_stage, seat_of
from rooms.roles import ACTING
from rooms.steps import Id, Step, acting_step


class HelpIdea(Command, frozen=True):
    """Offer help with an idea. Words: one line on what."""

    BY = ACTING
    WORDS = (HELP_LENGTH,)

    card: Id


def help_idea(draft: Draft, command: HelpIdea) -> None:
    acting_step(draft, "reveal", "group", "vote", "discuss", "draft", "claim")
    seat = seat_of(draft)
    card = draft.one(Card, command.card, "unknown_card")
    if card.state != "shown" or not card.mask() & seat.role:
        raise Refused("unknown_card")
    if not draft.word(0):
        raise Refused("missing_words")
    for offer in draft.all(Help):
        if (offer.card, offer.seat) == (card.id, seat.id):
            draft.forget(offer.text)
            draft.change(offer, text=draft.word(0))
            return
    department = draft.get(Department, seat.department)
    of, text = department.name if department else 0, draft.word(0)
    draft.put(Help(draft.new_id(), 0, seat.id, seat.name, of, text, card.mask(), card.id))


def follow_card(draft: Draft, card: Card) -> None:
    """Let the offers of help with a card be seen by those who see it now."""
    for offer in draft.all(Help):
        if offer.card == card.id:
            draft.change(offer, sees=card.mask())


def end_help(draft: Draft, card: Card) -> None:
    """Forget the offers of help with a card that its author has taken back."""
    for offer in draft.all(Help):
        if offer.card == card.id:
            draft.forget(offer.text)
            draft.drop(offer)


def leave_stage(draft: Draft, step: Step) -> None:
    """Take the offers of help with a step's cards off the stage."""
    for offer in draft.all(Help):
        card = draft.get(Card, offer.card) if offer.card else None
        if card is not None and card.step == step.id:
            off_stage(draft, offer)


SHIELDS.append(leave_stage)
WITHDRAWALS.append(end_help)

FEATURE = Feature(handlers={HelpIdea: help_idea})
