"""Decisions: their wording and their fate (rules D1 to D3, D10, D12, D13, D15).

Who takes, signs and helps is in `owners`.
"""

import hashlib
from collections.abc import Callable
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from rooms.kernel import Command, Draft, Entity, Feature, Refused, View, Words
from rooms.people import SHIELDS, Seat, off_stage
from rooms.roles import ACTING, MODERATORS, Mask
from rooms.steps import Id, Kind, Step, acting_step, current_step

DAY_MS: Final = 86_400_000
WORDING: Final = (400, 300, 300, 300)
"""The longest a decision's words may be: what we do, the customer's gain, measure, assumption."""
MOST_DECISIONS: Final = 60
DEFAULT_DAYS: Final = 60
LONGEST_DAYS: Final = 90

Fate = Literal["open", "parked", "dropped", "nobody", "awaiting"]
"""What becomes of a decision. `awaiting` is set when somebody absent is asked to sign it."""
Deed = Literal[
    "taken",
    "signed",
    "reworded",
    "given_back",
    "freed",
    "handed_over",
    "asked",
    "open",
    "parked",
    "dropped",
    "nobody",
]
"""What can happen to a decision, as its history tells it."""
Day = Annotated[int, Meta(ge=0, lt=100_000)]


# Entities


class Drafting(Entity, frozen=True):
    """Settings of a `draft` step: how many decisions there may be, and how far their dates."""

    sees: Mask
    max_decisions: int
    due_within_days: int

    def mask(self) -> Mask:
        return self.sees


class Decision(Entity, frozen=True):
    """A decision. `due` is in days since 1970. `digest` covers the wording of `version`; the
    signature holds as long as `signed_digest` equals it. `owner` is 0 while nobody has taken it;
    `reason` then says why the last one, `released_by`, gave it back."""

    step: int
    what: int
    result: int
    measure: int
    assumption: int
    due: int
    sources: tuple[int, ...]
    author: int
    version: int
    digest: str
    sees: Mask
    fate: Fate = "open"
    owner: int = 0
    owner_name: int = 0
    owner_role: Mask = 0
    department: int = 0
    department_name: int = 0
    signed_version: int = 0
    signed_digest: str = ""
    signed_ms: int = 0
    reason: int = 0
    released_by: int = 0

    def mask(self) -> Mask:
        return self.sees

    @property
    def signed(self) -> bool:
        """Whether the owner's signature stands under the present wording."""
        return bool(self.owner) and self.signed_digest == self.digest


# Commands


class ProposeDecision(Command, frozen=True):
    """Word a decision. Words: what we do, what the customer gets, measure, assumption. `due` is
    in days since 1970; 0 proposes a date. `sources` are cards or groups it answers."""

    BY = ACTING
    WORDS = WORDING
    SEAT = False

    due: Day
    sources: Annotated[list[Id], Meta(max_length=20)]


class EditDecision(Command, frozen=True):
    """Reword a decision, or change its date. Voids a signature. Words as in ProposeDecision;
    `version` is the one that was read."""

    BY = ACTING
    WORDS = WORDING
    SEAT = False

    decision: Id
    version: Annotated[int, Meta(ge=1, lt=1 << 31)]
    due: Day


class SetFate(Command, frozen=True):
    """Say what becomes of a decision that nobody took: parked, dropped, taken by nobody, or
    open again."""

    BY = MODERATORS
    SEAT = False

    decision: Id
    fate: Literal["open", "parked", "dropped", "nobody"]


# Helpers that other features use

WITNESSES: list[Callable[[Draft, Decision, Deed], None]] = []
"""Who is told what happened to a decision: features add theirs."""


def tell(draft: Draft, decision: Decision, deed: Deed) -> None:
    """Let it be known what happened to a decision, as it stands afterwards; of one that was
    freed or given back, as it stood before."""
    for witness in WITNESSES:
        witness(draft, decision, deed)


def free(draft: Draft, decision: Decision, reason: int = 0, released_by: int = 0) -> None:
    """Let a decision be taken again."""
    tell(draft, decision, "given_back" if reason else "freed")
    draft.change(
        decision,
        owner=0,
        owner_name=0,
        owner_role=0,
        department=0,
        department_name=0,
        signed_version=0,
        signed_digest="",
        signed_ms=0,
        reason=reason,
        released_by=released_by,
    )


def need_wording(decision: Decision, version: int, digest: str) -> None:
    """Refused `wording_changed` where another wording was read than the present one."""
    if (version, digest) != (decision.version, decision.digest):
        raise Refused("wording_changed")


def open_decision(draft: Draft, number: int) -> Decision:
    """A decision that can be worked on. Refused: `unknown_decision`, `not_open`."""
    decision = draft.one(Decision, number, "unknown_decision")
    if not decision.sees & draft.actor.role:
        raise Refused("unknown_decision")
    if decision.fate != "open":
        raise Refused("not_open")
    return decision


# Handlers


def wording_digest(draft: Draft, version: int, due: int) -> str:
    """The digest of a wording: SHA-256 over version, date and the salted digests of its words."""
    content = b"|".join(draft.digest(position) for position in range(len(WORDING)))
    return hashlib.sha256(b"%d|%d|" % (version, due) + content).hexdigest()[:32]


def _working_step(draft: Draft, *kinds: str) -> Step:
    """The step for work on decisions; moderators may word them whenever the session runs."""
    if draft.actor.role & MODERATORS:
        return current_step(draft)
    if not draft.actor.seat:
        raise Refused("no_seat")
    return acting_step(draft, *kinds)


