"""Decisions: worded, taken by one person of own will, signed in that wording (D1 to D15)."""

import hashlib
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from rooms.kernel import Command, Draft, Entity, Feature, Refused, View, Words
from rooms.people import PARTINGS, SHIELDS, Department, Seat, off_stage, seat_of
from rooms.roles import ACTING, EVERYBODY, MODERATORS, Mask
from rooms.steps import Id, Kind, Step, acting_step, current_step

DAY_MS: Final = 86_400_000
WORDING: Final = (400, 300, 300, 300)
"""The longest a decision's words may be: what we do, the customer's gain, measure, assumption."""
HELP_LENGTH: Final = 300
MOST_DECISIONS: Final = 60
DEFAULT_DAYS: Final = 60
LONGEST_DAYS: Final = 90

Fate = Literal["open", "parked", "dropped", "nobody"]
Asked = Literal["asked", "declined"]
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


class Help(Entity, frozen=True):
    """Somebody's offer of help with a decision."""

    decision: int
    seat: int
    name: int
    department_name: int
    text: int
    sees: Mask

    def mask(self) -> Mask:
        return self.sees


class Invitation(Entity, frozen=True):
    """An invitation to own the decision of this id. In the seat's plane for the invited person;
    moderators see it in the room as `Asking`."""

    state: Asked

    def mask(self) -> Mask:
        return EVERYBODY


class Asking(Entity, frozen=True):
    """A moderator's invitation, as moderators see it. It enters no report."""

    decision: int
    seat: int
    state: Asked

    def mask(self) -> Mask:
        return MODERATORS


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
    fate: Fate


class ClaimDecision(Command, frozen=True):
    """Take a decision. Nobody can take it for somebody else."""

    BY = ACTING

    decision: Id


class ReleaseDecision(Command, frozen=True):
    """Give a decision back. Words: the reason."""

    BY = ACTING
    WORDS = (HELP_LENGTH,)

    decision: Id


class SignDecision(Command, frozen=True):
    """Sign the exact wording of a decision one has taken."""

    BY = ACTING

    decision: Id
    version: Annotated[int, Meta(ge=1, lt=1 << 31)]
    digest: Annotated[str, Meta(max_length=64)]


class OfferHelp(Command, frozen=True):
    """Offer help with a decision. Words: one line on what."""

    BY = ACTING
    WORDS = (HELP_LENGTH,)

    decision: Id


class WithdrawHelp(Command, frozen=True):
    """Take one's offer of help back."""

    BY = ACTING

    help: Id


class InviteOwner(Command, frozen=True):
    """Ask a person whether she would take a decision."""

    BY = MODERATORS
    SEAT = False

    decision: Id
    seat: Id


class DeclineInvitation(Command, frozen=True):
    """Say no, privately."""

    BY = ACTING

    decision: Id


# Handlers


def wording_digest(draft: Draft, version: int, due: int) -> str:
    """The digest of a wording: SHA-256 over version, date and the salted digests of its words."""
    content = b"|".join(draft.digest(position) for position in range(len(WORDING)))
    return hashlib.sha256(b"%d|%d|" % (version, due) + content).hexdigest()[:32]


def _open_decision(draft: Draft, number: int) -> Decision:
    decision = draft.one(Decision, number, "unknown_decision")
    if not decision.sees & draft.actor.role:
        raise Refused("unknown_decision")
    if decision.fate != "open":
        raise Refused("not_open")
    return decision


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
    decision = _open_decision(draft, command.decision)
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
    owner = draft.get(Seat, decision.owner)
    if owner is not None and owner.state != "here":
        # The signature is void, and its owner cannot give it again.
        _free(draft, decision)


def set_fate(draft: Draft, command: SetFate) -> None:
    decision = draft.one(Decision, command.decision, "unknown_decision")
    if decision.signed:
        raise Refused("already_signed")
    draft.change(decision, fate=command.fate)


