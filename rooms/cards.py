"""Cards: writing in silence, late cards and side topics (rules I1 to I4, I6, I9 to I12)."""

from collections.abc import Callable
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from rooms.kernel import ROOM, Command, Draft, Entity, Feature, PlaneId, Refused, View, Words
from rooms.people import SHIELDS, off_stage, seat_of
from rooms.roles import ACTING, MODERATORS, Mask
from rooms.steps import (
    LATE_MS,
    Id,
    Kind,
    Step,
    acting_step,
    agenda_of,
)
from rooms.turnout import Part, Turnout, contribute

CARD_LENGTH: Final = 600
MOST_CARDS_PER_PERSON: Final = 100
MOST_CARDS: Final = 10_000
"""Cards written in a room, and as many again that came late or were parked. One entry can show
them all, for it may make more things than that."""
MOST_LANES: Final = 12

CardState = Literal["written", "shown", "hidden", "parked", "late", "left", "redacted"]
LaneName = Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(min_length=2, max_length=2)]
Source = Annotated[list[Id], Meta(max_length=60)]
"""The steps whose cards are meant."""


# Entities


class Ideation(Entity, frozen=True):
    """Settings of an `ideate` step: its lanes, each named in Russian and English, and whether
    cards stay with their authors until they are revealed."""

    sees: Mask
    lanes: tuple[tuple[str, str], ...]
    hidden: bool

    def mask(self) -> Mask:
        return self.sees


class Card(Entity, frozen=True):
    """A card. While `written` it lies in its author's plane. `name` and `author` are 0 on an
    anonymous card, and `role` is then a viewpoint of at least four people or 0. `rank` orders
    cards on the screen. `original` is the author's text where a moderator has edited it."""

    step: int
    lane: int
    text: int
    author: int
    name: int
    role: Mask
    department: int
    state: CardState
    sees: Mask
    group: int = 0
    rank: int = 0
    original: int = 0

    def mask(self) -> Mask:
        return self.sees if self.state in SEEN_BY_ALL else MODERATORS


SEEN_BY_ALL: Final = frozenset(("written", "shown", "parked"))


WITHDRAWALS: list[Callable[[Draft, Card], None]] = []
"""What else ends when an author takes a card back: features add theirs."""


# Commands


class PostIdea(Command, frozen=True):
    """Write a card. Words: its text."""

    BY = ACTING
    WORDS = (CARD_LENGTH,)
    BLIND = "card"

    lane: Annotated[int, Meta(ge=0, lt=MOST_LANES)]


class EditIdea(Command, frozen=True):
    """Reword one's own card while its step takes input. Words: the new text."""

    BY = ACTING
    WORDS = (CARD_LENGTH,)
    BLIND = "own"

    card: Id


class WithdrawIdea(Command, frozen=True):
    """Take one's own card back while its step takes input."""

    BY = ACTING
    BLIND = "own"

    card: Id


class ParkTopic(Command, frozen=True):
    """Put a side topic on the parking lot. Words: its text."""

    BY = ACTING
    WORDS = (CARD_LENGTH,)


# Handlers


def _text(draft: Draft) -> int:
    word = draft.word(0)
    if not word:
        raise Refused("missing_words")
    return word


def _new_card(draft: Draft, step: Step, lane: int) -> Card:
    """A card of the actor's, not yet written anywhere."""
    seat = None if draft.actor.blind else seat_of(draft)
    return Card(
        draft.new_id(),
        step.id,
        lane,
        _text(draft),
        seat.id if seat else 0,
        seat.name if seat else 0,
        seat.role if seat else draft.actor.role & step.groups,
        seat.department if seat else 0,
        "written",
        step.sees,
    )


def post_idea(draft: Draft, command: PostIdea) -> None:
    step = draft.one(Step, draft.entry.step, "unknown_step")
    ideation = draft.one(Ideation, step.id, "wrong_kind")
    if command.lane >= len(ideation.lanes):
        raise Refused("unknown_lane")
    try:
        acting_step(draft, "ideate")
    except Refused as no:
        if no.code != "too_late" or not _may_be_late(draft, step):
            raise
        _check_extra(draft, step)
        # A late card has no viewpoint: who came after the opening may be the only one without.
        late = _new_card(draft, step, command.lane)
        role = late.role if late.author else 0
        draft.put(msgspec.structs.replace(late, state="late", role=role))
        return
    part = draft.get(Part, step.id, draft.own)
    if part is not None and part.count >= MOST_CARDS_PER_PERSON:
        raise Refused("too_many_cards")
    if sum(sum(turnout.lanes) for turnout in draft.all(Turnout)) >= MOST_CARDS:
        raise Refused("too_many_cards")
    card = _new_card(draft, step, command.lane)
    contribute(draft, step, +1, command.lane)
    if ideation.hidden:
        draft.put(card, draft.own)
    else:
        draft.put(msgspec.structs.replace(card, state="shown", rank=draft.seq))