def _due(draft: Draft, due: int, step: int) -> int:
    today = draft.at_ms // DAY_MS
    if not due:
        drafting = draft.get(Drafting, step)
        return today + min(DEFAULT_DAYS, drafting.due_within_days if drafting else DEFAULT_DAYS)
    if due < today:
        raise Refused("due_is_past")
    return due


def propose_decision(draft: Draft, command: ProposeDecision) -> None:
    step = _working_step(draft, "draft", "claim")
    if not draft.word(0):
        raise Refused("missing_words")
    decisions = [d for d in draft.all(Decision) if d.fate == "open"]
    drafting = draft.get(Drafting, step.id)
    most = drafting.max_decisions if drafting else MOST_DECISIONS
    if len(decisions) >= most:
        raise Refused("too_many_decisions")
    due = _due(draft, command.due, step.id)
    draft.put(
        Decision(
            draft.new_id(),
            step.id,
            draft.word(0),
            draft.word(1),
            draft.word(2),
            draft.word(3),
            due,
            tuple(command.sources),
            draft.actor.seat,
            1,
            wording_digest(draft, 1, due),
            step.sees,
        )
    )


def edit_decision(draft: Draft, command: EditDecision) -> None:
    decision = open_decision(draft, command.decision)
    _working_step(draft, "draft", "claim")
    mine = draft.actor.seat and draft.actor.seat in (decision.author, decision.owner)
    if not draft.actor.role & MODERATORS and not mine:
        raise Refused("not_yours")
    if command.version != decision.version:
        raise Refused("wording_changed")
    if not draft.word(0):
        raise Refused("missing_words")
    version, due = decision.version + 1, _due(draft, command.due, decision.step)
    decision = draft.change(
        decision,
        what=draft.word(0),
        result=draft.word(1),
        measure=draft.word(2),
        assumption=draft.word(3),
        due=due,
        version=version,
        digest=wording_digest(draft, version, due),
    )
    tell(draft, decision, "reworded")
    owner = draft.get(Seat, decision.owner)
    if owner is not None and owner.state != "here":
        # The signature is void, and its owner cannot give it again.
        free(draft, decision)


def set_fate(draft: Draft, command: SetFate) -> None:
    decision = draft.one(Decision, command.decision, "unknown_decision")
    if decision.signed:
        raise Refused("already_signed")
    tell(draft, draft.change(decision, fate=command.fate), command.fate)


def without_fate(draft: Draft) -> bool:
    """Whether a decision is still open without its owner's signature."""
    return any(d.fate == "open" and not d.signed for d in draft.all(Decision))


def leave_stage(draft: Draft, step: Step) -> None:
    """Take a step's decisions off the stage."""
    settings = draft.get(Drafting, step.id)
    if settings is not None:
        off_stage(draft, settings)
    for decision in draft.all(Decision):
        if decision.step == step.id:
            off_stage(draft, decision)


SHIELDS.append(leave_stage)


# Views


class DraftingView(View, frozen=True):
    max_decisions: int
    due_within_days: int


class DecisionView(View, frozen=True):
    """`signed` tells that the signature holds; `signed_version` with `signed` false, that it was
    given to an earlier wording and is needed again. `reason` is why it was last given back."""

    step: int
    what: str | None
    result: str | None
    measure: str | None
    assumption: str | None
    due: int
    sources: tuple[int, ...]
    author: int
    version: int
    digest: str
    fate: Fate
    owner: int
    owner_name: str | None
    owner_role: Mask
    department: str | None
    signed: bool
    signed_version: int
    signed_ms: int
    reason: str | None


def word_or_blank(words: Words, ref: int) -> str | None:
    """A word: blank if there is none, None where it was erased."""
    return words(ref) if ref else ""


def view_drafting(drafting: Drafting, role: Mask, words: Words) -> DraftingView:
    return DraftingView(drafting.id, drafting.max_decisions, drafting.due_within_days)


def view_decision(decision: Decision, role: Mask, words: Words) -> DecisionView:
    return DecisionView(
        decision.id,
        decision.step,
        words(decision.what),
        word_or_blank(words, decision.result),
        word_or_blank(words, decision.measure),
        word_or_blank(words, decision.assumption),
        decision.due,
        decision.sources,
        decision.author,
        decision.version,
        decision.digest,
        decision.fate,
        decision.owner,
        word_or_blank(words, decision.owner_name),
        decision.owner_role,
        word_or_blank(words, decision.department_name),
        decision.signed,
        decision.signed_version,
        decision.signed_ms,
        word_or_blank(words, decision.reason),
    )


class DraftSettings(Struct, forbid_unknown_fields=True):
    max_decisions: Annotated[int, Meta(ge=1, le=MOST_DECISIONS)] = 7
    due_within_days: Annotated[int, Meta(ge=1, le=366)] = LONGEST_DAYS


def drafting(number: int, sees: Mask, settings: dict[str, object]) -> Drafting:
    """The settings entity of a `draft` step. ValidationError if they are wrong."""
    plan = msgspec.convert(settings, DraftSettings)
    return Drafting(number, sees, plan.max_decisions, plan.due_within_days)


FEATURE = Feature(
    entities=(Drafting, Decision),
    handlers={
        ProposeDecision: propose_decision,
        EditDecision: edit_decision,
        SetFate: set_fate,
    },
    views={
        Drafting: view_drafting,
        Decision: view_decision,
    },
    kinds={"draft": Kind(settings=drafting)},
)