def claim_decision(draft: Draft, command: ClaimDecision) -> None:
    decision = _open_decision(draft, command.decision)
    acting_step(draft, "claim")
    if decision.owner:
        raise Refused("already_yours" if decision.owner == draft.actor.seat else "already_claimed")
    seat = seat_of(draft)
    draft.forget(decision.reason)
    draft.change(
        decision,
        owner=seat.id,
        owner_name=seat.name,
        owner_role=seat.role,
        department=seat.department,
        department_name=_department_name(draft, seat),
        reason=0,
        released_by=0,
    )
    for offer in draft.all(Help):
        if (offer.decision, offer.seat) == (decision.id, seat.id):
            draft.forget(offer.text)
            draft.drop(offer)
    _forget_invitation(draft, decision.id, seat.id)


def _department_name(draft: Draft, seat: Seat) -> int:
    department = draft.get(Department, seat.department)
    return department.name if department else 0


def release_decision(draft: Draft, command: ReleaseDecision) -> None:
    decision = _open_decision(draft, command.decision)
    acting_step(draft, "claim")
    if decision.owner != draft.actor.seat:
        raise Refused("not_yours")
    if not draft.word(0):
        raise Refused("missing_words")
    _free(draft, decision, reason=draft.word(0), released_by=draft.actor.seat)


def _free(draft: Draft, decision: Decision, reason: int = 0, released_by: int = 0) -> None:
    """Let a decision be taken again."""
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


def part(draft: Draft, seat: Seat) -> None:
    """Free what a person who leaves has taken and not signed."""
    for decision in draft.all(Decision):
        if decision.owner == seat.id and not decision.signed:
            _free(draft, decision)


def sign_decision(draft: Draft, command: SignDecision) -> None:
    decision = _open_decision(draft, command.decision)
    acting_step(draft, "claim")
    if decision.owner != draft.actor.seat:
        raise Refused("not_yours")
    if (command.version, command.digest) != (decision.version, decision.digest):
        raise Refused("wording_changed")
    if decision.signed:
        raise Refused("already_signed")
    draft.change(
        decision,
        signed_version=decision.version,
        signed_digest=decision.digest,
        signed_ms=draft.at_ms,
    )


def offer_help(draft: Draft, command: OfferHelp) -> None:
    decision = _open_decision(draft, command.decision)
    acting_step(draft, "claim", "draft")
    seat = seat_of(draft)
    if not draft.word(0):
        raise Refused("missing_words")
    if decision.owner == seat.id:
        raise Refused("already_yours")
    for offer in draft.all(Help):
        if offer.decision == decision.id and offer.seat == seat.id:
            draft.forget(offer.text)
            draft.change(offer, text=draft.word(0))
            return
    name = _department_name(draft, seat)
    draft.put(
        Help(draft.new_id(), decision.id, seat.id, seat.name, name, draft.word(0), decision.sees)
    )


def withdraw_help(draft: Draft, command: WithdrawHelp) -> None:
    offer = draft.one(Help, command.help, "unknown_help")
    if offer.seat != draft.actor.seat:
        raise Refused("not_yours")
    draft.forget(offer.text)
    draft.drop(offer)


def invite_owner(draft: Draft, command: InviteOwner) -> None:
    decision = _open_decision(draft, command.decision)
    seat = draft.one(Seat, command.seat, "unknown_seat")
    if decision.owner:
        raise Refused("already_claimed")
    if seat.state != "here" or not seat.role & decision.sees:
        raise Refused("unknown_seat")
    for asking in draft.all(Asking):
        if (asking.decision, asking.seat) == (decision.id, seat.id):
            raise Refused("already_asked")
    draft.put(Asking(draft.new_id(), decision.id, seat.id, "asked"))
    draft.put(Invitation(decision.id, "asked"), seat.id)


def decline_invitation(draft: Draft, command: DeclineInvitation) -> None:
    seat = seat_of(draft)
    draft.one(Invitation, command.decision, "unknown_invitation", seat.id)
    _forget_invitation(draft, command.decision, seat.id, "declined")


