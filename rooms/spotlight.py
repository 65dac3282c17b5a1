"""The spotlight: one thing that a moderator points at for everybody who may see it (rule M10)."""

from typing import Final

from rooms.cards import Card
from rooms.decisions import Decision
from rooms.groups import Group
from rooms.kernel import Command, Draft, Entity, Feature, Refused, View, Words
from rooms.roles import MODERATORS, Mask
from rooms.steps import Id, agenda_of, current_step

SPOTLIGHT_ID: Final = 4
POINTED_AT: Final = ("shown", "parked")


class Spotlit(Entity, frozen=True, tag="spotlight"):
    """What is pointed at during a step: the card, group or decision with id `target`. Whoever
    may see that may see the spotlight."""

    step: int
    target: int
    sees: Mask

    def mask(self) -> Mask:
        return self.sees


class Spotlight(Command, frozen=True):
    """Point at a card, a group or a decision; 0 ends it."""

    BY = MODERATORS
    SEAT = False

    target: Id


def _sees(draft: Draft, number: int) -> Mask:
    """Who sees a thing that can be pointed at; 0 where there is none."""
    card = draft.get(Card, number)
    if card is not None:
        return card.mask() if card.state in POINTED_AT else 0
    other = draft.get(Group, number) or draft.get(Decision, number)
    return other.mask() if other else 0


def point_at(draft: Draft, command: Spotlight) -> None:
    step = current_step(draft)
    if not command.target:
        _end(draft)
        return
    sees = _sees(draft, command.target)
    if not sees:
        raise Refused("unknown_target")
    draft.put(Spotlit(SPOTLIGHT_ID, step.id, command.target, sees))


def follow(draft: Draft) -> None:
    """After whatever has happened: let the spotlight be seen by those who see its target, and end
    it with the target or the step."""
    spotlight = draft.get(Spotlit, SPOTLIGHT_ID)
    if spotlight is None:
        return
    agenda = agenda_of(draft)
    sees = _sees(draft, spotlight.target)
    if not sees or agenda.current != spotlight.step or agenda.state == "over":
        _end(draft)
    elif sees != spotlight.sees:
        draft.change(spotlight, sees=sees)


def _end(draft: Draft) -> None:
    spotlight = draft.get(Spotlit, SPOTLIGHT_ID)
    if spotlight is not None:
        draft.drop(spotlight)


class SpotlightView(View, frozen=True):
    target: int


def view_spotlight(spotlight: Spotlit, role: Mask, words: Words) -> SpotlightView:
    return SpotlightView(spotlight.id, spotlight.target)


FEATURE = Feature(
    entities=(Spotlit,),
    handlers={Spotlight: point_at},
    views={Spotlit: view_spotlight},
)
