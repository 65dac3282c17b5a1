"""What a result of a session says. Field names are those of the JSON that people download.

Names ending in `_ms` are milliseconds, as a moment since 1970 or as a length; days are written as
2026-12-25; a text that was erased is null, one that was never given is empty.
"""

from typing import Final, Literal

from msgspec import Struct

from rooms.decisions import Deed
from rooms.polls import Style
from rooms.steps import AgendaState, Lang, StepState

FORMAT: Final = 1
"""Counts up when a field changes its meaning. A new field does not."""

State = Literal["signed", "sign_again", "taken", "open", "awaiting", "nobody", "parked", "dropped"]


class Both(Struct, frozen=True):
    """A text of the agenda in both languages."""

    ru: str
    en: str


class Owner(Struct, frozen=True):
    """Who took a decision, as they were when they took it."""

    name: str | None
    role: str
    department: str | None


class Signature(Struct, frozen=True):
    """When the present wording was signed, and which version it is."""

    at_ms: int
    version: int


class Offer(Struct, frozen=True):
    """Somebody's offer of help, with its one line."""

    name: str | None
    department: str | None
    text: str | None


class Event(Struct, frozen=True):
    """One deed in the history of a decision, and whose it was."""

    deed: Deed
    name: str | None
    department: str | None
    version: int
    at_ms: int


class Decided(Struct, frozen=True):
    """A decision in its full wording. `number` counts the decisions this role sees, in the order
    in which they were worded. `sign_again` is a state of its own: the wording changed after the
    signature. `reason` is why its last owner gave it back."""

    id: int
    number: int
    state: State
    what: str | None
    result: str | None
    measure: str | None
    assumption: str | None
    due: str
    version: int
    owner: Owner | None
    signature: Signature | None
    helpers: list[Offer]
    reason: str | None
    history: list[Event]


class Idea(Struct, frozen=True):
    """An offer of help with an idea, which no decision has taken up yet."""

    idea: str | None
    offer: Offer


class Count(Struct, frozen=True):
    """Votes on one theme: people who voted on it, their dots, or their opinions."""

    people: int
    dots: int
    agree: int
    disagree: int
    passed: int


class Voice(Struct, frozen=True):
    """The votes of some roles on one theme; at least four people of theirs have voted."""

    roles: list[str]
    count: Count


class Theme(Struct, frozen=True):
    """What was voted on: a group of cards by its name, or a single card. `cards` are the texts
    in it; `voices` is empty where the vote cannot be split without telling somebody's vote."""

    text: str | None
    cards: list[str | None]
    count: Count
    voices: list[Voice]


class Vote(Struct, frozen=True):
    """One vote, its themes with the strongest first. `people` voted in it; null where nobody may
    count them."""

    step: Both | None
    style: Style
    people: int | None
    themes: list[Theme]


class StepTime(Struct, frozen=True):
    """A step of the agenda with its planned and its real time. Who may not see a step is not told
    its name."""

    name: Both | None
    kind: str
    state: StepState
    planned_ms: int
    real_ms: int


class Time(Struct, frozen=True):
    """The session as a whole. `real_ms` runs from the first step's beginning to the last one's
    end, or until now; `between_ms` is the part of it that no step took, and `after_ms` the time
    from the last step's end until the room was closed."""

    planned_ms: int
    real_ms: int
    between_ms: int
    after_ms: int


class Counts(Struct, frozen=True):
    """How many. `departments` is null for those who do not see departments."""

    people: int
    departments: int | None
    cards: int
    decisions: int
    signed: int


class Share(Struct, frozen=True):
    """What a department has taken upon itself: numbers of the decisions it owns and helps with."""

    department: str
    owns: list[int]
    helps: list[int]


class Result(Struct, frozen=True):
    """The whole result. `at_ms` is when it was made, `next_due` the first day by which something
    signed is to be done."""

    format: int
    code: str
    role: str
    at_ms: int
    title: str | None
    goal: str | None
    lang: Lang
    state: AgendaState
    starts_ms: int
    started_ms: int
    closed_ms: int
    counts: Counts
    decisions: list[Decided]
    shares: list[Share]
    ideas: list[Idea]
    votes: list[Vote]
    parking_lot: list[str | None]
    steps: list[StepTime]
    time: Time
    next_due: str | None