def _forget_invitation(draft: Draft, decision: int, seat: int, state: Asked | None = None) -> None:
    invitation = draft.get(Invitation, decision, seat)
    if invitation is not None:
        draft.drop(invitation, seat)
    for asking in draft.all(Asking):
        if (asking.decision, asking.seat) == (decision, seat):
            if state is None:
                draft.drop(asking)
            else:
                draft.change(asking, state=state)


def without_fate(draft: Draft) -> bool:
    """Whether a decision is still open without its owner's signature."""
    return any(d.fate == "open" and not d.signed for d in draft.all(Decision))


def leave_stage(draft: Draft, step: Step) -> None:
    """Take a step's decisions off the stage."""
    settings = draft.get(Drafting, step.id)
    if settings is not None:
        off_stage(draft, settings)
    hidden = [decision for decision in draft.all(Decision) if decision.step == step.id]
    for decision in hidden:
        off_stage(draft, decision)
    numbers = [decision.id for decision in hidden]
    for offer in draft.all(Help):
        if offer.decision in numbers:
            off_stage(draft, offer)


SHIELDS.append(leave_stage)
PARTINGS.append(part)


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


class HelpView(View, frozen=True):
    decision: int
    seat: int
    name: str | None
    department: str | None
    text: str | None


class InvitationView(View, frozen=True):
    state: Asked


class AskingView(View, frozen=True):
    decision: int
    seat: int
    state: Asked


def _word(words: Words, ref: int) -> str | None:
    return words(ref) if ref else ""


def view_drafting(drafting: Drafting, role: Mask, words: Words) -> DraftingView:
    return DraftingView(drafting.id, drafting.max_decisions, drafting.due_within_days)


def view_decision(decision: Decision, role: Mask, words: Words) -> DecisionView:
    return DecisionView(
        decision.id,
        decision.step,
        words(decision.what),
        _word(words, decision.result),
        _word(words, decision.measure),
        _word(words, decision.assumption),
        decision.due,
        decision.sources,
        decision.author,
        decision.version,
        decision.digest,
        decision.fate,
        decision.owner,
        _word(words, decision.owner_name),
        decision.owner_role,
        _word(words, decision.department_name),
        decision.signed,
        decision.signed_version,
        decision.signed_ms,
        _word(words, decision.reason),
    )


def view_help(offer: Help, role: Mask, words: Words) -> HelpView:
    name, department = words(offer.name), _word(words, offer.department_name)
    return HelpView(offer.id, offer.decision, offer.seat, name, department, words(offer.text))


def view_invitation(invitation: Invitation, role: Mask, words: Words) -> InvitationView:
    return InvitationView(invitation.id, invitation.state)


def view_asking(asking: Asking, role: Mask, words: Words) -> AskingView:
    return AskingView(asking.id, asking.decision, asking.seat, asking.state)


class DraftSettings(Struct, forbid_unknown_fields=True):
    max_decisions: Annotated[int, Meta(ge=1, le=MOST_DECISIONS)] = 7
    due_within_days: Annotated[int, Meta(ge=1, le=366)] = LONGEST_DAYS


def drafting(number: int, sees: Mask, settings: dict[str, object]) -> Drafting:
    """The settings entity of a `draft` step. ValidationError if they are wrong."""
    plan = msgspec.convert(settings, DraftSettings)
    return Drafting(number, sees, plan.max_decisions, plan.due_within_days)


FEATURE = Feature(
    entities=(Drafting, Decision, Help, Invitation, Asking),
    handlers={
        ProposeDecision: propose_decision,
        EditDecision: edit_decision,
        SetFate: set_fate,
        ClaimDecision: claim_decision,
        ReleaseDecision: release_decision,
        SignDecision: sign_decision,
        OfferHelp: offer_help,
        WithdrawHelp: withdraw_help,
        InviteOwner: invite_owner,
        DeclineInvitation: decline_invitation,
    },
    views={
        Drafting: view_drafting,
        Decision: view_decision,
        Help: view_help,
        Invitation: view_invitation,
        Asking: view_asking,
    },
    kinds={"draft": Kind(settings=drafting), "claim": Kind()},
)
