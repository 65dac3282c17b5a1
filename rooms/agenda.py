"""The agenda: designing it, and moving through it (rules A1 to A15).

What opening and ending a step means is in `clock`. The promised end of the session moves only when
a moderator moves it openly.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from rooms.clock import end_input, go_on, open_again, open_step, tell_change
from rooms.decisions import without_fate
from rooms.departments import expect_departments
from rooms.kernel import Command, Draft, Entity, Feature, Refused
from rooms.people import PLACES_ID, Places, make_link
from rooms.roles import MODERATORS, SYSTEM, Mask, Roles
from rooms.steps import (
    AGENDA_ID,
    GRACE_MS,
    REOPENED_MS,
    SESSION_ID,
    Agenda,
    Change,
    Duration,
    Id,
    Lang,
    Moment,
    Policy,
    Session,
    Setting,
    Step,
    Text,
    agenda_of,
    bank_ms,
    current_step,
    kind_of,
    projected_end_ms,
)

MOST_STEPS = 60
MOST_PEOPLE = 10_000


# Commands


class StepPlan(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One step as designed. `settings` are its kind's."""

    kind: Annotated[str, Meta(max_length=40)]
    name: Text
    prompt: Text
    planned_ms: Duration
    policy: Policy
    who: Roles
    sees: Roles
    votes: Roles
    anonymous: bool = False
    settings: dict[str, Setting] = {}


class OpenRoom(Command, frozen=True):
    """Entry 1 of every log. Words: title, goal, then the expected departments; `internal` tells
    which of them never meet the customer. `links` are roles that get a join link; one of several
    roles lets the newcomer choose. `starts_ms` is the planned beginning, in milliseconds since
    1970 (0: none), `most_people` how many participants may be here at once."""

    BY = SYSTEM
    WORDS = (120, 600)
    MORE_WORDS = 80
    SEAT = False

    rules: int
    lang: Lang
    steps: Annotated[list[StepPlan], Meta(min_length=1, max_length=MOST_STEPS)]
    links: list[Mask]
    internal: list[bool]
    starts_ms: Moment = 0
    most_people: Annotated[int, Meta(ge=1, le=MOST_PEOPLE)] = MOST_PEOPLE


class Tick(Command, frozen=True):
    """Time has passed. Any server may say so, as often as it likes."""

    BY = SYSTEM
    SEAT = False
    AFTER_CLOSE = True


class NextStep(Command, frozen=True):
    """Leave the step named in the entry and open the next one; from the lobby, begin."""

    BY = MODERATORS
    SEAT = False


class BackStep(Command, frozen=True):
    """Open the step before the current one again, as a new round."""

    BY = MODERATORS
    SEAT = False


class StopInput(Command, frozen=True):
    """End the current step's input now and wait for the moderator."""

    BY = MODERATORS
    SEAT = False


class PauseClock(Command, frozen=True):
    """Stop the clock of the current step."""

    BY = MODERATORS
    SEAT = False


class ResumeClock(Command, frozen=True):
    """Let the clock of the current step go on."""

    BY = MODERATORS
    SEAT = False


class ExtendStep(Command, frozen=True):
    """Give the current step more time (from the time bank) or less (into the bank). More time
    lets a step whose input has ended go on."""

    BY = MODERATORS
    SEAT = False

    by_ms: Change


class MoveEnd(Command, frozen=True):
    """Move the promised end of the session, openly."""

    BY = MODERATORS
    SEAT = False

    by_ms: Change


class SkipStep(Command, frozen=True):
    """Leave out a step that is ahead, or take it in again."""

    BY = MODERATORS
    SEAT = False

    target: Id
    skipped: bool


class InsertStep(Command, frozen=True):
    """Put a new step after another one."""

    BY = MODERATORS
    SEAT = False

    after: Id
    plan: StepPlan


class CloseRoom(Command, frozen=True):
    """End the session. Every decision must have an owner's signature or a fate."""

    BY = MODERATORS
    SEAT = False


# Handlers


