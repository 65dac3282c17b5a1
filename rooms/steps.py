"""The session, its agenda and its steps as everything else sees them (rules A5, A6, A8, A13).

The commands that move them are in `agenda`.
"""

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from rooms.kernel import ID_BITS, Draft, Entity, Feature, Refused, Room, View, Words
from rooms.roles import EVERYBODY, Mask

SESSION_ID: Final = 1
AGENDA_ID: Final = 2
GRACE_MS: Final = 30_000
"""How long input stays open after zero under the policy `grace`."""
LATE_MS: Final = 60_000
"""How long a late anonymous card is still taken, and so how long a step's key may outlive it."""
REOPENED_MS: Final = 60_000
"""The least time a step gets when it is opened again."""
LONGEST_MS: Final = 12 * 3_600_000

Lang = Literal["ru", "en"]
Policy = Literal["hard", "grace"]
StepState = Literal["ahead", "open", "closed", "done", "skipped"]
AgendaState = Literal["lobby", "running", "paused", "waiting", "over"]
Id = Annotated[int, Meta(ge=0, lt=1 << 53)]
Moment = Annotated[int, Meta(ge=0, lt=253_402_300_800_000)]
"""Milliseconds since 1970, until the end of the year 9999."""
Seats = Annotated[int, Meta(ge=0, lt=1 << 31)]
Duration = Annotated[int, Meta(ge=0, le=LONGEST_MS)]
Change = Annotated[int, Meta(ge=-LONGEST_MS, le=LONGEST_MS)]
Setting = bool | int | str | list[int | str | list[str]]


class Text(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A text of the agenda in both languages of the interface."""

    ru: Annotated[str, Meta(max_length=2_000)]
    en: Annotated[str, Meta(max_length=2_000)]


# Entities


class Session(Entity, frozen=True):
    """What the room is for. `starts_ms` is the planned beginning, 0 where none is set."""

    title: int
    goal: int
    lang: Lang
    rules: int
    opened_ms: int
    closed_ms: int = 0
    starts_ms: int = 0

    def mask(self) -> Mask:
        return EVERYBODY


class Agenda(Entity, frozen=True):
    """Where the session stands. `left_ms` is what the current step had left when it was paused;
    `ends_ms` the promised end; `missed` tells that a deadline passed while nobody watched."""

    order: tuple[int, ...]
    current: int
    state: AgendaState
    left_ms: int
    started_ms: int
    ends_ms: int
    missed: bool

    def mask(self) -> Mask:
        return EVERYBODY


class Step(Entity, frozen=True):
    """One item of the agenda. `who` may act, `sees` may see, `votes` may vote. `round` numbers
    its openings; `input` tells whether it takes anything now; `few` that fewer people than an
    anonymous step needs were there when it opened; `groups` are the roles that were at least
    four, and so may stand as a viewpoint beside an anonymous card."""

    kind: str
    name: Text
    prompt: Text
    planned_ms: int
    policy: Policy
    who: Mask
    sees: Mask
    votes: Mask
    anonymous: bool
    state: StepState = "ahead"
    round: int = 0
    input: bool = False
    started_ms: int = 0
    deadline_ms: int = 0
    closes_ms: int = 0
    closed_ms: int = 0
    spent_ms: int = 0
    few: bool = False
    groups: Mask = 0

    def mask(self) -> Mask:
        return EVERYBODY


class Kind(Struct, frozen=True):
    """A kind of step. `settings` is the entity that keeps its settings under the step's id, built
    from the template's; `blind` tells whether a step with these settings can be anonymous (none:
    it never can). `opened` runs when the step opens. `closed` runs when it stops input: with the
    step `closed` where it has ended, `ahead` where it was left to be opened again. `is_final`
    tells whether what such a step has shown at its end keeps it from going on."""

    settings: Callable[[int, Mask, dict[str, Any]], Entity] | None = None
    blind: Callable[[Any], bool] | None = None
    opened: Callable[[Draft, Step], None] | None = None
    closed: Callable[[Draft, Step], None] | None = None
    is_final: Callable[[Draft, Step], bool] | None = None


# Helpers that other features use


def kind_of(draft: Draft, name: str) -> Kind:
    """The kind of step of this name, under the rules in force. Refused `unknown_kind`."""
    kind: Kind | None = draft.rules.kinds.get(name)
    if kind is None:
        raise Refused("unknown_kind")
    return kind


def step_id(index: int) -> int:
    """The id of the step at `index` of the design that opened the room."""
    return (1 << ID_BITS) + index


def agenda_of(draft: Draft) -> Agenda:
    """The room's agenda."""
    return draft.one(Agenda, AGENDA_ID, "not_open_yet")


def current_step(draft: Draft) -> Step:
    """The current step, or a refusal when the session has not begun or is over."""
    agenda = agenda_of(draft)
    step = draft.get(Step, agenda.current)
    if step is None:
        raise Refused("not_open_yet")
    return step


