"""How steps open, end and follow one another, and what people do to time (rules A3, A4, A15).

The server owns every deadline. A step ends at its deadline's own time, whenever that is noticed.
"""

from typing import Final, Literal

from rooms.kernel import MADE_PER_ENTRY, Draft, Entity, Entry, Feature, Refused, Room, View, Words
from rooms.people import Seat, shield_stage, stage_shielded
from rooms.roles import EVERYBODY, MODERATORS, STAGE, Mask
from rooms.steps import (
    AGENDA_ID,
    GRACE_MS,
    Agenda,
    Step,
    StepState,
    agenda_of,
    kind_of,
    steps_ahead,
)
from rooms.turnout import begin_hearing, end_reminders
from rooms.voices import few_people, viewpoint_groups

CHANGE_ID: Final = 3

What = Literal["extended", "paused", "resumed", "stopped", "moved_on", "moved_back", "end_moved"]


class ClockChange(Entity, frozen=True):
    """The last thing that a person did to time. `by_ms` is how much the step or the promised end
    got; of a step that was stopped, what it had left, if it may go on with that. `step` is then
    the current one; `seat` and `name` are 0 where a moderator has not joined."""

    what: What
    by_ms: int
    step: int
    seat: int
    name: int
    at_ms: int

    def mask(self) -> Mask:
        return EVERYBODY


def tell_change(draft: Draft, what: What, by_ms: int = 0) -> None:
    """Let everybody know what the actor did to time. (A15)"""
    seat = draft.get(Seat, draft.actor.seat)
    who = (seat.id, seat.name) if seat else (0, 0)
    step = agenda_of(draft).current
    draft.put(ClockChange(CHANGE_ID, what, by_ms, step, *who, draft.at_ms))


def advance(room: Room, entry: Entry) -> Draft | None:
    """Move time to the entry's: end the current step if its time has come. (A3, A4)"""
    agenda = room.get(Agenda, AGENDA_ID)
    if agenda is None or agenda.state != "running":
        return None
    step = room.get(Step, agenda.current)
    if step is None or room.at_ms < step.closes_ms:
        return None
    draft = Draft(room, entry, step.closes_ms, first_made=MADE_PER_ENTRY)
    if step.policy == "grace" or not _next_number(draft, agenda):
        end_input(draft, step)
        draft.change(agenda, state="waiting")
        return draft
    following = go_on(draft, agenda, step)
    if following.closes_ms <= room.at_ms:
        # Nobody watched for longer than a whole step: never race through steps unseen.
        agenda = agenda_of(draft)
        draft.change(following, deadline_ms=0, closes_ms=0)
        draft.change(agenda, state="paused", left_ms=following.planned_ms, missed=True)
    return draft


def _next_number(draft: Draft, agenda: Agenda) -> int:
    for number in steps_ahead(agenda):
        if draft.one(Step, number, "unknown_step").state == "ahead":
            return number
    return 0


def end_input(draft: Draft, step: Step, state: StepState = "closed") -> Step:
    """Close the step's input as of the draft's time. `ahead` leaves it to be opened again."""
    if step.state != "open":
        return step
    step = draft.change(
        step,
        state=state,
        input=False,
        closed_ms=draft.at_ms,
        spent_ms=step.spent_ms + max(0, draft.at_ms - step.started_ms),
    )
    end_reminders(draft, step)
    closed = kind_of(draft, step.kind).closed
    if closed is not None:
        closed(draft, step)
    return draft.one(Step, step.id, "unknown_step")


def go_on(draft: Draft, agenda: Agenda, step: Step | None) -> Step:
    """Finish the current step and open the next one."""
    number = _next_number(draft, agenda)
    if not number:
        raise Refused("last_step")
    if step is not None:
        draft.change(end_input(draft, step), state="done")
    following = draft.one(Step, number, "unknown_step")
    return open_step(draft, agenda, following, following.planned_ms)


def open_step(draft: Draft, agenda: Agenda, step: Step, length_ms: int) -> Step:
    """Begin a new round of a step."""
    groups = viewpoint_groups(draft, step.who) if step.anonymous else 0
    step = draft.change(step, round=draft.new_id(), groups=groups)
    return _let_in(draft, agenda, step, length_ms)


def open_again(draft: Draft, agenda: Agenda, step: Step, length_ms: int) -> Step:
    """Let the round of the current step, which waits for the moderator, go on. (A16)"""
    # It has kept its key, so whoever wrote without a name finds those cards and can change them.
    # Whoever came in between may stand alone without a viewpoint. (P9)
    groups = step.groups & viewpoint_groups(draft, step.who) if step.anonymous else 0
    return _let_in(draft, agenda, draft.change(step, groups=groups), length_ms)


def _let_in(draft: Draft, agenda: Agenda, step: Step, length_ms: int) -> Step:
    deadline = draft.at_ms + length_ms
    if step.sees & STAGE and stage_shielded(draft, step.sees):
        step = shield_stage(draft, step)
    step = draft.change(
        step,
        state="open",
        input=True,
        started_ms=draft.at_ms,
        deadline_ms=deadline,
        closes_ms=deadline + (GRACE_MS if step.policy == "grace" else 0),
        closed_ms=0,
        few=step.anonymous and few_people(draft, step.who),
    )
    draft.change(agenda, current=step.id, state="running", left_ms=0, missed=False)
    begin_hearing(draft, step)
    opened = kind_of(draft, step.kind).opened
    if opened is not None:
        opened(draft, step)
    return draft.one(Step, step.id, "unknown_step")


class ClockChangeView(View, frozen=True):
    """`name` is null where nobody's is known. What was left of a step that was stopped is for
    moderators, who can let it go on: that nothing can would tell others what kind of step it is."""

    what: What
    by_ms: int
    step: int
    name: str | None
    at_ms: int


def view_clock_change(change: ClockChange, role: Mask, words: Words) -> ClockChangeView:
    name = words(change.name) if change.name else None
    by_ms = change.by_ms if change.what != "stopped" or role & MODERATORS else 0
    return ClockChangeView(change.id, change.what, by_ms, change.step, name, change.at_ms)


FEATURE = Feature(entities=(ClockChange,), views={ClockChange: view_clock_change})
