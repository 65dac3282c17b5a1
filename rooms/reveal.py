"""Showing what was written in silence, all at once (rules I5 to I8)."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from rooms.cards import MOST_LANES, Card, Ideation, Source
from rooms.kernel import Command, Draft, Entity, Feature, Refused, View, Words
from rooms.people import SHIELDS, off_stage
from rooms.roles import MODERATORS, Mask
from rooms.steps import Id, Kind, Step, earlier_steps
from rooms.turnout import end_reminders

ALL_LANES: Final = -1


class Showing(Entity, frozen=True):
    """Settings of a `reveal` step: which steps' cards it shows (none named: all earlier ones),
    and whether lane by lane, at the moderator's word."""

    sees: Mask
    source: tuple[int, ...]
    by_lane: bool

    def mask(self) -> Mask:
        return self.sees


class Reveal(Command, frozen=True):
    """Show what was written in a step, in one lane or in all (-1). Ends the step's input."""

    BY = MODERATORS
    SEAT = False

    target: Id
    lane: Annotated[int, Meta(ge=ALL_LANES, lt=MOST_LANES)]


def reveal(draft: Draft, command: Reveal) -> None:
    step = draft.one(Step, command.target, "unknown_step")
    ideation = draft.one(Ideation, step.id, "wrong_kind")
    if command.lane >= len(ideation.lanes):
        raise Refused("unknown_lane")
    if step.state in ("ahead", "skipped"):
        raise Refused("not_open_yet")
    if step.input:
        # Whoever has seen the others' cards writes differently.
        draft.change(step, input=False, closed_ms=draft.at_ms)
        end_reminders(draft, step)
    show(draft, (step.id,), command.lane)


def show(draft: Draft, steps: tuple[int, ...], lane: int) -> None:
    """Move written cards of some steps into the room's plane, in shuffled order. (I5, I6)

    Anonymous cards get new ids, since the old ones tell the order in which they were written.
    """
    written = [
        (card, plane)
        for plane in draft.planes()
        for card in draft.all(Card, plane)
        if card.step in steps and lane in (ALL_LANES, card.lane)
    ]
    planes = {card.id: plane for card, plane in written}
    shown = dict.fromkeys(steps, 0)
    for card in draft.all(Card):
        if card.step in shown:
            shown[card.step] = max(shown[card.step], card.rank)
    for card in draft.shuffled([card for card, _ in written]):
        shown[card.step] += 1
        step = draft.one(Step, card.step, "unknown_step")
        draft.drop(card, planes[card.id])
        number = draft.new_id() if step.anonymous else card.id
        draft.put(
            msgspec.structs.replace(
                card,
                id=number,
                state="shown",
                rank=shown[card.step],
                sees=step.sees,
                role=card.role & step.groups if step.anonymous else card.role,
            )
        )


def open_reveal(draft: Draft, step: Step) -> None:
    showing = draft.one(Showing, step.id, "wrong_kind")
    source = showing.source or tuple(earlier_steps(draft, step, "ideate"))
    draft.change(showing, source=source)
    if not showing.by_lane:
        show(draft, source, ALL_LANES)


def leave_stage(draft: Draft, step: Step) -> None:
    """Take the settings of a step that shows cards off the stage."""
    settings = draft.get(Showing, step.id)
    if settings is not None:
        off_stage(draft, settings)


SHIELDS.append(leave_stage)


class ShowingView(View, frozen=True):
    source: tuple[int, ...]
    by_lane: bool


def view_showing(showing: Showing, role: Mask, words: Words) -> ShowingView:
    return ShowingView(showing.id, showing.source, showing.by_lane)


class RevealSettings(Struct, forbid_unknown_fields=True):
    source: Source = []
    by_lane: bool = False


def showing(number: int, sees: Mask, settings: dict[str, object]) -> Showing:
    """The settings entity of a `reveal` step. ValidationError if they are wrong."""
    plan = msgspec.convert(settings, RevealSettings)
    return Showing(number, sees, tuple(plan.source), plan.by_lane)


FEATURE = Feature(
    entities=(Showing,),
    handlers={Reveal: reveal},
    views={Showing: view_showing},
    kinds={"reveal": Kind(settings=showing, opened=open_reveal)},
)
