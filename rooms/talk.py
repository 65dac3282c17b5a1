"""Talking: a queue of hands, and who has the floor (rules T1 to T4)."""

from rooms.kernel import Command, Draft, Entity, Feature, Refused, View, Words
from rooms.people import PARTINGS, SHIELDS, Place, Seat, off_stage, seat_of
from rooms.roles import ACTING, MODERATORS, Mask
from rooms.steps import Id, Kind, Step, acting_step


class Hand(Entity, frozen=True):
    """A raised hand, under the seat's id. `turn` orders the queue; `floor` tells who speaks."""

    step: int
    name: int
    role: Mask
    place: Place
    turn: int
    floor: bool
    sees: Mask

    def mask(self) -> Mask:
        return self.sees


class RaiseHand(Command, frozen=True):
    """Ask for the floor."""

    BY = ACTING


class LowerHand(Command, frozen=True):
    """Take one's hand down."""

    BY = ACTING


class GiveFloor(Command, frozen=True):
    """Let a person with a raised hand speak; who spoke before has finished. 0: nobody speaks."""

    BY = MODERATORS
    SEAT = False

    seat: Id


def raise_hand(draft: Draft, command: RaiseHand) -> None:
    step = acting_step(draft, "discuss")
    seat = seat_of(draft)
    if draft.get(Hand, seat.id) is not None:
        raise Refused("already_raised")
    draft.put(Hand(seat.id, step.id, seat.name, seat.role, seat.place, draft.seq, False, step.sees))


def lower_hand(draft: Draft, command: LowerHand) -> None:
    draft.drop(draft.one(Hand, draft.actor.seat, "not_raised"))


def give_floor(draft: Draft, command: GiveFloor) -> None:
    chosen = draft.one(Hand, command.seat, "not_raised") if command.seat else None
    for hand in draft.all(Hand):
        if hand.floor:
            draft.drop(hand)
    if chosen is not None:
        draft.change(chosen, floor=True)


def close_discuss(draft: Draft, step: Step) -> None:
    """Take all hands down when the talk ends."""
    for hand in draft.all(Hand):
        draft.drop(hand)


def leave_stage(draft: Draft, step: Step) -> None:
    """Take a step's hands off the stage."""
    for hand in draft.all(Hand):
        if hand.step == step.id:
            off_stage(draft, hand)


def part(draft: Draft, seat: Seat) -> None:
    """Take down the hand of a person who leaves."""
    hand = draft.get(Hand, seat.id)
    if hand is not None:
        draft.drop(hand)


SHIELDS.append(leave_stage)
PARTINGS.append(part)


class HandView(View, frozen=True):
    step: int
    name: str | None
    role: Mask
    place: Place
    turn: int
    floor: bool


def view_hand(hand: Hand, role: Mask, words: Words) -> HandView:
    return HandView(
        hand.id, hand.step, words(hand.name), hand.role, hand.place, hand.turn, hand.floor
    )


FEATURE = Feature(
    entities=(Hand,),
    handlers={RaiseHand: raise_hand, LowerHand: lower_hand, GiveFloor: give_floor},
    views={Hand: view_hand},
    kinds={"discuss": Kind(closed=close_discuss)},
)