def plan_step(draft: Draft, number: int, plan: StepPlan) -> Step:
    """Write a designed step and its settings. Refusals: `unknown_kind`, `bad_settings`."""
    kind = kind_of(draft, plan.kind)
    sees = plan.sees | plan.who | MODERATORS
    step = Step(
        number,
        plan.kind,
        plan.name,
        plan.prompt,
        plan.planned_ms,
        plan.policy,
        plan.who,
        sees,
        plan.votes or plan.who,
        plan.anonymous,
    )
    settings: Entity | None = None
    if kind.settings is not None:
        try:
            settings = draft.put(kind.settings(number, sees, plan.settings))
        except (msgspec.ValidationError, TypeError, ValueError):
            raise Refused("bad_settings") from None
    elif plan.settings:
        raise Refused("bad_settings")
    if plan.anonymous and not (kind.blind and kind.blind(settings)):
        raise Refused("bad_settings")
    return draft.put(step)


def open_room(draft: Draft, command: OpenRoom) -> None:
    if draft.seq != 1:
        raise Refused("already_open")
    if command.rules != draft.rules.number:
        raise Refused("other_rules")
    numbers = [draft.new_id() for _ in command.steps]
    for number, plan in zip(numbers, command.steps, strict=True):
        plan_step(draft, number, plan)
    title, goal = draft.word(0), draft.word(1)
    opened = Session(SESSION_ID, title, goal, command.lang, command.rules, draft.at_ms)
    draft.put(msgspec.structs.replace(opened, starts_ms=command.starts_ms))
    draft.put(Places(PLACES_ID, command.most_people))
    draft.put(Agenda(AGENDA_ID, tuple(numbers), 0, "lobby", 0, 0, 0, False))
    for role in command.links:
        make_link(draft, role)
    expect_departments(draft, command.internal)


def tick(draft: Draft, command: Tick) -> None:
    """The advance has done the work already."""


def next_step(draft: Draft, command: NextStep) -> None:
    agenda = agenda_of(draft)
    if draft.entry.step != agenda.current:
        raise Refused("already_moved")
    if not agenda.current:
        planned = projected_end_ms(draft, agenda)
        agenda = draft.change(agenda, started_ms=draft.at_ms, ends_ms=planned)
    go_on(draft, agenda, draft.get(Step, agenda.current))
    tell_change(draft, "moved_on")


def back_step(draft: Draft, command: BackStep) -> None:
    agenda = agenda_of(draft)
    if draft.entry.step != agenda.current or not agenda.current:
        raise Refused("already_moved")
    before = agenda.order[: agenda.order.index(agenda.current)]
    for number in reversed(before):
        step = draft.one(Step, number, "unknown_step")
        if step.state != "done":
            continue
        left = end_input(draft, current_step(draft), "ahead")
        draft.change(left, state="ahead")
        open_step(draft, agenda, step, max(REOPENED_MS, step.planned_ms - step.spent_ms))
        tell_change(draft, "moved_back")
        return
    raise Refused("first_step")


def stop_input(draft: Draft, command: StopInput) -> None:
    step = current_step(draft)
    if draft.entry.step != step.id:
        raise Refused("already_moved")
    if step.state != "open":
        return
    agenda = agenda_of(draft)
    left = agenda.left_ms if agenda.state == "paused" else step.deadline_ms - draft.at_ms
    end_input(draft, step)
    draft.change(agenda, state="waiting", left_ms=0)
    tell_change(draft, "stopped", 0 if _is_final(draft, step) else max(0, left))


def pause_clock(draft: Draft, command: PauseClock) -> None:
    agenda = agenda_of(draft)
    if agenda.state != "running":
        raise Refused("not_running")
    step = current_step(draft)
    left = step.deadline_ms - draft.at_ms
    if left < 0:
        # The clock has run out; a pause would make the half minute of grace a longer one.
        raise Refused("not_running")
    draft.change(step, deadline_ms=0, closes_ms=0)
    draft.change(agenda, state="paused", left_ms=left)
    tell_change(draft, "paused")


def resume_clock(draft: Draft, command: ResumeClock) -> None:
    agenda = agenda_of(draft)
    if agenda.state != "paused":
        raise Refused("not_paused")
    step = current_step(draft)
    deadline = draft.at_ms + agenda.left_ms
    grace = GRACE_MS if step.policy == "grace" else 0
    draft.change(step, deadline_ms=deadline, closes_ms=deadline + grace)
    draft.change(agenda, state="running", left_ms=0, missed=False)
    tell_change(draft, "resumed")


