"""Who takes a decision and signs it, of own will, and who helps (rules D4 to D9, D11, D14)."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from rooms.decisions import Decision, free, need_wording, open_decision, tell, word_or_blank
from rooms.departments import Department
from rooms.kernel import Command, Draft, Entity, Feature, Refused, View, Words
from rooms.people import PARTINGS, SHIELDS, Seat, off_stage, seat_of
from rooms.roles import ACTING, EVERYBODY, MODERATORS, Mask
from rooms.steps import Id, Kind, Step, acting_step

HELP_LENGTH: Final = 300

Asked = Literal["asked", "declined"]


# Entities


class Help(Entity, frozen=True):
    """Somebody's offer of help: with a decision, or with the idea on a card."""

    decision: int
    seat: int
    name: int
    department_name: int
    text: int
    sees: Mask
    card: int = 0

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


# Helpers that other features use


def take(draft: Draft, decision: Decision, seat: Seat) -> Decision:
    """Make a person the owner. Her own offer of help and an invitation to her are done with."""
    draft.forget(decision.reason)
    decision = draft.change(
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
    forget_invitation(draft, decision.id, seat.id)
    return decision


def sign(draft: Draft, decision: Decision) -> Decision:
    """Put the owner's signature under the present wording."""
    return draft.change(
        decision,
        signed_version=decision.version,
        signed_digest=decision.digest,
        signed_ms=draft.at_ms,
    )


# Handlers


def claim_decision(draft: Draft, command: ClaimDecision) -> None:
    decision = open_decision(draft, command.decision)
    acting_step(draft, "claim")
    if decision.owner:
        raise Refused("already_yours" if decision.owner == draft.actor.seat else "already_claimed")
    tell(draft, take(draft, decision, seat_of(draft)), "taken")


def _department_name(draft: Draft, seat: Seat) -> int:
    department = draft.get(Department, seat.department)
    return department.name if department else 0


def release_decision(draft: Draft, command: ReleaseDecision) -> None:
    decision = open_decision(draft, command.decision)
    acting_step(draft, "claim")
    if decision.owner != draft.actor.seat:
        raise Refused("not_yours")
    if not draft.word(0):
        raise Refused("missing_words")
    free(draft, decision, reason=draft.word(0), released_by=draft.actor.seat)


def part(draft: Draft, seat: Seat) -> None:
    """Free what a person who leaves has taken and not signed."""
    for decision in draft.all(Decision):
        if decision.owner == seat.id and not decision.signed:
            free(draft, decision)


def sign_decision(draft: Draft, command: SignDecision) -> None:
    decision = open_decision(draft, command.decision)
    acting_step(draft, "claim")
    if decision.owner != draft.actor.seat:
        raise Refused("not_yours")
    need_wording(decision, command.version, command.digest)
    if decision.signed:
        raise Refused("already_signed")
    tell(draft, sign(draft, decision), "signed")


def offer_help(draft: Draft, command: OfferHelp) -> None:
    decision = open_decision(draft, command.decision)
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
    decision = open_decision(draft, command.decision)
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
    forget_invitation(draft, command.decision, seat.id, "declined")


def forget_invitation(draft: Draft, decision: int, seat: int, state: Asked | None = None) -> None:
    """End an invitation to own; `state` is what moderators are told became of it."""
    invitation = draft.get(Invitation, decision, seat)
    if invitation is not None:
        draft.drop(invitation, seat)
    for asking in draft.all(Asking):
        if (asking.decision, asking.seat) == (decision, seat):
            if state is None:
                draft.drop(asking)
            else:
                draft.change(asking, state=state)


def leave_stage(draft: Draft, step: Step) -> None:
    """Take the offers of help with a step's decisions off the stage."""
    for offer in draft.all(Help):
        decision = draft.get(Decision, offer.decision)
        if decision is not None and decision.step == step.id:
            off_stage(draft, offer)


SHIELDS.append(leave_stage)
PARTINGS.append(part)


# Views


class HelpView(View, frozen=True):
    decision: int
    seat: int
    name: str | None
    department: str | None
    text: str | None
    card: int


class InvitationView(View, frozen=True):
    state: Asked


class AskingView(View, frozen=True):
    decision: int
    seat: int
    state: Asked


def view_help(offer: Help, role: Mask, words: Words) -> HelpView:
    name, department = words(offer.name), word_or_blank(words, offer.department_name)
    text = words(offer.text)
    return HelpView(offer.id, offer.decision, offer.seat, name, department, text, offer.card)


def view_invitation(invitation: Invitation, role: Mask, words: Words) -> InvitationView:
    return InvitationView(invitation.id, invitation.state)


def view_asking(asking: Asking, role: Mask, words: Words) -> AskingView:
    return AskingView(asking.id, asking.decision, asking.seat, asking.state)


FEATURE = Feature(
    entities=(Help, Invitation, Asking),
    handlers={
        ClaimDecision: claim_decision,
        ReleaseDecision: release_decision,
        SignDecision: sign_decision,
        OfferHelp: offer_help,
        WithdrawHelp: withdraw_help,
        InviteOwner: invite_owner,
        DeclineInvitation: decline_invitation,
    },
    views={Help: view_help, Invitation: view_invitation, Asking: view_asking},
    kinds={"claim": Kind()},
)
