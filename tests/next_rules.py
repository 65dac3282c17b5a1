"""The next rules, which no version ships: so that going from one number to the next can be tested.

Under them people may wave, cards are counted, and the spotlight knows since when it points. A new
command and a new kind of entity, a command and an entity of another shape, and another handler.
"""

from typing import Final

from msgspec.structs import replace

from rooms import cards, spotlight
from rooms.cards import Card, PostIdea
from rooms.features import RULES, bind
from rooms.kernel import ROOM, Book, Command, Draft, Entity, Refused, View, Words
from rooms.plane import Shape
from rooms.roles import ACTING, EVERYBODY, MODERATORS, Mask
from rooms.spotlight import SPOTLIGHT_ID, Spotlight, Spotlit
from rooms.steps import Id, agenda_of, current_step

NUMBER: Final = RULES.number + 1
COUNTED_ID: Final = 900


class Counted(Entity, frozen=True):
    """How many cards were written, and how often people waved."""

    cards: int
    waves: int

    def mask(self) -> Mask:
        return EVERYBODY


class CountedView(View, frozen=True):
    cards: int
    waves: int


class Wave(Command, frozen=True):
    """Wave, so often at once."""

    BY = ACTING

    times: Id


class SpotlitSince(Entity, frozen=True, tag="spotlight"):
    """A spotlight that knows since when it points."""

    step: int
    target: int
    sees: Mask
    since_ms: int

    def mask(self) -> Mask:
        return self.sees


class SpotlitSinceView(View, frozen=True, tag="spotlight"):
    target: int
    since_ms: int


class PointAt(Command, frozen=True, tag="spotlight"):
    """Point at a card, so many seconds ago; the same tag as before, and one field more."""

    BY = MODERATORS
    SEAT = False

    target: Id
    ago_s: Id


def _counted(draft: Draft) -> Counted:
    return draft.one(Counted, COUNTED_ID, "not_open_yet")


def post_idea(draft: Draft, command: PostIdea) -> None:
    cards.FEATURE.handlers[PostIdea](draft, command)
    counted = draft.get(Counted, COUNTED_ID) or Counted(COUNTED_ID, 0, 0)
    draft.put(Counted(COUNTED_ID, counted.cards + 1, counted.waves))


def wave(draft: Draft, command: Wave) -> None:
    counted = _counted(draft)
    draft.change(counted, waves=counted.waves + command.times)


def point_at(draft: Draft, command: PointAt) -> None:
    step, sees = current_step(draft), spotlight._sees(draft, command.target)
    if not sees:
        raise Refused("unknown_target")
    since = draft.at_ms - command.ago_s * 1_000
    draft.put(SpotlitSince(SPOTLIGHT_ID, step.id, command.target, sees, since))


def settle(draft: Draft) -> None:
    pointed = draft.get(SpotlitSince, SPOTLIGHT_ID)
    if pointed is not None and agenda_of(draft).current != pointed.step:
        draft.drop(pointed)


def view_counted(counted: Counted, role: Mask, words: Words) -> CountedView:
    return CountedView(counted.id, counted.cards, counted.waves)


def view_spotlight(spotlit: SpotlitSince, role: Mask, words: Words) -> SpotlitSinceView:
    return SpotlitSinceView(spotlit.id, spotlit.target, spotlit.since_ms)


def since_the_opening(old: Spotlit) -> SpotlitSince:
    """Since when an old spotlight has pointed is not known."""
    return SpotlitSince(old.id, old.step, old.target, old.sees, 0)


def count(draft: Draft) -> None:
    """What the rules before did not count."""
    there = sum(len(draft.all(Card, plane)) for plane in (ROOM, *draft.planes()))
    draft.put(Counted(COUNTED_ID, there, 0))


NEXT: Final = replace(
    RULES,
    number=NUMBER,
    entities=(*(kind for kind in RULES.entities if kind is not Spotlit), Counted, SpotlitSince),
    handlers={
        **{kind: handler for kind, handler in RULES.handlers.items() if kind is not Spotlight},
        PostIdea: post_idea,
        Wave: wave,
        PointAt: point_at,
    },
    views={
        **{kind: view for kind, view in RULES.views.items() if kind is not Spotlit},
        Counted: view_counted,
        SpotlitSince: view_spotlight,
    },
    settle=settle,
    shapes={Spotlit: Shape(SpotlitSince, since_the_opening)},
    migrate=count,
)
NEXT_BOOK: Final[Book] = bind(RULES, NEXT)
"""What a server knows that was upgraded already."""