def extend_step(draft: Draft, command: ExtendStep) -> None:
    agenda = agenda_of(draft)
    if agenda.state == "waiting" and command.by_ms > 0:
        given = _extend_again(draft, agenda, command.by_ms)
    elif agenda.state not in ("running", "paused"):
        raise Refused("not_running")
    elif command.by_ms > bank_ms(draft, agenda):
        raise Refused("bank_empty")
    elif agenda.state == "paused":
        left = max(0, agenda.left_ms + command.by_ms)
        draft.change(agenda, left_ms=left)
        given = left - agenda.left_ms
    else:
        given = _extend_running(draft, command.by_ms)
    if given:
        tell_change(draft, "extended", given)


def _extend_running(draft: Draft, by_ms: int) -> int:
    """Move the deadline of the current step. Returns by how much."""
    step = current_step(draft)
    grace = step.closes_ms - step.deadline_ms
    # Less time never means more: in the grace after zero the deadline stays where it is.
    soonest = min(draft.at_ms, step.deadline_ms)
    deadline = max(soonest, step.deadline_ms + by_ms)
    draft.change(step, deadline_ms=deadline, closes_ms=deadline + grace)
    return deadline - step.deadline_ms


def _extend_again(draft: Draft, agenda: Agenda, by_ms: int) -> int:
    """Let the current step, whose input has ended, go on. Returns for how long. (A16)"""
    step = current_step(draft)
    if _is_final(draft, step):
        raise Refused("tally_is_shown")
    # What was left when a step was stopped is not all in the bank a few seconds later.
    given = min(by_ms, bank_ms(draft, agenda))
    if not given:
        raise Refused("bank_empty")
    open_again(draft, agenda, step, given)
    return given


def _is_final(draft: Draft, step: Step) -> bool:
    is_final = kind_of(draft, step.kind).is_final
    return is_final is not None and is_final(draft, step)


def move_end(draft: Draft, command: MoveEnd) -> None:
    agenda = agenda_of(draft)
    if not agenda.started_ms:
        raise Refused("not_running")
    ends = agenda.ends_ms + command.by_ms
    if ends < draft.at_ms:
        raise Refused("end_is_past")
    draft.change(agenda, ends_ms=ends)
    if command.by_ms:
        tell_change(draft, "end_moved", command.by_ms)


def skip_step(draft: Draft, command: SkipStep) -> None:
    step = draft.one(Step, command.target, "unknown_step")
    if step.state not in ("ahead", "skipped"):
        raise Refused("already_begun")
    draft.change(step, state="skipped" if command.skipped else "ahead")


def insert_step(draft: Draft, command: InsertStep) -> None:
    agenda = agenda_of(draft)
    if len(agenda.order) >= MOST_STEPS:
        raise Refused("too_many_steps")
    if command.after not in agenda.order:
        raise Refused("unknown_step")
    place = agenda.order.index(command.after) + 1
    if agenda.current and place <= agenda.order.index(agenda.current):
        raise Refused("already_begun")
    step = plan_step(draft, draft.new_id(), command.plan)
    draft.change(agenda, order=(*agenda.order[:place], step.id, *agenda.order[place:]))


def close_room(draft: Draft, command: CloseRoom) -> None:
    if without_fate(draft):
        raise Refused("decisions_without_fate")
    agenda = agenda_of(draft)
    step = draft.get(Step, agenda.current)
    if step is not None:
        draft.change(end_input(draft, step), state="done")
    draft.change(agenda, state="over", left_ms=0)
    session = draft.one(Session, SESSION_ID, "not_open_yet")
    draft.change(session, closed_ms=draft.at_ms)


FEATURE = Feature(
    handlers={
        OpenRoom: open_room,
        Tick: tick,
        NextStep: next_step,
        BackStep: back_step,
        StopInput: stop_input,
        PauseClock: pause_clock,
        ResumeClock: resume_clock,
        ExtendStep: extend_step,
        MoveEnd: move_end,
        SkipStep: skip_step,
        InsertStep: insert_step,
        CloseRoom: close_room,
    },
)
