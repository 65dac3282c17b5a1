"""What has come in during a step: how much, from which departments, and who is still waited for
(rules I2, P12, P13)."""

from typing import Final

from rooms.departments import Department
from rooms.kernel import Command, Draft, Entity, Feature, Refused, View, Words
from rooms.people import SHIELDS, Seat, off_stage, present
from rooms.roles import EVERYBODY, MODERATORS, Mask
from rooms.steps import Id, Step, current_step

COUNTED: Final = ("ideate", "vote")
"""The kinds of steps in which it is counted who has put something in."""


# Entities


class Turnout(Entity, frozen=True):
    """How much has come in during a step: people who acted, and cards per lane. Of an anonymous
    step only cards are counted."""

    sees: Mask
    people: int
    lanes: tuple[int, ...] = ()

    def mask(self) -> Mask:
        return self.sees


class Part(Entity, frozen=True):
    """In a private plane: what its owner has put into the step of this id (cards or dots)."""

    count: int

    def mask(self) -> Mask:
        return EVERYBODY


class Heard(Entity, frozen=True):
    """Which departments have put something into the step of this id, and how many people, from
    its opening on. There is none of an anonymous step."""

    departments: tuple[int, ...]
    people: int

    def mask(self) -> Mask:
        return MODERATORS


class Reminder(Entity, frozen=True):
    """In a seat's plane: that a moderator waits for its owner in the step of this id."""

    at_ms: int

    def mask(self) -> Mask:
        return EVERYBODY


# Commands


class Remind(Command, frozen=True):
    """Tell the people of a department (0: of none) who have put nothing into the step yet that
    they are waited for."""

    BY = MODERATORS
    SEAT = False

    department: Id


# Handlers


def contribute(draft: Draft, step: Step, change: int, lane: int = -1) -> None:
    """Count what the actor puts into a step: `change` cards or dots, in a lane if it has lanes."""
    part = draft.get(Part, step.id, draft.own)
    if part is not None and not change:
        return
    turnout = draft.get(Turnout, step.id) or Turnout(step.id, step.sees, 0)
    if not draft.actor.blind or lane < 0:
        # A blind actor's plane holds one card, so counting it would count cards as people.
        if part is None:
            draft.put(Part(step.id, max(0, change)), draft.own)
            turnout = draft.change(turnout, people=turnout.people + 1)
            _hear(draft, step)
        else:
            draft.change(part, draft.own, count=max(0, part.count + change))
    if lane >= 0:
        lanes = [*turnout.lanes, *[0] * (lane + 1 - len(turnout.lanes))]
        lanes[lane] = max(0, lanes[lane] + change)
        draft.change(turnout, lanes=tuple(lanes))


def begin_hearing(draft: Draft, step: Step) -> None:
    """Nobody was heard yet in a step that opens. What was heard in an earlier round stays."""
    counts = step.kind in COUNTED and not step.anonymous
    if counts and draft.get(Heard, step.id) is None:
        draft.put(Heard(step.id, (), 0))


def _hear(draft: Draft, step: Step) -> None:
    """Note the department of a person who puts in something for the first time. (P12)"""
    seat = draft.get(Seat, draft.actor.seat)
    if seat is None:
        return
    heard = draft.get(Heard, step.id) or Heard(step.id, (), 0)
    departments = heard.departments
    if seat.department and seat.department not in departments:
        departments = (*departments, seat.department)
    draft.change(heard, departments=departments, people=heard.people + 1)
    _end_reminder(draft, step, seat)


def remind(draft: Draft, command: Remind) -> None:
    step = current_step(draft)
    if draft.entry.step != step.id:
        raise Refused("already_moved")
    if step.kind not in COUNTED:
        raise Refused("wrong_kind")
    if step.anonymous:
        raise Refused("step_is_anonymous")
    if not step.input:
        raise Refused("too_late")
    if command.department:
        draft.one(Department, command.department, "unknown_department")
    waited = [seat for seat in _silent(draft, step) if seat.department == command.department]
    if not waited:
        raise Refused("nobody_to_remind")
    for seat in waited:
        draft.put(Reminder(step.id, draft.at_ms), seat.id)


def _silent(draft: Draft, step: Step) -> list[Seat]:
    """The people who may act in a step and have put nothing in."""
    may = step.who & step.votes if step.kind == "vote" else step.who
    able = [seat for seat in present(draft) if seat.role & may]
    return [seat for seat in able if draft.get(Part, step.id, seat.id) is None]


def _end_reminder(draft: Draft, step: Step, seat: Seat) -> None:
    reminder = draft.get(Reminder, step.id, seat.id)
    if reminder is not None:
        draft.drop(reminder, seat.id)


def end_reminders(draft: Draft, step: Step) -> None:
    """Wait for nobody when a step's input ends."""
    if step.kind in COUNTED and not step.anonymous:
        for seat in draft.all(Seat):
            _end_reminder(draft, step, seat)


def leave_stage(draft: Draft, step: Step) -> None:
    """Take a step's turnout off the stage."""
    turnout = draft.get(Turnout, step.id)
    if turnout is not None:
        off_stage(draft, turnout)


SHIELDS.append(leave_stage)


# Views


class TurnoutView(View, frozen=True):
    people: int
    lanes: tuple[int, ...]


class PartView(View, frozen=True):
    count: int


class HeardView(View, frozen=True):
    departments: tuple[int, ...]
    people: int


class ReminderView(View, frozen=True):
    at_ms: int


def view_turnout(turnout: Turnout, role: Mask, words: Words) -> TurnoutView:
    return TurnoutView(turnout.id, turnout.people, turnout.lanes)


def view_part(part: Part, role: Mask, words: Words) -> PartView:
    return PartView(part.id, part.count)


def view_heard(heard: Heard, role: Mask, words: Words) -> HeardView:
    return HeardView(heard.id, heard.departments, heard.people)


def view_reminder(reminder: Reminder, role: Mask, words: Words) -> ReminderView:
    return ReminderView(reminder.id, reminder.at_ms)


FEATURE = Feature(
    entities=(Turnout, Part, Heard, Reminder),
    handlers={Remind: remind},
    views={
        Turnout: view_turnout,
        Part: view_part,
        Heard: view_heard,
        Reminder: view_reminder,
    },
)