def acting_step(draft: Draft, *kinds: str) -> Step:
    """The step the entry was meant for, if it takes input from this actor now.

    Refusals: `unknown_step`, `wrong_kind`, `wrong_lane`, `not_your_step`, `not_open_yet`,
    `too_late` (it is over, or it was another round).
    """
    step = draft.one(Step, draft.entry.step, "unknown_step")
    if step.kind not in kinds:
        raise Refused("wrong_kind")
    actor = draft.actor
    if step.anonymous is not bool(actor.blind):
        raise Refused("wrong_lane")
    # The server vouches for the role of a blind actor, whose entry must not carry it.
    if not actor.blind and not actor.role & step.who:
        raise Refused("not_your_step")
    if not step.input:
        raise Refused("not_open_yet" if step.state == "ahead" else "too_late")
    if step.anonymous and draft.entry.lane != step.round:
        raise Refused("too_late")
    return step


def bank_ms(draft: Draft, agenda: Agenda) -> int:
    """Minutes that may still be lent: the promised end less the end as it stands now."""
    return max(0, agenda.ends_ms - projected_end_ms(draft, agenda))


def projected_end_ms(draft: Draft, agenda: Agenda) -> int:
    """When the session ends if every step ahead takes its planned time."""
    end = draft.at_ms
    step = draft.get(Step, agenda.current)
    if agenda.state == "running" and step is not None:
        end = max(end, step.deadline_ms)
    elif agenda.state == "paused":
        end += agenda.left_ms
    for number in steps_ahead(agenda):
        ahead = draft.one(Step, number, "unknown_step")
        if ahead.state == "ahead":
            end += ahead.planned_ms
    return end


def steps_ahead(agenda: Agenda) -> tuple[int, ...]:
    """The ids of the steps after the current one."""
    if not agenda.current:
        return agenda.order
    return agenda.order[agenda.order.index(agenda.current) + 1 :]


def earlier_steps(draft: Draft, step: Step, *kinds: str) -> list[int]:
    """The ids of the steps of some kinds that stand before `step`."""
    order = agenda_of(draft).order
    before = order[: order.index(step.id)]
    return [number for number in before if draft.one(Step, number, "unknown_step").kind in kinds]


def blind_rounds(room: Room, at_ms: int) -> dict[int, int]:
    """The anonymous rounds whose key may still exist at `at_ms`: round to step. (A13)"""
    rounds: dict[int, int] = {}
    agenda = room.get(Agenda, AGENDA_ID)
    for step in room.all(Step):
        if not step.anonymous or not step.round:
            continue
        is_open = step.input or (agenda is not None and agenda.current == step.id)
        if agenda is not None and agenda.state == "over":
            is_open = False
        if is_open or at_ms < step.closed_ms + LATE_MS:
            rounds[step.round] = step.id
    return rounds


def next_deadline_ms(room: Room) -> int | None:
    """When time alone will next change the room, or None."""
    agenda = room.get(Agenda, AGENDA_ID)
    if agenda is None or agenda.state != "running":
        return None
    step = room.get(Step, agenda.current)
    return None if step is None else step.closes_ms


# Views


class SessionView(View, frozen=True):
    title: str | None
    goal: str | None
    lang: Lang
    opened_ms: int
    closed_ms: int
    starts_ms: int


class AgendaView(View, frozen=True):
    order: tuple[int, ...]
    current: int
    state: AgendaState
    left_ms: int
    started_ms: int
    ends_ms: int
    missed: bool


class StepView(View, frozen=True):
    """A step. Who may not see it gets its clock alone: no kind, no name, no prompt, no masks."""

    kind: str
    name: Text | None
    prompt: Text | None
    planned_ms: int
    policy: Policy
    who: Mask
    votes: Mask
    anonymous: bool
    state: StepState
    round: int
    input: bool
    started_ms: int
    deadline_ms: int
    closes_ms: int
    spent_ms: int
    few: bool


def view_session(session: Session, role: Mask, words: Words) -> SessionView:
    return SessionView(
        session.id,
        words(session.title) if session.title else "",
        words(session.goal) if session.goal else "",
        session.lang,
        session.opened_ms,
        session.closed_ms,
        session.starts_ms,
    )


def view_agenda(agenda: Agenda, role: Mask, words: Words) -> AgendaView:
    return AgendaView(
        agenda.id,
        agenda.order,
        agenda.current,
        agenda.state,
        agenda.left_ms,
        agenda.started_ms,
        agenda.ends_ms,
        agenda.missed,
    )


def view_step(step: Step, role: Mask, words: Words) -> StepView:
    seen = bool(step.sees & role)
    return StepView(
        step.id,
        step.kind if seen else "",
        step.name if seen else None,
        step.prompt if seen else None,
        step.planned_ms,
        step.policy,
        step.who if seen else 0,
        step.votes if seen else 0,
        step.anonymous if seen else False,
        step.state,
        step.round if seen else 0,
        step.input if seen else False,
        step.started_ms,
        step.deadline_ms,
        step.closes_ms,
        step.spent_ms,
        step.few if seen else False,
    )


FEATURE = Feature(
    entities=(Session, Agenda, Step),
    views={
        Session: view_session,
        Agenda: view_agenda,
        Step: view_step,
    },
    kinds={"brief": Kind(), "break": Kind(), "close": Kind()},
)