def _may_be_late(draft: Draft, step: Step) -> bool:
    """Whether a card for a step that is over may still go to the moderator's tray. (I9)"""
    actor = draft.actor
    if step.anonymous is not bool(actor.blind) or step.state not in ("open", "closed", "done"):
        return False
    if not actor.blind:
        return bool(actor.role & step.who)
    is_current = agenda_of(draft).current == step.id
    return draft.entry.lane == step.round and (is_current or draft.at_ms < step.closed_ms + LATE_MS)


def _check_extra(draft: Draft, step: Step) -> None:
    """Bound the cards that no turnout counts: late and parked ones."""
    cards = draft.all(Card)
    seat = draft.actor.seat
    mine = sum(1 for card in cards if seat and (card.author, card.step) == (seat, step.id))
    if mine >= 2 * MOST_CARDS_PER_PERSON or len(cards) >= 2 * MOST_CARDS:
        raise Refused("too_many_cards")


def own_card(draft: Draft, number: int) -> tuple[Card, PlaneId]:
    """The actor's own card, still open to change, and the plane it lies in."""
    card = draft.get(Card, number, draft.own)
    plane = draft.own
    if card is None:
        card = draft.one(Card, number, "unknown_card")
        plane = ROOM
    if plane == ROOM and (not draft.actor.seat or card.author != draft.actor.seat):
        raise Refused("not_yours")
    if card.state not in ("written", "shown"):
        raise Refused("too_late")
    if card.step != acting_step(draft, "ideate").id:
        raise Refused("too_late")
    return card, plane


def edit_idea(draft: Draft, command: EditIdea) -> None:
    card, plane = own_card(draft, command.card)
    if card.original:
        raise Refused("edited_by_moderator")
    draft.forget(card.text)
    draft.change(card, plane, text=_text(draft))


def withdraw_idea(draft: Draft, command: WithdrawIdea) -> None:
    card, plane = own_card(draft, command.card)
    if card.group:
        raise Refused("in_a_group")
    draft.forget(card.text, card.original)
    draft.drop(card, plane)
    for end in WITHDRAWALS:
        end(draft, card)
    contribute(draft, draft.one(Step, card.step, "unknown_step"), -1, card.lane)


def park_topic(draft: Draft, command: ParkTopic) -> None:
    seat = seat_of(draft)
    step = draft.one(Step, agenda_of(draft).current, "not_open_yet")
    _check_extra(draft, step)
    sees = step.sees if seat.role & step.sees else seat.role | MODERATORS
    draft.put(
        Card(
            draft.new_id(),
            step.id,
            0,
            _text(draft),
            seat.id,
            seat.name,
            seat.role,
            seat.department,
            "parked",
            sees,
        )
    )


def leave_stage(draft: Draft, step: Step) -> None:
    """Take a step's lanes and cards off the stage."""
    settings = draft.get(Ideation, step.id)
    if settings is not None:
        off_stage(draft, settings)
    for card in draft.all(Card):
        if card.step == step.id:
            off_stage(draft, card)


SHIELDS.append(leave_stage)


# Views


class IdeationView(View, frozen=True):
    lanes: tuple[tuple[str, str], ...]
    hidden: bool


class CardView(View, frozen=True):
    """`text` and `name` are null where the words were erased; `name` also on anonymous cards."""

    step: int
    lane: int
    text: str | None
    author: int
    name: str | None
    role: Mask
    department: int
    state: CardState
    group: int
    rank: int
    edited: bool


def view_ideation(ideation: Ideation, role: Mask, words: Words) -> IdeationView:
    return IdeationView(ideation.id, ideation.lanes, ideation.hidden)


def view_card(card: Card, role: Mask, words: Words) -> CardView:
    return CardView(
        card.id,
        card.step,
        card.lane,
        words(card.text),
        card.author,
        words(card.name) if card.name else None,
        card.role,
        card.department,
        card.state,
        card.group,
        card.rank,
        bool(card.original),
    )


# Settings


class IdeateSettings(Struct, forbid_unknown_fields=True):
    lanes: Annotated[list[LaneName], Meta(min_length=1, max_length=MOST_LANES)]
    hidden: bool = True


def ideation(number: int, sees: Mask, settings: dict[str, object]) -> Ideation:
    """The settings entity of an `ideate` step. ValidationError if they are wrong."""
    plan = msgspec.convert(settings, IdeateSettings)
    return Ideation(number, sees, tuple((ru, en) for ru, en in plan.lanes), plan.hidden)


def is_hidden(ideation: Ideation) -> bool:
    """Whether a step can be anonymous: cards that are seen at once tell when they were written."""
    return ideation.hidden


FEATURE = Feature(
    entities=(Ideation, Card),
    handlers={
        PostIdea: post_idea,
        EditIdea: edit_idea,
        WithdrawIdea: withdraw_idea,
        ParkTopic: park_topic,
    },
    views={Ideation: view_ideation, Card: view_card},
    kinds={
        "ideate": Kind(settings=ideation, blind=is_hidden),
    },
)
