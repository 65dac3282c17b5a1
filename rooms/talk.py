"""Talking: a queue of hands, and who has the floor (rules T1 to T4)."""

from rooms.kernel import Command, Draft, Entity, Feature, Refused, View, Words
from rooms.people import PARTINGS, SHIELDS, Place, Seat, off_stage, seat_of
from rooms.roles import ACTING, MODERATORS, Mask
from rooms.steps import Id, Kind, Step, acting_step


class Hand(Entity, frozen=True):
    """A raised hand, under the seat's id. `turn` is the place in the queue, from 1; whoever has
    the `floor` has left it, with turn 0."""

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
    last = len(draft.all(Hand)) + 1
    draft.put(Hand(seat.id, step.id, seat.name, seat.role, seat.place, last, False, step.sees))
    _line_up(draft)


def lower_hand(draft: Draft, command: LowerHand) -> None:
    draft.drop(draft.one(Hand, draft.actor.seat, "not_raised"))
    _line_up(draft)


def give_floor(draft: Draft, command: GiveFloor) -> None:
    chosen = draft.one(Hand, command.seat, "not_raised") if command.seat else None
    for hand in draft.all(Hand):
        if hand.floor:
            draft.drop(hand)
    if chosen is not None:
        draft.change(chosen, floor=True, turn=0)
    _line_up(draft)


def _line_up(draft: Draft) -> None:
    """Give each waiting hand its place: on site and remote by turns while both wait, among
    themselves in the order in which they stood. (T1)"""
    hands = sorted(draft.all(Hand), key=lambda hand: hand.turn)
    queue = [hand for hand in hands if not hand.floor]
    speaking = [hand.place for hand in hands if hand.floor]
    first = [hand for hand in queue if hand.place == queue[0].place]
    other = [hand for hand in queue if hand.place != queue[0].place]
    if other and speaking == [first[0].place]:
        first, other = other, first
    for place, hand in enumerate(_by_turns(first, other), 1):
        if hand.turn != place:
            draft.change(hand, turn=place)


def _by_turns(first: list[Hand], other: list[Hand]) -> list[Hand]:
    """One of each in turn, as long as there are both."""
    both = min(len(first), len(other))
    pairs = [hand for pair in zip(first, other, strict=False) for hand in pair]
    return [*pairs, *first[both:], *other[both:]]


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
        _line_up(draft)


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
